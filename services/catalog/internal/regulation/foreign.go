package regulation

import (
	"slices"

	"github.com/parindex/parindex/libs/fault"
)

// What a content says that does not fit the authority that issues it (rule C11).
var (
	agencyNotHere = findingKind{fault.Invalid.Reason("AGENCY_NOT_HERE",
		"Danh mục của cơ quan ban hành chưa có cơ quan, đơn vị với mã “%s” (%s). Hãy bổ sung vào danh mục, sửa mã, hoặc bỏ khỏi quy định.",
		"The catalog of the authority has no agency with the id %q (%s). Add it to the catalog, correct the id, or remove it from the regulation."), Error}
	leftFromPack = findingKind{fault.Invalid.Reason("LEFT_FROM_PACK",
		"“%s” vẫn là nội dung có sẵn của gói “%s”, không phải của quyết định này. Hãy ghi theo quyết định của mình.",
		"%q is still what the pack %q says. Write what your own decision says."), Error}
)

// AgencyIDs returns the ids of the agencies of the seats, the duties and the list.
func (c Content) AgencyIDs() []string {
	var ids []string
	for _, n := range c.namings() {
		ids = append(ids, n.agency)
	}
	return ids
}

// Absent reports the agencies of c that an authority does not have, each at its first
// place and at most maxUnknown of them. known has the ids of those that it has.
func (c Content) Absent(known map[string]bool) []Finding {
	var found []Finding
	reported := map[string]bool{}
	for _, n := range c.namings() {
		if known[n.agency] || reported[n.agency] || len(found) == maxUnknown {
			continue
		}
		reported[n.agency] = true
		found = append(found, agencyNotHere.at("", n.place.field("agency"), n.agency, n.name))
	}
	return found
}

// LeftFrom reports what the head of c still says as a pack says it that belongs to
// another authority or to none. Equal dates and numbers alone can be a coincidence; they
// are reported beside an equal title, signer, or number with its date.
func (c Content) LeftFrom(name string, pack Content) []Finding {
	equal := func(a, b string) bool { return a != "" && a == b }
	title, signer := equal(c.Title, pack.Title), equal(c.Signer, pack.Signer)
	decision := equal(c.DecisionNumber, pack.DecisionNumber) && equal(c.DecisionDate, pack.DecisionDate)
	left := title || signer || decision
	var found []Finding
	for _, said := range []struct {
		field, text string
		same        bool
	}{
		{"title", c.Title, title},
		{"decisionNumber", c.DecisionNumber, left && equal(c.DecisionNumber, pack.DecisionNumber)},
		{"decisionDate", c.DecisionDate, left && equal(c.DecisionDate, pack.DecisionDate)},
		{"signer", c.Signer, signer},
		{"effectiveDate", c.EffectiveDate, left && equal(c.EffectiveDate, pack.EffectiveDate)},
		{"replacesDecision", c.ReplacesDecision, left && equal(c.ReplacesDecision, pack.ReplacesDecision)},
	} {
		if said.same {
			found = append(found, leftFromPack.at("", Place{}.field(said.field), said.text, name))
		}
	}
	return found
}

// Sorted returns findings with the gravest first.
func Sorted(found []Finding) []Finding {
	return slices.SortedStableFunc(slices.Values(found), byWeight)
}
