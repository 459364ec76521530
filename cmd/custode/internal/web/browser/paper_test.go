package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"custode/internal/i18n"
)

// TestPaper prints what is made to be printed, from the page, on A4 and on Letter: the check and the recovery
// sheet are one sheet of paper, nothing sticks out, and nothing of the page around is printed.
func TestPaper(t *testing.T) {
	t.Parallel()
	inBoth(t, func(t *testing.T, w *i18n.Words) { //nolint:thelper // it is the test
		s := newShop(t)
		b := newTab(t)
		s.setUp(w.Lang)
		s.run("keys", "init", "--yes")
		s.run("playbook", "start", "lost-device", "--from-scan", filepath.Join(s.data, "Clienti"))
		s.uses()
		b.enter(s.serve())
		origin := eval[string](b, `location.origin`)
		b.prints(w, "today", 0)
		b.do("here, not beside", chromedp.Evaluate(opened+`; document.querySelectorAll("[formtarget]").forEach(e => e.removeAttribute("formtarget"))`, nil))
		b.click(`form[action="/report"] button[value=page]`)
		b.prints(w, "check", 1)
		b.open(origin + "/vault/sheet")
		b.click(`form[action="/vault/sheet"] button`)
		b.do("the passphrase", chromedp.Focus(`#passphrase`, chromedp.ByQuery))
		b.key(passphrase)
		b.goOn()
		b.prints(w, "sheet", 1)
		b.open(origin + "/incident/1/letter/authority-edpb")
		b.prints(w, "letter-page", 0)
		b.click(`button[name=act][value=html]`)
		b.prints(w, "letter", 0)
		b.open(origin + "/incident/1/report/html")
		b.prints(w, "report", 0)
		b.open(origin + "/privacy")
		b.do("here, not beside", chromedp.Evaluate(opened+`; document.querySelectorAll("[formtarget]").forEach(e => e.removeAttribute("formtarget"))`, nil))
		b.click(`form[action="/privacy/paper"] button`)
		b.prints(w, "notice", 0)
	})
}

var pagesOf = regexp.MustCompile(`(?m)^Pages: +(\d+)$`)

// prints prints the page that is open, on both kinds of paper. sheets is how many it may take; 0: any number.
// CUSTODE_SCREENSHOTS keeps the PDFs.
func (b *tab) prints(w *i18n.Words, name string, sheets int) {
	b.t.Helper()
	dir := os.Getenv("CUSTODE_SCREENSHOTS")
	if dir == "" {
		dir = b.t.TempDir()
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		b.t.Fatal(err)
	}
	for _, size := range []struct {
		name       string
		wide, high float64 // inches
	}{{"A4", 8.27, 11.69}, {"Letter", 8.5, 11}} {
		var raw []byte
		b.do("print", chromedp.ActionFunc(func(ctx context.Context) (err error) {
			raw, _, err = page.PrintToPDF().WithPaperWidth(size.wide).WithPaperHeight(size.high).WithPrintBackground(true).Do(ctx)
			return err
		}))
		path := filepath.Join(dir, "print-"+name+"-"+w.Lang+"-"+size.name+".pdf")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			b.t.Fatal(err)
		}
		if text := textOf(b.t, path); strings.Contains(text, w.T("web.skip")) || strings.Contains(text, w.T("web.page.settings")+"\n") || len(text) < 200 {
			b.t.Errorf("%s is printed with what is around:\n%s", path, text)
		}
		info, err := exec.CommandContext(b.t.Context(), "pdfinfo", path).Output()
		if err != nil {
			missing(b.t, "chromium", err)
		}
		if m := pagesOf.FindSubmatch(info); m == nil || sheets > 0 && string(m[1]) != number(sheets) {
			b.t.Errorf("%s takes %s sheets of paper, not %d", path, m, sheets)
		}
	}
}
