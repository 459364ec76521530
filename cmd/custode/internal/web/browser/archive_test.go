package browser

import (
	"os"
	"path/filepath"
	"testing"

	"custode/internal/i18n"
)

// TestArchive puts a folder away as one sealed file, looks into it, opens one file of it, and makes a folder of it again.
func TestArchive(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		s.setUp(w.Lang)
		s.keys()
		opened := s.programs()
		axe, b := axe(t), newTab(t)
		b.enter(s.serve())
		folder := filepath.Join(s.data, "Archivio 2019")
		b.click(`nav a[href="/data"]`)
		b.click(`main a[href="/data/archive"]`)
		b.click(`form[action="/data/archive/folder"] button.first`)
		b.click(`button[value="` + folder + `"]`)
		b.click(`button[name="pick.take"]`)
		b.wants(w.T("web.archive.ask"), "Archivio 2019.zip.age")
		b.lookedAt(axe, w.Lang, "what becomes of a folder that is put away")
		b.click(`form[action="/data/archive/now"] button`)
		b.settled()
		if _, err := os.Stat(folder); !os.IsNotExist(err) {
			t.Fatalf("the folder is there still: %v\n%s", err, b.text())
		}
		b.click(`nav a[href="/vault"]`)
		b.click(`form[action="/vault/inside"] button`)
		b.types(`#passphrase`, passphrase)
		b.goOn()
		b.wants(w.T("web.inside.how"))
		b.lookedAt(axe, w.Lang, "what is in an archive")
		b.click(`form[action="/vault/inside/open"] button`)
		path := opened()
		b.wants(w.T("web.open.now"), w.T("web.inside.only"), filepath.Base(path))
		b.click(`form[action="/vault/done"] button`)
		b.settled()
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("the readable copy is there still: %v", err)
		}
		b.click(`nav a[href="/vault"]`)
		b.unfold()
		b.click(`form[action="/vault/unpack"] button`)
		b.wants(w.T("web.unpack.what"))
		b.lookedAt(axe, w.Lang, "what making a folder of an archive means")
		b.click(`form[action="/vault/unpack"] button.first`)
		b.settled()
		if list, err := os.ReadDir(folder); err != nil || len(list) == 0 {
			t.Errorf("the folder is not there again: %d, %v\n%s", len(list), err, b.text())
		}
	})
}
