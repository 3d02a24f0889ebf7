package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium starts the one browser of all journeys when the first one needs it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	program := os.Getenv("PARINDEX_BROWSER")
	if program == "" {
		return nil, errors.New(`no browser for journeys: run "make test", or "eval $(deploy/local/tools.sh browser)" and export PARINDEX_BROWSER`)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.Flag("disable-background-networking", true))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	closeBrowser = end
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	return ctx, nil
})

// closeBrowser ends the browser, if it was started.
var closeBrowser = func() {}

// visitor is one person at a browser of his or her own: cookies and pages are shared
// with nobody.
type visitor struct {
	t    *testing.T
	name string          // for the pictures of failures
	at   string          // "http://127.0.0.1:8080"
	tab  context.Context //nolint:containedctx // to chromedp it is the tab

	mu      sync.Mutex
	defects []string // scripts that failed, contents that the page's policy refused
}

// visitor opens a browser for a person, and closes it at the end of the test.
func (p *platform) visitor(t *testing.T, name string) *visitor {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, name, "http://"+p.addresses.HTTP, func() (context.Context, context.CancelFunc) {
		return chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	})
}

// secondTab opens another tab of the same person's browser.
func (v *visitor) secondTab() *visitor {
	v.t.Helper()
	return open(v.t, v.name+"-second-tab", v.at, func() (context.Context, context.CancelFunc) { return chromedp.NewContext(v.tab) })
}

func open(t *testing.T, name, at string, newTab func() (context.Context, context.CancelFunc)) *visitor {
	t.Helper()
	tab, end := newTab()
	tab, stop := context.WithTimeout(tab, enough+enough)
	v := &visitor{t: t, name: name, at: at, tab: tab}
	t.Cleanup(func() {
		if t.Failed() {
			v.keepPicture()
		}
		stop()
		end()
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, d := range v.defects {
			t.Errorf("%s: %s", name, d)
		}
	})
	if err := chromedp.Listen(tab, v.listen); err != nil {
		t.Fatal(err)
	}
	ask(v, call(runtime.Enable, cdp.Empty{}))
	v.width(1280)
	return v
}

// listen notes what no page may do: throw, and try what its policy forbids. Answers that
// refuse are not among that.
func (v *visitor) listen(event any) {
	var defect string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		defect = "a script failed: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			defect += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != "error" || e.Entry.Source == "network" {
			return
		}
		defect = "the browser reports: " + e.Entry.Text
	default:
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.defects = append(v.defects, defect)
}

// ask runs an action in the visitor's tab.
func ask[T any](v *visitor, action chromedp.Action[T]) T {
	v.t.Helper()
	answer, err := chromedp.Run(v.tab, action)
	if err != nil {
		v.t.Fatalf("%s: %v", v.name, err)
	}
	return answer
}

// call makes an action of a command of the browser's protocol.
func call[P, R any](command cdp.Command[P, R], parameters P) chromedp.Action[R] {
	return func(ctx context.Context, tab *chromedp.Target) (R, error) {
		return cdp.Call(ctx, tab, command, parameters)
	}
}

// js runs a script in the visitor's page and returns its value.
func js[T any](v *visitor, source string) T {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[T](source, chromedp.EvalAwaitPromise))
}

// until asks again and again until the condition holds. missing says what is not there.
func (v *visitor) until(missing string, holds func() (bool, error)) {
	v.t.Helper()
	var last error
	for deadline := time.Now().Add(enough / 4); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		held, err := holds()
		if held && err == nil {
			return
		}
		last = err // a page that is being left answers nothing
	}
	v.t.Fatalf("%s: %s (%v); the page says:\n%s", v.name, missing, last, v.text())
}

// text returns what can be read on the page.
func (v *visitor) text() string {
	text, err := chromedp.Run(v.tab, chromedp.Evaluate[string](`document.title + '\n' + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// keepPicture writes a picture of the page for whoever looks into a failure.
func (v *visitor) keepPicture() {
	folder := filepath.Join(os.TempDir(), "parindex-journeys")
	name := strings.ReplaceAll(v.t.Name(), "/", "-") + "-" + v.name + ".png"
	png, err := chromedp.Run(v.tab, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), png, 0o600)
	}
	if err != nil {
		v.t.Logf("no picture of the page of %s: %v", v.name, err)
		return
	}
	v.t.Logf("the page of %s: %s", v.name, filepath.Join(folder, name))
}

// network sets what the visitor's network does until it is set again.
func (v *visitor) network(condition network.Conditions) {
	v.t.Helper()
	ask(v, call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{&condition},
	}))
}

var (
	offline = network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}
	online  = network.Conditions{DownloadThroughput: -1, UploadThroughput: -1}
	// slow is a bad mobile network: 400 ms to and fro, 50 kB a second.
	slow = network.Conditions{Latency: 400, DownloadThroughput: 50_000, UploadThroughput: 50_000}
)
