package gateway_test

import (
	"bytes"
	"net/http"
	"path"
	"regexp"
	"testing"

	"github.com/parindex/parindex/gateway"
)

var (
	assetInPage   = regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)
	assetInScript = regexp.MustCompile("[\"'`]\\./([\\w-]+\\.(?:js|css))[\"'`]")
)

// TestClient reads the page of the client and everything that it and its scripts load.
// Only what the policy allows is loaded, and each file may be kept for good.
func TestClient(t *testing.T) {
	w := start(t, gateway.Config{})
	page := w.do(t, "GET", "/official/", "")
	if got := page.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("the page is kept: %q", got)
	}
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; " +
		"worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	if got := page.Header.Get("Content-Security-Policy"); got != policy {
		t.Errorf("policy %q", got)
	}
	for _, refused := range []string{"http://", "https://", " style=", "<style", "<script>", "onclick="} {
		if bytes.Contains(page.body, []byte(refused)) {
			t.Errorf("the page holds %s", refused)
		}
	}
	todo, seen := submatches(assetInPage, page.body), map[string]bool{}
	for len(todo) > 0 {
		asset := todo[0]
		todo = todo[1:]
		if seen[asset] {
			continue
		}
		seen[asset] = true
		a := w.do(t, "GET", asset, "")
		if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %q", asset, a.StatusCode, a.Header.Get("Cache-Control"))
		}
		for _, name := range submatches(assetInScript, a.body) {
			todo = append(todo, path.Dir(asset)+"/"+name)
		}
	}
	if len(seen) < 10 {
		t.Errorf("found only %v", seen)
	}
	w.do(t, "GET", "/assets/0000000000000000/official.js", "").mustRefuse(t, http.StatusNotFound, gateway.PathUnknown.Code)
	w.do(t, "POST", "/official/", "{}").mustRefuse(t, http.StatusMethodNotAllowed, gateway.MethodNotAllowed.Code)
}

func submatches(r *regexp.Regexp, text []byte) (all []string) {
	for _, m := range r.FindAllSubmatch(text, -1) {
		all = append(all, string(m[1]))
	}
	return all
}
