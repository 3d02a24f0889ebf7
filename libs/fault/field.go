package fault

import (
	"regexp"
	"slices"
	"strings"
)

// InJSON returns a copy of f with the fields named as in JSON (see JSONPath).
func (f *Fault) InJSON() *Fault {
	copied := *f
	copied.Field = JSONPath(f.Field)
	copied.Violations = slices.Clone(f.Violations)
	for i := range copied.Violations {
		copied.Violations[i].Field = JSONPath(copied.Violations[i].Field)
	}
	return &copied
}

var (
	// protoPath is a path of names with indices or the keys of maps after them.
	protoPath = regexp.MustCompile(`^[A-Za-z0-9_]+(\[([0-9]+|true|false|"(\\.|[^"\\])*")\])*(\.[A-Za-z0-9_]+(\[([0-9]+|true|false|"(\\.|[^"\\])*")\])*)*$`)
	// protoName is a name at the beginning of such a path, or a key in brackets.
	protoName = regexp.MustCompile(`\["(\\.|[^"\\])*"\]|[A-Za-z0-9_]+`)
)

// JSONPath translates the path of a field in the contract, "entries[3].max_points",
// into its path in JSON, "entries[3].maxPoints". It does not change the keys of maps,
// a path that is in JSON already, or a place that is not a field of a message: one in
// a file ("line 12: max_points", with the keys of the file), or an agency and its item
// ("so-noi-vu/i.1").
func JSONPath(path string) string {
	if !strings.Contains(path, "_") || !protoPath.MatchString(path) {
		return path
	}
	return protoName.ReplaceAllStringFunc(path, jsonName)
}

// jsonName returns a name as protobuf writes it in JSON: without underscores, and
// with a capital after each.
func jsonName(name string) string {
	if strings.HasPrefix(name, "[") {
		return name
	}
	first, rest, _ := strings.Cut(name, "_")
	var b strings.Builder
	b.WriteString(first)
	for part := range strings.SplitSeq(rest, "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}
