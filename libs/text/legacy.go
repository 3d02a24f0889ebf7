package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Unlegacy returns the Unicode text that is meant by a text typed for the fonts
// of TCVN3 (.VnTime: "Së Néi vô") or VNI ("Keá hoaïch"), whose letters stand on
// the codes of Western European letters, and the name of the encoding. For any
// other text both are empty.
//
// It judges line by line, by syllables: a line is legacy if words that cannot be
// Vietnamese as they stand become syllables of Vietnamese when they are decoded,
// and few other words speak against it. So proper Vietnamese, French or English
// is left alone; a line in which a single short word is legacy is not noticed.
func Unlegacy(text string) (meant, encoding string) {
	if isASCII(text) {
		return "", ""
	}
	lines := strings.Split(norm.NFC.String(text), "\n")
	for i, l := range lines {
		if e := legacyOf(l); e != nil {
			encoding, lines[i] = e.name, e.decode(l)
		}
	}
	if encoding == "" {
		return "", ""
	}
	return Paragraph.fold(strings.Join(lines, "\n")), encoding
}

func isLegacy(text string) bool {
	_, encoding := Unlegacy(text)
	return encoding != ""
}

// encoding is a legacy encoding of Vietnamese, seen as Windows-1252.
type encoding struct {
	name string
	// letters are the letters by the one or two characters that stand for them.
	letters map[string]string
}

var (
	tcvn3 = encoding{"TCVN3 (.VnTime)", tcvn3Letters()}
	vni   = encoding{"VNI", vniLetters()}
)

// tcvn3Letters has the letters from U+00A1 on, "." for a code without one. There
// are no capitals with tone marks: fonts named …H show the small ones as capitals.
func tcvn3Letters() map[string]string {
	const table = "ĂÂÊÔƠƯĐăâêôơưđ......" + "àảãáạ.ằẳẵắ......." + "ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
	letters, code := map[string]string{}, rune(0xa1)
	for _, letter := range table {
		if letter != '.' {
			letters[string(code)] = string(letter)
		}
		code++
	}
	return letters
}

// vniLetters has what is typed as a base letter and a mark, and the letters on
// one code.
func vniLetters() map[string]string {
	marks := []struct{ bases, mark, combining string }{
		{"aeouyôö", "ù", "\u0301"}, {"aeouyôö", "ø", "\u0300"}, {"aeouyôö", "û", "\u0309"}, {"aeouyôö", "õ", "\u0303"}, {"aeouôö", "ï", "\u0323"},
		{"aeo", "â", "\u0302"}, {"aeo", "á", "\u0302\u0301"}, {"aeo", "à", "\u0302\u0300"}, {"aeo", "å", "\u0302\u0309"}, {"aeo", "ã", "\u0302\u0303"}, {"aeo", "ä", "\u0302\u0323"},
		{"a", "ê", "\u0306"}, {"a", "é", "\u0306\u0301"}, {"a", "è", "\u0306\u0300"}, {"a", "ú", "\u0306\u0309"}, {"a", "ü", "\u0306\u0303"}, {"a", "ë", "\u0306\u0323"},
	}
	single := map[string]string{"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ"}
	letters := map[string]string{}
	add := func(typed, letter string) {
		letters[typed] = letter
		letters[strings.ToUpper(typed)] = strings.ToUpper(letter)
	}
	for typed, letter := range single {
		add(typed, letter)
	}
	for _, m := range marks {
		for _, base := range m.bases {
			letter := string(base)
			if horned, ok := single[letter]; ok {
				letter = horned
			}
			letter = norm.NFC.String(letter + m.combining)
			add(string(base)+m.mark, letter)
			// A capital with a small mark is how the first letter of a name is typed.
			letters[strings.ToUpper(string(base))+m.mark] = strings.ToUpper(letter)
		}
	}
	return letters
}

// legacyOf returns the encoding that speaks for itself in a line, or nil.
func legacyOf(line string) *encoding {
	if isPlainlyUnicode(line) {
		return nil
	}
	var best *encoding
	var most int
	for _, e := range []*encoding{&tcvn3, &vni} {
		if score := e.score(line); score > most {
			best, most = e, score
		}
	}
	return best
}

// isPlainlyUnicode reports whether line has so many words with letters that
// neither encoding knows that score must refuse it, at little cost.
func isPlainlyUnicode(line string) bool {
	var all, beyond, between int
	for word := range words(line) {
		all++
		switch highest := highestOf(word); {
		case highest > 0xff:
			beyond++
		case highest >= utf8.RuneSelf:
			between++
		}
	}
	return between == 0 || 7*beyond > all+between
}

func highestOf(word string) (highest rune) {
	for _, r := range word {
		highest = max(highest, r)
	}
	return highest
}

// score weighs the words of a line: above 0 it is in the encoding, the more the
// surer.
func (e *encoding) score(line string) int {
	var fit, long, against, neutral int
	for word := range words(line) {
		decoded, whole := e.word(word)
		switch {
		case isSign(word):
		case isASCII(word) && (isSyllable(word) || strings.ToUpper(word) == word):
			neutral++
		case isASCII(word):
			against++
		case highestOf(word) > 0xff:
			against += 2
		case !whole || !isWellMarked(decoded):
			against++
		case isSyllable(word):
			neutral++
		default:
			fit++
			if utf8.RuneCountInString(word) > 2 {
				long++
			}
		}
	}
	if long == 0 && fit < 2 || against*3 > fit*2+neutral {
		return 0
	}
	return 3*fit - against
}

// isSign reports whether a word is a sign that stands alone, such as § or ©.
func isSign(word string) bool {
	return utf8.RuneCountInString(word) == 1 && !unicode.IsLetter([]rune(word)[0])
}

// decode returns a line with its words decoded.
func (e *encoding) decode(line string) string {
	var b strings.Builder
	rest := line
	for word := range words(line) {
		at := strings.Index(rest, word)
		b.WriteString(rest[:at])
		rest = rest[at+len(word):]
		if decoded, _ := e.word(word); !isSign(word) {
			word = decoded
		}
		b.WriteString(word)
	}
	return b.String() + rest
}

// word decodes one word. It is whole if every character above ASCII is part of a
// letter of the encoding.
func (e *encoding) word(word string) (decoded string, whole bool) {
	var b strings.Builder
	whole = true
	runes := []rune(word)
	for i := 0; i < len(runes); i++ {
		if i+1 < len(runes) {
			if letter, ok := e.letters[string(runes[i:i+2])]; ok {
				b.WriteString(letter)
				i++
				continue
			}
		}
		letter, ok := e.letters[string(runes[i])]
		if !ok {
			letter, whole = string(runes[i]), whole && runes[i] < utf8.RuneSelf
		}
		b.WriteString(letter)
	}
	return capitals(word, b.String()), whole
}

// capitals returns decoded in capitals if those of its letters that ASCII has
// are capitals, more than one: TCVN3 has no capitals with tone marks.
func capitals(word, decoded string) string {
	var upper, lower int
	for _, r := range word {
		switch {
		case r >= 'A' && r <= 'Z':
			upper++
		case r >= 'a' && r <= 'z':
			lower++
		}
	}
	if upper > 1 && lower == 0 {
		return strings.ToUpper(decoded)
	}
	return decoded
}

// words yields the runs of letters and of signs on whose codes legacy letters
// stand.
func words(line string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && (r < 0xa1 || r > 0xfe)
		}) {
			if !yield(word) {
				return
			}
		}
	}
}
