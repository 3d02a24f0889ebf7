package regulation

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/text"
)

// Structure is the computed structure of one group's criteria set.
type Structure struct {
	Group        string
	Criteria     int32
	SubCriteria  int32
	Items        int32
	MaxPoints    points.Points
	SelfPoints   points.Points
	SurveyPoints points.Points
}

// Validate returns all findings about c, the gravest first, and the
// computed structure of each group (rules C3b, C5, C5b, C7 and C8). An Error keeps c
// from being issued: what Check finds, an unacknowledged difference from the declared
// structure, or that c has only its structure.
func (c Content) Validate() ([]Finding, []Structure) {
	found := c.Check()
	var structures []Structure
	for i, s := range c.CriteriaSets {
		sum := c.sum(s)
		structures = append(structures, sum.Structure)
		if c.bare(s) {
			sum = c.stated(s)
		}
		found = append(found, c.compare(i, sum)...)
	}
	if c.Completeness == sealed.StructureOnly {
		found = append(found, structureOnly.at("", Place{}.field("completeness")))
	}
	found = slices.Concat(c.acknowledge(found), c.exceeding(), c.partsUnused(), c.coverage(), c.named(), c.order(), c.unlinked(), c.lacking())
	return Sorted(found), structures
}

func byWeight(a, b Finding) int { return cmp.Compare(weights[a.Severity], weights[b.Severity]) }

// Wrong returns the errors for which a file of c is refused: all of them, except that
// it lacks what a draft may still lack.
func (c Content) Wrong() []Finding {
	found, _ := c.Validate()
	return slices.DeleteFunc(found, func(f Finding) bool {
		switch f.Path {
		case "decisionNumber", "decisionDate", "effectiveDate":
			return f.Severity != Error || f.Code == text.Missing.Code || f.Code == DateMissing.Code
		default:
			return f.Severity != Error || f.Code == structureOnly.Code
		}
	})
}

// bare reports whether s has only its structure and c declares that.
func (c Content) bare(s sealed.CriteriaSet) bool {
	return c.Completeness == sealed.StructureOnly && !slices.ContainsFunc(s.Nodes, func(n sealed.Node) bool { return n.Item != nil })
}

// SideOf returns on which side of the declared split the item of n counts (rule
// C5b).
func (c Content) SideOf(n sealed.Node) sealed.Side {
	switch {
	case n.Item.Side != "":
		return n.Item.Side
	case c.Split == sealed.ByPart:
		return cmp.Or(c.part(n.Part).Side, sealed.SelfSide)
	case n.Item.SourceKind.Surveyed():
		return sealed.SurveySide
	default:
		return sealed.SelfSide
	}
}

// summed is the structure of a set and, by field, of its domains, whose points
// are in MaxPoints.
type summed struct {
	Structure

	domains  map[string]*Structure
	surveyed map[string]int32 // sub-criteria
}

// sum computes the structure of s by the counting convention of c (rule C3b).
func (c Content) sum(s sealed.CriteriaSet) summed {
	all := summed{Structure{Group: s.Group}, map[string]*Structure{}, map[string]int32{}}
	for n, up := range ancestries(s) {
		if len(up) == 0 && n.Item == nil {
			continue
		}
		domain := n
		if len(up) > 0 {
			domain = up[0]
		}
		own := all.domains[domain.Field]
		if own == nil {
			own = new(Structure)
			all.domains[domain.Field] = own
		}
		for _, sum := range []*Structure{&all.Structure, own} {
			sum.count(c, n, len(up))
		}
		if len(up) > 1 && n.Item != nil && n.Item.SourceKind.Surveyed() {
			all.surveyed[domain.Field]++
		}
	}
	return all
}

// count adds the node n, so many levels below its domain.
func (s *Structure) count(c Content, n sealed.Node, level int) {
	if level == 1 && (n.Item != nil || c.Counting == sealed.AllCriteria) {
		s.Criteria++
	}
	if n.Item == nil {
		return
	}
	if level > 1 {
		s.SubCriteria++
	}
	s.Items++
	s.MaxPoints = s.MaxPoints.Add(n.Item.MaxPoints)
	if c.SideOf(n) == sealed.SelfSide {
		s.SelfPoints = s.SelfPoints.Add(n.Item.MaxPoints)
	} else {
		s.SurveyPoints = s.SurveyPoints.Add(n.Item.MaxPoints)
	}
}

// ancestries yields the nodes of s, each with those above it, the domain first. A
// node whose parent does not come before it counts as a domain.
func ancestries(s sealed.CriteriaSet) func(yield func(sealed.Node, []sealed.Node) bool) {
	return func(yield func(sealed.Node, []sealed.Node) bool) {
		lines := map[nodeKey][]sealed.Node{}
		for _, n := range s.Nodes {
			var up []sealed.Node
			if n.Parent != "" {
				up = lines[nodeKey{n.Part, n.Parent}]
				up = up[:min(len(up), MaxDepth)] // Check refuses what is deeper
			}
			lines[nodeKey{n.Part, n.Code}] = append(slices.Clone(up), n)
			if !yield(n, up) {
				return
			}
		}
	}
}

// stated adds up the figures that are declared of the domains of a bare set; where one
// is missing, it takes the figure that is declared of the whole.
func (c Content) stated(s sealed.CriteriaSet) summed {
	all := summed{Structure{Group: s.Group}, map[string]*Structure{}, map[string]int32{}}
	for _, d := range c.Declared {
		if d.Group != s.Group {
			continue
		}
		for _, domain := range d.Domains {
			all.domains[domain.Field] = &Structure{Criteria: or(domain.Criteria), SubCriteria: or(domain.SubCriteria), MaxPoints: or(domain.MaxPoints)}
			all.surveyed[domain.Field] = or(domain.SurveyedSubCriteria)
		}
		all.Criteria = total(d.Criteria, d.Domains, func(d sealed.DeclaredDomain) *int32 { return d.Criteria })
		all.SubCriteria = total(d.SubCriteria, d.Domains, func(d sealed.DeclaredDomain) *int32 { return d.SubCriteria })
		all.MaxPoints, all.SelfPoints, all.SurveyPoints = or(d.TotalPoints), or(d.SelfPoints), or(d.SurveyPoints)
		if d.SelfPoints != nil && d.SurveyPoints != nil {
			all.MaxPoints = d.SelfPoints.Add(*d.SurveyPoints)
		}
	}
	return all
}

// total adds up what is declared of each domain, or is the whole where it is not
// declared of every one.
func total(whole *int32, domains []sealed.DeclaredDomain, part func(sealed.DeclaredDomain) *int32) (sum int32) {
	for _, d := range domains {
		if part(d) == nil {
			return or(whole)
		}
		sum += *part(d)
	}
	if len(domains) == 0 {
		return or(whole)
	}
	return sum
}

// or is the zero value for nil.
func or[T any](x *T) (value T) {
	if x != nil {
		value = *x
	}
	return value
}

// compare compares what is declared of the set i with its computed structure.
func (c Content) compare(i int, sum summed) []Finding {
	var found []Finding
	for k, d := range c.Declared {
		if d.Group != c.CriteriaSets[i].Group {
			continue
		}
		at := comparison{&found, d.Group, "", Place{}.entry("declared", k)}
		at.counts(criteriaCountDiffers, "criteria", d.Criteria, sum.Criteria)
		at.counts(subCriteriaCountDiffers, "subCriteria", d.SubCriteria, sum.SubCriteria)
		at.points(totalDiffers, "totalPoints", d.TotalPoints, sum.MaxPoints)
		at.points(selfSplitDiffers, "selfPoints", d.SelfPoints, sum.SelfPoints)
		at.points(surveySplitDiffers, "surveyPoints", d.SurveyPoints, sum.SurveyPoints)
		for j, domain := range d.Domains {
			var own Structure
			if s := sum.domains[domain.Field]; s != nil {
				own = *s
			}
			at := comparison{&found, d.Group, domain.Field, Place{}.entry("declared", k).entry("domains", j)}
			at.counts(criteriaCountDiffers, "criteria", domain.Criteria, own.Criteria)
			at.counts(subCriteriaCountDiffers, "subCriteria", domain.SubCriteria, own.SubCriteria)
			at.counts(surveyedCountDiffers, "surveyedSubCriteria", domain.SurveyedSubCriteria, sum.surveyed[domain.Field])
			at.points(domainMaxDiffers, "maxPoints", domain.MaxPoints, own.MaxPoints)
		}
		found = append(found, undeclared(d, c.CriteriaSets[i], sum, at.place)...)
	}
	return found
}

// undeclared reports the domains of a set that are not among the declared ones,
// where any are.
func undeclared(d sealed.Declared, s sealed.CriteriaSet, sum summed, place Place) []Finding {
	var found []Finding
	for _, n := range s.Nodes {
		stated := slices.ContainsFunc(d.Domains, func(domain sealed.DeclaredDomain) bool { return domain.Field == n.Field })
		if len(d.Domains) == 0 || n.Field == "" || stated {
			continue
		}
		var own Structure
		if there := sum.domains[n.Field]; there != nil {
			own = *there
		}
		f := domainUndeclared.about(s.Group, n.Field, n.Field, strconv.Itoa(int(own.Items)))
		f.Computed, f.Place = strconv.Itoa(int(own.Items)), place.field("domains")
		found = append(found, f)
	}
	return found
}

// comparison collects the differences at one place.
type comparison struct {
	found       *[]Finding
	group, path string
	place       Place
}

func (c comparison) counts(s findingKind, field string, declared *int32, computed int32) {
	if declared != nil && *declared != computed {
		*c.found = append(*c.found, s.difference(c.group, c.path, c.place.field(field), count(*declared), count(computed)))
	}
}

func (c comparison) points(s findingKind, field string, declared *points.Points, computed points.Points) {
	if declared != nil && !declared.Equal(computed) {
		*c.found = append(*c.found, s.difference(c.group, c.path, c.place.field(field), *declared, computed))
	}
}

// count is a number of nodes.
type count int32

// String implements fmt.Stringer.
func (n count) String() string { return strconv.Itoa(int(n)) }

// acknowledgeable are the codes of findings that can be acknowledged.
var acknowledgeable = map[string]bool{
	criteriaCountDiffers.Code: true, subCriteriaCountDiffers.Code: true, surveyedCountDiffers.Code: true, domainUndeclared.Code: true,
}

// acknowledge marks the findings that c acknowledges, and adds a finding for each
// acknowledgement that fits none (rule C5).
func (c Content) acknowledge(found []Finding) []Finding {
	for i, a := range c.Acknowledgements {
		fits := slices.IndexFunc(found, func(f Finding) bool {
			return acknowledgeable[f.Code] && a.Code == f.Code && a.Group == f.Group && a.Path == f.Path && a.Declared == f.Declared && a.Computed == f.Computed
		})
		if fits >= 0 {
			found[fits].Severity = Acknowledged
			continue
		}
		if f, valid := c.replaced(a); valid {
			found = append(found, f)
			continue
		}
		at := Place{}.entry("acknowledgements", i)
		stale := acknowledgementStale.at(a.Group, at, a.Code)
		if !acknowledgeable[a.Code] && a.Code != declaredChanged.Code {
			all := slices.Sorted(maps.Keys(acknowledgeable))
			stale = notAcknowledgeable.at(a.Group, at, a.Code, strings.Join(append(all, declaredChanged.Code), ", "))
		}
		stale.Declared, stale.Computed = a.Declared, a.Computed
		found = append(found, stale)
	}
	return found
}

// maxListed bounds how many items a finding names.
const maxListed = 20

// lacking sums up, by group, the items that have no basis or do not state it (rule
// C11) and those without test vectors (rule C6), and reports groups without classes.
func (c Content) lacking() []Finding {
	var found []Finding
	for _, s := range c.CriteriaSets {
		var none, unsaid, untested []string
		for _, n := range s.Nodes {
			if n.Item == nil {
				continue
			}
			switch {
			case n.Item.Basis != nil && n.Item.Basis.Source == "":
				none = append(none, n.ID())
			case n.Item.Basis == nil && c.Completeness == sealed.Reconstruction:
				unsaid = append(unsaid, n.ID())
			}
			if len(n.Item.TestVectors) == 0 {
				untested = append(untested, n.ID())
			}
		}
		found = append(found, slices.Concat(basisMissing.items(s.Group, unsaid), basisNone.items(s.Group, none), vectorsMissing.items(s.Group, untested))...)
		if len(s.Classes) == 0 && !c.bare(s) {
			found = append(found, classesMissing.at(s.Group, Place{}))
		}
	}
	return found
}

// items returns a finding about items of a group, or none. Its texts are filled with
// their number and, if they have a second argument, with the ids of some.
func (s findingKind) items(group string, ids []string) []Finding {
	if len(ids) == 0 {
		return nil
	}
	number, listed := strconv.Itoa(len(ids)), strings.Join(ids[:min(len(ids), maxListed)], ", ")
	if len(ids) > maxListed {
		listed += ", …"
	}
	args := []any{number, listed}
	f := s.at(group, Place{}, args[:strings.Count(s.En, "%s")]...)
	f.Computed = number
	return []Finding{f}
}

// naming is an agency's id and name at some place.
type naming struct {
	place        Place
	agency, name string
}

// namings are all agencies of seats, duties and the list, in this order.
func (c Content) namings() []naming {
	var all []naming
	for i, s := range c.Seats {
		all = append(all, naming{Place{}.entry("seats", i), s.Agency, s.Name})
	}
	for i, d := range c.Duties {
		all = append(all, naming{Place{}.entry("duties", i), d.Agency, d.Name})
	}
	for i, a := range c.Agencies {
		all = append(all, naming{Place{}.entry("agencies", i), a.Agency, a.Name})
	}
	return all
}

// named reports the agencies that have one id under two names, or one name under
// two ids, each other name or id once and at most maxUnknown in all. Names with one
// text.Key are the same.
func (c Content) named() []Finding {
	byID, byName, pairs := map[string]naming{}, map[string]naming{}, map[[2]string]bool{}
	var found []Finding
	for _, n := range c.namings() {
		key := text.Key(n.name)
		pair := [2]string{n.agency, key}
		if key == "" || pairs[pair] { // Check reports what is blank
			continue
		}
		pairs[pair] = true
		if first, there := byID[n.agency]; there {
			found = append(found, agencyTwoNames.at("", n.place, n.agency, first.name, n.name))
		} else {
			byID[n.agency] = n
		}
		if first, there := byName[key]; there {
			found = append(found, agencyTwoIDs.at("", n.place, first.name, first.agency, n.agency))
		} else {
			byName[key] = n
		}
		if len(found) >= maxUnknown {
			break
		}
	}
	return found
}

// checkRest checks the content apart from the head, the parts and the criteria sets.
func (c Content) checkRest(f *findings) {
	declared := map[string]bool{}
	for i, d := range c.Declared {
		at := Place{}.entry("declared", i)
		c.set(f, at.field("group"), d.Group)
		if declared[d.Group] {
			f.add(at.field("group"), GroupTwice.With(d.Group))
		}
		declared[d.Group] = true
		fields := map[string]bool{}
		for j, domain := range d.Domains {
			if fields[domain.Field] {
				f.add(at.entry("domains", j).field("field"), FieldTwice.With(domain.Field))
			}
			fields[domain.Field] = true
		}
	}
	for i, a := range c.Acknowledgements {
		f.line(Place{}.entry("acknowledgements", i).field("acknowledgedBy"), a.AcknowledgedBy)
		f.line(Place{}.entry("acknowledgements", i).field("reason"), a.Reason)
	}
	c.checkCalendar(f)
	for i, d := range c.Duties {
		c.set(f, Place{}.entry("duties", i).field("group"), d.Group)
		f.line(Place{}.entry("duties", i).field("name"), d.Name)
	}
	c.checkListed(f)
	c.checkSpecial(f)
	c.checkSurvey(f)
}

func (c Content) checkListed(f *findings) {
	once := func(seen map[string]bool, place Place, agency, name string) {
		if seen[agency] {
			f.add(place.field("agency"), AgencyTwice.With(agency))
		}
		seen[agency] = true
		f.line(place.field("name"), name)
	}
	seated, listed := map[string]bool{}, map[string]bool{}
	for i, s := range c.Seats {
		once(seated, Place{}.entry("seats", i), s.Agency, s.Name)
	}
	for i, a := range c.Agencies {
		at := Place{}.entry("agencies", i)
		once(listed, at, a.Agency, a.Name)
		c.set(f, at.field("group"), a.Group)
	}
}
