package page

import (
	"github.com/parindex/parindex/libs/points"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// heat is the table of agencies by domains. Every cell has its figure; the shade repeats
// it.
type heat struct {
	// Percent is true for domain indices, which are shaded on one scale. Points are shaded
	// within their column.
	Percent bool
	Domains []string
	Rows    []heatRow

	marks marksUsed
}

type heatRow struct {
	Name, Address string
	Cells         []heatCell
}

type heatCell struct {
	Figure figure
	// Shade is from 1 to 5; 0 for none.
	Shade int
}

// heat returns the domains of a group, or nil if none are published. It shows the domain
// index if every domain of every agency has one.
func (r *reader) heat(f figures, c *scoringv1.PublishedCycle, b *scoringv1.Leaderboard) *heat {
	h := &heat{Percent: true}
	var fields []string
	at := map[string]int{}
	for _, e := range b.GetEntries() {
		for _, d := range e.GetDomains() {
			if _, seen := at[d.GetField()]; !seen {
				at[d.GetField()] = len(fields)
				fields = append(fields, d.GetField())
				h.Domains = append(h.Domains, r.domainName(d))
			}
			h.Percent = h.Percent && d.GetIndex() != ""
		}
	}
	if len(fields) == 0 {
		return nil
	}
	for _, e := range r.sorted(b.GetEntries()) {
		if !matches(e, r.visit.Query.Get("q")) {
			continue
		}
		cells := make([]heatCell, len(fields))
		for i := range cells {
			cells[i].Figure = figure{Why: r.l.text("missing.domain")}
		}
		for _, d := range e.GetDomains() {
			value, name := d.Points, "points"
			if h.Percent {
				value, name = d.Index, "index"
			}
			cells[at[d.GetField()]].Figure = f.of(value, d.GetOrigins(), name)
		}
		for _, cell := range cells {
			h.marks.note(cell.Figure)
		}
		h.Rows = append(h.Rows, heatRow{e.GetAgencyName(), r.agencyAddress(c, e.GetAgency()), cells})
	}
	h.shade(len(fields))
	return h
}

func (r *reader) domainName(d *scoringv1.LeaderboardDomain) string {
	name := r.l.named(d.GetField(), d.GetName())
	if d.GetCode() != "" {
		return d.GetCode() + ". " + name
	}
	return name
}

// percentShades are the indices from which on the shades 2 to 5 hold.
var percentShades = []points.Points{points.FromInt(50), points.FromInt(65), points.FromInt(80), points.FromInt(90)}

func (h *heat) shade(columns int) {
	for column := range columns {
		var all []points.Points
		for _, row := range h.Rows {
			if v := row.Cells[column].Figure.Value; v != nil {
				all = append(all, *v)
			}
		}
		if len(all) == 0 {
			continue
		}
		ends := percentShades
		if !h.Percent {
			ends = fifths(points.Min(all[0], all...), points.Max(all[0], all...))
		}
		for _, row := range h.Rows {
			if v := row.Cells[column].Figure.Value; v != nil {
				row.Cells[column].Shade = shadeOf(*v, ends)
			}
		}
	}
}

// fifths returns the four figures that divide a range into five equal parts.
func fifths(low, high points.Points) []points.Points {
	ends := make([]points.Points, 4)
	for i := range ends {
		share := high.Sub(low).Mul(points.FromInt(int64(i + 1)))
		part, err := points.DefaultPolicy().Quotient(share, points.FromInt(5), 6)
		if err != nil {
			part = share
		}
		ends[i] = low.Add(part)
	}
	return ends
}

func shadeOf(v points.Points, ends []points.Points) int {
	shade := 1
	for _, end := range ends {
		if v.Cmp(end) >= 0 {
			shade++
		}
	}
	return shade
}
