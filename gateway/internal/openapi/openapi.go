// Package openapi holds the OpenAPI documents of the services, copied from
// proto/gen/openapi when the contracts are generated.
package openapi

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/parindex/parindex/gateway/internal/content"
)

//go:embed *.openapi.json
var files embed.FS

//go:embed index.html
var index string

const (
	suffix = "_service.openapi.json"
	// revalidate makes browsers ask each time: a document changes with a new release.
	revalidate = "no-cache"
)

// Documents returns the files served under /openapi/, by URL path: a page that lists
// the documents, and each document as "/openapi/catalog.json".
func Documents() (map[string]*content.Content, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing the OpenAPI documents: %w", err)
	}
	documents := map[string]*content.Content{}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue
		}
		body, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the OpenAPI documents: %w", err)
		}
		if documents["/openapi/"+name+".json"], err = content.New("application/json", revalidate, body); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	page, err := template.New("index").Parse(index)
	if err != nil {
		return nil, fmt.Errorf("reading the page of OpenAPI documents: %w", err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, names); err != nil {
		return nil, fmt.Errorf("writing the page of OpenAPI documents: %w", err)
	}
	documents["/openapi/{$}"], err = content.New("text/html; charset=utf-8", revalidate, b.Bytes())
	return documents, err
}
