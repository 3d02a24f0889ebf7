package text

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A syllable of Vietnamese, in small letters without its tone: what may begin
// it, and what may follow.
var (
	onset = `(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?`
	rhyme = `(?:` + strings.Join([]string{
		`a(?:[iouy]|c|ch|m|n|ng|nh|p|t)?`, `ă(?:c|k|m|n|ng|p|t)`, `â(?:[uy]|c|m|n|ng|p|t)`,
		`e(?:o|c|m|n|ng|p|t)?`, `ê(?:u|c|ch|m|n|ng|nh|p|t)?`,
		`i(?:[au]|c|ch|m|n|nh|p|t)?`, `iê(?:u|c|m|n|ng|p|t)`,
		`o(?:i|c|m|n|ng|p|t)?`, `oo(?:c|ng)`, `oa(?:[ioy]|c|ch|m|n|ng|nh|p|t)?`, `oă(?:c|m|n|ng|t)`, `oe(?:o|m|n|t)?`,
		`ô(?:i|c|m|n|ng|p|t)?`, `ơ(?:i|m|n|p|t)?`,
		`u(?:[aiơ]|c|m|n|ng|p|t)?`, `uâ(?:y|n|ng|t)`, `uê(?:ch|n|nh|u)?`, `uô(?:i|c|m|n|ng|t)`, `uy(?:[au]|ch|n|nh|p|t)?`, `uyê(?:n|t)`,
		`ư(?:[aiu]|c|m|n|ng|t)?`, `ươ(?:[iu]|c|m|n|ng|p|t)`, `y(?:ch|n|nh|t)?`, `yê(?:u|m|n|ng|t)`,
	}, "|") + `)`
	syllable = regexp.MustCompile(`^(?:gi[mnp]?|` + onset + rhyme + `)$`)
	// Such a syllable bears the acute or the dot.
	stopped = regexp.MustCompile(`(?:c|ch|p|t)$`)
	// A mark does not stand on the glide that ends a syllable, nor on the a of ia,
	// ua and ưa, but for qu and gi, whose vowel belongs to the onset.
	misplaced  = regexp.MustCompile("(?:[aeiou]\\pM*[iu]|[ae]o|a\\pM*y|[iu]\\pM*a)\\pM$")
	onsetVowel = regexp.MustCompile("^(?:qu|gi)[aeiouy]\\pM$")
)

// isSyllable reports whether word can be a syllable of Vietnamese, by how it is
// spelled. Where in its vowels the tone mark stands does not matter.
func isSyllable(word string) bool {
	var tones int
	var sharp bool
	toneless := strings.Map(func(r rune) rune {
		if isTone(r) {
			tones++
			sharp = r == '\u0301' || r == '\u0323'
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(word)))
	toneless = norm.NFC.String(toneless)
	if tones > 1 || !syllable.MatchString(toneless) {
		return false
	}
	return !stopped.MatchString(toneless) || sharp || tones == 0 && isASCII(toneless)
}

// isWellMarked is isSyllable with the tone mark where it is printed.
func isWellMarked(word string) bool {
	apart := norm.NFD.String(strings.ToLower(word))
	return isSyllable(word) && (!misplaced.MatchString(apart) || onsetVowel.MatchString(apart))
}
