package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed text/*.json
var texts embed.FS

// A language is one in which the pages are written. Its code is the first part of an
// address.
type language struct {
	code  string
	words map[string]string
}

// Languages are the codes of the languages of the pages, the main one first.
var Languages = [...]string{"vi", "en"}

func readLanguages() (map[string]*language, error) {
	all := map[string]*language{}
	for _, code := range Languages {
		content, err := texts.ReadFile(path.Join("text", code+".json"))
		if err != nil {
			return nil, fmt.Errorf("reading the texts of pages: %w", err)
		}
		l := &language{code: code}
		if err := json.Unmarshal(content, &l.words); err != nil {
			return nil, fmt.Errorf("reading the texts %s of pages: %w", code, err)
		}
		all[code] = l
	}
	return all, nil
}

// text returns the text with a key. Pairs of a name and a value replace its {name}.
func (l *language) text(key string, pairs ...any) string {
	text, found := l.words[key]
	if !found {
		return "[" + key + "]"
	}
	if len(pairs) == 0 {
		return text
	}
	filled := make([]string, 0, len(pairs))
	for i, p := range pairs {
		if i%2 == 0 {
			filled = append(filled, "{"+fmt.Sprint(p)+"}")
		} else {
			filled = append(filled, fmt.Sprint(p))
		}
	}
	return strings.NewReplacer(filled...).Replace(text)
}

// named returns the name of a group or domain with a fixed id: the published one in
// Vietnamese, in English its translation if there is one.
func (l *language) named(id, published string) string {
	if translated, found := l.words["name."+id]; found {
		return translated
	}
	if published == "" {
		return id
	}
	return published
}

// decimal writes a decimal as people of the language do. It never passes through a
// binary number.
func (l *language) decimal(figure string) string {
	figure = strings.Replace(figure, "-", "−", 1)
	if l.code == "vi" {
		figure = strings.Replace(figure, ".", ",", 1)
	}
	return figure
}

// on writes YYYY-MM-DD, or as much of it as is known, after its preposition: "ngày
// 08/01/2024", "of March 2024".
func (l *language) on(date string) string {
	parts := strings.Split(date, "-")
	if date == "" || len(parts) > 3 {
		return ""
	}
	if l.code == "vi" {
		kind := [...]string{"năm ", "tháng ", "ngày "}[len(parts)-1]
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
		return kind + strings.Join(parts, "/")
	}
	written := parts[0]
	if len(parts) > 1 {
		if month, err := strconv.Atoi(parts[1]); err == nil && month >= 1 && month <= 12 {
			written = time.Month(month).String() + " " + written
		}
	}
	if len(parts) > 2 {
		written = strings.TrimLeft(parts[2], "0") + " " + written
	}
	return "of " + written
}

// day writes a whole date as it stands in a sentence: "ngày 08/01/2024", "8 January 2024".
func (l *language) day(date string) string { return strings.TrimPrefix(l.on(date), "of ") }

// longDate writes a date as the head of an administrative document does.
func longDate(date string) string {
	parts := strings.Split(date, "-")
	if len(parts) != 3 {
		return ""
	}
	return "ngày " + parts[2] + " tháng " + parts[1] + " năm " + parts[0]
}

// number writes the printed number of a document. Drafts and some prints leave the
// register number blank, which is said and not printed as an empty place.
func (l *language) number(printed string) string {
	printed = strings.TrimSpace(printed)
	if symbol, blank := strings.CutPrefix(printed, "/"); blank {
		return l.text("document.unnumbered", "symbol", strings.TrimSpace(symbol))
	}
	return printed
}
