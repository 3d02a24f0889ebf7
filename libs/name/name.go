// Package name says when two spellings are one official name.
//
// Vietnamese letters are typed in composed and in decomposed form, by keyboards
// and by programs; both look the same and must be the same name. Whoever stores
// names and whoever looks one up take the key from here, so that a name that is
// refused as taken in one place is found under the same spelling in another.
package name

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Clean returns text as a name is kept and shown: in Unicode's composed form
// (NFC), without characters that nobody sees, each run of white space made one
// space and none at the ends. It is empty if nothing is left.
func Clean(text string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	return norm.NFC.String(strings.Join(strings.Fields(visible), " "))
}

// Key returns what all spellings of one name have in common: Clean without
// regard to capitals. Two texts are one name if and only if their keys are
// equal; letters and tone marks tell names apart.
func Key(text string) string {
	return norm.NFC.String(cases.Fold().String(Clean(text)))
}
