package regulation

import (
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// part returns the part with an id; the zero Part if none is listed.
func (c Content) part(id string) sealed.Part {
	if i := slices.IndexFunc(c.Parts, func(p sealed.Part) bool { return p.ID == id }); i >= 0 {
		return c.Parts[i]
	}
	return sealed.Part{}
}

// partIDs are the ids of the parts in order: "i, ii".
func (c Content) partIDs() string {
	ids := make([]string, len(c.Parts))
	for i, p := range c.Parts {
		ids[i] = p.ID
	}
	return strings.Join(ids, ", ")
}

// checkParts checks the parts and that every node is in one of them (rule C3).
func (c Content) checkParts(f *findings) {
	ids, codes := map[string]bool{}, map[string]bool{}
	for i, p := range c.Parts {
		at := Place{}.entry("parts", i)
		if ids[p.ID] {
			f.add(at.field("id"), fault.IDTwice.With(p.ID))
		}
		if codes[p.Code] {
			f.add(at.field("code"), PartCodeTwice.With(p.Code))
		}
		ids[p.ID], codes[p.Code] = true, true
		f.line(at.field("code"), p.Code)
		f.line(at.field("name"), p.Name)
		if c.Split == sealed.ByPart && p.Side == "" {
			f.add(at.field("side"), PartSideMissing.With(p.Code))
		}
	}
	for i, s := range c.CriteriaSets {
		unlisted := 0
		for j, n := range s.Nodes {
			if !ids[n.Part] && unlisted < maxUnknown {
				f.add(setPlace(i).node(j).field("part"), PartUnlisted.With(n.Part, c.partIDs()))
				unlisted++
			}
		}
	}
}

// partsUnused reports the parts without nodes, unless a criteria set has only its
// structure so far.
func (c Content) partsUnused() []Finding {
	if slices.ContainsFunc(c.CriteriaSets, c.bare) {
		return nil
	}
	used := map[string]bool{}
	for _, s := range c.CriteriaSets {
		for _, n := range s.Nodes {
			used[n.Part] = true
		}
	}
	var found []Finding
	for i, p := range c.Parts {
		if !used[p.ID] {
			found = append(found, partUnused.at("", Place{}.entry("parts", i), p.Code))
		}
	}
	return found
}
