package browser

import (
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is where the keyboard is.
type focus struct {
	Place int    `json:"place"` // among all elements of the page; -1: nowhere
	HTML  string `json:"html"`
	Seen  bool   `json:"seen"` // a frame of two pixels at least, and within the window
}

// focused tells where the keyboard is. Chromium draws the outline only for who uses the keyboard.
const focused = `(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return {place: -1, html: "", seen: false};
  const c = getComputedStyle(e), r = e.getBoundingClientRect();
  return {place: [...document.querySelectorAll("*")].indexOf(e), html: e.outerHTML.slice(0, 160),
    seen: c.outlineStyle !== "none" && parseFloat(c.outlineWidth) >= 2 && r.width > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth};
})()`

// reachable lists the places of all that a keyboard must reach: of a group of radio buttons one.
const reachable = `(() => {
  const all = [...document.querySelectorAll("*")], groups = new Set(), out = [];
  for (const e of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    if (e.disabled || !e.checkVisibility({visibilityProperty: true})) continue;
    if (e.type === "radio") { if (groups.has(e.name)) continue; groups.add(e.name); out.push(-all.indexOf(e)); continue; }
    out.push(all.indexOf(e));
  }
  return out;
})()`

// key presses a key.
func (b *tab) key(k string) {
	b.t.Helper()
	b.do("key", chromedp.KeyEvent(k))
}

// tabTo presses Tab until the keyboard is at what the selector names, and wants it to be seen all the way.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	var way []string
	for range 120 {
		b.key(kb.Tab)
		f := eval[focus](b, focused)
		if way = append(way, f.HTML); f.Place >= 0 && !f.Seen {
			b.t.Errorf("nobody sees that the keyboard is at %s", f.HTML)
		}
		if eval[bool](b, `document.activeElement.matches(`+quoted(selector)+`)`) {
			return
		}
	}
	b.t.Fatalf("no Tab leads to %s:\n%s", selector, strings.Join(way, "\n"))
}

// goOn presses Enter where it leads to another page.
func (b *tab) goOn() {
	b.t.Helper()
	b.then("Enter", chromedp.KeyEvent(kb.Enter))
}

// walkedByKeys goes through every page with Tab alone: everything that can be pressed or filled in is
// reached, in the order of the page, and one sees where one is; Tab leads out again. The first stop
// is the link that skips what is the same on all pages.
func (s *showroom) walkedByKeys(b *tab) {
	b.t.Helper()
	for _, path := range s.paths {
		b.open(s.at(path))
		b.walkByKeys(path)
	}
	b.open(s.at("/"))
	b.key(kb.Tab)
	b.key(kb.Enter)
	if got := eval[string](b, `document.activeElement.id`); got != "main" {
		b.t.Errorf("the link that skips leads to %q", got)
	}
	b.key(kb.Tab)
	if !eval[bool](b, `!!document.activeElement.closest("main")`) {
		b.t.Errorf("after the link that skips, Tab leads to %s", eval[focus](b, focused).HTML)
	}
}

// menuOnPhone goes to another page by keyboard on a phone, where the list of pages is behind a button.
func (b *tab) menuOnPhone(axe string) {
	b.t.Helper()
	b.look(screens()[0])
	if high := eval[float64](b, `document.querySelector(".top").getBoundingClientRect().height`); high > 70 {
		b.t.Errorf("the top of the page takes %v pixels of a phone", high)
	}
	if eval[bool](b, `document.querySelector("#pages").checkVisibility()`) {
		b.t.Error("the list of pages is open by itself")
	}
	b.tabTo(`.menu`)
	b.key(kb.Enter)
	if axe != "" {
		b.quiet()
		for _, f := range b.judge(axe) {
			b.t.Errorf("the open menu: %s", f)
		}
	}
	b.tabTo(`#pages a[href="/watch"]`)
	b.goOn()
	if at := eval[string](b, `location.pathname`); at != "/watch" {
		b.t.Errorf("the menu leads to %s", at)
	}
	b.look(screens()[2])
}

func (b *tab) walkByKeys(path string) {
	b.t.Helper()
	want, groups := map[int]bool{}, 0
	for _, place := range eval[[]int](b, reachable) {
		if place < 0 { // which of the group it is, the browser chooses
			groups++
			continue
		}
		want[place] = true
	}
	b.do("from the start", chromedp.Evaluate(`document.documentElement.tabIndex = -1; document.documentElement.focus(); document.documentElement.removeAttribute("tabindex"); scrollTo(0, 0)`, nil))
	last := -1
	for stops := range 8 * (len(want) + groups + 1) { // a date has stops of its own for day, month and year
		b.key(kb.Tab)
		f := eval[focus](b, focused)
		if f.Place < 0 || f.Place < last {
			break
		}
		if stops == 0 && !strings.Contains(f.HTML, `class="skip"`) && !eval[bool](b, `!!document.querySelector("[autofocus]")`) {
			b.t.Errorf("%s: the first stop is %s", path, f.HTML)
		}
		if !f.Seen {
			b.t.Errorf("%s: nobody sees that the keyboard is at %s", path, f.HTML)
		}
		last = f.Place
		delete(want, f.Place)
	}
	for place := range want {
		b.t.Errorf("%s: Tab does not come to %s", path, eval[string](b, `document.querySelectorAll("*")[`+number(place)+`].outerHTML.slice(0, 160)`))
	}
}
