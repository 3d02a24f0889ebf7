package appraisal

import (
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
)

// Assignment says which items of a group an appraiser appraises (rules C8, V1).
type Assignment struct {
	// ID and Appraiser are UUIDs.
	ID, Authority, Cycle, Group, Appraiser string
	// Items are in printed order. An empty list means every item of the group that
	// agencies assess or others report.
	Items      []string
	CreateTime time.Time
	// EndTime is zero until the assignment ends.
	EndTime time.Time
}

// NewAssignment returns an assignment of items of a group, without id and time. It
// fails with cycle.GroupNotInCycle, and at the item with cycle.ItemNotInGroup and
// ItemNotAppraised.
func NewAssignment(c *cycle.Cycle, group, appraiser string, items []string) (Assignment, error) {
	a := Assignment{Authority: c.Authority, Cycle: c.ID, Group: group, Appraiser: appraiser, Items: []string{}}
	g, err := c.Group(group)
	if err != nil {
		return a, err
	}
	for i, id := range items {
		item, err := g.Item(id)
		if err == nil && !item.Source.Entered() {
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

// CheckOwn fails with cycle.OwnAct if the group of the assignment scores an agency that by
// is barred from: who appraises it is another's to choose (rule V1).
func (a Assignment) CheckOwn(c *cycle.Cycle, by Appraiser) error {
	barred := by.Barred(c)
	for _, member := range c.Agencies {
		if member.Scored && member.Group == a.Group && slices.Contains(barred, member.ID) {
			return cycle.OwnAct.At("group")
		}
	}
	return nil
}

// Covers reports whether the assignment has an item of a group. The item must be one
// that agencies assess or others report.
func (a Assignment) Covers(group, item string) bool {
	return a.Group == group && (len(a.Items) == 0 || slices.Contains(a.Items, item))
}
