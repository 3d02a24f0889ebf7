// Package openapi holds the OpenAPI documents of the services, which deploy/openapi
// writes from the contracts, and the index of faults that deploy/faults reads from the
// source.
package openapi

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"github.com/parindex/parindex/gateway/internal/content"
)

//go:embed *.openapi.json
var files embed.FS

//go:embed *.html
var pages embed.FS

//go:embed faults.json
var faults []byte

const (
	suffix = ".openapi.json"
	// revalidate makes browsers ask each time: a document changes with a new release.
	revalidate = "no-cache"
)

// whole is the document with the rpcs of all services.
const whole = "platform"

// Documents takes the address of the style of pages and returns the files served under /openapi/, by URL path: a page that lists
// the documents, each document as "/openapi/catalog.json", and the one with all of them,
// "/openapi/platform.json".
func Documents(style string) (map[string]*content.Content, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing the OpenAPI documents: %w", err)
	}
	documents := map[string]*content.Content{}
	var names []string
	for _, e := range entries {
		name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), suffix), "_service")
		body, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the OpenAPI documents: %w", err)
		}
		if documents["/openapi/"+name+".json"], err = content.New("application/json", revalidate, body); err != nil {
			return nil, err
		}
		if name != whole {
			names = append(names, name)
		}
	}
	if documents["/openapi/{$}"], err = page("index.html", struct {
		Style string
		Names []string
	}{style, names}); err != nil {
		return nil, err
	}
	return documents, addFaults(documents, style)
}

func addFaults(documents map[string]*content.Content, style string) error {
	index := struct {
		Style  string `json:"-"`
		Faults []struct {
			Reason, Service, Code, Vi, En string
			HTTPStatus                    int
		}
	}{Style: style}
	err := json.Unmarshal(faults, &index)
	if err != nil {
		return fmt.Errorf("reading the index of faults: %w", err)
	}
	if documents["/openapi/faults.json"], err = content.New("application/json", revalidate, faults); err != nil {
		return err
	}
	documents["/openapi/faults"], err = page("faults.html", index)
	return err
}

// page returns a page made from a template of this package.
func page(name string, data any) (*content.Content, error) {
	t, err := template.ParseFS(pages, name)
	if err != nil {
		return nil, fmt.Errorf("reading the page %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("writing the page %s: %w", name, err)
	}
	return content.New("text/html; charset=utf-8", revalidate, b.Bytes())
}
