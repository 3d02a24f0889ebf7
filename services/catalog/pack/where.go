package pack

import (
	"regexp"
	"strings"

	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Finding is something that validation found.
type Finding = regulation.Finding

// Where returns where an error stands in a pack, which is no one file: in a node
// ("i.1.1: item.maxPoints") or in the regulation ("decisionDate"). Of anything else
// it returns the Path.
func (p Pack) Where(f Finding) string {
	if f.Severity != regulation.Error {
		return f.Path
	}
	if f.Node == "" {
		return keyPath(f.Place())
	}
	if _, field, below := strings.Cut(nodePlace.ReplaceAllString(f.Place(), ""), "."); below {
		return f.Node + ": " + keyPath(field)
	}
	return f.Node
}

// nodePlace is the place of a node.
var nodePlace = regexp.MustCompile(`^criteria_sets\[[0-9]+\]\.nodes\[[0-9]+\]`)

// inNode is a place in a file with the node that a finding is in.
func inNode(where string, f Finding) string {
	if f.Node != "" {
		where += " (" + f.Node + ")"
	}
	return where
}

// nearest returns a place that is there, or the nearest one above it; empty for the
// whole.
func nearest[T any](there map[string]T, place string) string {
	for place != "" {
		if _, ok := there[place]; ok {
			return place
		}
		place = place[:max(strings.LastIndexAny(place, ".["), 0)]
	}
	return ""
}

var (
	underscored = regexp.MustCompile(`_([a-z0-9])`)
	quotedKey   = regexp.MustCompile(`\["([^"]*)"\]`)
)

// keyPath is a place in the contract by the keys of a file:
// "criteria_sets[0].group_name" is "criteriaSets[0].groupName".
func keyPath(place string) string {
	var path strings.Builder
	last := 0
	for _, at := range quotedKey.FindAllStringSubmatchIndex(place, -1) { // what is data stays
		path.WriteString(camel(place[last:at[0]]) + "." + place[at[2]:at[3]])
		last = at[1]
	}
	path.WriteString(camel(place[last:]))
	return path.String()
}

func camel(names string) string {
	return underscored.ReplaceAllStringFunc(names, func(s string) string { return strings.ToUpper(s[1:]) })
}
