// Package web holds the built client of officials, and the design that it shares with the
// public pages. Neither loads anything from other sites.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/parindex/parindex/gateway/internal/content"
)

//go:embed icon.svg
var icon []byte

//go:embed src/design/tokens.css
var tokens []byte

//go:embed src/design/base.css
var base []byte

//go:embed src/design/print.css
var printed []byte

//go:embed dist
var dist embed.FS

var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".md":   "text/markdown; charset=utf-8",
	".svg":  "image/svg+xml",
}

const (
	// AssetsPath is where the files lie that pages load, below a hash of them.
	AssetsPath = "/assets/"
	// revalidate makes browsers ask each time whether the file has changed with a new
	// release.
	revalidate = "no-cache"
	// immutable is for addresses that hold a hash of what they serve.
	immutable = "public, max-age=31536000, immutable"
)

// Design returns the style that all surfaces share: tokens, text, tables and forms, print.
func Design() []byte { return slices.Concat(tokens, base, printed) }

// Pages returns the files by the pattern of their URL path: a page of the client at each
// address below its own, the files that it loads below a hash of all of them, and the icon
// of all pages.
func Pages() (map[string]*content.Content, error) {
	pages, err := client()
	if err != nil {
		return nil, err
	}
	pages["/icon.svg"], err = content.New(mediaTypes[".svg"], revalidate, icon)
	return pages, err
}

// client returns the built client. Its files have the same names in every release, so
// they are served below a hash of all of them; its page, which names them, is asked for
// each time.
func client() (map[string]*content.Content, error) {
	built, err := readDist()
	if err != nil {
		return nil, fmt.Errorf("reading the built client: %w", err)
	}
	assets := AssetsPath + hash(built) + "/"
	pages := map[string]*content.Content{}
	for name, body := range built {
		kind := mediaTypes[path.Ext(name)]
		if surface, file := path.Split(name); file == "index.html" {
			body = bytes.ReplaceAll(body, []byte(`"../assets/`), []byte(`"`+assets))
			// The client decides what it shows at the addresses below.
			pages["/"+surface], err = content.New(kind, revalidate, body)
		} else {
			pages[assets+file], err = content.New(kind, immutable, body)
		}
		if err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// readDist returns the files of the built client by their paths in dist.
func readDist() (map[string][]byte, error) {
	built := map[string][]byte{}
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return built, fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		built[name], err = fs.ReadFile(root, name)
		return err
	})
}

// hash returns a hash of all names and contents.
func hash(built map[string][]byte) string {
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(built)) {
		// A hash takes everything that is written to it.
		_, _ = fmt.Fprintf(all, "%s %d\n", name, len(built[name]))
		_, _ = all.Write(built[name])
	}
	return hex.EncodeToString(all.Sum(nil)[:8])
}
