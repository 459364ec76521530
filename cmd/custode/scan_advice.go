package main

import (
	"strings"

	"custode/internal/place"
	"custode/scan"
)

// usualFolders are this user's folders where data should not stay.
func (sh *shell) usualFolders() map[string]scan.Exposure {
	out := map[string]scan.Exposure{}
	for dir, what := range place.Usual(sh.env) {
		switch what {
		case place.Desktop:
			out[dir] = scan.OnDesktop
		case place.Downloads:
			out[dir] = scan.InDownloads
		}
	}
	return out
}

// because says in one sentence why a file matters: what it holds, where it
// lies, who can read it, how old it is, what it is a copy of.
func (sh *shell) because(f scan.File, base string) string {
	w := sh.words
	parts := []string{w.T("scan.holds", w.T("risk."+string(f.RiskReason)))}
	if f.Exposure != scan.NotExposed && f.Exposure != "" {
		parts = append(parts, w.T("scan.place."+string(f.Exposure)))
	}
	if f.Access == scan.Everyone {
		parts = append(parts, w.T("scan.access."+string(f.Access)))
	}
	if f.Old {
		parts = append(parts, sh.age(f))
	}
	if c := sh.copies(f, base); c != "" {
		parts = append(parts, c)
	}
	s := strings.Join(parts, "; ") + "."
	return strings.ToUpper(s[:1]) + s[1:] // all begin with a letter of ASCII
}

// age says how new a file is, or "" for what has no age.
func (sh *shell) age(f scan.File) string {
	newest, byRecords := f.Age()
	switch {
	case newest.IsZero():
		return ""
	case byRecords:
		return sh.words.T("scan.age.records", sh.words.Month(newest))
	}
	return sh.words.T("scan.age.file", sh.words.Month(newest))
}

// copies says where else the same content lies, or "".
func (sh *shell) copies(f scan.File, base string) string {
	if len(f.Copies) == 0 {
		return ""
	}
	w, n := sh.words, int64(len(f.Copies)-1)+f.CopiesMore
	first := shown(f.Copies[0], base)
	if n == 0 {
		return w.T("scan.copy", first)
	}
	return w.N("scan.copies", n, first)
}

// step says the one next step for a file, and the command that does it.
func (sh *shell) step(f scan.File, base string) (string, []string) {
	a := scan.Advise(f)
	key := "advice." + string(a.ID)
	if a.ID == scan.DeleteCopy || a.ID == scan.LockBackup {
		return sh.words.T(key, shown(f.Copies[0], base)), a.Command
	}
	return sh.words.T(key), sh.proposed(a.Command)
}

// advise writes why a file matters and what to do about it.
func (sh *shell) advise(p *page, indent string, f scan.File, base string) {
	if len(f.Findings) == 0 {
		return
	}
	w := sh.words
	p.hanging(indent+p.dim(w.T("check.why"))+" ", sh.because(f, base))
	step, command := sh.step(f, base)
	p.hanging(indent+p.dim(w.T("scan.do"))+" ", step)
	if len(command) > 0 {
		p.line(indent + "    " + shellLine(command))
	}
}
