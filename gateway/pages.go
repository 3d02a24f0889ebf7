package gateway

import (
	"context"
	"net/http"
	"strings"

	"github.com/parindex/parindex/gateway/internal/content"
	"github.com/parindex/parindex/gateway/internal/page"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rpc"
)

// addPages serves each public page below each language. At "/" the first visit begins:
// it is answered in the language that the browser prefers. Every other address has its
// language.
func (g *Gateway) addPages(mux *http.ServeMux, site *page.Site) {
	for _, route := range site.Routes() {
		for _, language := range page.Languages {
			prefix := "/" + language
			mux.HandleFunc(prefix+route.Pattern, readOnly(func(w http.ResponseWriter, r *http.Request) {
				g.show(w, r, site, language, strings.TrimPrefix(r.URL.Path, prefix), func(ctx context.Context, v page.Visit) (*content.Content, error) {
					return site.Show(ctx, route, v)
				})
			}))
		}
	}
	home := site.Routes()[0]
	mux.HandleFunc("/{$}", readOnly(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Language")
		g.show(w, r, site, stateOf(w).language, "/", func(ctx context.Context, v page.Visit) (*content.Content, error) { return site.Show(ctx, home, v) })
	}))
	mux.HandleFunc("/sitemap.xml", readOnly(func(w http.ResponseWriter, r *http.Request) {
		g.show(w, r, site, page.Languages[0], "/", site.Sitemap)
	}))
	mux.HandleFunc("/robots.txt", readOnly(func(w http.ResponseWriter, r *http.Request) {
		g.show(w, r, site, page.Languages[0], "/", func(_ context.Context, v page.Visit) (*content.Content, error) { return site.Robots(v) })
	}))
}

// show answers with a page, or with the page that says what went wrong.
func (g *Gateway) show(w http.ResponseWriter, r *http.Request, site *page.Site, language, path string,
	made func(context.Context, page.Visit) (*content.Content, error),
) {
	state := stateOf(w)
	v := page.Visit{
		Language: language, Path: path, Query: r.URL.Query(), Value: r.PathValue, RequestID: state.id, Origin: origin(state, r.Host), Now: g.now(),
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTimeout/2)
	defer cancel()
	c, err := made(ctx, v)
	if err != nil {
		g.showFault(w, r, site, v, err)
		return
	}
	restrict(w)
	w.Header().Set("Content-Language", language)
	c.Serve(w, r)
}

// showFault answers with the page of a fault, which is not kept.
func (g *Gateway) showFault(w http.ResponseWriter, r *http.Request, site *page.Site, v page.Visit, err error) {
	state, f := stateOf(w), fault.From(err)
	state.fault = f
	status := httpStatus(f, rpc.Status(f, domain, v.Language, state.id).Code())
	c, err := site.Fault(f, status, v)
	if err != nil {
		refuse(w, err)
		return
	}
	restrict(w)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Language)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(c.Plain())
	}
}

// nothing answers at addresses that nobody serves: with a page if a browser asks for one,
// otherwise with a fault.
func (g *Gateway) nothing(site *page.Site) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept"), "text/html") {
			refuse(w, PathUnknown)
			return
		}
		language := stateOf(w).language
		g.showFault(w, r, site, page.Visit{Language: language, Path: "/", RequestID: stateOf(w).id}, page.Unknown)
	}
}

// origin returns scheme and host of a request, or "" if the host is not a plain name with
// a port, so that no file repeats what a client invents.
func origin(state *requestState, host string) string {
	for i := range len(host) {
		c := host[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune(".-:[]", rune(c)) {
			return ""
		}
	}
	if state.secure {
		return "https://" + host
	}
	return "http://" + host
}
