package regulation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/fault"
)

// part returns the part with an id; the zero Part if none is listed.
func (c Content) part(id string) Part {
	if i := slices.IndexFunc(c.Parts, func(p Part) bool { return p.ID == id }); i >= 0 {
		return c.Parts[i]
	}
	return Part{}
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
		at := fmt.Sprintf("parts[%d]", i)
		if ids[p.ID] {
			f.add(at+".id", fault.IDTwice.With(p.ID))
		}
		if codes[p.Code] {
			f.add(at+".code", PartCodeTwice.With(p.Code))
		}
		ids[p.ID], codes[p.Code] = true, true
		f.line(at+".code", p.Code)
		f.line(at+".name", p.Name)
		if c.Split == ByPart && p.Side == "" {
			f.add(at+".side", PartSideMissing.With(p.Code))
		}
	}
	for i, s := range c.CriteriaSets {
		unlisted := 0
		for j, n := range s.Nodes {
			if !ids[n.Part] && unlisted < maxUnknown {
				f.add(fmt.Sprintf("criteria_sets[%d].nodes[%d].part", i, j), PartUnlisted.With(n.Part, c.partIDs()))
				unlisted++
			}
		}
	}
}

// partsUnused reports the parts that no node is in, unless criteria are still to come.
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
			found = append(found, partUnused.at("", fmt.Sprintf("parts[%d]", i), p.Code))
		}
	}
	return found
}
