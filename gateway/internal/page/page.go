// Package page renders the public pages on the server: leaderboards, agencies, criteria,
// publications and how to read them. They are complete without script and hold published
// data only. Each has one stable address in each language, and prints in the layout of
// administrative documents.
package page

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/parindex/parindex/gateway/internal/content"
	"github.com/parindex/parindex/gateway/internal/leaderboard"
	"github.com/parindex/parindex/gateway/web"
	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/fault"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/page.css
var css []byte

//go:embed assets/page.js
var script []byte

// Unknown means that no page has the address, or that it names nothing published.
var Unknown = fault.NotFound.Reason("PAGE_UNKNOWN",
	"Không có trang nào ở địa chỉ này. Hãy kiểm tra lại địa chỉ, hoặc đi từ trang đầu hay danh sách các lần công bố.",
	"There is no page at this address. Check the address, or start from the first page or from the list of publications.")

const (
	mediaType = "text/html; charset=utf-8"
	// revalidate makes browsers and proxies ask each time: a page changes with the next
	// publication, and is seldom sent again because of its ETag.
	revalidate = "no-cache"
	immutable  = "public, max-age=31536000, immutable"
	// memory is the most memory for rendered pages, in bytes.
	memory = 32 << 20
)

// Site is the public site. It is safe for concurrent use.
type Site struct {
	*sources
	languages map[string]*language
	templates map[string]*template.Template // by language
	rendered  *content.Store[renderedKey]
	// style and script are the addresses of the assets, below a hash of them.
	style, script string
	assets        map[string]*content.Content
}

// renderedKey identifies a rendered page: what was published, and the address.
type renderedKey struct{ state, language, address string }

// Visit is one request for a page.
type Visit struct {
	// Language is the code of the language of the page.
	Language string
	// Path is the path after the language, which begins with a slash.
	Path  string
	Query url.Values
	// Value returns a variable of the path.
	Value     func(name string) string
	RequestID string
	// Origin is scheme and host of the request, for files that need whole addresses.
	Origin string
	Now    time.Time
}

// Open returns the site.
func Open(scoring Scoring, catalog Catalog, boards *leaderboard.Cache) (*Site, error) {
	s := &Site{sources: newSources(scoring, catalog, boards), templates: map[string]*template.Template{}, rendered: content.NewStore[renderedKey](memory)}
	var err error
	if s.languages, err = readLanguages(); err != nil {
		return nil, err
	}
	for code, l := range s.languages {
		if s.templates[code], err = template.New("").Funcs(functions(l)).ParseFS(templates, "templates/*.html"); err != nil {
			return nil, fmt.Errorf("reading the templates of pages: %w", err)
		}
	}
	return s, s.addAssets()
}

func functions(l *language) template.FuncMap {
	return template.FuncMap{
		"words": func(all ...string) []string { return all }, "t": l.text, "lang": func() string { return l.code }, "decimal": l.decimal, "named": l.named,
	}
}

// addAssets puts style and script below a hash of both, so that browsers keep them for
// good. The style begins with the design that all surfaces share.
func (s *Site) addAssets() error {
	style := append(web.Design(), css...)
	folder := web.AssetsPath + canonical.Hash(append(bytes.Clone(style), script...))[:16] + "/"
	s.style, s.script, s.assets = folder+"page.css", folder+"page.js", map[string]*content.Content{}
	var err error
	if s.assets[s.style], err = content.New("text/css; charset=utf-8", immutable, style); err != nil {
		return err
	}
	s.assets[s.script], err = content.New("text/javascript; charset=utf-8", immutable, script)
	return err
}

// Assets returns what the pages load, by path.
func (s *Site) Assets() map[string]*content.Content { return s.assets }

// Style returns the address of the style of the pages.
func (s *Site) Style() string { return s.style }

// Refresh makes the next page ask scoring what is published.
func (s *Site) Refresh() { s.published.Drop(struct{}{}) }

// Route is an address below each language, as a pattern of http.ServeMux, and what
// shows it.
type Route struct {
	Pattern string
	show    func(*reader) (view, error)
}

// Routes returns the pages.
func (s *Site) Routes() []Route {
	const cycle = "/{authority}/{cycle}/"
	return []Route{
		{"/{$}", (*reader).home},
		{cycle + "{$}", (*reader).start},
		{cycle + "leaderboards/{group}", (*reader).leaderboard},
		{cycle + "agencies/{agency}", (*reader).agency},
		{cycle + "criteria", (*reader).criteria},
		{cycle + "criteria/{group}", (*reader).criteria},
		{cycle + "publications", (*reader).versionsOf},
		{"/publications", (*reader).publications},
		{"/how-to-read", (*reader).howToRead},
		{"/", func(*reader) (view, error) { return view{}, Unknown }},
	}
}

// Show returns a page. It fails with Unknown, and with the faults of the services that
// it asks.
func (s *Site) Show(ctx context.Context, route Route, v Visit) (*content.Content, error) {
	r := &reader{sources: s.sources, ctx: ctx, visit: v, l: s.languages[v.Language]}
	var err error
	if r.public, _, err = s.published.Do(ctx, v.RequestID, struct{}{}, v.Now, s.list); err != nil {
		return nil, err
	}
	key := renderedKey{r.public.state, v.Language, v.address()}
	if c := s.rendered.Get(key); c != nil {
		return c, nil
	}
	shown, err := route.show(r)
	if err != nil {
		return nil, err
	}
	c, err := s.render(shown, v)
	// What people search for is not kept, nor a page that lacks something.
	if err == nil && !r.partial && v.Query.Get("q") == "" {
		s.rendered.Put(key, c)
	}
	return c, err
}

// address returns the part of the address that decides what a page shows.
func (v Visit) address() string { return v.Path + v.choice("sort", "version", "q") }

// choice returns the given fields of the query that are not empty, as a query.
func (v Visit) choice(names ...string) string {
	chosen := url.Values{}
	for _, name := range names {
		if value := v.Query.Get(name); value != "" {
			chosen.Set(name, value)
		}
	}
	if len(chosen) == 0 {
		return ""
	}
	return "?" + chosen.Encode()
}

// Fault returns the page that says what went wrong and what to do.
func (s *Site) Fault(f *fault.Fault, status int, v Visit) (*content.Content, error) {
	l := s.languages[v.Language]
	kind := "fault.other"
	switch status {
	case http.StatusNotFound:
		kind = "fault.unknown"
	case http.StatusServiceUnavailable:
		kind = "fault.away"
	}
	return s.render(view{
		Template: "fault", Title: l.text(kind), Heading: l.text(kind), Description: f.Message(v.Language), NoIndex: true,
		Body: faultView{Message: f.Message(v.Language), RequestID: v.RequestID, Away: status != http.StatusNotFound, Again: v.Path + v.address()[len(v.Path):]},
	}, v)
}

type faultView struct {
	Message, RequestID, Again string
	Away                      bool
}

// view is what the layout of a page needs, and what its template does.
type view struct {
	// Template is the name of the template below the heading.
	Template string
	// Title stands in the window and in search results, Heading on the page.
	Title, Heading string
	// Description is one sentence with the finding.
	Description string
	// Path is the address without the language; "" for that of the request.
	Path string
	// Letterhead is what the printed page begins with; nil for pages of no authority.
	Letterhead *letterhead
	// Where links the page to its cycle; empty for pages of no cycle.
	Where *where
	// NoIndex keeps the page out of search results.
	NoIndex bool
	// Section is the part of the site that the page belongs to.
	Section string
	Body    any
}

// letterhead is the head of a printed administrative document.
type letterhead struct {
	Authority string
	// Decision is the number of the decision, Date its date in words; both may be empty.
	Decision, Date string
}

// where names the cycle of a page.
type where struct{ Authority, Cycle, Path string }

// layout is the data of the layout.
type layout struct {
	view
	Base, Style, Script string
	Alternates          []alternate
	Origin              string
}

type alternate struct {
	Language, Name, Address string
	Current                 bool
}

func (s *Site) render(shown view, v Visit) (*content.Content, error) {
	if shown.Path == "" {
		shown.Path = v.Path
	}
	l := layout{view: shown, Base: "/" + v.Language, Style: s.style, Script: s.script}
	for _, code := range Languages {
		l.Alternates = append(l.Alternates, alternate{
			Language: code, Name: s.languages[code].text("language"), Address: "/" + code + shown.Path + v.choice("version"), Current: code == v.Language,
		})
	}
	var b bytes.Buffer
	t := s.templates[v.Language]
	if err := t.ExecuteTemplate(&b, "head", l); err != nil {
		return nil, fault.Unexpected.Because(fmt.Errorf("rendering the head of a page: %w", err))
	}
	if err := t.ExecuteTemplate(&b, shown.Template, l); err != nil {
		return nil, fault.Unexpected.Because(fmt.Errorf("rendering the page %s: %w", shown.Template, err))
	}
	if err := t.ExecuteTemplate(&b, "foot", l); err != nil {
		return nil, fault.Unexpected.Because(fmt.Errorf("rendering the foot of a page: %w", err))
	}
	return content.New(mediaType, revalidate, b.Bytes())
}

func itoa[N int | int32](n N) string { return strconv.Itoa(int(n)) }
