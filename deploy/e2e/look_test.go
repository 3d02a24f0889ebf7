package e2e

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe finds what keeps people with disabilities from using a page.
//
//go:embed testdata/axe/axe.min.js
var axe string

// gallery is the folder in which `make gallery` collects the pages; empty in tests.
var gallery = os.Getenv("PARINDEX_GALLERY")

// widths are those of a desktop and of a phone; axe looks at one on white ground and at
// the other on black.
var (
	widths  = []int64{1280, 390}
	schemes = map[int64]string{1280: "light", 390: "dark"}
)

// look checks the page as it stands: at both widths nothing is cut off and axe finds
// nothing; printed it has no buttons
// but those inside of tables, which look like text there. With a gallery it
// also writes the pictures.
func (v *visitor) look(name string) {
	v.t.Helper()
	for _, width := range widths {
		v.width(width)
		if over := js[float64](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			v.t.Errorf("%s: %s is %v px too wide at %d", v.name, name, over, width)
		}
		v.media("", schemes[width])
		v.accessible(fmt.Sprintf("%s at %d, %s", name, width, schemes[width]))
	}
	v.media("print", "light")
	if left := js[[]string](v, `[...document.querySelectorAll('button:not(th *, td *)')].filter((e) => e.checkVisibility()).map((e) => e.innerText)`); len(left) > 0 {
		v.t.Errorf("%s: %s is printed with %s", v.name, name, strings.Join(left, ", "))
	}
	v.media("", "light")
	if gallery != "" {
		v.pictures(name)
	}
	v.width(1280)
}

// width sets the width of the window.
func (v *visitor) width(width int64) {
	v.t.Helper()
	ask(v, chromedp.EmulateViewport(width, 844))
}

// media sets the medium ("print", "" for the screen) and whether the person has chosen a
// dark look.
func (v *visitor) media(medium, scheme string) {
	v.t.Helper()
	ask(v, call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}))
}

// accessible reports what axe finds.
func (v *visitor) accessible(what string) {
	v.t.Helper()
	if !js[bool](v, `'axe' in window`) {
		js[any](v, axe+`;undefined`)
	}
	for _, found := range js[[]string](v, `axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map(
		(x) => x.id + ': ' + x.help + ': ' + x.nodes.map((n) => n.target.join(' ') + ' ' + n.html).join('; ')))`) {
		v.t.Errorf("%s: %s: axe: %s", v.name, what, found)
	}
}

// pictures writes the page at both widths, in both languages, and printed.
func (v *visitor) pictures(name string) {
	v.t.Helper()
	for _, language := range []string{"en", "vi"} {
		if !v.speaks(language) {
			continue
		}
		for _, width := range widths {
			v.width(width)
			v.keep(fmt.Sprintf("%s-%s-%d.png", name, language, width), ask(v, chromedp.FullScreenshot(100)))
		}
		v.keep(fmt.Sprintf("%s-%s.pdf", name, language), ask(v, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4))))
	}
}

// speaks changes the language of the page, if it offers that.
func (v *visitor) speaks(language string) bool {
	v.t.Helper()
	if js[string](v, `document.documentElement.lang`) == language {
		return true
	}
	if !js[bool](v, fmt.Sprintf(`(() => { const b = document.querySelector('.languages [lang=%s]'); b?.click(); return Boolean(b) })()`, language)) {
		return false
	}
	v.until("the page does not change to "+language, func() (bool, error) {
		return chromedp.Run(v.tab, chromedp.Evaluate[bool](fmt.Sprintf(`document.documentElement.lang === %q`, language)))
	})
	return true
}

func (v *visitor) keep(file string, content []byte) {
	v.t.Helper()
	if err := os.WriteFile(filepath.Join(gallery, file), content, 0o600); err != nil {
		v.t.Fatal(err)
	}
}
