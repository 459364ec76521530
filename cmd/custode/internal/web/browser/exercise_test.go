package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestExercise begins an exercise from the page of incidents, does a step, breaks it off and sees how it went: every
// page of it says that it is none, and it is among no incidents. Then it rehearses a backup, with a file that came back.
func TestExercise(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		axe := axe(t)
		b := newTab(t)
		s.setUp(w.Lang)
		b.enter(s.serve())
		b.click(`nav a[href="/incident"]`)
		b.click(`main a[href="/exercise"]`)
		b.lookedAt(axe, w.Lang, "the exercises")
		b.click(`form:has(input[value=lost-device]) button`)
		unreal := []string{w.T("play.drill"), w.T("web.exercise.unreal")}
		b.wants(unreal...)
		b.lookedAt(axe, w.Lang, "an exercise")
		b.do("answer", chromedp.Evaluate(answers, nil))
		b.click(`form[action$="/step"] button[value=done]`)
		b.wants(unreal...)
		b.click(`nav.parts a[href$="/end"]`)
		b.lookedAt(axe, w.Lang, "the end of an exercise")
		b.do("say why", chromedp.SendKeys(`#why`, "Customers are waiting.", chromedp.ByQuery))
		b.click(`button[value=close]`)
		b.wants(append(unreal, w.T("web.exercise.uncounted"))...)
		b.lookedAt(axe, w.Lang, "how it went")
		b.click(`nav a[href="/incident"]`)
		b.wants(w.T("web.incident.none"))
		b.comesBack(s, w)
	})
}

// comesBack brings a file back from a backup, and has it compared on the page.
func (b *tab) comesBack(s *shop, w *i18n.Words) {
	b.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.data, "Archivio 2019", "*.csv"))
	if err != nil || len(files) == 0 {
		b.t.Fatalf("%v %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	back := filepath.Join(b.t.TempDir(), filepath.Base(files[0]))
	if err == nil {
		err = os.WriteFile(back, raw, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.click(`nav a[href="/settings"]`)
	b.unfold()
	b.do("name it", chromedp.SendKeys(`#back`, back, chromedp.ByQuery))
	b.click(`form[action="/settings/backup/try"] button`)
	b.settled()
	b.wants(strings.TrimSuffix(w.T("backup.try.whole"), ":"), filepath.Base(back))
}
