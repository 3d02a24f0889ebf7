package fault

import (
	"regexp"
	"strings"
)

// InJSON returns f with its fields spelled as JSON spells them (see JSONPath); f
// stays as it is.
func (f *Fault) InJSON() *Fault {
	told := *f
	told.Field = JSONPath(f.Field)
	told.Violations = make([]Violation, len(f.Violations))
	for i, v := range f.Violations {
		v.Field = JSONPath(v.Field)
		told.Violations[i] = v
	}
	return &told
}

var (
	// protoPath is a path of names with indices or the keys of maps after them.
	protoPath = regexp.MustCompile(`^[A-Za-z0-9_]+(\[([0-9]+|true|false|"(\\.|[^"\\])*")\])*(\.[A-Za-z0-9_]+(\[([0-9]+|true|false|"(\\.|[^"\\])*")\])*)*$`)
	// protoName is a name at the beginning of such a path, or a key in brackets.
	protoName = regexp.MustCompile(`\["(\\.|[^"\\])*"\]|[A-Za-z0-9_]+`)
)

// JSONPath returns the path of a field as JSON names it, "entries[3].maxPoints",
// from the path as the contract names it, "entries[3].max_points". The keys of maps
// stay, and so do places that are no fields of a message: those of a file
// ("line 12: max_points", whose keys are the file's own), or an agency and its item
// ("so-noi-vu/i.1"). A path that is in JSON already stays too.
func JSONPath(path string) string {
	if !strings.Contains(path, "_") || !protoPath.MatchString(path) {
		return path
	}
	return protoName.ReplaceAllStringFunc(path, jsonName)
}

// jsonName follows protobuf: an underscore goes, and a letter after it is raised.
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
