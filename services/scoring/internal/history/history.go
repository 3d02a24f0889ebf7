// Package history reads history files: the published results of an earlier year
// (rule G14). README.md beside it describes the format.
//
// It is a package of its own because a file format is neither a rule nor a message:
// people type such a file from a printed table, and the rules do not depend on it.
package history

import (
	"crypto/sha256"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/text"
	"github.com/parindex/parindex/libs/workbook"
	"github.com/parindex/parindex/libs/yamldoc"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// Format is the required value of the key format.
const Format = "parindex.history/1"

// The texts of a history file.
var (
	titles  = text.Rule{Kind: text.Name, Most: 1000}
	names   = text.Rule{Kind: text.Name, Most: 300}
	numbers = text.Rule{Kind: text.Line, Most: 300}
	codes   = text.Rule{Kind: text.Line, Most: 40}
)

// Read returns the results of a cycle in a history file, computed and ranked. It fails
// with scoring.CycleMismatch for a file of another cycle, and with
// scoring.HistoryFileInvalid for a file with faults, which lists all of them with
// their lines.
func Read(content []byte, cycle scoring.Cycle) (scoring.Results, error) {
	f := &file{cycle: cycle, agencies: newDirectory(cycle)}
	if workbook.Is(content) {
		f.doc, f.told = fromWorkbook(content)
	} else {
		f.doc = yamldoc.Parse(content, yamldoc.Limits{})
	}
	doc := f.doc
	root := doc.Root().Map("format", "authority", "cycle", "source", "decision", "rounding", "compare", "domains", "groups")
	if format := root.Need("format"); format.Present() && format.Text() != Format {
		format.Report(yamldoc.FormatUnknown.With(format.Text(), Format))
	}
	authority, id := f.slug(root.Need("authority")), f.slug(root.Need("cycle"))
	if authority != "" && id != "" && (authority != cycle.Authority || id != cycle.ID) {
		return scoring.Results{}, scoring.CycleMismatch.With(authority, id, cycle.Authority, cycle.ID).At("content")
	}
	sum := sha256.Sum256(content)
	results := scoring.Results{Source: f.source(root.Need("source")), Decision: f.decision(root.Need("decision"))}
	results.Source.SHA256, results.Source.Content = sum[:], content
	f.rules.Policy = f.rounding(root.Maybe("rounding"))
	f.compare(root.Maybe("compare"))
	f.names = f.domains(root.Maybe("domains"))
	results.Leaderboards = f.groups(root.Need("groups"))
	if err := doc.Err(scoring.HistoryFileInvalid); err != nil {
		return scoring.Results{}, err
	}
	results.Source.Told = f.told
	return results, nil
}

// file is the state of reading one history file.
type file struct {
	doc      *yamldoc.Doc
	cycle    scoring.Cycle
	agencies directory
	rules    scoring.Rules
	// names holds the names of the declared domains by field.
	names map[string]string
	// told is what is told of the file.
	told []fault.Violation
}

func (f *file) source(n yamldoc.Node) scoring.Source {
	m := n.Map("title", "number", "date")
	date := m.Need("date")
	if date.Present() && !isDate(date.Text()) {
		date.Report(scoring.DateMalformed.With(date.Text()))
	}
	return scoring.Source{
		Title: m.Need("title").Clean(titles.Clean), Number: m.Maybe("number").Clean(numbers.Clean), Date: date.Text(),
	}
}

func (f *file) decision(n yamldoc.Node) scoring.Decision {
	m := n.Map("number", "date")
	return scoring.Decision{Number: m.Need("number").Clean(numbers.Clean), Date: m.Need("date").Date()}
}

// rounding returns the rounding policy of the file; the default is that of rule G2.
func (f *file) rounding(n yamldoc.Node) points.Policy {
	p := points.DefaultPolicy()
	m := n.Map("itemScale", "indexScale", "displayScale", "mode")
	keys := map[string]string{"item_scale": "itemScale", "index_scale": "indexScale", "display_scale": "displayScale", "mode": "mode"}
	for key, scale := range map[string]*int32{"itemScale": &p.ItemScale, "indexScale": &p.IndexScale, "displayScale": &p.DisplayScale} {
		if m.Maybe(key).Present() {
			*scale = int32(m.Maybe(key).Int()) //nolint:gosec // Int has 32 bits
		}
	}
	if mode := m.Maybe("mode"); mode.Present() {
		parsed, err := points.ParseMode(mode.Text())
		if err != nil {
			mode.Report(err)
		}
		p.Mode = parsed
	}
	if err := p.Validate(); err != nil {
		for _, v := range fault.From(err).Violations {
			m.Maybe(keys[v.Field]).Report(v.Reason())
		}
		return points.DefaultPolicy()
	}
	return p
}

// compare reads the scale at which ranks and classes compare indices, by default the
// index scale (rules G2, G4), and the tie rule.
func (f *file) compare(n yamldoc.Node) {
	m := n.Map("rank", "class", "ties")
	read := func(n yamldoc.Node) criteria.Comparison {
		if n.OneOf(string(criteria.IndexScale), string(criteria.DisplayScale)) == string(criteria.DisplayScale) {
			return criteria.DisplayScale
		}
		return criteria.IndexScale
	}
	f.rules.RankBy, f.rules.ClassBy = read(m.Maybe("rank")), read(m.Maybe("class"))
	f.rules.Ties = criteria.TieRule(m.Maybe("ties").OneOf(string(criteria.Skip), string(criteria.Dense), string(scoring.Unique)))
}

// domains returns the names of the domains by field.
func (f *file) domains(n yamldoc.Node) map[string]string {
	declared := map[string]string{}
	for _, item := range n.List() {
		m := item.Map("field", "name")
		field := m.Need("field")
		slug, name := f.slug(field), m.Need("name").Clean(names.Clean)
		if _, twice := declared[slug]; twice && slug != "" {
			field.Report(scoring.FieldTwice.With(slug))
		}
		declared[slug] = name
	}
	return declared
}

// slug returns an id, or "" if it is none.
func (f *file) slug(n yamldoc.Node) string { return n.Clean(text.Slug) }

func isDate(text string) bool {
	const first = "0000-01-01" // the shortest form, a year, is its first day
	if len(text) == len("2006") || len(text) == len("2006-01") {
		text += first[len(text):]
	}
	_, err := civil.Parse(text)
	return err == nil
}
