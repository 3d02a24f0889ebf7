// Package text cleans and checks the texts that people write: names, lines,
// paragraphs and slugs. Every text that enters parindex passes through it, so that
// two files that look the same have the same bytes, and a name is found however it
// was typed.
//
// Every text is stored in Unicode's composed form (NFC), without white space at its
// ends. Four classes of characters are changed or refused:
//
//   - White space. A no-break space and every other Unicode space become a plain
//     space, because word processors insert them unasked.
//   - Invisible characters (soft hyphen, zero-width characters, byte order mark,
//     direction marks, variation selectors, tags) are removed, because nobody sees
//     them and people paste them without knowing.
//   - Bullets of the fonts Symbol and Wingdings, which Word pastes as private-use
//     characters, become the Unicode bullets that look like them.
//   - Control characters; embeddings, overrides and isolates of bidirectional text;
//     other private-use characters; U+FFFD; noncharacters; and bytes that are not
//     UTF-8 are refused with Unprintable. They are signs of a damaged text or of a
//     falsified reading order, and only the author knows the right text.
//
// Rule.Clean also refuses a text typed for the fonts of TCVN3 (.VnTime) or VNI with
// Legacy, whose message has the Unicode text that is probably meant. A caller that
// reports such texts as warnings uses Rule.Tidy instead.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind is a kind of text. It decides what happens to line breaks and to spaces
// inside the text.
type Kind uint8

const (
	// Name is the name of something. It has one line: a line break, which a narrow
	// column forces, and every other run of white space become one space.
	Name Kind = iota + 1
	// Line is a text of one line, such as the number of a decision. Runs of spaces
	// and tabs become one space; a line break is refused with NotOneLine.
	Line
	// Paragraph is a text of several lines. Every kind of line break becomes "\n";
	// white space at the end of a line is removed; tabs and inner spaces stay.
	Paragraph
)

// Rule is the rule for the texts of a field.
type Rule struct {
	Kind
	// Most is the largest number of characters of the cleaned text; 0: no limit.
	Most int
	// Needed refuses an empty text with Missing.
	Needed bool
}

// Clean returns text as it is stored. It fails with Unprintable, NotOneLine,
// Missing, TooLong and Legacy.
func (r Rule) Clean(text string) (string, error) {
	clean, err := r.Tidy(text)
	if err != nil {
		return "", err
	}
	if meant, encoding := DecodeLegacy(text); encoding != "" {
		return "", Legacy.With(encoding, clip(meant))
	}
	return clean, nil
}

// Tidy is Clean without Legacy: it returns a text in a legacy encoding in that
// encoding.
func (r Rule) Tidy(text string) (string, error) {
	clean, err := r.tidy(text)
	switch {
	case err != nil:
		return "", err
	case r.Needed && clean == "":
		return "", Missing.With(r.wanted())
	case r.Most > 0 && len(clean) > r.Most && utf8.RuneCountInString(clean) > r.Most:
		return "", TooLong.With(r.Most)
	}
	return clean, nil
}

func (k Kind) tidy(text string) (string, error) {
	if k.isClean(text) {
		return text, nil
	}
	if position, r := unprintable(text); position > 0 {
		return "", Unprintable.With(codePoint(r), position, k.wanted())
	}
	// In TCVN3 the code of the soft hyphen is the letter ư.
	keepSoftHyphen := strings.ContainsRune(text, softHyphen) && isLegacy(text)
	text = strings.Map(func(r rune) rune { return plain(r, keepSoftHyphen) }, strings.ReplaceAll(text, "\r\n", "\n"))
	if k == Line && strings.Contains(strings.Trim(text, "\n\t "), "\n") {
		return "", NotOneLine.With(k.wanted())
	}
	return k.fold(norm.NFC.String(text)), nil
}

// Show returns text as a Name, without the characters that a Name refuses. It is for
// texts whose faults are reported elsewhere, and for texts that are only searched
// for.
func Show(text string) string {
	text = strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return -1
		}
		return plain(r, false)
	}, strings.ToValidUTF8(text, ""))
	return Name.fold(norm.NFC.String(text))
}

// isClean reports, at little cost, whether tidy returns text unchanged. It may report
// false for a text that is clean.
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

// isCommon reports whether r is one of the letters and signs that Vietnamese texts
// have and that tidy does not change. Combining marks are not.
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

// fold folds the white space of a text that has no other white space than spaces,
// tabs and line breaks.
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

// bullets has the Unicode bullets that look like Word's bullets of Symbol and
// Wingdings.
var bullets = map[rune]rune{
	'\uf0b7': '•', '\uf06c': '●', '\uf06e': '■', '\uf06f': '□', '\uf076': '❖', '\uf0a7': '▪', '\uf0a8': '□',
	'\uf0d8': '➢', '\uf0e0': '→', '\uf0fc': '✓', '\uf02d': '-', '\uf02b': '+',
}

// plain returns the character that replaces r; -1 removes it.
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

// isLineEnd reports whether r breaks a line in any program. This includes the line
// break in a cell of Word (U+000B) and the page break.
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

// unprintable returns the first refused character and its position, counted from 1;
// the position is 0 if there is none.
func unprintable(text string) (position int, r rune) {
	for _, r := range text {
		if position++; isUnprintable(r) {
			return position, r
		}
	}
	return 0, 0
}
