package browser

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestWine goes through the page of the program for Windows, which runs under wine, where paths and drives are those of
// Windows: a shop is set up with a folder that is looked for from its drive on, keys are made, a folder is sealed,
// one of its files opened and closed, all are verified; every page that a link leads to is there.
func TestWine(t *testing.T) {
	if !underWine() {
		t.Skip("internal/sample/winpage.sh starts it")
	}
	w, err := i18n.Load("it")
	if err != nil {
		t.Fatal(err)
	}
	s := newShop(t)
	s.withoutNewlines()
	b := newTab(t)
	b.open(s.serve())
	b.do("the way to the first run", chromedp.WaitVisible(`#shop`, chromedp.ByQuery))
	b.do("choose the language", chromedp.Click(`[name=language][value=it]`, chromedp.ByQuery))
	b.do("fill in", chromedp.SetValue(`#shop`, "Bottega Esempio", chromedp.ByQuery), chromedp.SetValue(`#country`, "IT", chromedp.ByQuery))
	b.click(`button[formaction="/start/folder"]`)
	b.press(`C:\`)
	b.wants("users", "windows")
	b.click(`button[name="pick.go"][value=""]`) // up to the drives
	drive, path, _ := strings.Cut(named(s.data), `\`)
	b.press(drive + `\`)
	for part := range strings.SplitSeq(path, `\`) {
		drive += `\` + part
		b.press(drive)
	}
	b.wants(named(s.data))
	b.click(`button[name="pick.take"]`)
	if got := eval[string](b, `document.getElementById("folders").value`); got != named(s.data) {
		t.Errorf("after a folder was chosen the form has %q", got)
	}
	b.do("only this one", chromedp.Evaluate(`document.querySelectorAll("input[type=checkbox][name=folder]").forEach(c => { c.checked = false })`, nil))
	b.click(`form[action="/start"] button.first`)
	b.settled()
	b.wants(w.T("web.look.done"))
	b.click(`main a.button.first`)
	b.wants("Bottega Esempio", w.T("web.today.first"))

	words := b.makesKeys(w, "")
	name := b.seals(w, "")
	b.opens(w, "", sealedFile{name, words, s.noted})
	pages := newReader(t, s.another()).walk()
	if len(pages) < 30 {
		t.Errorf("only %d pages: %s", len(pages), pages)
	}
	b.quiet()
}

// press presses the button that has a value.
func (b *tab) press(value string) {
	b.t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		b.t.Fatal(err)
	}
	if !eval[bool](b, `(v => { const it = [...document.querySelectorAll("button")].find(e => e.value === v); it?.setAttribute("data-pressed", ""); return !!it })(`+string(raw)+`)`) {
		b.t.Fatalf("there is no button for %s:\n%s", value, b.text())
	}
	b.click(`[data-pressed]`)
}

// withoutNewlines removes what cannot be on Windows.
func (s *shop) withoutNewlines() {
	s.t.Helper()
	err := filepath.WalkDir(s.data, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.Contains(filepath.Base(path), "\n") {
			return os.Remove(path)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// noted waits for the file that wine's Windows was told to open, and gives it as Linux calls it.
func (s *shop) noted() string {
	s.t.Helper()
	drive := filepath.Join(os.Getenv("WINEPREFIX"), "drive_c")
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		raw, err := os.ReadFile(filepath.Join(drive, "opened"))
		if err != nil {
			continue
		}
		path := strings.ReplaceAll(string(raw), `\`, "/")
		if rest, ok := strings.CutPrefix(path, "C:"); ok {
			return filepath.Join(drive, rest)
		}
		return filepath.Join(os.TempDir(), strings.TrimPrefix(path, "S:"))
	}
	s.t.Fatal("nothing was opened")
	return ""
}
