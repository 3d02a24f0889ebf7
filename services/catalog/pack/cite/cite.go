// Package cite reports whether a line of a document has some consecutive words
// without having the document: of each line only hashes are kept, sorted, and only
// of what can prove that a passage was read: a figure, a figure with the word
// beside it, and three words in a row. A single common word is in no digest.
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

	"github.com/parindex/parindex/libs/text"
)

// word is a figure ("27/40", "73,66%") or a run of letters.
var word = regexp.MustCompile(`[0-9]+(?:[.,/][0-9]+)*%?|\p{L}+`)

// run is how many words in a row prove something without a figure. Their hashes
// are too short to be told from those of other words, so that no sentence can be
// read from a digest.
const run = 3

// Words returns the words of a text, in small letters and composed Unicode.
func Words(passage string) []string {
	return word.FindAllString(strings.ToLower(text.Show(passage)), -1)
}

// Proves reports whether words prove something if they are found in a row: if one
// is a figure or there are three of them at least.
func Proves(words []string) bool {
	return len(words) >= run || slices.ContainsFunc(words, isFigure)
}

func isFigure(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// hash returns the first 8 hex digits of the SHA-256 of words in a row.
func hash(words []string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, " ")))
	return hex.EncodeToString(sum[:4])
}

// hashes returns the hashes of every n words in a row that prove something.
func hashes(words []string, n int) []string {
	var all []string
	for i := range len(words) - n + 1 {
		if row := words[i : i+n]; Proves(row) {
			all = append(all, hash(row))
		}
	}
	return all
}

// Digest has the hashes of each line of a document, by the line's number, from 1.
type Digest map[int][]string

// Write writes the digest of a document: for each line that proves something its
// number and the hashes.
func Write(document io.Reader, digest io.Writer) error {
	lines := bufio.NewScanner(document)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var all []string
		for size := 1; size <= run; size++ {
			all = append(all, hashes(Words(lines.Text()), size)...)
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		if _, err := fmt.Fprintf(digest, "%d %s\n", n, strings.Join(slices.Compact(all), " ")); err != nil {
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
		number, all, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("reading the digest of a document: %w", err)
		}
		d[n] = strings.Fields(all)
	}
	return d, lines.Err()
}

// Holds reports whether a line has the words of a text in a row, and whether they
// prove something. Of more than three words every three in a row must be there.
func (d Digest) Holds(line int, text string) bool {
	words := Words(text)
	if !Proves(words) {
		return false
	}
	return !slices.ContainsFunc(hashes(words, min(len(words), run)), func(h string) bool { return !slices.Contains(d[line], h) })
}
