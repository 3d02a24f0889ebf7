package text

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A syllable of Vietnamese is an onset, which may be missing, and a rhyme: a group of
// vowels and an ending, which may be missing. Both are listed without tones; the
// longest onset comes first.
var (
	onsets = strings.Fields("ngh ng nh gh gi kh ph th tr ch qu b c d đ g h k l m n p r s t v x")
	rhymes = setOf(
		"a:-,i,o,u,y,c,ch,m,n,ng,nh,p,t ă:c,k,m,n,ng,p,t â:u,y,c,m,n,ng,p,t " +
			"e:-,o,c,m,n,ng,p,t ê:-,u,c,ch,m,n,ng,nh,p,t i:-,a,u,c,ch,m,n,nh,p,t iê:u,c,m,n,ng,p,t " +
			"o:-,i,c,m,n,ng,p,t oo:c,ng oa:-,i,o,y,c,ch,m,n,ng,nh,p,t oă:c,m,n,ng,t oe:-,o,m,n,t " +
			"ô:-,i,c,m,n,ng,p,t ơ:-,i,m,n,p,t u:-,a,i,ơ,c,m,n,ng,p,t uâ:y,n,ng,t uê:-,ch,n,nh,u uô:i,c,m,n,ng,t " +
			"uy:-,a,u,ch,n,nh,p,t uyê:n,t ư:-,a,i,u,c,m,n,ng,t ươ:i,u,c,m,n,ng,p,t y:-,ch,n,nh,t yê:u,m,n,ng,t")
	toned = tonedVowels()
	// A tone mark is never on the glide that ends a syllable, nor on the a of ia, ua
	// and ưa, except after qu and gi, whose vowel belongs to the onset.
	misplaced  = regexp.MustCompile(`(?:[aeiou]\pM*[iu]|[ae]o|a\pM*y|[iu]\pM*a)\pM$`)
	onsetVowel = regexp.MustCompile(`^(?:qu|gi)[aeiouy]\pM$`)
)

func setOf(table string) map[string]bool {
	set := map[string]bool{}
	for row := range strings.FieldsSeq(table) {
		vowels, ends, _ := strings.Cut(row, ":")
		for end := range strings.SplitSeq(ends, ",") {
			set[vowels+strings.Trim(end, "-")] = true
		}
	}
	return set
}

// letter is a vowel with its tone mark.
type letter struct{ plain, tone rune }

func tonedVowels() map[rune]letter {
	vowels := map[rune]letter{}
	for _, v := range "aăâeêioôơuưy" {
		for _, tone := range tones {
			vowels[[]rune(norm.NFC.String(string(v) + string(tone)))[0]] = letter{v, tone}
		}
	}
	return vowels
}

// isSyllable reports whether word, in NFC, is spelled as a syllable of Vietnamese. The
// tone mark may be on any of its vowels.
func isSyllable(word string) bool {
	tones, tone := 0, rune(0)
	plain := strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if l, ok := toned[r]; ok {
			tones++
			r, tone = l.plain, l.tone
		}
		return r
	}, word)
	if tones > 1 || !isSpelled(plain) {
		return false
	}
	// A syllable that ends in c, ch, p or t has the acute or the dot below.
	stopped := strings.HasSuffix(plain, "c") || strings.HasSuffix(plain, "ch") || strings.HasSuffix(plain, "p") || strings.HasSuffix(plain, "t")
	return !stopped || tone == '\u0301' || tone == '\u0323' || tones == 0 && isASCII(plain)
}

func isSpelled(plain string) bool {
	if rhymes[plain] {
		return true
	}
	for _, o := range onsets {
		if rest, ok := strings.CutPrefix(plain, o); ok && (rhymes[rest] || o == "gi" && rhymes["i"+rest]) {
			return true
		}
	}
	return false
}

// isWellMarked reports whether word is a syllable with its tone mark on a vowel where
// it is written.
func isWellMarked(word string) bool {
	if !isSyllable(word) {
		return false
	}
	apart := norm.NFD.String(strings.ToLower(word))
	return !misplaced.MatchString(apart) || onsetVowel.MatchString(apart)
}
