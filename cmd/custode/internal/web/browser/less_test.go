package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestLess deletes a file that nothing says the use of, after the page has said what that means, and takes it back.
func TestLess(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		s.setUp(w.Lang)
		s.keys()
		s.run("scan")
		s.uses()
		axe, b := axe(t), newTab(t)
		link := s.serve()
		b.enter(link)
		host, _, _ := strings.Cut(strings.TrimPrefix(link, "http://"), "/")
		b.speak(host, w.Lang)
		b.click(`nav a[href="/data"]`)
		b.click(`a[href="/data/unneeded"]`)
		b.lookedAt(axe, w.Lang, "/data/unneeded")
		name := eval[string](b, `document.querySelector("article label span").innerText`)
		path := filepath.Join(s.data, filepath.FromSlash(name))
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b.fails = true
		b.click(`article button[value=gone]`)
		b.wants(w.T("web.less.none-chosen"))
		b.fails = false
		b.open("http://" + host + "/data/unneeded")
		b.do("tick", chromedp.Click(`article label input`, chromedp.ByQuery))
		b.click(`article button[value=gone]`)
		b.wants(w.T("tidy.law"), name)
		b.lookedAt(axe, w.Lang, "what would be deleted")
		b.click(`form[action="/data/less/now"] button`)
		b.settled()
		b.wants(w.T("tidy.done.file", name), w.T("tidy.honest"))
		b.lookedAt(axe, w.Lang, "deleted")
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", name, err)
		}
		b.click(`main a.button.first`)
		b.click(`a[href="/data/undo"]`)
		b.wants(name)
		b.lookedAt(axe, w.Lang, "/data/undo")
		b.click(`form[action="/data/undo"] button`)
		b.lookedAt(axe, w.Lang, "the passphrase, to take back")
		b.do("focus", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key(passphrase)
		b.goOn()
		b.settled()
		b.wants(w.T("web.less.back.done"))
		if is, err := os.ReadFile(path); err != nil || string(is) != string(was) {
			t.Errorf("%s did not come back: %d bytes, %v", name, len(is), err)
		}
		b.quiet()
	})
}
