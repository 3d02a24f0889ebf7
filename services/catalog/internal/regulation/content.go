package regulation

import (
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
)

// MaxContent is the largest canonical form of a regulation's content, in bytes:
// what fits in one message with room to spare. The four criteria sets of S0
// with all their texts need about a sixth of it.
const MaxContent = 3 << 20

// MaxGroups is how many groups one regulation and one cycle can have.
const MaxGroups = 50

// Group is agencies that are ranked together in one cycle.
type Group struct {
	ID   string
	Name string
}

// Content is the content of a regulation (rule C7). A draft's may be incomplete and
// wrong; Validate finds what keeps it from being issued.
type Content sealed.Regulation

// Policy returns how c rounds.
func (c Content) Policy() points.Policy { return sealed.Regulation(c).Policy() }

// Head returns c without its criteria sets.
func (c Content) Head() Content {
	c.CriteriaSets = nil
	return c
}

// Groups returns the groups that c has criteria for.
func (c Content) Groups() []Group {
	groups := make([]Group, len(c.CriteriaSets))
	for i, s := range c.CriteriaSets {
		groups[i] = Group{ID: s.Group, Name: s.GroupName}
	}
	return groups
}

// hash returns the SHA-256 of the canonical form, in hex, and the form's size.
func (c Content) hash() (sum string, size int, err error) {
	form, sum, err := sealed.Write(sealed.Regulation(c))
	return sum, len(form), err
}

// SHA256 returns that of the canonical form, in hex.
func (c Content) SHA256() (string, error) {
	sum, _, err := c.hash()
	return sum, err
}
