package catalog

import (
	"fmt"
	"strings"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Guidance is one version of the letter that explains how the items of a cycle are
// scored (rule C12). A version never changes, and it never changes points.
type Guidance struct {
	Authority string
	Cycle     string
	// Version counts the versions of the cycle's guidance from 1.
	Version     int32
	PublishTime time.Time
	Content     GuidanceContent
}

// GuidanceContent is the text of guidance with the number and date of its letter.
type GuidanceContent struct {
	DocumentNumber string `json:"documentNumber"`
	// DocumentDate is a civil date, YYYY-MM-DD.
	DocumentDate string `json:"documentDate"`
	// Notice lists the changes since the version before.
	Notice string         `json:"notice,omitempty"`
	Items  []ItemGuidance `json:"items"`
}

// ItemGuidance is the guidance on one item, such as "i.4.1.2".
type ItemGuidance struct {
	Group string `json:"group"`
	Item  string `json:"item"`
	Text  string `json:"text"`
}

// Guide returns the next version of the cycle's guidance, and c with it in force, in
// a new version. content is that of the cycle's regulation.
//
// It fails with cycle.CycleNotRun, CycleArchived, GuidanceTooLate and NoticeMissing, and with the first of
// GroupUnknown, ItemUnknown and ItemTwice, whose violations list all of them.
func (c Cycle) Guide(content regulation.Content, said GuidanceContent, now time.Time) (Cycle, Guidance, error) {
	switch {
	case c.Origin != Run:
		return c, Guidance{}, cycle.CycleNotRun.At("cycle")
	case c.Phase == criteria.Archived:
		return c, Guidance{}, CycleArchived.With(c.ID).At("cycle")
	case c.Publication > 0:
		return c, Guidance{}, GuidanceTooLate.With(c.ID).At("cycle")
	case c.Guidance > 0 && strings.TrimSpace(said.Notice) == "":
		return c, Guidance{}, NoticeMissing.At("content.notice")
	}
	c.Guidance++
	c.Version++
	g := Guidance{Authority: c.Authority, Cycle: c.ID, Version: c.Guidance, PublishTime: now, Content: said}
	return c, g, checkGuidance(content, said.Items)
}

func checkGuidance(content regulation.Content, said []ItemGuidance) error {
	items := map[string]map[string]bool{}
	for _, s := range content.CriteriaSets {
		items[s.Group] = map[string]bool{}
		for _, n := range s.Nodes {
			if n.Item != nil {
				items[s.Group][n.ID()] = true
			}
		}
	}
	var wrong faults
	seen := map[ItemGuidance]bool{}
	for i, said := range said {
		at, key := fmt.Sprintf("content.items[%d]", i), ItemGuidance{Group: said.Group, Item: said.Item}
		switch {
		case items[said.Group] == nil:
			wrong.add(GroupUnknown.With(said.Group).At(at + ".group"))
		case !items[said.Group][said.Item]:
			wrong.add(ItemUnknown.With(said.Item).At(at + ".item"))
		case seen[key]:
			wrong.add(ItemTwice.With(said.Item).At(at + ".item"))
		}
		seen[key] = true
	}
	return wrong.err()
}
