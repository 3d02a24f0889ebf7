package text

import (
	"regexp"
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
	return norm.NFC.String(joint.ReplaceAllString(toneLast(folded), "$1"))
}

// Plain returns the key of a name without accents, by which people search: that of "Đỗ
// Văn An" is "do van an". Names with different letters or tones can have the same.
func Plain(name string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(Key(name))))
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

// tones are the five tone marks: grave, acute, tilde, hook above, dot below. Each has
// toneSize bytes.
const (
	tones    = "\u0300\u0301\u0303\u0309\u0323"
	toneSize = 2
)

var (
	// joint is a dash or a comma with the spaces beside it.
	joint = regexp.MustCompile(` *([-,]) *`)
	// vowels is a group of vowels with the marks of â, ê and ô, of ă, and of ơ and ư,
	// and with tone marks.
	vowels = regexp.MustCompile(`[aeiouy][aeiouy\x{302}\x{306}\x{31b}` + tones + `]*`)
)

// toneLast moves the tone mark of each group of vowels of a decomposed text to the end
// of the group. A group with several tone marks, which no syllable has, stays as it
// is.
func toneLast(text string) string {
	return vowels.ReplaceAllStringFunc(text, func(group string) string {
		tone := strings.IndexAny(group, tones)
		if tone < 0 || tone != strings.LastIndexAny(group, tones) {
			return group
		}
		after := tone + toneSize
		return group[:tone] + group[after:] + group[tone:after]
	})
}
