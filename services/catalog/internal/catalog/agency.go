package catalog

import (
	"slices"

	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Renaming is a change of an agency's names. A nil field is left as it is, with one
// exception: a new Name without Aliases turns the old name into an alias, so that
// the agency is still found by older documents.
type Renaming struct {
	Name    *Name
	Aliases *[]Name
}

// Rename returns a with the names of r, in a new version unless nothing changes.
// taken maps the keys of stored names to the ids of their agencies.
//
// Rename fails with AgencyNameMissing, AliasRepeated, AgencyNameTaken and, above
// MaxAliases, ListTooLong, at "name", "aliases" or "aliases[2]".
func (a Agency) Rename(r Renaming, taken map[string]string) (Agency, error) {
	renamed := a
	if r.Name != nil {
		renamed.Name, renamed.Aliases = *r.Name, a.otherNames(r.Name.Key)
	}
	if r.Aliases != nil {
		renamed.Aliases = *r.Aliases
	}
	if renamed.Name.Key == "" {
		return a, AgencyNameMissing.At("name")
	}
	own := map[string]bool{}
	for place, name := range renamed.names() {
		if owner, ok := taken[name.Key]; ok && owner != a.ID {
			return a, AgencyNameTaken.With(name.Text, owner).At(place)
		}
		if own[name.Key] {
			return a, AliasRepeated.With(name.Text).At(place)
		}
		own[name.Key] = true
	}
	if len(own) != 1+len(renamed.Aliases) { // names leaves out blank ones
		return a, AgencyNameMissing.At("aliases")
	}
	if renamed.same(a) {
		return a, nil
	}
	if len(renamed.Aliases) > MaxAliases {
		return a, regulation.ListTooLong.With(MaxAliases).At("aliases")
	}
	renamed.Version++
	return renamed, nil
}

// otherNames returns the aliases and the name of a, without the name with that key.
func (a Agency) otherNames(key string) []Name {
	return slices.DeleteFunc(append(slices.Clone(a.Aliases), a.Name), func(n Name) bool { return n.Key == key })
}

// Keys returns the keys of the names in r.
func (r Renaming) Keys() []string {
	var keys []string
	if r.Name != nil {
		keys = append(keys, r.Name.Key)
	}
	if r.Aliases != nil {
		for _, alias := range *r.Aliases {
			keys = append(keys, alias.Key)
		}
	}
	return keys
}
