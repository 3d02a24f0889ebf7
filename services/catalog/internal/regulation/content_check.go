package regulation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/text"
)

// MaxDepth is how many nodes can stand above another; a printed code has at most
// five points.
const MaxDepth = 10

// MaxNodes is how many nodes one criteria set can have; the largest of S0 has
// about 170.
const MaxNodes = 2000

// Check returns everything that keeps c from being issued, each at its place in
// parindex.catalog.v1.RegulationContent:
// "criteria_sets[0].nodes[3].item.rule.bands.bands[1].below".
func (c Content) Check() []fault.Violation {
	var f findings
	c.checkHead(&f)
	policy := c.Policy()
	if err := policy.Validate(); err != nil {
		f.nest("rounding", err)
		policy = points.DefaultPolicy() // the items are judged all the same
	}
	if len(c.CriteriaSets) == 0 {
		f.add("criteria_sets", CriteriaSetsMissing.With())
	}
	if len(c.CriteriaSets) > MaxGroups {
		f.add("criteria_sets", ListTooLong.With(MaxGroups))
	}
	groups := map[string]bool{}
	for i, s := range c.CriteriaSets {
		place := fmt.Sprintf("criteria_sets[%d]", i)
		if groups[s.Group] {
			f.add(place+".group", GroupTwice.With(s.Group))
		}
		groups[s.Group] = true
		s.check(&f, place, policy, c.bare(s))
	}
	c.checkRest(&f)
	return f
}

func (c Content) checkHead(f *findings) {
	f.line("title", c.Title)
	f.line("decision_number", c.DecisionNumber)
	f.date("decision_date", c.DecisionDate)
	if c.Signer != "" {
		f.line("signer", c.Signer)
	}
	f.date("effective_date", c.EffectiveDate)
	f.after("effective_date", c.EffectiveDate, c.DecisionDate)
	if c.ReplacesDecision != "" {
		f.line("replaces_decision", c.ReplacesDecision)
		if c.ReplacesDecision == c.DecisionNumber {
			f.add("replaces_decision", ReplacesItself.With(c.DecisionNumber))
		}
	}
	if c.Rounds < 1 || c.Rounds > 2 {
		f.add("rounds", RoundsOutOfRange.With(c.Rounds))
	}
}

// check checks s; of a bare one only the structure is there.
func (s CriteriaSet) check(f *findings, place string, policy points.Policy, bare bool) {
	f.line(place+".group_name", s.GroupName)
	if len(s.Nodes) > MaxNodes {
		f.add(place+".nodes", ListTooLong.With(MaxNodes))
	}
	parents := s.checkTree(f, place)
	var total points.Points
	for i, n := range s.Nodes {
		at := fmt.Sprintf("%s.nodes[%d]", place, i)
		f.line(at+".name", n.Name)
		above := parents[nodeKey{n.Part, n.Code}]
		switch {
		case n.Item != nil && above:
			f.add(at+".item", ItemWithChildren.With(n.Code))
		case n.Item == nil && !above && !bare:
			f.add(at, LeafWithoutItem.With(n.Code))
		}
		if n.Item != nil {
			total = total.Add(n.Item.MaxPoints)
			n.Item.check(f, at+".item", policy)
		}
	}
	// Rule C5: the items of a group come to 100.
	if !bare && !total.Equal(points.FromInt(100)) {
		f.add(place+".nodes", TotalNot100.With(total))
	}
	s.checkFields(f, place)
	s.checkClasses(f, place)
}

// checkFields checks which other domains the items speak of.
func (s CriteriaSet) checkFields(f *findings, place string) {
	var domains []string
	for _, n := range s.Nodes {
		if n.Field != "" {
			domains = append(domains, n.Field)
		}
	}
	i := -1
	for n, up := range s.ancestries() {
		i++
		if n.Item == nil || n.Item.Field == "" {
			continue
		}
		at := fmt.Sprintf("%s.nodes[%d].item.field", place, i)
		switch own := append(slices.Clone(up), n)[0].Field; {
		case n.Item.Field == own:
			f.add(at, FieldOwn.With(own))
		case !slices.Contains(domains, n.Item.Field):
			f.add(at, FieldUnknown.With(n.Item.Field, strings.Join(domains, ", ")))
		}
	}
}

// nodeKey sets a node apart within its criteria set (rule C3).
type nodeKey struct {
	part Part
	code string
}

// checkTree checks codes, parents and fields and returns which nodes have
// others below them.
func (s CriteriaSet) checkTree(f *findings, place string) map[nodeKey]bool {
	seen, fields, parents := map[nodeKey]bool{}, map[string]bool{}, map[nodeKey]bool{}
	depths := map[nodeKey]int{}
	for i, n := range s.Nodes {
		at := fmt.Sprintf("%s.nodes[%d]", place, i)
		key, parent := nodeKey{n.Part, n.Code}, nodeKey{n.Part, n.Parent}
		domain := n.Parent == ""
		if depth, below := depths[parent]; below && !domain {
			if depths[key] = depth + 1; depth == MaxDepth {
				f.add(at+".parent", TreeTooDeep.With(MaxDepth))
			}
		} else {
			depths[key] = 0
		}
		if seen[key] {
			f.add(at+".code", CodeTwice.With(n.Code))
		}
		if !domain && !seen[parent] {
			f.add(at+".parent", ParentNotBefore.With(n.Parent))
		}
		switch {
		case domain && n.Field == "":
			f.add(at+".field", FieldMissing.With(n.Code))
		case domain && fields[n.Field]:
			f.add(at+".field", FieldTwice.With(n.Field))
		case !domain && n.Field != "":
			f.add(at+".field", FieldBelowDomain.With(n.Code))
		}
		seen[key], fields[n.Field], parents[parent] = true, true, true
	}
	return parents
}

func (i Item) check(f *findings, place string, policy points.Policy) {
	for k, e := range i.Evidence {
		f.needed(fmt.Sprintf("%s.evidence[%d].name", place, k), e.Name)
		f.text(fmt.Sprintf("%s.evidence[%d].kind", place, k), e.Kind)
		f.text(fmt.Sprintf("%s.evidence[%d].content", place, k), e.Content)
	}
	f.text(place+".guidance", i.Guidance)
	if b := i.Basis; b != nil && *b != (Basis{}) && (b.Source == "" || b.Line < 1 || strings.TrimSpace(b.Finding) == "") {
		f.add(place+".basis", BasisIncomplete.With())
	}
	for k, b := range i.LegalBasis {
		b.check(f, fmt.Sprintf("%s.legal_basis[%d]", place, k))
	}
	if i.Rule != nil {
		f.ruleTexts(place+".rule."+i.Rule.Family(), i.Rule)
		if !i.SourceKind.Allows(i.Rule.Family()) {
			f.add(place+".rule", RuleNotAllowed.With(i.Rule.Family(), i.SourceKind))
		}
	}
	judged := rule.Item{Max: i.MaxPoints, Policy: policy}
	err, ok := errors.AsType[*fault.Fault](rule.Validate(i.Rule, judged))
	if !ok {
		i.checkVectors(f, place+".test_vectors", judged)
		return
	}
	for _, v := range err.Violations {
		switch {
		case v.Field == "max_points":
			v.Field = place + ".max_points"
		case i.Rule == nil || v.Field == "":
			v.Field = place + ".rule"
		default:
			v.Field = place + ".rule." + i.Rule.Family() + "." + v.Field
		}
		*f = append(*f, v)
	}
}

func (b LegalBasis) check(f *findings, place string) {
	f.needed(place+".document", b.Document)
	f.text(place+".article", b.Article)
	f.real(place+".issue_date", b.IssueDate)
	f.real(place+".effective_date", b.EffectiveDate)
	f.after(place+".effective_date", b.EffectiveDate, b.IssueDate)
}

// MaxVectors is how many test vectors an item can have.
const MaxVectors = 50

// checkVectors evaluates the test vectors by the rule, which is sound.
func (i Item) checkVectors(f *findings, place string, judged rule.Item) {
	if len(i.TestVectors) > MaxVectors {
		f.add(place, ListTooLong.With(MaxVectors))
		return
	}
	for n, v := range i.TestVectors {
		at := fmt.Sprintf("%s[%d]", place, n)
		result, err := rule.Evaluate(i.Rule, judged, v.Input)
		if err != nil {
			wrong := *fault.From(err)
			if wrong.Field != "" {
				wrong.Field = "." + wrong.Field
			}
			f.add(at+".input"+wrong.Field, &wrong)
			continue
		}
		switch {
		case v.Points == nil && result.Applicable:
			f.add(at+".not_applicable", VectorApplicable.With(result.Points))
		case v.Points != nil && !result.Applicable:
			f.add(at+".points", VectorNotApplicable.With(*v.Points))
		case v.Points != nil && !v.Points.Equal(result.Points):
			f.add(at+".points", VectorFails.With(*v.Points, result.Points))
		}
	}
}

// nest adds the violations of err, whose places are within place.
func (f *findings) nest(place string, err error) {
	for _, v := range fault.From(err).Violations {
		v.Field = place + "." + v.Field
		*f = append(*f, v)
	}
}

func (f *findings) date(place, date string) {
	if date == "" {
		f.add(place, DateMissing.With())
	}
	f.real(place, date)
}

// real checks a date that may be missing.
func (f *findings) real(place, date string) {
	if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
		f.add(place, DateNotReal.With(date))
	}
}

// after checks that a document holds from its date on, if both dates are there.
func (f *findings) after(place, effective, issued string) {
	if effective != "" && effective < issued { // as texts they are in order
		f.add(place, EffectiveBeforeIssue.With(day(effective), day(issued)))
	}
}

// line checks a text of one line that must be there.
func (f *findings) line(place, given string) {
	f.written(place, given, text.Rule{Kind: text.Line, Needed: true})
}

// needed checks a text of several lines that must be there.
func (f *findings) needed(place, given string) {
	f.written(place, given, text.Rule{Kind: text.Paragraph, Needed: true})
}

// text checks a text of several lines that may be missing.
func (f *findings) text(place, given string) {
	f.written(place, given, text.Rule{Kind: text.Paragraph})
}

func (f *findings) written(place, given string, rule text.Rule) {
	if _, err := rule.Tidy(given); err != nil {
		f.add(place, fault.From(err))
	}
}

// ruleTexts checks the texts that a person chooses among.
func (f *findings) ruleTexts(place string, r rule.Rule) {
	switch r := r.(type) {
	case rule.AllOrNothing:
		for i, c := range r.Conditions {
			f.text(fmt.Sprintf("%s.conditions[%d].text", place, i), c.Text)
		}
	case rule.Choice:
		for i, o := range r.Options {
			f.text(fmt.Sprintf("%s.options[%d].text", place, i), o.Text)
		}
	case rule.Formula:
		f.text(place+".expression", r.Expression)
		for i, in := range r.Inputs {
			f.text(fmt.Sprintf("%s.inputs[%d].text", place, i), in.Text)
		}
	}
}
