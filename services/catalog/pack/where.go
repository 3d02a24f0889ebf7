package pack

import "github.com/parindex/parindex/services/catalog/internal/regulation"

// Finding is something that validation found.
type Finding = regulation.Finding

// Where returns where an error is in a pack, which is no one file: in a node
// ("i.1.1: item.maxPoints") or in the regulation ("decisionDate"). Of anything else
// it returns the Path.
func (p Pack) Where(f Finding) string {
	switch {
	case !f.Located():
		return f.Path
	case f.Node == "":
		return f.Place.String()
	case f.Place.InNode() == "":
		return f.Node
	default:
		return f.Node + ": " + f.Place.InNode()
	}
}

// inNode is a place in a file with the node that a finding is in.
func inNode(where string, f Finding) string {
	if f.Node != "" {
		where += " (" + f.Node + ")"
	}
	return where
}

// nearest returns what is known of a place, or of the nearest one above it of which
// something is known.
func nearest[T any](known map[string]T, place regulation.Place) T {
	for {
		at := place.String()
		if value, ok := known[at]; ok || at == "" {
			return value
		}
		place = place.Above()
	}
}
