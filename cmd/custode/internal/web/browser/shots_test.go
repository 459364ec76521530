package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestScreenshots takes a picture of every page, in both languages, on a phone and on a desktop, light and
// dark, for people to look at, and those of the README: `make screenshots`.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("CUSTODE_SCREENSHOTS")
	if dir == "" {
		t.Skip("SKIPPED, LOUDLY: make screenshots takes pictures of all pages (CUSTODE_SCREENSHOTS names the folder)")
	}
	if err := os.MkdirAll(filepath.Join(dir, "readme"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := newShowroom(t)
	for _, lang := range []string{"en", "it"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := s.in(t, lang)
			b.do("no scrollbars", emulation.SetScrollbarsHidden(true)) // a picture of the whole page would have room for one at its edge
			for _, path := range s.paths {
				b.open(s.at(path))
				b.pictures(dir, nameOf(path)+"-"+lang)
			}
			b.open(s.at("/quiz"))
			b.click(`main a[href^="/quiz/"]`)
			if eval[bool](b, `!!document.getElementById("pin-again")`) {
				b.do("a PIN", chromedp.SendKeys(`#pin-again`, "4826", chromedp.ByQuery))
			}
			b.do("the PIN", chromedp.SendKeys(`#pin`, "4826", chromedp.ByQuery))
			b.click(`main form.small button.first`)
			b.pictures(dir, "quiz-question-"+lang)
			if lang == "en" {
				b.ofReadme(dir, "quiz", screen{"", 390, 780, false})
			}
			b.answer(eval[string](b, `document.querySelector("form.asks").className.split(" ")[1]`))
			b.pictures(dir, "quiz-answer-"+lang)
			b.click(`#leave button`)
			if lang == "en" {
				for _, of := range []struct{ path, name string }{{"/", "today"}, {"/data", "data"}, {"/incident/1", "incident"}} {
					b.open(s.at(of.path))
					b.ofReadme(dir, of.name, screen{"", 1180, 800, of.name == "incident"})
				}
			}
		})
	}
}

// pictures takes a picture of the page that is open on every screen.
func (b *tab) pictures(dir, name string) {
	b.t.Helper()
	for _, screen := range screens() {
		b.look(screen)
		var picture []byte
		b.do("picture", chromedp.FullScreenshot(&picture, 100))
		b.look(screen) // a picture of the whole page has changed it
		if err := os.WriteFile(filepath.Join(dir, name+"-"+screen.name+".png"), picture, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// ofReadme takes a picture for the README: what one sees without moving, and not too heavy.
func (b *tab) ofReadme(dir, name string, on screen) {
	b.t.Helper()
	var picture []byte
	b.look(on)
	b.do("picture", chromedp.Evaluate(`document.activeElement.blur(); scrollTo(0, 0)`, nil), chromedp.CaptureScreenshot(&picture))
	if len(picture) > 150_000 {
		b.t.Errorf("the picture %s has %d bytes", name, len(picture))
	}
	if err := os.WriteFile(filepath.Join(dir, "readme", name+".png"), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// nameOf is what the pictures of a page are called.
func nameOf(path string) string {
	if path == "/" {
		return "today"
	}
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(path), "-"), "-")
}
