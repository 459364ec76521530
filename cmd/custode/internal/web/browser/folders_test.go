package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestFolders sets a shop up without typing a path: the folder is looked for from Documents on. Then the folder for
// the backup is looked for, and what was typed leads to where the search begins.
func TestFolders(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		docs := filepath.Join(filepath.Dir(s.home), "Documents")
		if err := os.Mkdir(docs, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(s.data, filepath.Join(docs, "Negozio")); err != nil {
			t.Fatal(err)
		}
		axe, b, link := axe(t), newTab(t), s.serve()
		b.open(link)
		b.do("the way to the first run", chromedp.WaitVisible(`#shop`, chromedp.ByQuery))
		host, _, _ := strings.Cut(strings.TrimPrefix(link, "http://"), "/")
		b.do("choose the language", chromedp.Click(`[name=language][value=`+w.Lang+`]`, chromedp.ByQuery))
		b.do("fill in", chromedp.SetValue(`#shop`, "Bottega <Esempio>", chromedp.ByQuery), chromedp.SetValue(`#country`, "IT", chromedp.ByQuery))
		b.click(`button[formaction="/start/folder"]`)
		b.wants(w.T("web.folders.begin"))
		b.lookedAt(axe, w.Lang, "where to look for a folder")
		b.click(`button[value="` + docs + `"]`)
		b.tabTo(`button[value="` + s.data + `"]`)
		b.goOn()
		b.wants(s.data)
		b.lookedAt(axe, w.Lang, "a folder to choose")
		b.click(`button[name="pick.take"]`)
		got := eval[[]string](b, `[document.getElementById("folders").value, document.getElementById("shop").value, location.hash]`)
		if got[0] != s.data || got[1] != "Bottega <Esempio>" || got[2] != "#folders" {
			t.Errorf("after a folder was chosen the form has %q", got)
		}
		b.do("only this one", chromedp.Evaluate(`document.querySelector("input[type=checkbox][name=folder]").checked = false`, nil))
		b.click(`form[action="/start"] button.first`)
		b.settled()
		b.open("http://" + host + "/settings#backup") // it is open, as who follows the link wants it
		b.do("type", chromedp.SetValue(`#backups`, docs, chromedp.ByQuery))
		b.click(`button[name=for][value=backup]`)
		b.wants(docs)
		b.click(`button[name="pick.take"]`)
		if got := eval[string](b, `document.getElementById("backups").value`); got != docs {
			t.Errorf("the folder for the backup is %q", got)
		}
		b.quiet()
	})
}
