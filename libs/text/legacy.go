package text

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// DecodeLegacy returns the Unicode text that is meant by a text typed for the fonts
// of TCVN3 (.VnTime: "Së Néi vô") or VNI ("Keá hoaïch"), which use the codes of
// Western European letters, and the name of the encoding. For any other text both
// are empty.
//
// It decides for each line: a line is in a legacy encoding if decoding turns enough
// of its words from impossible into possible syllables of Vietnamese, and few of its
// words fit no legacy encoding. So proper Vietnamese, French and English are not
// decoded, and neither is a line with a single short legacy word.
func DecodeLegacy(text string) (meant, encoding string) {
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
	_, encoding := DecodeLegacy(text)
	return encoding != ""
}

// encoding is a legacy encoding of Vietnamese, read as Windows-1252.
type encoding struct {
	name string
	// letters has the letters by their one or two characters in the encoding.
	letters map[string]string
}

var (
	tcvn3 = encoding{"TCVN3 (.VnTime)", tcvn3Letters()}
	vni   = encoding{"VNI", vniLetters()}
)

// tcvn3Letters returns the letters of TCVN3. Its table begins at U+00A1; "." is a code
// without a letter. TCVN3 has no capitals with tone marks: fonts named …H show the
// small letters as capitals.
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

// vniLetters returns the letters of VNI: those typed as a base letter and a mark, and
// those with a single code.
func vniLetters() map[string]string {
	const marked = "aeouyôö:ù:\u0301 aeouyôö:ø:\u0300 aeouyôö:û:\u0309 aeouyôö:õ:\u0303 aeouôö:ï:\u0323 " +
		"aeo:â:\u0302 aeo:á:\u0302\u0301 aeo:à:\u0302\u0300 aeo:å:\u0302\u0309 aeo:ã:\u0302\u0303 aeo:ä:\u0302\u0323 " +
		"a:ê:\u0306 a:é:\u0306\u0301 a:è:\u0306\u0300 a:ú:\u0306\u0309 a:ü:\u0306\u0303 a:ë:\u0306\u0323" // bases:mark:marks of Unicode
	single := map[string]string{"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ"}
	letters := map[string]string{}
	add := func(typed, letter string) {
		letters[typed] = letter
		letters[strings.ToUpper(typed)] = strings.ToUpper(letter)
	}
	for typed, letter := range single {
		add(typed, letter)
	}
	for row := range strings.FieldsSeq(marked) {
		bases, marks, _ := strings.Cut(row, ":")
		mark, combining, _ := strings.Cut(marks, ":")
		for _, base := range bases {
			letter := string(base)
			if horned, ok := single[letter]; ok {
				letter = horned
			}
			letter = norm.NFC.String(letter + combining)
			add(string(base)+mark, letter)
			// The first letter of a name is typed as a capital with a small mark.
			letters[strings.ToUpper(string(base))+mark] = strings.ToUpper(letter)
		}
	}
	return letters
}

// legacyOf returns the legacy encoding of a line, or nil if it has none.
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

// isPlainlyUnicode reports, at little cost, whether line has so many words with
// letters of neither encoding that score is 0 for both.
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

// score weighs the words of a line. Above 0 the line is in the encoding; a higher
// score is more certain.
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

// isSign reports whether a word is a single sign, such as § or ©.
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

// word decodes one word. whole reports whether every character above ASCII is part of
// a letter of the encoding.
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

// capitals returns decoded in capitals if word has several ASCII letters and all of
// them are capitals: TCVN3 has no capitals with tone marks.
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

// words returns the runs of letters, and of signs whose codes are letters in a legacy
// encoding.
func words(line string) iter.Seq[string] {
	return strings.FieldsFuncSeq(line, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && (r < 0xa1 || r > 0xfe)
	})
}
