package browser

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to come.
const patience = 30 * time.Second

// tab is a browser of its own, with nothing in it.
type tab struct {
	t   *testing.T
	ctx func() context.Context

	mu       sync.Mutex
	loud     []string // what the console said, and what was refused
	asked    []string // what was fetched for the page, itself with it
	fails    bool     // an answer of 4xx or 5xx is wanted
	door     string   // "staff": this is the other door
	answered int64    // how the page was
}

// newTab starts Chromium.
func newTab(t *testing.T) *tab {
	t.Helper()
	path := os.Getenv("CUSTODE_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		missing(t, "chromium", exec.ErrNotFound)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile(t)), // only our own pages are loaded
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("hide-scrollbars", false))
	alloc, end := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	ctx, close := chromedp.NewContext(alloc)
	t.Cleanup(func() { close(); end() })
	b := &tab{t: t, ctx: func() context.Context { return ctx }}
	chromedp.ListenTarget(ctx, b.hear)
	if err := chromedp.Run(ctx, network.Enable(), runtime.Enable(), log.Enable()); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	t.Cleanup(b.quiet)
	b.look(screens()[2])
	return b
}

// profile is a folder for Chromium, whose helpers still write there when it has ended.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "custode-chromium-") //nolint:usetesting // that of a test must be empty at its end
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("left behind: %v", err)
	})
	return dir
}

// hear notes what happens in the page.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		var said []string
		for _, a := range e.Args {
			said = append(said, string(a.Value)+a.Description)
		}
		b.loud = append(b.loud, "console: "+strings.Join(said, " "))
	case *runtime.EventExceptionThrown:
		b.loud = append(b.loud, "exception: "+e.ExceptionDetails.Error())
	case *log.EventEntryAdded: // also what the Content-Security-Policy refused
		if b.fails && e.Entry.Source == log.SourceNetwork || e.Entry.Source == log.SourceRecommendation { // taste of its makers
			return
		}
		if strings.HasPrefix(e.Entry.Text, "Autofocus processing was blocked") { // whoever typed was quicker than the page
			return
		}
		b.loud = append(b.loud, string(e.Entry.Source)+": "+e.Entry.Text+" "+e.Entry.URL)
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.answered = e.Response.Status
		}
	case *network.EventRequestWillBeSent:
		switch {
		case e.Type == network.ResourceTypeDocument:
			b.asked = []string{e.Request.URL}
		case e.Type == network.ResourceTypeEventSource || strings.HasPrefix(e.Request.URL, "data:"): // how far a work is; no picture for the tab
		default:
			b.asked = append(b.asked, e.Request.URL)
		}
	}
}

// quiet wants nothing on the console, and nothing refused, since it was last asked.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.loud {
		b.t.Errorf("the browser says: %s", l)
	}
	b.loud = nil
}

// do does something in the page, within our patience.
func (b *tab) do(what string, actions ...chromedp.Action) {
	b.t.Helper()
	ctx, end := context.WithTimeout(b.ctx(), patience)
	defer end()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var where, text string
		_ = chromedp.Run(b.ctx(), chromedp.Location(&where), chromedp.Text("body", &text, chromedp.ByQuery))
		b.t.Fatalf("%s: %v\nat %s:\n%s", what, err, where, text)
	}
}

// open goes to an address, and gives how it was answered.
func (b *tab) open(url string) (status int64) {
	b.t.Helper()
	ctx, end := context.WithTimeout(b.ctx(), patience)
	defer end()
	resp, err := chromedp.RunResponse(ctx, chromedp.Navigate(url))
	if err != nil {
		b.t.Fatalf("open %s: %v", url, err)
	}
	return resp.Status
}

// then does something that leads to another page, and waits for it.
func (b *tab) then(what string, actions ...chromedp.Action) {
	b.t.Helper()
	ctx, end := context.WithTimeout(b.ctx(), patience)
	defer end()
	if _, err := chromedp.RunResponse(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.text())
	}
}

func quoted(s string) string {
	if strings.Contains(s, `"`) {
		return "'" + s + "'"
	}
	return `"` + s + `"`
}

// text is what a person reads.
func (b *tab) text() (text string) {
	b.t.Helper()
	b.do("read", chromedp.Evaluate(`document.body.innerText`, &text))
	return text
}

// wants wants words on the page.
func (b *tab) wants(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			b.t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

// eval gives what a script says.
// until waits for what a script finds, also while the page gives way to the next one.
func (b *tab) until(what, script string) {
	b.t.Helper()
	found := func() (yes bool) {
		ctx, end := context.WithTimeout(b.ctx(), patience)
		defer end()
		return chromedp.Run(ctx, chromedp.Evaluate(script, &yes)) == nil && yes
	}
	for end := time.Now().Add(4 * patience); !found(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("%s: not so:\n%s", what, b.text())
		}
	}
}

func eval[T any](b *tab, script string) (v T) {
	b.t.Helper()
	b.do("script", chromedp.Evaluate(script, &v))
	return v
}

// screen is on what a page is looked at.
type screen struct {
	name          string
	width, height int64
	dark          bool
}

func (b *tab) look(s screen) {
	b.t.Helper()
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	b.do("screen", emulation.SetDeviceMetricsOverride(s.width, s.height, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}))
}

// axe is the source of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CUSTODE_AXE")
	if path == "" {
		path = filepath.Join("..", "..", "..", "..", "..", "build", "node_modules", "axe-core", "axe.min.js")
	}
	src, err := os.ReadFile(path)
	if err != nil {
		missing(t, "axe", err)
	}
	return string(src)
}

// shutOut is one finding of axe.
type shutOut struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// judge gives what axe finds on the page.
func (b *tab) judge(axe string) []string {
	b.t.Helper()
	const ask = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => JSON.stringify({found: r.violations, passed: r.passes.length}))`
	var raw string
	b.do("axe", chromedp.Evaluate(`typeof axe === "undefined"`, new(bool)), chromedp.ActionFunc(func(ctx context.Context) error {
		var none bool
		if err := chromedp.Evaluate(`typeof axe === "undefined"`, &none).Do(ctx); err != nil || !none {
			return err
		}
		return chromedp.Evaluate(axe+";0", nil).Do(ctx)
	}), chromedp.Evaluate(ask, &raw, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	var r struct {
		Found  []shutOut `json:"found"`
		Passed int       `json:"passed"`
	}
	if err := json.Unmarshal([]byte(raw), &r); err != nil || r.Passed < 10 {
		b.t.Fatalf("axe looked at nothing: %v %s", err, raw)
	}
	var out []string
	for _, f := range r.Found {
		for _, n := range f.Nodes {
			out = append(out, f.ID+" ("+f.Help+"): "+n.HTML+"\n\t"+strings.ReplaceAll(n.Summary, "\n", "\n\t"))
		}
	}
	return out
}
