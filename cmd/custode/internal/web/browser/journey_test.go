package browser

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

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
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			journey(t, w)
		})
	}
}

// settled waits until a work has ended and its page says so.
func (b *tab) settled() {
	b.t.Helper()
	b.until("the work has ended", `document.readyState === "complete" && !document.querySelector("[data-work]")`)
}

// TestFirstRun sets a shop up by keyboard alone: what is wrong is said beside its field and nothing that was
// typed is lost; then custode looks for the first time, and there is today's check.
func TestFirstRun(t *testing.T) {
	t.Parallel()
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
		b.tabTo(`#folders`)
		b.key(s.data + "-nowhere")
		b.tabTo(`button.first`)
		b.fails = true
		b.goOn()
		b.wants(w.T("web.start.wrong"))
		b.lookedAt(axe, w.Lang, "/start, with a folder that is none")
		b.fails = false
		if got := eval[string](b, `document.getElementById("folders").value`); got != s.data+"-nowhere" {
			t.Errorf("the folder that was typed is gone: %q", got)
		}
		b.do("empty", chromedp.Evaluate(`document.getElementById("folders").value = ""`, nil))
		b.tabTo(`#country`)
		b.key("Ital")
		if got := eval[string](b, `document.getElementById("country").value`); got != "IT" {
			t.Errorf("typed the beginning of a country, chosen: %q", got)
		}
		b.tabTo(`#folders`)
		b.key(s.data)
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
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
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
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
		s.keys()
		link := s.serve()
		b.enter(link)
		base, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		b.tabTo(`form[action="/lock"] button`)
		b.goOn()
		if b.open(eval[string](b, `location.origin`)+"/unlock") == 200 {
			b.lookedAt(axe, w.Lang, "/unlock")
		}
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

// TestKeys makes the keys on the page: six words, the sheet on paper, typed back, and proven. Then a folder is
// sealed, and one of its files opened, closed, and all of them verified.
func TestKeys(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) {
		t.Helper()
		s := newShop(t)
		opened := s.programs()
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
		b.enter(s.serve())
		words := b.makesKeys(w, axe)
		name := b.seals(w, axe)
		b.opens(w, axe, sealedFile{name, words, opened})
	})
}

// makesKeys makes the keys on the page, with the sheet, and gives the six words.
func (b *tab) makesKeys(w *i18n.Words, axe string) (words string) {
	b.t.Helper()
	origin := eval[string](b, `location.origin`)
	b.open(origin + "/vault/keys")
	b.lookedAt(axe, w.Lang, "/vault/keys")
	words = eval[string](b, `document.querySelector(".six").innerText`)
	if len(strings.Split(words, "-")) != 6 {
		b.t.Fatalf("%q are not six words", words)
	}
	b.tabTo(`button[name=take]`)
	b.goOn()
	if got := eval[string](b, `location.pathname`); got != "/vault/sheet" {
		b.t.Fatalf("keys made, and at %s:\n%s", got, b.text())
	}
	b.wants(w.T("web.paper.why"))
	b.lookedAt(axe, w.Lang, "/vault/sheet")
	b.then("show the sheet", chromedp.Click(`form[action="/vault/sheet"] button`, chromedp.ByQuery))
	if eval[bool](b, `!!document.querySelector("#passphrase")`) {
		b.do("focus", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key(words)
		b.goOn()
	}
	b.lookedAt(axe, w.Lang, "the sheet")
	lines := eval[[]string](b, `document.querySelector(".lines").innerText.split("\n").map(l => l.match(/^\s*\d+\s+(\S.*)$/)?.[1].trim()).filter(Boolean)`)
	b.open(origin + "/vault/sheet")
	fields := eval[int](b, `document.querySelectorAll("input.line").length`)
	if len(lines) != fields {
		b.t.Fatalf("a sheet of %d lines for %d fields", len(lines), fields)
	}
	for i, line := range lines {
		b.do("focus", chromedp.Focus(`#sheet`+number(i+1), chromedp.ByQuery))
		if i == 0 { // a slip of the pen
			line = line[:len(line)-1] + map[bool]string{true: "Q", false: "P"}[line[len(line)-1] == 'P']
		}
		b.key(line)
	}
	b.fails = true
	b.goOn()
	if wrong := eval[int](b, `document.querySelectorAll("input.line").length`); wrong != 1 {
		b.t.Errorf("one line is wrong, and %d are asked for again", wrong)
	}
	b.lookedAt(axe, w.Lang, "/vault/sheet, with a wrong line")
	b.fails = false
	b.do("focus", chromedp.Focus(`#sheet1`, chromedp.ByQuery))
	b.key(lines[0])
	b.goOn()
	b.settled()
	b.lookedAt(axe, w.Lang, "the sheet, proven")
	b.open(origin + "/vault/sheet")
	b.wants(w.T("web.paper.drill"))
	return words
}

// TestQuiz takes a quiz to its end by keyboard alone: a PIN is chosen, every kind of question is answered, what
// it was worth is read, and how it went is said.
func TestQuiz(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) {
		t.Helper()
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
		s.run("staff", "add", "Anna")
		b.enter(s.serve())
		b.open(eval[string](b, `location.origin`) + "/quiz")
		b.lookedAt(axe, w.Lang, "/quiz")
		b.takesQuiz(w, axe, "")
	})
}

// takesQuiz takes a quiz from the list of the staff on. code is with which the PIN is chosen; "" none is asked for.
func (b *tab) takesQuiz(w *i18n.Words, axe, code string) {
	b.t.Helper()
	b.tabTo(`main a[href^="/quiz/"]`)
	b.goOn()
	first := map[bool]string{true: "pin", false: "pin-code"}[code == ""]
	b.until("the keyboard is there already", `document.activeElement.id === "`+first+`"`)
	b.lookedAt(axe, w.Lang, "a PIN is chosen")
	if code != "" {
		b.tabTo(`#pin-code`)
		b.key(code)
	}
	b.tabTo(`#pin`)
	b.key("4826")
	b.tabTo(`#pin-again`)
	b.key("4826")
	b.goOn()
	kinds := map[string]bool{}
	for step := 0; !eval[bool](b, `!!document.querySelector("h1[data-enter=leave]")`); step++ {
		if step > 40 {
			b.t.Fatalf("the quiz does not end:\n%s", b.text())
		}
		if eval[bool](b, `!!document.querySelector("[data-enter=read]")`) {
			if step < 4 {
				b.lookedAt(axe, w.Lang, "what an answer was worth")
			}
			b.tabTo(`#read button`)
			b.goOn()
			continue
		}
		kind := eval[string](b, `document.querySelector("form.asks").className.split(" ")[1]`)
		if !kinds[kind] {
			kinds[kind] = true
			b.lookedAt(axe, w.Lang, "a question: "+kind)
		}
		b.answer(kind)
	}
	b.lookedAt(axe, w.Lang, "how the quiz went")
	b.tabTo(`#leave button`)
	b.goOn()
	if got := eval[string](b, `location.pathname`); got != "/quiz" {
		b.t.Errorf("left, and at %s", got)
	}
}

// answer gives some answer to a question, from the first thing on the page on.
func (b *tab) answer(kind string) {
	b.t.Helper()
	b.do("from the start", chromedp.Evaluate(`document.documentElement.tabIndex = -1; document.documentElement.focus(); document.documentElement.removeAttribute("tabindex")`, nil))
	switch kind {
	case "order":
		for i := range eval[int](b, `document.querySelectorAll("[name^=place]").length`) {
			b.tabTo(`[name=place` + number(i+1) + `]`)
			b.key(number(i + 1))
		}
	case "spot":
		b.tabTo(`[name=verdict]`)
		b.key(" ")
		b.tabTo(`[name=choice]`)
		b.key(" ")
	default:
		b.tabTo(`[name=choice]`)
		b.key(" ")
	}
	b.tabTo(`form.asks button`)
	b.goOn()
}
