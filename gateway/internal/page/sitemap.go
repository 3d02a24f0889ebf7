package page

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"

	"github.com/parindex/parindex/gateway/internal/content"
	"github.com/parindex/parindex/libs/fault"
)

// Robots returns robots.txt: machines read the public pages, and find all of them in the
// sitemap.
func (s *Site) Robots(v Visit) (*content.Content, error) {
	return content.New("text/plain; charset=utf-8", revalidate,
		[]byte("User-agent: *\nDisallow: /official/\nDisallow: /v1/\n\nSitemap: "+v.Origin+"/sitemap.xml\n"))
}

// Sitemap returns the addresses of all pages in all languages.
func (s *Site) Sitemap(ctx context.Context, v Visit) (*content.Content, error) {
	r := &reader{sources: s.sources, ctx: ctx, visit: v, l: s.languages[v.Language]}
	var err error
	if r.public, _, err = s.published.Do(ctx, v.RequestID, struct{}{}, v.Now, s.list); err != nil {
		return nil, err
	}
	key := renderedKey{r.public.state, "", v.Origin + "/sitemap.xml"}
	if c := s.rendered.Get(key); c != nil {
		return c, nil
	}
	paths, err := r.allPaths()
	if err != nil {
		return nil, err
	}
	c, err := content.New("application/xml; charset=utf-8", revalidate, sitemap(v.Origin, paths))
	if err != nil {
		return nil, fault.Unexpected.Because(err)
	}
	s.rendered.Put(key, c)
	return c, nil
}

// allPaths returns the path of every page, without its language.
func (r *reader) allPaths() ([]string, error) {
	paths := []string{"/", "/publications", "/how-to-read"}
	for _, c := range r.public.cycles {
		paths = append(paths, cyclePath(c)+"publications")
		for _, g := range c.GetGroups() {
			paths = append(paths, cyclePath(c)+"leaderboards/"+g.GetId())
			if c.GetPublication().GetSource() == nil {
				paths = append(paths, cyclePath(c)+"criteria/"+g.GetId())
			}
			b, err := r.board(c, g.GetId())
			if err != nil {
				return nil, err
			}
			for _, e := range b.GetEntries() {
				paths = append(paths, cyclePath(c)+"agencies/"+e.GetAgency())
			}
			for _, u := range b.GetUnranked() {
				paths = append(paths, cyclePath(c)+"agencies/"+u.GetAgency())
			}
		}
	}
	return paths, nil
}

func sitemap(origin string, paths []string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">` + "\n")
	for _, path := range paths {
		for _, code := range Languages {
			_, _ = fmt.Fprintf(&b, "<url><loc>%s</loc>", escaped(origin+"/"+code+path)) // a buffer takes everything
			for _, other := range Languages {
				_, _ = fmt.Fprintf(&b, `<xhtml:link rel="alternate" hreflang="%s" href="%s"/>`, other, escaped(origin+"/"+other+path))
			}
			b.WriteString("</url>\n")
		}
	}
	b.WriteString("</urlset>\n")
	return b.Bytes()
}

func escaped(address string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(address)) // a buffer takes everything
	return b.String()
}
