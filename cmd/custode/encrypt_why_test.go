package main

import (
	"bytes"
	"strings"
	"testing"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/internal/i18n"
)

// TestWhyInUse: a program is named by the system where that knows it, else by the mark
// beside the file, else by what such files belong to; with none of them no program is
// made up.
func TestWhyInUse(t *testing.T) {
	for _, lang := range i18n.Languages() {
		sh := &shell{words: wordsOf(t, lang)}
		for _, c := range []struct {
			d          outcomeDoc
			user, want string
		}{
			{outcomeDoc{Path: "/d/a.ods", Reason: "in-use", mark: ".~lock.a.ods#"}, "", "LibreOffice"},
			{outcomeDoc{Path: "/d/a.ods", Reason: "in-use", mark: ".~lock.a.ods#"}, "", ".~lock.a.ods#"},
			{outcomeDoc{Path: "/d/a.ods", Reason: "in-use", mark: ".~lock.a.ods#"}, "vim", "vim"},
			{outcomeDoc{Path: "/d/a.xlsx", Reason: "in-use", mark: "~$a.xlsx"}, "", "Excel"},
			{outcomeDoc{Path: "/d/shop.MDB", Reason: "in-use", mark: "shop.ldb"}, "", "Microsoft Access"},
			{outcomeDoc{Path: "/d/posta.PST", Reason: "in-use"}, "", "Outlook"},
			{outcomeDoc{Path: "/d/ditta.qbw", Reason: "in-use"}, "", "QuickBooks"},
			{outcomeDoc{Path: "/d/places.sqlite", Reason: "database"}, "Firefox", "Firefox"},
		} {
			c.d.open(c.user)
			if got := sh.why(c.d); !strings.Contains(got, c.want) || strings.Contains(got, "%") {
				t.Errorf("%+v: %q does not name %s", c.d, got, c.want)
			}
		}
		for _, d := range []outcomeDoc{{Path: "/d/a.txt", Reason: "in-use"}, {Path: "/d/x.bin", Reason: "in-use", mark: "~$x.bin"}, {Path: "/d/a.mdb", Reason: "database"}} {
			d.open("")
			if got := sh.why(d); got != sh.words.T("encrypt.reason."+d.Reason) {
				t.Errorf("%+v: %q", d, got)
			}
		}
	}
}

// TestWhyHidden: the hidden parts are named, in one line whatever they are called.
func TestWhyHidden(t *testing.T) {
	for _, lang := range i18n.Languages() {
		sh, r := &shell{words: wordsOf(t, lang)}, sealResult{}
		r.add(replace.Result{Path: "/d/a.csv", Outcome: replace.Skipped, Reason: replace.HiddenParts, Err: &disk.HiddenError{Names: []string{"uno", "due\x1b[31m"}}})
		if got := sh.why(r.files[0]); !strings.Contains(got, `"uno, due\x1b[31m"`) {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

// TestSharedIsSaid: that sealed files lie on another computer is said once, with the
// folder, in 80 columns.
func TestSharedIsSaid(t *testing.T) {
	for lang, want := range map[string]string{"en": "is on another computer", "it": "è sul disco di un altro computer"} {
		var out bytes.Buffer
		s := &sealing{sh: &shell{out: &out, words: wordsOf(t, lang), width: 80}, shared: "/mnt/server/clienti"}
		s.result.totals.Files, s.result.totals.Sealed = 1, 1
		s.result.add(replace.Result{Path: "/mnt/server/clienti/a.csv", Sealed: "/mnt/server/clienti/a.csv.age", Outcome: replace.Sealed})
		if err := s.page(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(got, "/mnt/server/clienti "+want) {
			t.Errorf("%s", out.String())
		}
	}
}

func wordsOf(t *testing.T, lang string) *i18n.Words {
	t.Helper()
	w, err := i18n.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
