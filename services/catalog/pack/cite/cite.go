// Package cite tells whether a line of a document holds some words without
// having the document: of each line only the hashes of its words are kept, sorted,
// so that no sentence can be read from them.
//
// A digest is made of a document by the command in cmd/cite:
//
//	go run ./services/catalog/pack/cite/cmd/cite <document.txt >testdata/sources/S4.txt
package cite

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/name"
)

// word is a figure ("27/40", "73,66%") or a run of letters.
var word = regexp.MustCompile(`[0-9]+(?:[.,/][0-9]+)*%?|\p{L}+`)

// Words returns the hashes of the words of a text, sorted, each once: the first 8
// hex digits of the SHA-256 of the word in small letters and composed Unicode.
func Words(text string) []string {
	var hashes []string
	for _, w := range word.FindAllString(name.Key(text), -1) {
		sum := sha256.Sum256([]byte(w))
		hashes = append(hashes, hex.EncodeToString(sum[:4]))
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// Digest holds the hashes of the words of each line of a document, by the line's
// number, from 1.
type Digest map[int][]string

// Write writes the digest of a document: for each line with a word its number and
// the hashes.
func Write(document io.Reader, digest io.Writer) error {
	lines := bufio.NewScanner(document)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		words := Words(lines.Text())
		if len(words) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(digest, "%d %s\n", n, strings.Join(words, " ")); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Read reads what Write writes.
func Read(digest io.Reader) (Digest, error) {
	d := Digest{}
	lines := bufio.NewScanner(digest)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		number, words, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("reading the digest of a document: %w", err)
		}
		d[n] = strings.Fields(words)
	}
	return d, lines.Err()
}

// Holds reports whether a line has every word of a text, which has one at least.
func (d Digest) Holds(line int, text string) bool {
	words := Words(text)
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(d[line], w) })
}
