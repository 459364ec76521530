package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// onSheet are the lines of a printed sheet.
var onSheet = regexp.MustCompile(`(?m)^  ([1-4])  ([A-Z0-9 ]+)$`)

// types puts words into a field.
func (b *tab) types(field, words string) {
	b.t.Helper()
	b.do("focus "+field, chromedp.Focus(field, chromedp.ByQuery))
	b.key(words)
}

// TestHolders lets somebody in and takes it away again, chooses another passphrase, forgets it and gets back in with
// the sheet, and makes a new key, for which all files are sealed anew.
func TestHolders(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		s.setUp(w.Lang)
		sheet := s.keys()
		s.run("encrypt", "--yes", "--no-drill", filepath.Join(s.data, "Archivio 2019"))
		axe, b := axe(t), newTab(t)
		b.enter(s.serve())
		b.click(`nav a[href="/vault"]`)
		b.unfold()
		b.click(`main a[href="/vault/keys"]`)
		b.click(`form[action="/vault/keys/add"] button`)
		b.types(`#passphrase`, passphrase)
		b.goOn()
		b.lookedAt(axe, w.Lang, "who is let in")
		b.types(`#name`, "Anna")
		b.click(`button[name=take]`)
		b.wants(w.T("web.holders.added"), "Anna")
		b.lookedAt(axe, w.Lang, "somebody was let in")
		b.click(`main a.button.first`)
		b.click(`button[aria-label="` + w.T("web.remove.this", "Anna") + `"]`)
		b.wants(w.T("web.remove.person"))
		b.lookedAt(axe, w.Lang, "whose way in is taken away")
		b.click(`main button.danger`)
		b.wants(w.T("keys.removed", "Anna"))
		b.click(`main a.button.first`)
		b.click(`main a[href="/vault/passphrase"]`)
		b.types(`#old`, passphrase)
		b.click(`button[name=take]`)
		b.wants(w.T("web.passphrase.done"))
		b.recovers(w, axe, sheet)
		b.click(`nav a[href="/vault"]`)
		b.unfold()
		b.click(`main a[href="/vault/keys"]`)
		b.click(`button[name=what][value=key]`)
		b.lookedAt(axe, w.Lang, "what a new key means")
		b.click(`button[name=sure]`)
		b.settled()
		b.wants(w.T("web.rekey.done.key"))
		b.lookedAt(axe, w.Lang, "all is sealed anew")
		b.quiet()
	})
}

// recovers locks the page and gets back in with the sheet.
func (b *tab) recovers(w *i18n.Words, axe, sheet string) {
	b.t.Helper()
	b.click(`form[action="/lock"] button`)
	b.fails = true // locked is refused
	b.open(eval[string](b, `location.origin`) + "/vault")
	b.click(`main a[href="/recover"]`)
	b.fails = false
	lines := onSheet.FindAllStringSubmatch(sheet, -1)
	if len(lines) != 4 {
		b.t.Fatalf("a sheet of %d lines", len(lines))
	}
	for _, l := range lines {
		b.types(`#sheet`+l[1], l[2])
	}
	b.click(`form[action="/recover/sheet"] button.first`)
	b.wants(w.T("web.recover.right"))
	b.lookedAt(axe, w.Lang, "a passphrase instead of the one that is forgotten")
	words := eval[string](b, `document.querySelector(".six").innerText`)
	b.click(`button[name=take]`)
	b.lookedAt(axe, w.Lang, "back in")
	b.click(`form[action="/lock"] button`)
	b.fails = true
	b.open(eval[string](b, `location.origin`) + "/vault")
	b.types(`#passphrase`, words)
	b.goOn()
	b.fails = false
	b.wants(w.T("web.vault.files"))
}

// killed ends the page as a power cut does.
func (s *shop) killed() {
	s.t.Helper()
	var at struct {
		Pid int `json:"pid"`
	}
	raw, err := os.ReadFile(filepath.Join(s.home, "serve.json"))
	if err == nil {
		err = json.Unmarshal(raw, &at)
	}
	var p *os.Process
	if err == nil {
		p, err = os.FindProcess(at.Pid)
	}
	if err == nil && at.Pid > 1 {
		err = p.Kill()
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestKilled: the page is killed while a sealed file is open and was changed, and while a folder was being sealed.
// Both are told of; the copy is thrown away, once one was asked whether that is meant, and the rest is sealed.
func TestKilled(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		opened := s.programs()
		s.setUp(w.Lang)
		s.keys()
		s.run("encrypt", "--yes", "--no-drill", filepath.Join(s.data, "Archivio 2019"))
		axe, b := axe(t), newTab(t)
		b.enter(s.serve())
		b.click(`nav a[href="/vault"]`)
		b.click(`form[action="/vault/open"] button`)
		b.types(`#passphrase`, passphrase)
		b.goOn()
		copied := opened()
		f, err := os.OpenFile(copied, os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString("written since\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close() // what was written is there
		s.killed()
		still := s.write("interrotto.csv", "Nome;Email\nMaria Esempio;maria@example.com\n")
		note, err := json.Marshal([]map[string]any{{"id": "abcdef", "does": "seal", "since": time.Now(), "files": []string{still}}})
		if err == nil {
			err = os.WriteFile(filepath.Join(s.home, "begun.json"), note, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		b.loud = nil // the page has gone
		b.enter(s.serve())
		b.click(`nav a[href="/vault"]`)
		b.wants(w.T("web.broken.seal.do"), w.N("web.vault.copies", 1))
		b.lookedAt(axe, w.Lang, "/vault, with what was broken off")
		b.click(`main a[href="/vault/left"]`)
		b.lookedAt(axe, w.Lang, "/vault/left")
		b.click(`main button[value=throw]`)
		b.wants(w.T("web.left.lost"))
		b.lookedAt(axe, w.Lang, "whether a copy is thrown away")
		b.click(`main button.danger`)
		b.settled()
		if b.wants(w.T("web.left.thrown")); exists(copied) {
			t.Errorf("%s is still there", copied)
		}
		b.click(`nav a[href="/vault"]`)
		b.click(`form[action="/broken/finish"] button.first`)
		b.settled()
		if exists(still) || !exists(still+".age") {
			t.Error("it was not finished")
		}
		if b.click(`nav a[href="/vault"]`); strings.Contains(b.text(), w.T("web.broken.seal.do")) {
			t.Error("there is something left to finish")
		}
		b.quiet()
	})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
