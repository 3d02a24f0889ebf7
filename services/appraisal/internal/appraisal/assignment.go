package appraisal

import (
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
)

// Assignment says which items of a group an appraiser appraises (rules C8, V1).
type Assignment struct {
	// ID and Appraiser are UUIDs.
	ID, Authority, Cycle, Group, Appraiser string
	// Items are in printed order; none: every item of the group that agencies
	// assess or others report.
	Items      []string
	CreateTime time.Time
	// EndTime is zero while it counts.
	EndTime time.Time
}

// NewAssignment returns the assignment of items of a group, without id and time.
// It fails with cycle.GroupNotInCycle, and with cycle.ItemNotInGroup and
// ItemNotAppraised at the item.
func NewAssignment(c *cycle.Cycle, group, appraiser string, items []string) (Assignment, error) {
	a := Assignment{Authority: c.Authority, Cycle: c.ID, Group: group, Appraiser: appraiser, Items: []string{}}
	g, err := c.Group(group)
	if err != nil {
		return a, err
	}
	for i, id := range items {
		item, err := g.Item(id)
		if err == nil && !item.Source.Entered() && item.Source != criteria.Feed {
			err = ItemNotAppraised
		}
		if err != nil {
			return a, fault.From(err).At(fmt.Sprintf("items[%d]", i))
		}
	}
	for _, item := range g.Items {
		if slices.Contains(items, item.ID) {
			a.Items = append(a.Items, item.ID)
		}
	}
	return a, nil
}

// Covers reports whether an item of a group that agencies assess or others
// report is assigned.
func (a Assignment) Covers(group, item string) bool {
	return a.Group == group && (len(a.Items) == 0 || slices.Contains(a.Items, item))
}
