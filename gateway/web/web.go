// Package web holds the public page: plain embedded files that need no build step
// and load nothing from other sites.
package web

import (
	"embed"
	"fmt"
	"path"

	"github.com/parindex/parindex/gateway/internal/content"
)

//go:embed *.html *.css *.js *.svg
var files embed.FS

var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// Pages returns the files by URL path: index.html at "/", every other file under
// its name.
func Pages() (map[string]*content.Content, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing the page's files: %w", err)
	}
	pages := map[string]*content.Content{}
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the page's files: %w", err)
		}
		at := "/" + e.Name()
		if e.Name() == "index.html" {
			at = "/{$}"
		}
		// "no-cache" makes browsers ask each time whether the file has changed with a new
		// release.
		if pages[at], err = content.New(mediaTypes[path.Ext(e.Name())], "no-cache", body); err != nil {
			return nil, err
		}
	}
	return pages, nil
}
