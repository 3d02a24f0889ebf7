package pack

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// Name returns text as a name: in Unicode's composed form (NFC), without
// characters that nobody sees, its runs of white space made one space. The key
// is the same without regard to capitals, and empty if nothing is left.
//
// Vietnamese letters are typed in composed and in decomposed form, by keyboards
// and by programs; both look the same and must be the same name.
func Name(text string) catalog.Name {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	clean := norm.NFC.String(strings.Join(strings.Fields(visible), " "))
	return catalog.Name{Text: clean, Key: norm.NFC.String(cases.Fold().String(clean))}
}
