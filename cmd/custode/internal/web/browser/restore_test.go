package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestRestore brings custode back on a new computer: the backup is looked for instead of typed, the sheet opens it, what
// is in it is shown, and then the page says which data folder is not there.
func TestRestore(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		old := newShop(t)
		old.setUp(w.Lang)
		old.run("keys", "init", "--yes")
		lines := regexp.MustCompile(`(?m)^\s*\d\s+(\S.*\S)\s*$`).FindAllStringSubmatch(old.run("keys", "sheet"), -1)
		if len(lines) != 4 {
			t.Fatalf("a sheet of %d lines", len(lines))
		}
		s := newShop(t)
		stick := filepath.Join(filepath.Dir(s.home), "Documents")
		if err := os.Mkdir(stick, 0o700); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(stick, "custode-2026-11-29.age")
		old.run("backup", file)
		if err := os.Rename(old.data, old.data+"-gone"); err != nil {
			t.Fatal(err)
		}
		axe, b, link := axe(t), newTab(t), s.serve()
		b.open(link)
		b.do("the way to the first run", chromedp.WaitVisible(`#shop`, chromedp.ByQuery))
		if w.Lang == "it" {
			b.then("speak", chromedp.Click(`.aside button[lang=it]`, chromedp.ByQuery))
		}
		b.click(`a[href="/start/restore"]`)
		b.lookedAt(axe, w.Lang, "/start/restore")
		b.click(`button[name=for][value=file]`)
		b.click(`button[value="` + stick + `"]`)
		b.lookedAt(axe, w.Lang, "a file to choose")
		b.click(`button[value="` + file + `"]`)
		b.click(`form[action="/start/restore"] button.first`)
		b.lookedAt(axe, w.Lang, "what opens the backup")
		for i, line := range lines {
			b.do("focus", chromedp.Focus(`#sheet`+number(i+1), chromedp.ByQuery))
			b.key(line[1])
		}
		b.goOn()
		b.settled()
		b.wants(w.T("web.restore.opened"))
		b.click(`main a.button.first`)
		b.wants("Bottega Esempio", old.data)
		b.lookedAt(axe, w.Lang, "what is in the backup")
		b.click(`form[action="/start/restore/now"] button`)
		b.settled()
		b.wants(w.T("web.restore.done"), old.data)
		b.lookedAt(axe, w.Lang, "restored")
		b.click(`main a.button.first`)
		b.wants("Bottega Esempio", w.T("web.today.first"))
		if !strings.Contains(old.run("--home", s.home, "journal", "show"), "home.restored") && !strings.Contains(old.run("--home", s.home, "journal", "show", "--json"), "home.restored") {
			t.Error("not in the journal")
		}
	})
}
