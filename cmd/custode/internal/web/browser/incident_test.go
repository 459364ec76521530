package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestAlertToLetter goes from an alert to its incident, through all steps one at a time, the facts and the decision
// to a letter, by what a person clicks. What was filled in stands in the letter, as a page and as a PDF.
func TestAlertToLetter(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
		s.alert()
		b.enter(s.serve())
		b.click(`nav a[href="/watch"]`)
		b.click(`article.card a.button.first`)
		b.click(`form[action$="/incident"] button`)
		b.steps(w, axe)
		b.facts()
		b.decides(w, axe)
		b.writes(w, axe)
	})
}

// answers fills in what a form asks: of choices the first, but no false alarm, and something for the rest.
const answers = `for (const box of document.querySelectorAll("main form fieldset")) { const c = box.querySelector("input[name$=false_alarm][value=no]") || box.querySelector("input"); if (!box.querySelector("input:checked")) c.click() }
for (const e of document.querySelectorAll("main form .question")) { const f = e.querySelector("input, textarea"); if (f.value === "") { if (f.type === "datetime-local") f.value = "2026-11-20T09:30"; else f.value = f.inputMode === "numeric" ? "3" : "Prova 4711" } }`

// steps goes through all steps, each once.
func (b *tab) steps(w *i18n.Words, axe string) {
	b.t.Helper()
	done := map[string]bool{}
	for eval[bool](b, `!!document.querySelector('form[action$="/step"]')`) {
		say := eval[string](b, `document.getElementById("step").innerText`)
		if done[say] || len(done) > 60 {
			b.t.Fatalf("%q, a second time:\n%s", say, b.text())
		}
		done[say] = true
		b.do("answer", chromedp.Evaluate(answers, nil))
		b.click(`form[action$="/step"] button[value=done]`)
	}
	if len(done) < 5 || !eval[bool](b, `!!document.querySelector('a.button.first[href$="/end"]')`) {
		b.t.Fatalf("%d steps, and they are not at their end:\n%s", len(done), b.text())
	}
	b.lookedAt(axe, w.Lang, "all steps done")
}

// facts corrects a fact.
func (b *tab) facts() {
	b.t.Helper()
	b.click(`nav.parts a[href$="/facts"]`)
	b.click(`main ul.files a.button`)
	b.do("answer", chromedp.Evaluate(answers, nil))
	b.click(`main form[action*="/fact/"] button.first`)
	if at := eval[string](b, `location.pathname`); !strings.HasSuffix(at, "/facts") {
		b.t.Errorf("a fact is corrected, and at %s", at)
	}
}

// decides decides whether the authority and the people are told.
func (b *tab) decides(w *i18n.Words, axe string) {
	b.t.Helper()
	b.click(`nav.parts a[href$="/decision"]`)
	b.do("answer", chromedp.Evaluate(answers, nil), chromedp.SendKeys(`#why`, "Names and numbers of customers were read.", chromedp.ByQuery))
	b.click(`form[action$="/decision"] button`)
	b.wants(w.T("web.incident.decided"))
	b.lookedAt(axe, w.Lang, "decided")
}

// writes fills a gap of a letter and takes it as a page and as a PDF.
func (b *tab) writes(w *i18n.Words, axe string) {
	b.t.Helper()
	b.click(`nav.parts a[href$="/letters"]`)
	b.click(`main ul.files a[href*="/letter/"]`)
	letter := eval[string](b, `location.pathname`)
	b.do("unfold what is missing", chromedp.Click(`main details summary`, chromedp.ByQuery))
	const name = "Fornitore Esempio 7319"
	b.click(`main a[href*="/fact/processor_name"]`)
	b.do("answer", chromedp.SendKeys(`[name="fact.processor_name"]`, name, chromedp.ByQuery))
	b.click(`main form[action*="/fact/"] button.first`)
	if at := eval[string](b, `location.pathname`); at != letter {
		b.t.Errorf("a gap of the letter is filled, and at %s", at)
	}
	b.wants(name, "Bottega Esempio")
	if text := textOf(b.t, b.taken(`button[name=act][value=pdf]`)); !strings.Contains(text, name) || !strings.Contains(text, "Bottega Esempio") {
		b.t.Errorf("the letter as a PDF does not have what was filled in:\n%s", text)
	}
	b.click(`button[name=act][value=html]`)
	b.wants(name, "Bottega Esempio")
	b.lookedAt(axe, w.Lang, "a letter, to print")
}

// taken clicks what gives a file and waits for it.
func (b *tab) taken(selector string) (path string) {
	b.t.Helper()
	dir := b.t.TempDir()
	b.do("take a file", browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(dir), chromedp.Click(selector, chromedp.ByQuery))
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if all, err := filepath.Glob(filepath.Join(dir, "*.pdf")); err == nil && len(all) == 1 {
			return all[0]
		}
	}
	b.t.Fatalf("%s gives no file", selector)
	return ""
}

// textOf is what stands in a PDF.
func textOf(t *testing.T, path string) string {
	t.Helper()
	ctx, end := context.WithTimeout(t.Context(), patience)
	defer end()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		missing(t, "chromium", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(ctx, "pdftotext", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
