package yamldoc_test

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/yamldoc"
)

// An importer of printed results in two functions: it reads as if the file were
// valid and asks for the faults at the end.
func Example() {
	file := []byte(`cycle: 2023
decided: 2024-02-30
groups:
  - name: departments
    entries:
      - {agency: so-noi-vu, points: 80.81}
      - {agency: so-y-te, points: "88,26"}
      - {agency: so-noi-vu, points: 88.42, colour: red}
      - {points: 91.5}
`)
	results, err := readResults(file)
	fmt.Println(len(results), "results")
	for _, v := range fault.From(err).Violations {
		fmt.Println(v.Field, v.Code)
	}
	// Output:
	// 0 results
	// line 2: decided VALUE_NOT_DATE
	// line 7: groups[0].entries[1].points VALUE_NOT_POINTS
	// line 8: groups[0].entries[2].agency AGENCY_TWICE
	// line 8: groups[0].entries[2].colour KEY_UNKNOWN
	// line 9: groups[0].entries[3].agency VALUE_MISSING
}

var (
	resultsRefused = fault.Reason{
		Kind: fault.Invalid, Code: "RESULTS_REFUSED",
		Vi: "Tệp kết quả chưa hợp lệ.", En: "The file of results is not valid.",
	}
	agencyTwice = fault.Reason{
		Kind: fault.Invalid, Code: "AGENCY_TWICE",
		Vi: "Cơ quan này đã có ở dòng %d.", En: "The agency stands already at line %d.",
	}
)

type result struct {
	group, agency string
	points        points.Points
}

// readResults returns all results of a file, or none and resultsRefused.
func readResults(file []byte) ([]result, error) {
	doc := yamldoc.Parse(file, yamldoc.Limits{})
	root := doc.Root().Map("cycle", "decided", "groups")
	root.Need("cycle").Int()
	root.Need("decided").Date()
	var results []result
	for _, n := range root.Need("groups").List() {
		results = append(results, readGroup(n)...)
	}
	if err := doc.Err(resultsRefused); err != nil {
		return nil, err
	}
	return results, nil
}

func readGroup(n yamldoc.Node) []result {
	group := n.Map("name", "entries")
	name := group.Need("name").OneOf("departments", "districts")
	lines := make(map[string]int)
	var results []result
	for _, n := range group.Need("entries").List() {
		entry := n.Map("agency", "points")
		agency := entry.Need("agency")
		if line, twice := lines[agency.Text()]; twice {
			agency.Report(agencyTwice.With(line))
		}
		lines[agency.Text()] = agency.Line()
		results = append(results, result{name, agency.Text(), entry.Need("points").Points()})
	}
	return results
}
