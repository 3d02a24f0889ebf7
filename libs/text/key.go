package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key returns the key of a name: two names are the same to a Vietnamese reader if and
// only if their keys are equal. Characters that a Name refuses are left out. These
// differences do not change the key:
//
//   - composed or decomposed letters, invisible characters, capitals;
//   - white space: how much, and whether there is any beside a dash or a comma;
//   - which dash, apostrophe or quotation mark is printed;
//   - Đ (U+0110), Ð (U+00D0) and Ɖ (U+0189), which look the same;
//   - the vowel that has the tone mark of a syllable: hoà and hòa, thuỷ and thủy,
//     thuở and thủơ. A syllable has one tone, and no two words differ only in the
//     vowel that is marked, so "hòan" is "hoàn" and "qúy" is "quý" as well.
//
// Names with different letters or tones, or with i and y exchanged, are different.
func Key(name string) string {
	folded := strings.Map(look, norm.NFD.String(strings.ToLower(cases.Fold().String(norm.NFD.String(Show(name))))))
	return norm.NFC.String(tight(toneLast(folded)))
}

// look returns, for each small letter or sign, the one that represents all that look
// like it.
func look(r rune) rune {
	switch r {
	case 'ð', 'ɖ':
		return 'đ'
	case '‘', '’', '‛', 'ʼ', 'ʻ', '′', '`', '´':
		return '\''
	case '“', '”', '„', '«', '»', '″':
		return '"'
	case '，', '、':
		return ','
	}
	if unicode.Is(unicode.Dash, r) {
		return '-'
	}
	return r
}

// tight removes the spaces beside dashes and commas.
func tight(text string) string {
	fields := strings.Fields(text)
	var b strings.Builder
	for i, f := range fields {
		if i > 0 && !joins(fields[i-1][len(fields[i-1])-1]) && !joins(f[0]) {
			b.WriteByte(' ')
		}
		b.WriteString(f)
	}
	return b.String()
}

func joins(c byte) bool { return c == '-' || c == ',' }

// toneLast moves the tone mark of each group of vowels of a decomposed text to the end
// of the group. A group with several tone marks, which no syllable has, stays as it
// is.
func toneLast(text string) string {
	var b strings.Builder
	var tones, group []rune
	var plain []rune // the group without its tone
	flush := func() {
		if len(tones) == 1 {
			group = append(plain, tones[0])
		}
		b.WriteString(string(group))
		tones, group, plain = nil, nil, nil
	}
	for _, r := range text {
		switch {
		case isTone(r) && len(group) > 0:
			tones, group = append(tones, r), append(group, r)
		case strings.ContainsRune("aeiouy", r), isVowelMark(r) && len(group) > 0:
			group, plain = append(group, r), append(plain, r)
		default:
			flush()
			b.WriteRune(r)
		}
	}
	flush()
	return b.String()
}

// isTone reports whether r is one of the five tone marks: grave, acute, tilde, hook
// above, dot below.
func isTone(r rune) bool {
	return r == '\u0300' || r == '\u0301' || r == '\u0303' || r == '\u0309' || r == '\u0323'
}

// isVowelMark reports whether r is the mark of â, ê and ô, of ă, or of ơ and ư.
func isVowelMark(r rune) bool { return r == '\u0302' || r == '\u0306' || r == '\u031b' }
