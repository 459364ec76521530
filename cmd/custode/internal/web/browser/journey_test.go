package browser

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"custode/internal/i18n"
)

func number(n int) string { return strconv.Itoa(n) }

// inBoth goes on a journey in each language.
func inBoth(t *testing.T, journey func(*testing.T, *i18n.Words)) {
	t.Helper()
	for _, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(lang, func(t *testing.T) { journey(t, w) })
	}
}

// settled waits until a work has ended and its page says so.
func (b *tab) settled() {
	b.t.Helper()
	for end := time.Now().Add(4 * patience); eval[bool](b, `document.readyState !== "complete" || !!document.querySelector("[data-work]")`); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("the work does not end:\n%s", b.text())
		}
	}
}

// TestFirstRun sets a shop up by keyboard alone: what is wrong is said beside its field and nothing that was
// typed is lost; then custode looks for the first time, and there is today's check.
func TestFirstRun(t *testing.T) {
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		b.open(s.serve())
		b.do("the way to the first run", chromedp.WaitVisible(`#shop`, chromedp.ByQuery))
		if w.Lang == "it" {
			b.do("from the start", chromedp.Evaluate(`document.activeElement.blur()`, nil))
		}
		b.lookedAt(axe, "en", "/start")
		b.tabTo(`[name=language]`)
		if w.Lang == "it" {
			b.key(kb.ArrowDown)
		}
		b.tabTo(`#shop`)
		b.key("Bottega Esempio")
		b.tabTo(`#country`)
		b.do("nothing there yet", chromedp.Evaluate(`document.activeElement.value = ""`, nil))
		b.key("Atlantis")
		b.tabTo(`#folders`)
		b.key(s.data)
		b.tabTo(`button.first`)
		b.fails = true
		b.goOn()
		b.wants(w.T("web.start.wrong"))
		b.lookedAt(axe, w.Lang, "/start, with a country that is none")
		b.fails = false
		if got := eval[string](b, `document.getElementById("folders").value`); got != s.data {
			t.Errorf("the folder that was typed is gone: %q", got)
		}
		b.do("empty", chromedp.Evaluate(`document.getElementById("country").value = ""`, nil))
		b.tabTo(`#country`)
		b.key("IT")
		b.tabTo(`button.first`)
		b.goOn()
		b.settled()
		b.wants(w.T("web.look.done"))
		b.lookedAt(axe, w.Lang, "the first look, ended")
		b.tabTo(`main a.button.first`)
		b.goOn()
		b.wants("Bottega Esempio", w.T("web.today.first"))
		if strings.Contains(eval[string](b, `location.pathname`), "start") {
			t.Error("not set up")
		}
		b.fails = true // whoever comes back to it is led on
		b.open(eval[string](b, `location.origin`) + "/start")
		b.wants("Bottega Esempio")
	})
}

// TestLinkOnce: a link opens once, in one browser; another browser is told how to get in, and the first
// one may go back to it.
func TestLinkOnce(t *testing.T) {
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.run("--lang", w.Lang, "init", "--yes", "--shop", "Bottega Esempio", "--country", "IT", "--data", s.data)
		link := s.serve()
		b.enter(link)
		b.wants("Bottega Esempio", w.T("web.today.first"))
		second := newTab(t)
		second.fails = true
		if status := second.open(link); status != 403 {
			t.Errorf("a link opened twice: %d", status)
		}
		second.wants(w.T("web.old-link"))
		second.lookedAt(axe, w.Lang, "a link for the second time")
		base, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if status := second.open("http://" + base.Host + "/"); status != 401 {
			t.Errorf("a stranger was let in: %d", status)
		}
		second.lookedAt(axe, w.Lang, "a stranger")
		b.open(link)
		b.wants("Bottega Esempio")
		second.fails = false
		second.enter(s.another())
		second.wants("Bottega Esempio")
	})
}

// TestLockAndUnlock: the button locks every browser, the wrong passphrase is told so, the right one leads
// back to where one was.
func TestLockAndUnlock(t *testing.T) {
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.run("--lang", w.Lang, "init", "--yes", "--shop", "Bottega Esempio", "--country", "IT", "--data", s.data)
		s.keys()
		link := s.serve()
		b.enter(link)
		base, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		b.tabTo(`form[action="/lock"] button`)
		b.goOn()
		b.fails = true
		if status := b.open("http://" + base.Host + "/journal"); status != 403 {
			t.Errorf("locked, and the journal is shown: %d", status)
		}
		b.lookedAt(axe, w.Lang, "locked")
		b.do("focus", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key("not this one")
		b.goOn()
		b.wants(w.T("web.unlock.wrong"))
		b.lookedAt(axe, w.Lang, "the wrong passphrase")
		b.fails = false
		b.do("focus", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key(passphrase)
		b.goOn()
		if got := eval[string](b, `location.pathname`); got != "/journal" {
			t.Errorf("unlocked, and at %s", got)
		}
	})
}
