package browser

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func screens() []screen {
	return []screen{
		{"phone-light", 320, 640, false},
		{"phone-dark", 320, 640, true},
		{"desktop-light", 1280, 900, false},
		{"desktop-dark", 1280, 900, true},
	}
}

// opened opens what is folded, so that it is looked at too.
const opened = `document.querySelectorAll("details").forEach(d => { d.open = true })`

// TestPages looks at every page that a link leads to, in both languages, on a phone and on a desktop, light
// and dark: nothing shuts anybody out, nothing has to be moved sideways, nothing is refused by our own
// policy, and nothing is fetched but the page, its style and its script. And by keyboard alone.
func TestPages(t *testing.T) {
	t.Parallel()
	s := newShowroom(t)
	axe := axe(t)
	for _, lang := range []string{"en", "it"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := s.in(t, lang)
			for _, path := range append(slices.Clone(s.paths), "/nothing", "/work/999") {
				b.fails = path == "/nothing" || path == "/work/999"
				if status := b.open(s.at(path)); status != 200 && !b.fails {
					t.Errorf("%s: %d", path, status)
				}
				b.lookedAt(axe, lang, path)
				for _, c := range command.FindAllString(b.text(), -1) {
					t.Errorf("%s %s: a command, on a page for who uses buttons: %s", lang, path, c)
				}
			}
			b.fails = false
			b.open(s.at("/"))
			if !eval[bool](b, `!!document.querySelector("figure.chart svg polyline, figure.chart svg path")`) {
				t.Error("days of checks, and no line is drawn")
			}
			b.menuOnPhone(axe)
		})
	}
	t.Run("keys", func(t *testing.T) {
		t.Parallel()
		s.walkedByKeys(s.in(t, "en"))
	})
}

// unfold opens what is folded on the page.
func (b *tab) unfold() {
	b.t.Helper()
	b.do("open all", chromedp.Evaluate(opened, nil))
}

// lookedAt looks at the page that is open on every screen; without axe only that nothing was refused.
func (b *tab) lookedAt(axe, lang, path string) {
	b.t.Helper()
	if got := eval[string](b, `document.documentElement.lang`); got != lang {
		b.t.Errorf("%s: in %q, not in %s", path, got, lang)
	}
	if n := b.requests(); n > 3 {
		b.t.Errorf("%s: %d requests: %s", path, n, b.asked)
	}
	if at := eval[string](b, `location.pathname`); !b.refused() {
		looked.note(b.door, at, lang)
	}
	b.quiet() // axe may speak
	if axe == "" {
		return
	}
	b.unfold()
	for _, screen := range screens() {
		b.look(screen)
		for _, f := range b.judge(axe) {
			b.t.Errorf("%s %s %s: %s", lang, path, screen.name, f)
		}
		if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > screen.width {
			b.t.Errorf("%s %s %s: has to be moved sideways: %d pixels; %s", lang, path, screen.name, wide, eval[string](b, tooWide))
		}
		if small := eval[[]string](b, tooSmall); len(small) > 0 {
			b.t.Errorf("%s %s %s: too small for a finger: %s", lang, path, screen.name, strings.Join(small, "\n"))
		}
	}
	b.mu.Lock()
	b.loud = nil
	b.mu.Unlock()
}

// command is what is typed in a terminal. The watch may name its own: that is for who looks after the computers.
var command = regexp.MustCompile(`.*(?:\s--[a-z]|\bcustode (?:init|check|serve|scan|encrypt|decrypt|verify|unlock|lock|open|keys|alerts|playbook|quiz|staff|privacy|service|backup|restore|journal|completion|version)\b).*`)

// tooWide names what sticks out.
const tooWide = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ")`

// tooSmall names what is to be pressed and is less than 24 pixels high or wide, links in sentences apart.
const tooSmall = `[...document.querySelectorAll("button, summary, select, input:not([type=hidden]), a.button, nav a")].filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.width < 24 && e.type !== "checkbox" && e.type !== "radio" || r.height < 22) }).map(e => e.outerHTML.slice(0, 120))`

// refused reports whether the page says that there is none, or none for us: a form that is given back is the page.
func (b *tab) refused() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Contains([]int64{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, b.answered)
}

func (b *tab) requests() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.asked)
}

// enter goes in by a link, and on to today's page.
func (b *tab) enter(link string) {
	b.t.Helper()
	if status := b.open(link); status != 200 {
		b.t.Fatalf("not let in: %d", status)
	}
	b.do("go on to today", chromedp.WaitVisible(`nav [aria-current]`, chromedp.ByQuery))
}

// speak chooses a language with the button.
func (b *tab) speak(host, lang string) {
	b.t.Helper()
	b.open("http://" + host + "/")
	if eval[string](b, `document.documentElement.lang`) != lang {
		b.then("speak "+lang, chromedp.Click(`.aside button[lang=`+lang+`]`, chromedp.ByQuery))
	}
	if got := eval[string](b, `document.documentElement.lang`); got != lang {
		b.t.Fatalf("speaks %q, not %s", got, lang)
	}
}
