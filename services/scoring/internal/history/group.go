package history

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// groups returns the leaderboards in the order of the cycle's groups.
func (f *file) groups(n yamldoc.Node) []scoring.Leaderboard {
	leaderboards := map[string]scoring.Leaderboard{}
	for _, item := range n.List() {
		m := item.Map("group", "classes", "domains", "agencies", "printed")
		id := m.Need("group")
		i := slices.IndexFunc(f.cycle.Groups, func(g scoring.CycleGroup) bool { return g.ID == id.Text() })
		if i < 0 {
			id.Report(scoring.GroupUnknown.With(id.Text()))
			continue
		}
		g := f.cycle.Groups[i]
		if _, twice := leaderboards[g.ID]; twice {
			id.Report(scoring.GroupTwice.With(g.ID))
			continue
		}
		leaderboards[g.ID] = f.group(g, m)
	}
	var ordered []scoring.Leaderboard
	for _, g := range f.cycle.Groups {
		l, given := leaderboards[g.ID]
		if given {
			ordered = append(ordered, l)
		} else if scored := f.agencies.scored(g.ID); len(scored) > 0 {
			n.Report(scoring.GroupMissing.With(g.ID, len(scored)))
		}
	}
	filled(n)
	return ordered
}

// filled reports a list without entries.
func filled(n yamldoc.Node) {
	if n.Present() && len(n.List()) == 0 {
		n.Report(scoring.ListEmpty)
	}
}

// group reads one group, computes and ranks it. Ranks are checked only if the group has
// no other fault, because one wrong figure changes many ranks.
func (f *file) group(cg scoring.CycleGroup, m yamldoc.Map) scoring.Leaderboard {
	before := len(f.doc.Findings())
	g := scoring.Group{ID: cg.ID, Name: cg.Name, Domains: f.groupDomains(m.Maybe("domains"))}
	classes := m.Maybe("classes")
	g.Classes = f.classes(classes)
	rows := f.rows(g, m.Need("agencies"), len(f.doc.Findings()) == before)
	for _, r := range rows {
		g.Given = append(g.Given, r.given)
	}
	printed := m.Maybe("printed").Map("meanIndex", "highest", "lowest", "gap")
	g.Printed = scoring.Statistics{
		Mean: figure(printed.Maybe("meanIndex")), Highest: figure(printed.Maybe("highest")),
		Lowest: figure(printed.Maybe("lowest")), Gap: figure(printed.Maybe("gap")),
	}
	entries, complaints := f.rules.Compute(g)
	f.report(rows, printed, complaints)
	if len(f.doc.Findings()) > before {
		return scoring.Leaderboard{}
	}
	l, complaints := f.rules.Rank(g, entries)
	f.report(rows, printed, complaints)
	return l
}

// groupDomains returns the domains of a group, with the codes printed for it.
func (f *file) groupDomains(n yamldoc.Node) []scoring.Domain {
	var domains []scoring.Domain
	for _, item := range n.List() {
		m := item.Map("field", "code")
		field := m.Need("field")
		d := scoring.Domain{Field: field.Text(), Code: m.Need("code").Clean(codes.Clean)}
		name, declared := f.names[d.Field]
		switch {
		case !declared:
			field.Report(scoring.FieldUnknown.With(d.Field))
		case slices.ContainsFunc(domains, func(other scoring.Domain) bool { return other.Field == d.Field }):
			field.Report(scoring.FieldTwice.With(d.Field))
		default:
			d.Name = name
			domains = append(domains, d)
		}
	}
	return domains
}

func (f *file) classes(n yamldoc.Node) scoring.Classes {
	items := n.List()
	classes := make(scoring.Classes, len(items))
	before := len(f.doc.Findings())
	for i, item := range items {
		m := item.Map("id", "name", "from", "above", "to", "below")
		classes[i] = criteria.Class{
			ID: m.Need("id").Clean(codes.Clean), Name: m.Need("name").Clean(names.Clean),
			Low: end(m, "from", "above"), High: end(m, "to", "below"),
		}
	}
	if len(f.doc.Findings()) > before {
		return nil
	}
	classes.Validate(func(i int, err error) { items[i].Report(err) })
	filled(n)
	return classes
}

// end reads one end of a class: closed is the key of a limit that belongs to
// the class, open of one that does not.
func end(m yamldoc.Map, closed, open string) rule.End {
	in, out := m.Maybe(closed), m.Maybe(open)
	switch {
	case in.Present() && out.Present():
		out.Report(scoring.ClassEndTwice.With(closed, open))
	case in.Present():
		return rule.End{Kind: rule.Closed, Percent: in.Points()}
	case out.Present():
		return rule.End{Kind: rule.Open, Percent: out.Points()}
	}
	return rule.End{}
}

// row is one agency of the file and its position in it.
type row struct {
	given   scoring.Given
	at      yamldoc.Map
	domains map[string]domain
}

// domain holds the nodes of the figures of one domain, by name.
type domain map[string]yamldoc.Node

// rows reads the agencies of a group. It reads printed classes only if sound is true:
// the classes of the group have no fault.
func (f *file) rows(g scoring.Group, n yamldoc.Node, sound bool) []row {
	lines := map[string]int{}
	var rows []row
	for _, item := range n.List() {
		m := item.Map("agency", "rank", "class", "standardPoints", "selfPoints", "officialsPoints", "satisfactionPoints",
			"surveyPoints", "totalPoints", "index", "domains")
		r := row{at: m}
		r.given.Agency, r.given.AgencyName = f.agency(g, m.Need("agency"), lines)
		r.given.Rank = rank(m.Maybe("rank"))
		if sound {
			r.given.Class = m.Maybe("class").Clean(names.Clean)
		}
		for key, given := range map[string]*scoring.Figure{
			"standardPoints": &r.given.Standard, "selfPoints": &r.given.Self,
			"officialsPoints": &r.given.Officials, "satisfactionPoints": &r.given.Satisfaction,
			"surveyPoints": &r.given.Survey, "totalPoints": &r.given.Total, "index": &r.given.Index,
		} {
			*given = figure(m.Maybe(key))
		}
		r.given.Domains, r.domains = f.domainFigures(g, m.Maybe("domains"))
		rows = append(rows, r)
	}
	filled(n)
	for _, a := range f.agencies.scored(g.ID) {
		if lines[a.ID] == 0 && n.Present() {
			n.Report(scoring.AgencyMissing.With(a.Name))
		}
	}
	return rows
}

// agency resolves a name as printed, an alias or an id. lines maps the id of each
// agency before to its line.
func (f *file) agency(g scoring.Group, n yamldoc.Node, lines map[string]int) (id, name string) {
	text := n.Clean(names.Clean)
	if text == "" {
		return "", ""
	}
	a, found := f.agencies.find(text)
	switch {
	case !found:
		n.Report(scoring.AgencyUnresolved.With(text))
		return "", ""
	case lines[a.ID] != 0:
		n.Report(scoring.AgencyTwice.With(text, lines[a.ID]))
	case a.Group != g.ID:
		n.Report(scoring.AgencyElsewhere.With(text, a.Group, g.ID))
	case !a.Scored:
		n.Report(scoring.AgencyNotScored.With(text))
	}
	if lines[a.ID] == 0 {
		lines[a.ID] = n.Line()
	}
	return a.ID, a.Name
}

func rank(n yamldoc.Node) int {
	rank := n.Int()
	if n.Present() && rank < 1 {
		n.Report(scoring.RankNotPositive)
	}
	return rank
}

// figure returns the figure printed at n; unknown if it is absent or malformed.
func figure(n yamldoc.Node) scoring.Figure {
	value := n.Points()
	if _, err := points.Parse(n.Text()); err != nil {
		return scoring.Figure{}
	}
	return scoring.Print(value)
}

// domainFigures reads the figures of an agency's domains by field. A bare figure
// is the domain's points; a mapping names its figures.
func (f *file) domainFigures(g scoring.Group, n yamldoc.Node) (map[string]scoring.DomainFigures, map[string]domain) {
	figures, domains := map[string]scoring.DomainFigures{}, map[string]domain{}
	for _, field := range n.Fields() {
		key := field.Key.Text()
		if !slices.ContainsFunc(g.Domains, func(d scoring.Domain) bool { return d.Field == key }) {
			field.Key.Report(scoring.FieldUnknown.With(key))
			continue
		}
		at := domain{"points": field.Value}
		if field.Value.IsMap() {
			m := field.Value.Map("points", "standardPoints", "index")
			at = domain{"points": m.Maybe("points"), "standardPoints": m.Maybe("standardPoints"), "index": m.Maybe("index")}
		}
		figures[key] = scoring.DomainFigures{Points: figure(at["points"]), Standard: figure(at["standardPoints"]), Index: figure(at["index"])}
		domains[key] = at
	}
	return figures, domains
}

// report records complaints at the positions of their figures in the file.
func (f *file) report(rows []row, printed yamldoc.Map, complaints []scoring.Complaint) {
	for _, c := range complaints {
		var at yamldoc.Node
		switch {
		case c.Agency == scoring.WholeGroup:
			at = printed.Maybe(c.Figure)
		case c.Field != "":
			at = rows[c.Agency].domains[c.Field][c.Figure]
		default:
			at = rows[c.Agency].at.Maybe(c.Figure)
		}
		if c.Told() {
			f.told = append(f.told, c.Fault.Violation(at.Where()))
		} else {
			at.Report(c.Fault)
		}
	}
}
