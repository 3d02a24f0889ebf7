package regulation

import (
	"errors"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/text"
)

// MaxDepth is how many nodes there can be above another; a printed code has at most
// five points.
const MaxDepth = 10

// MaxNodes is how many nodes one criteria set can have; the largest of S0 has
// about 170.
const MaxNodes = 2000

// MaxAppraised is how many items of one criteria set can be appraised. The outcome of so
// many, each with the longest reasons, can be handed back (architecture decision 17).
const MaxAppraised = 400

// Check returns what is wrong with c apart from what it declares of its structure:
// errors that keep c from being issued, and warnings of legacy encodings.
func (c Content) Check() []Finding {
	var f findings
	c.checkHead(&f)
	c.checkParts(&f)
	policy := c.Policy()
	if err := policy.Validate(); err != nil {
		for _, v := range fault.From(err).Violations {
			f.within(Place{}.field("rounding"), v)
		}
		policy = points.DefaultPolicy() // the items are judged all the same
	}
	if len(c.CriteriaSets) == 0 {
		f.add(Place{}.field("criteriaSets"), CriteriaSetsMissing.With())
	}
	if len(c.CriteriaSets) > MaxGroups {
		f.add(Place{}.field("criteriaSets"), ListTooLong.With(MaxGroups))
	}
	groups := map[string]bool{}
	for i, s := range c.CriteriaSets {
		place := setPlace(i)
		if groups[s.Group] {
			f.add(place.field("group"), GroupTwice.With(s.Group))
		}
		groups[s.Group] = true
		checkSet(s, &f, place, policy, c.bare(s))
	}
	c.checkRest(&f)
	for i, found := range f {
		if found.Place.Set == 0 {
			continue
		}
		set := c.CriteriaSets[found.Place.Set-1]
		f[i].Group = set.Group
		if found.Place.Node > 0 {
			f[i].Node = set.Nodes[found.Place.Node-1].ID()
		}
	}
	return f
}

func (c Content) checkHead(f *findings) {
	f.line(Place{}.field("title"), c.Title)
	f.line(Place{}.field("decisionNumber"), c.DecisionNumber)
	f.date(Place{}.field("decisionDate"), c.DecisionDate)
	if c.Signer != "" {
		f.line(Place{}.field("signer"), c.Signer)
	}
	f.date(Place{}.field("effectiveDate"), c.EffectiveDate)
	f.after(Place{}.field("effectiveDate"), c.EffectiveDate, c.DecisionDate)
	if c.ReplacesDecision != "" {
		f.line(Place{}.field("replacesDecision"), c.ReplacesDecision)
		if c.ReplacesDecision == c.DecisionNumber {
			f.add(Place{}.field("replacesDecision"), ReplacesItself.With(c.DecisionNumber))
		}
	}
	if c.Rounds < 1 || c.Rounds > 2 {
		f.add(Place{}.field("rounds"), RoundsOutOfRange.With(c.Rounds))
	}
}

// checkSet checks s; a bare one has only its structure.
func checkSet(s sealed.CriteriaSet, f *findings, place Place, policy points.Policy, bare bool) {
	f.line(place.field("groupName"), s.GroupName)
	if len(s.Nodes) > MaxNodes {
		f.add(place.field("nodes"), ListTooLong.With(MaxNodes))
	}
	parents := checkTree(s, f, place)
	var total points.Points
	appraised := 0
	for i, n := range s.Nodes {
		at := place.node(i)
		f.line(at.field("name"), n.Name)
		above := parents[nodeKey{n.Part, n.Code}]
		switch {
		case n.Item != nil && above:
			f.add(at.field("item"), ItemWithChildren.With(n.Code))
		case n.Item == nil && !above && !bare:
			f.add(at, LeafWithoutItem.With(n.Code))
		}
		if n.Item != nil {
			total = total.Add(n.Item.MaxPoints)
			if k := n.Item.SourceKind; k.Entered() || k == criteria.Feed {
				appraised++
			}
			checkItem(*n.Item, f, at.field("item"), policy)
		}
	}
	if appraised > MaxAppraised {
		f.add(place.field("nodes"), AppraisedTooMany.With(appraised, MaxAppraised))
	}
	// Rule C5: the maximum points of a group's items add up to 100.
	if !bare && !total.Equal(points.FromInt(100)) {
		f.add(place.field("nodes"), TotalNot100.With(total))
	}
	checkFields(s, f, place)
	checkClasses(s, f, place)
}

// checkFields checks the other domains that items are about.
func checkFields(s sealed.CriteriaSet, f *findings, place Place) {
	var domains []string
	for _, n := range s.Nodes {
		if n.Field != "" {
			domains = append(domains, n.Field)
		}
	}
	i := -1
	for n, up := range ancestries(s) {
		i++
		if n.Item == nil || n.Item.Field == "" {
			continue
		}
		at := place.node(i).field("item", "field")
		switch own := append(slices.Clone(up), n)[0].Field; {
		case n.Item.Field == own:
			f.add(at, FieldOwn.With(own))
		case !slices.Contains(domains, n.Item.Field):
			f.add(at, FieldUnknown.With(n.Item.Field, strings.Join(domains, ", ")))
		}
	}
}

// nodeKey identifies a node within its criteria set (rule C3).
type nodeKey struct {
	part string
	code string
}

// checkTree checks codes, parents and fields and returns which nodes have
// others below them.
func checkTree(s sealed.CriteriaSet, f *findings, place Place) map[nodeKey]bool {
	seen, fields, parents := map[nodeKey]bool{}, map[string]bool{}, map[nodeKey]bool{}
	depths := map[nodeKey]int{}
	for i, n := range s.Nodes {
		at := place.node(i)
		key, parent := nodeKey{n.Part, n.Code}, nodeKey{n.Part, n.Parent}
		domain := n.Parent == ""
		if depth, below := depths[parent]; below && !domain {
			if depths[key] = depth + 1; depth == MaxDepth {
				f.add(at.field("parent"), TreeTooDeep.With(MaxDepth))
			}
		} else {
			depths[key] = 0
		}
		if seen[key] {
			f.add(at.field("code"), CodeTwice.With(n.Code))
		}
		if !domain && !seen[parent] {
			f.add(at.field("parent"), ParentNotBefore.With(n.Parent))
		}
		switch {
		case domain && n.Field == "":
			f.add(at.field("field"), FieldMissing.With(n.Code))
		case domain && fields[n.Field]:
			f.add(at.field("field"), FieldTwice.With(n.Field))
		case !domain && n.Field != "":
			f.add(at.field("field"), FieldBelowDomain.With(n.Code))
		}
		seen[key], fields[n.Field], parents[parent] = true, true, true
	}
	return parents
}

func checkItem(i sealed.Item, f *findings, place Place, policy points.Policy) {
	for k, e := range i.Evidence {
		f.needed(place.entry("evidence", k).field("name"), e.Name)
		f.text(place.entry("evidence", k).field("kind"), e.Kind)
		f.text(place.entry("evidence", k).field("content"), e.Content)
	}
	f.text(place.field("guidance"), i.Guidance)
	if b := i.Basis; b != nil && *b != (sealed.Basis{}) && (b.Source == "" || b.Line < 1 || strings.TrimSpace(b.Finding) == "") {
		f.add(place.field("basis"), BasisIncomplete.With())
	}
	for k, b := range i.LegalBasis {
		checkLegalBasis(b, f, place.entry("legalBasis", k))
	}
	if i.Rule != nil {
		f.ruleTexts(place.field("rule", fault.JSONPath(i.Rule.Family())), i.Rule)
		if !Allows(i.SourceKind, i.Rule.Family()) {
			f.add(place.field("rule"), RuleNotAllowed.With(i.Rule.Family(), i.SourceKind))
		}
	}
	judged := rule.Item{Max: i.MaxPoints, Policy: policy}
	err, ok := errors.AsType[*fault.Fault](rule.Validate(i.Rule, judged))
	if !ok {
		checkVectors(i, f, place, judged)
		return
	}
	for _, v := range err.Violations {
		switch {
		case v.Field == "max_points":
			f.within(place, v)
		case i.Rule == nil || v.Field == "":
			f.add(place.field("rule"), v.Reason())
		default:
			f.within(place.field("rule", fault.JSONPath(i.Rule.Family())), v)
		}
	}
}

func checkLegalBasis(b sealed.LegalBasis, f *findings, place Place) {
	f.needed(place.field("document"), b.Document)
	f.text(place.field("article"), b.Article)
	f.real(place.field("issueDate"), b.IssueDate)
	f.real(place.field("effectiveDate"), b.EffectiveDate)
	f.after(place.field("effectiveDate"), b.EffectiveDate, b.IssueDate)
}

// MaxVectors is how many test vectors an item can have.
const MaxVectors = 50

// checkVectors evaluates the test vectors by the rule, which is sound.
func checkVectors(i sealed.Item, f *findings, place Place, judged rule.Item) {
	if len(i.TestVectors) > MaxVectors {
		f.add(place.field("testVectors"), ListTooLong.With(MaxVectors))
		return
	}
	for n, v := range i.TestVectors {
		at := place.entry("testVectors", n)
		result, err := rule.Evaluate(i.Rule, judged, v.Input)
		if err != nil {
			wrong := fault.From(err)
			f.within(at.field("input"), wrong.Violation(wrong.Field))
			continue
		}
		switch {
		case v.Points == nil && result.Applicable:
			f.add(at.field("notApplicable"), VectorApplicable.With(result.Points))
		case v.Points != nil && !result.Applicable:
			f.add(at.field("points"), VectorNotApplicable.With(*v.Points))
		case v.Points != nil && !v.Points.Equal(result.Points):
			f.add(at.field("points"), VectorFails.With(*v.Points, result.Points))
		}
	}
}

// within adds what another package found, whose field is within place.
func (f *findings) within(place Place, v fault.Violation) {
	f.add(place.field(strings.Split(fault.JSONPath(v.Field), ".")...), v.Reason())
}

func (f *findings) date(place Place, date string) {
	if date == "" {
		f.add(place, DateMissing.With())
	}
	f.real(place, date)
}

// real checks a date that may be missing.
func (f *findings) real(place Place, date string) {
	if _, err := civil.Parse(date); date != "" && err != nil {
		f.add(place, err)
	}
}

// after checks that a document is not in force before its date, if it has both.
func (f *findings) after(place Place, effective, issued string) {
	if effective != "" && effective < issued { // as texts they are in order
		f.add(place, EffectiveBeforeIssue.With(day(effective), day(issued)))
	}
}

// line checks a text of one line that must be there.
func (f *findings) line(place Place, typed string) {
	f.checkText(place, typed, text.Rule{Kind: text.Line, Needed: true})
}

// needed checks a text of several lines that must be there.
func (f *findings) needed(place Place, typed string) {
	f.checkText(place, typed, text.Rule{Kind: text.Paragraph, Needed: true})
}

// text checks a text of several lines that may be missing.
func (f *findings) text(place Place, typed string) {
	f.checkText(place, typed, text.Rule{Kind: text.Paragraph})
}

// checkText checks a text, and whether it reads as Vietnamese.
func (f *findings) checkText(place Place, typed string, rule text.Rule) {
	if _, err := rule.Clean(typed); err != nil {
		f.add(place, err)
	}
}

// ruleTexts checks the texts that a person chooses among.
func (f *findings) ruleTexts(place Place, r rule.Rule) {
	switch r := r.(type) {
	case rule.AllOrNothing:
		for i, c := range r.Conditions {
			f.text(place.entry("conditions", i).field("text"), c.Text)
		}
	case rule.Choice:
		for i, o := range r.Options {
			f.text(place.entry("options", i).field("text"), o.Text)
		}
	case rule.Formula:
		f.text(place.field("expression"), r.Expression)
		for i, in := range r.Inputs {
			f.text(place.entry("inputs", i).field("text"), in.Text)
		}
	}
}
