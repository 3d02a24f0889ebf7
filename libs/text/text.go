// Package text keeps the texts that people write: names, lines, paragraphs and
// slugs. Every text that enters parindex passes it, so that two files that look
// the same hold the same bytes, and a name is found however it was typed.
//
// All kinds are kept in Unicode's composed form (NFC), without white space at
// their ends. Characters fall into four classes:
//
//   - White space. A no-break space and every other Unicode space become a plain
//     space, because word processors insert them unasked.
//   - Invisible characters (soft hyphen, zero-width characters, byte order mark,
//     direction marks, variation selectors, tags) are removed: nobody sees them,
//     and whoever pasted them does not know of them.
//   - Bullets of the fonts Symbol and Wingdings, which Word pastes as private-use
//     characters, become the Unicode bullets they show.
//   - Control characters, embeddings, overrides and isolates of bidirectional
//     text, other private-use characters, U+FFFD, noncharacters and bytes that are no UTF-8 are refused
//     with Unprintable: they stand for a text that was damaged or whose reading
//     order is tampered with, and only its author knows what was meant.
//
// Text typed for the fonts of TCVN3 (.VnTime) or VNI is refused by Clean with
// Legacy, whose message states the Unicode text that is meant. A caller that can
// warn uses Tidy and Unlegacy instead.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind is a kind of text. It says what becomes of line breaks and of spaces
// inside the text.
type Kind uint8

const (
	// Name is what something is called. It has one line: a line break, which a
	// narrow column forces, and every other run of white space become one space.
	Name Kind = iota + 1
	// Line is a text of one line, such as a decision's number. Runs of spaces and
	// tabs become one space; a line break is refused with NotOneLine.
	Line
	// Paragraph is a text of several lines. Every kind of line break becomes "\n";
	// white space at the end of a line is cut; tabs and inner spaces stay.
	Paragraph
)

// Rule is what a field demands of its text.
type Rule struct {
	Kind
	// Most is how many characters the cleaned text may have; 0: any number.
	Most int
	// Needed refuses an empty text with Missing.
	Needed bool
}

// Clean returns text as it is kept. It fails with Missing, TooLong and as
// Kind.Clean does.
func (r Rule) Clean(text string) (string, error) {
	clean, err := r.Kind.Clean(text)
	if err != nil {
		return "", err
	}
	return clean, r.check(clean)
}

// Tidy is Clean without Legacy.
func (r Rule) Tidy(text string) (string, error) {
	clean, err := r.Kind.Tidy(text)
	if err != nil {
		return "", err
	}
	return clean, r.check(clean)
}

func (r Rule) check(clean string) error {
	switch {
	case r.Needed && clean == "":
		return Missing.With(r.wanted())
	case r.Most > 0 && len(clean) > r.Most && utf8.RuneCountInString(clean) > r.Most:
		return TooLong.With(r.Most)
	}
	return nil
}

// Clean returns text as it is kept. It fails with Unprintable, NotOneLine and
// Legacy.
func (k Kind) Clean(text string) (string, error) {
	if k.isClean(text) && isASCII(text) {
		return text, nil
	}
	clean, err := k.Tidy(text)
	if err != nil {
		return "", err
	}
	if meant, encoding := Unlegacy(text); encoding != "" {
		return "", Legacy.With(encoding, clip(meant))
	}
	return clean, nil
}

// Tidy returns text as it is kept, and text in a legacy encoding as it came. It
// fails with Unprintable and NotOneLine.
func (k Kind) Tidy(text string) (string, error) {
	if k.isClean(text) {
		return text, nil
	}
	if at, r := unprintable(text); at > 0 {
		return "", Unprintable.With(codePoint(r), at, k.wanted())
	}
	// In TCVN3 the code of the soft hyphen is the letter ư.
	keepSoftHyphen := strings.ContainsRune(text, softHyphen) && isLegacy(text)
	text = strings.Map(func(r rune) rune { return plain(r, keepSoftHyphen) }, strings.ReplaceAll(text, "\r\n", "\n"))
	if k == Line && strings.Contains(strings.Trim(text, "\n\t "), "\n") {
		return "", NotOneLine.With(k.wanted())
	}
	return k.fold(norm.NFC.String(text)), nil
}

// Show returns text as Name keeps it, without what Name refuses: what is left
// of a text whose faults are reported elsewhere, or that is only looked up.
func Show(text string) string {
	text = strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return -1
		}
		return plain(r, false)
	}, strings.ToValidUTF8(text, ""))
	return Name.fold(norm.NFC.String(text))
}

// isClean reports whether Tidy returns text unchanged, by a test that costs
// little. It may report false for a text that is clean.
func (k Kind) isClean(text string) bool {
	before := rune(0)
	for _, r := range text {
		switch {
		case r == ' ' && (before == 0 || k != Paragraph && before == ' '),
			r == '\n' && (k != Paragraph || before == 0 || before == ' '),
			r == '\t' || r < ' ' && r != '\n' || r == 0x7f,
			r > 0x7f && !isCommon(r):
			return false
		}
		before = r
	}
	return text == "" || before != ' ' && before != '\n' && norm.NFC.IsNormalString(text)
}

// isCommon finds the letters of Vietnamese and the signs of its print. It leaves
// out the marks that combine.
func isCommon(r rune) bool {
	return r >= 0xc0 && r <= 0x233 || r >= 0x1ea0 && r <= 0x1ef9 || r >= 0x2010 && r <= 0x2027 || r == '≥' || r == '≤'
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fold folds the white space of a text in which plain has left spaces, tabs and
// line ends.
func (k Kind) fold(text string) string {
	if k != Paragraph {
		return strings.Join(strings.FieldsFunc(text, isBlank), " ")
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, isBlank)
	}
	return strings.TrimFunc(strings.Join(lines, "\n"), isBlank)
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

const softHyphen = '\u00ad'

// bullets are what Word's bullets of Symbol and Wingdings show.
var bullets = map[rune]rune{
	'\uf0b7': '•', '\uf06c': '●', '\uf06e': '■', '\uf06f': '□', '\uf076': '❖', '\uf0a7': '▪', '\uf0a8': '□',
	'\uf0d8': '➢', '\uf0e0': '→', '\uf0fc': '✓', '\uf02d': '-', '\uf02b': '+',
}

// plain returns what is kept of r, -1 for nothing.
func plain(r rune, keepSoftHyphen bool) rune {
	switch {
	case r < utf8.RuneSelf && r > ' ', r == '\n', r == '\t', r == softHyphen && keepSoftHyphen:
		return r
	case isLineEnd(r):
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case isInvisible(r):
		return -1
	}
	if b, ok := bullets[r]; ok {
		return b
	}
	return r
}

// isLineEnd finds what breaks a line in some program: among them the line break
// of Word's cells (U+000B) and the page break.
func isLineEnd(r rune) bool {
	return r >= '\n' && r <= '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

func isUnprintable(r rune) bool {
	if bullets[r] != 0 {
		return false
	}
	return r == utf8.RuneError || unicode.IsControl(r) && r != '\t' && !isLineEnd(r) ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' ||
		unicode.In(r, unicode.Co, unicode.Noncharacter_Code_Point)
}

// unprintable returns the place of the first character that is refused, counted
// from 1; 0: there is none.
func unprintable(text string) (at int, r rune) {
	for _, r := range text {
		if at++; isUnprintable(r) {
			return at, r
		}
	}
	return 0, 0
}
