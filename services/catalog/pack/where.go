package pack

import (
	"strings"

	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Finding is something that validation found.
type Finding = regulation.Finding

// Where returns the place of an error in a pack. A pack has several files, so the place
// is a field of a node ("i.1.1: item.maxPoints") or of the regulation ("decisionDate"),
// without a line. For a finding without a node it returns the Path.
func (p Pack) Where(f Finding) string {
	if !f.Located() || f.Node == "" {
		return where(f, f.Place.String())
	}
	return strings.TrimSuffix(f.Node+": "+f.Place.InNode(), ": ")
}

// where returns the place of an error in a file, with the node that it is in, and of
// anything else the Path.
func where(f Finding, inFile string) string {
	switch {
	case !f.Located():
		return f.Path
	case f.Node == "":
		return inFile
	default:
		return inFile + " (" + f.Node + ")"
	}
}

// nearest returns what is known of a place, or of the nearest one above it of which
// something is known.
func nearest[T any](known map[string]T, place regulation.Place) T {
	for ; ; place = place.Above() {
		at := place.String()
		if value, ok := known[at]; ok || at == "" {
			return value
		}
	}
}
