package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestCustomer looks for a customer who asks what the shop has of them, and filters a mailing list: what was
// found, and what is left of the list, are shown.
func TestCustomer(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
		s.keys()
		s.write("Clienti/nuovi.csv", "Nome;Email\nMaria Esempio;maria@example.com\nAnna Prova;anna@example.com\n")
		s.run("privacy", "requests", "new", "--right", "access", "--how", "mail", "--name", "Maria Esempio", "--contact", "maria@example.com")
		b.enter(s.serve())
		b.click(`nav a[href="/privacy"]`)
		b.click(`main a[href="/privacy/requests/1"]`)
		b.click(`form[action$="/search"] button`)
		b.do("focus", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key(passphrase)
		b.goOn()
		b.settled()
		b.click(`main a.button.first`)
		b.lookedAt(axe, w.Lang, "what was found")
		b.wants("nuovi.csv", "maria@example.com")
		b.filters(w, axe, s.write("lista.csv", "Nome;Email\nMaria Esempio;maria@example.com\n"))
	})
}

// write makes a file of the shop.
func (s *shop) write(name, text string) (path string) {
	s.t.Helper()
	path = filepath.Join(s.data, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// filters filters a mailing list of somebody who never said yes.
func (b *tab) filters(w *i18n.Words, axe, list string) {
	b.t.Helper()
	b.click(`nav a[href="/privacy"]`)
	b.click(`main a[href="/privacy/choices"]`)
	b.do("choose the list", chromedp.SetUploadFiles(`#filter-file`, []string{list}, chromedp.ByQuery))
	b.click(`form[action="/privacy/choices/filter"] button`)
	if at := eval[string](b, `location.pathname`); at != "/privacy/choices/filtered" {
		b.t.Fatalf("filtered, and at %s:\n%s", at, b.text())
	}
	b.wants(w.T("web.choices.filter.out"))
	b.lookedAt(axe, w.Lang, "the list, filtered")
}
