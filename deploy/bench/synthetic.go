package main

import (
	"fmt"
	"strings"
)

const agencies = 47

var fields = []string{
	"steering", "institutions", "procedures", "organisation", "civil-service", "public-finance", "digital-government", "impact",
}

// synthetic returns a catalog file and a history file of one group of 47 agencies
// with 8 domains, the size of a province in one leaderboard. The figures differ
// from agency to agency and have no meaning.
func synthetic() (catalog, history string) {
	var c, h strings.Builder
	c.WriteString("format: parindex.catalog/1\nauthority: {id: bench, name: Ủy ban nhân dân tỉnh (số liệu giả)}\nagencies:\n")
	h.WriteString(`format: parindex.history/1
authority: bench
cycle: "2023"
source: {title: Số liệu giả, date: "2024-03"}
decision: {number: 1/QĐ-UBND, date: "2024-01-08"}
domains:
`)
	for i, field := range fields {
		fmt.Fprintf(&h, "  - {field: %s, name: Lĩnh vực số %d của bộ tiêu chí}\n", field, i+1)
	}
	h.WriteString(`groups:
  - group: districts
    classes:
      - {id: "1", name: Xuất sắc, from: 90}
      - {id: "2", name: Tốt, from: 70, below: 90}
      - {id: "3", name: Khá, below: 70}
    domains:
`)
	for i, field := range fields {
		fmt.Fprintf(&h, "      - {field: %s, code: \"%d\"}\n", field, i+1)
	}
	h.WriteString("    agencies:\n")
	var ids []string
	for i := range agencies {
		id := agency(i)
		ids = append(ids, id)
		fmt.Fprintf(&c, "  - {id: %s, name: Ủy ban nhân dân đơn vị hành chính số %02d}\n", id, i+1)
		// 8 domains of 5.00 to 8.85 points; self, officials and satisfaction add up to their sum.
		cents := 500 + i*7
		var domains []string
		for _, field := range fields {
			domains = append(domains, fmt.Sprintf("%s: %s", field, decimal(cents)))
		}
		sum := cents * len(fields)
		fmt.Fprintf(&h, "      - {agency: %s, standardPoints: 95.25, selfPoints: %s, officialsPoints: 12.10, satisfactionPoints: 13.20, domains: {%s}}\n",
			id, decimal(sum-2530), strings.Join(domains, ", "))
	}
	fmt.Fprintf(&c, "cycles:\n  - id: \"2023\"\n    name: Năm 2023\n    year: 2023\n    origin: IMPORTED\n    groups:\n      - {id: districts, name: Đơn vị, scored: [%s]}\n",
		strings.Join(ids, ", "))
	return c.String(), h.String()
}

func decimal(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// agency returns the id of agency i.
func agency(i int) string { return fmt.Sprintf("don-vi-%02d", i+1) }
