package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// programs gives the shop's computer a desktop, whose only program notes which file it is to open. What
// it gives back waits for that and gives the file.
func (s *shop) programs() (opened func() string) {
	s.t.Helper()
	bin, note := s.t.TempDir(), filepath.Join(s.t.TempDir(), "note")
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\nprintf %s \"$1\" >\"$NOTE.new\" && mv \"$NOTE.new\" \"$NOTE\"\n"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	s.env = append(s.env, "DISPLAY=:0", "PATH="+bin+":"+os.Getenv("PATH"), "NOTE="+note)
	return func() string {
		s.t.Helper()
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if raw, err := os.ReadFile(note); err == nil {
				return string(raw)
			}
		}
		s.t.Fatal("nothing was opened")
		return ""
	}
}

// click clicks what leads to another page.
func (b *tab) click(selector string) {
	b.t.Helper()
	if !eval[bool](b, `!!document.querySelector(`+"`"+selector+"`"+`)`) {
		b.t.Fatalf("there is no %s at %s:\n%s", selector, eval[string](b, `location.pathname`), b.text())
	}
	b.then("click on "+selector, chromedp.Click(selector, chromedp.ByQuery))
}

// seals seals a folder from the page of the data, and gives the name of a file that is sealed now.
func (b *tab) seals(w *i18n.Words, axe string) (name string) {
	b.t.Helper()
	b.click(`nav a[href="/data"]`)
	b.do("choose a folder", chromedp.Evaluate(`(() => { const s = document.getElementById("by-folder"); s.value = [...s.options].find(o => o.text.includes("Archivio 2019")).value })()`, nil))
	b.unfold()
	b.click(`form[action^="/data"][method=get] button`)
	list := eval[[]string](b, `[...document.querySelectorAll(".held label strong")].map(e => e.innerText)`)
	if len(list) == 0 {
		b.t.Fatalf("nothing to seal in the folder:\n%s", b.text())
	}
	b.lookedAt(axe, w.Lang, "the data of a folder")
	b.click(`button[name=all][value=listed]`)
	b.lookedAt(axe, w.Lang, "what is to be sealed")
	b.click(`form[action="/data/seal/now"] button.first`)
	b.settled()
	b.lookedAt(axe, w.Lang, "sealed")
	b.click(`main a.button.first`)
	b.click(`nav a[href="/vault"]`)
	name = filepath.Base(strings.ReplaceAll(list[0], `\`, "/")) // of Windows, too
	b.wants(name)
	return name
}

// sealedFile is a file in the vault.
type sealedFile struct {
	name, passphrase string
	opened           func() string
}

// opens opens a sealed file, closes it and has all of them verified with the keys.
func (b *tab) opens(w *i18n.Words, axe string, f sealedFile) {
	b.t.Helper()
	b.click(`button[aria-label="` + w.T("web.open.this", f.name) + `"]`)
	if eval[bool](b, `!!document.getElementById("passphrase")`) {
		b.lookedAt(axe, w.Lang, "the passphrase, to open")
		b.do("focus", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key(f.passphrase)
		b.goOn()
	}
	path := f.opened()
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) == 0 || bytes.HasPrefix(raw, []byte("age-encryption.org")) || filepath.Base(path) != strings.TrimSuffix(f.name, ".age") {
		b.t.Errorf("%s was opened as %s: %d bytes, %v", f.name, path, len(raw), err)
	}
	b.wants(w.T("web.open.now"))
	b.lookedAt(axe, w.Lang, "/vault, with a file that is open")
	b.click(`form[action="/vault/done"] button`)
	b.settled()
	b.wants(w.T("web.open.closed", filepath.Base(path)))
	if _, err := os.Stat(path); err == nil {
		b.t.Errorf("the readable copy is still there: %s", path)
	}
	b.click(`main a.button.first`)
	b.unfold()
	b.click(`form[action="/vault/verify"] button[name=with]`)
	b.settled()
	b.lookedAt(axe, w.Lang, "verified")
	if eval[bool](b, `!!document.querySelector("[role=alert]")`) {
		b.t.Errorf("not verified:\n%s", b.text())
	}
}
