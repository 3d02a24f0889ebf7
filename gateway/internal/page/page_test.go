package page

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Both languages have the same texts, apart from the English names of what has a fixed
// id, with the same places to fill; and each is used.
func TestTexts(t *testing.T) {
	languages, err := readLanguages()
	if err != nil {
		t.Fatal(err)
	}
	vi, en := languages["vi"].words, languages["en"].words
	places := regexp.MustCompile(`\{\w+\}`)
	for key, text := range en {
		if other, there := vi[key]; strings.HasPrefix(key, "name.") == there {
			t.Errorf("%s is in one language", key)
		} else if there {
			a, b := places.FindAllString(text, -1), places.FindAllString(other, -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s is filled with %v and %v", key, a, b)
			}
		}
	}
	source := sourceText(t)
	for _, key := range slices.Sorted(maps.Keys(vi)) {
		if en[key] == "" {
			t.Errorf("%s has no English text", key)
		}
		// A key may be put together from its first part and a name of the contract.
		first, rest, _ := strings.Cut(key, ".")
		composed := slices.Contains([]string{"column", "source", "rule", "how", "reduction"}, first) &&
			(strings.Contains(source, `"`+first+`.%s`) || strings.Contains(source, `"`+first+`."`)) && rest != ""
		if !strings.Contains(source, `"`+key+`"`) && !composed {
			t.Errorf("%s is not used", key)
		}
	}
}

// sourceText returns the templates and the Go source of this package.
func sourceText(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"templates/*.html", "*.go"} {
		names, err := fs.Glob(os.DirFS("."), pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(os.DirFS("."), name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(content)
		}
	}
	return all.String()
}

func TestWords(t *testing.T) {
	languages, err := readLanguages()
	if err != nil {
		t.Fatal(err)
	}
	vi, en := languages["vi"], languages["en"]
	for got, want := range map[string]string{
		vi.decimal("-1.25"):     "−1,25",
		en.decimal("12.50"):     "12.50",
		vi.on("2024-01-08"):     "ngày 08/01/2024",
		vi.on("2024-03"):        "tháng 03/2024",
		vi.on("2024"):           "năm 2024",
		en.on("2024-01-08"):     "of 8 January 2024",
		en.on("2024-03"):        "of March 2024",
		en.on("2024"):           "of 2024",
		en.on(""):               "",
		vi.number("/BC-SNV"):    "để trống số (ký hiệu BC-SNV)",
		vi.number("25/QĐ-UBND"): "25/QĐ-UBND",
		longDate("2024-01-08"):  "ngày 08 tháng 01 năm 2024",
		longDate("2024-01"):     "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
