package name_test

import (
	"testing"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/name"
)

func TestSpellingsOfOneName(t *testing.T) {
	const want = "UBND huyện Thạnh Trị"
	for spelling, clean := range map[string]string{
		want: want, "ubnd huyện thạnh trị": "ubnd huyện thạnh trị", "UBND HUYỆN THẠNH TRỊ": "UBND HUYỆN THẠNH TRỊ",
		"  UBND \t huyện\nThạnh\u00a0Trị ": want,                                           // white space of any kind
		"UBND huyện Tha\u0323nh Tri\u0323": want,                                           // decomposed
		"UBND huye\u0323\u0302n Thạnh Trị": want, "UBND huye\u0302\u0323n Thạnh Trị": want, // in either order
		"UBND huyện Thạnh\u200b Trị\u00ad": want, "\ufeffUBND huyện Thạnh\x00 Trị": want, // nobody sees it
	} {
		if got := name.Clean(spelling); got != clean {
			t.Errorf("%+q is shown as %+q, want %+q", spelling, got, clean)
		}
		if name.Key(spelling) != name.Key(want) {
			t.Errorf("%+q has the key %+q, want %+q", spelling, name.Key(spelling), name.Key(want))
		}
	}
	for _, other := range []string{"UBND huyện Thanh Trì", "UBND huyện Thạnh Trị 2", "UBND huyệnThạnh Trị", ""} {
		if name.Key(other) == name.Key(want) {
			t.Errorf("%q must be another name", other)
		}
	}
	for _, nothing := range []string{"", " \t\n", "\u200b\u00ad"} {
		if name.Clean(nothing) != "" || name.Key(nothing) != "" {
			t.Errorf("%+q leaves %+q and %+q", nothing, name.Clean(nothing), name.Key(nothing))
		}
	}
}

// What is kept is kept as it is: cleaned or keyed again, nothing changes.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"UBND huyện Thạnh Trị", "e\u0302\u0323", "ẞ\u0345", "\u200b \u00ad"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, key := name.Clean(text), name.Key(text)
		if again := name.Clean(clean); again != clean {
			t.Errorf("%+q is cleaned to %+q and then to %+q", text, clean, again)
		}
		if name.Key(clean) != key {
			t.Errorf("%+q has the key %+q, cleaned %+q", text, key, name.Key(clean))
		}
		if !utf8.ValidString(clean) || !utf8.ValidString(key) {
			t.Errorf("%+q gives %+q and %+q", text, clean, key)
		}
	})
}
