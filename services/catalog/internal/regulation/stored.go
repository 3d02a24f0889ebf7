package regulation

import (
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/sealed"
)

// Stored returns the canonical form of c in the two pieces that are stored: c without
// its criteria sets, and the criteria sets, an empty list for none. Put together,
// they are the bytes whose SHA-256 identifies c.
func (c Content) Stored() (head, sets []byte, err error) {
	if head, err = canonical.JSON(c.Head()); err != nil {
		return nil, nil, fmt.Errorf("writing the canonical form of %q: %w", c.Title, err)
	}
	if sets, err = canonical.JSON(append([]sealed.CriteriaSet{}, c.CriteriaSets...)); err != nil {
		return nil, nil, fmt.Errorf("writing the criteria sets of %q: %w", c.Title, err)
	}
	return head, sets, nil
}
