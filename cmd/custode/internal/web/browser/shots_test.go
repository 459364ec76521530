package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots takes a picture of every page, in both languages, on a phone and on a desktop, light and
// dark, for people to look at: `make screenshots`.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("CUSTODE_SCREENSHOTS")
	if dir == "" {
		t.Skip("SKIPPED, LOUDLY: make screenshots takes pictures of all pages (CUSTODE_SCREENSHOTS names the folder)")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := newShowroom(t)
	b := s.in(t, "en")
	take := func(name string) {
		for _, screen := range []screen{{"phone-light", 390, 844, false}, {"phone-dark", 390, 844, true}, {"desktop-light", 1280, 900, false}, {"desktop-dark", 1280, 900, true}} {
			b.look(screen)
			var picture []byte
			b.do("picture", chromedp.FullScreenshot(&picture, 100))
			b.look(screen) // a picture of the whole page has changed it
			if err := os.WriteFile(filepath.Join(dir, name+"-"+screen.name+".png"), picture, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, lang := range []string{"en", "it"} {
		b.speak(s.host, lang)
		for _, path := range s.paths {
			b.open(s.at(path))
			take(nameOf(path) + "-" + lang)
		}
	}
	b.then("lock", chromedp.Click(`form[action="/lock"] button`, chromedp.ByQuery))
	take("unlock-it")
}

// nameOf is what the pictures of a page are called.
func nameOf(path string) string {
	if path == "/" {
		return "today"
	}
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(path), "-"), "-")
}
