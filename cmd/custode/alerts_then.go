package main

import (
	"strconv"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/proof"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
)

// thenDoc says of the files of an alert whether they were sealed at that moment.
type thenDoc struct {
	Sealed   int      `json:"sealed"`
	Readable int      `json:"readable"`
	Found    int      `json:"readable_with_findings"`
	Unknown  int      `json:"unknown"`
	Unlisted int      `json:"not_named"`
	Journal  bool     `json:"journal_holds"`
	Each     []string `json:"each"` // of each of the paths
}

// thenKind is how the state of a file is called; a decoy has none.
func thenKind(each map[string]proof.State, path string) string {
	switch each[path] {
	case proof.IsSealed:
		return "sealed"
	case proof.Readable, proof.Both:
		return "readable"
	case proof.IsGone, proof.Unknown:
		return "unknown"
	}
	return ""
}

func thenOf(c cases.Case, then job.Then, each map[string]proof.State) *thenDoc {
	d := &thenDoc{then.Sealed, then.Open, then.Data, then.Unknown, then.Unlisted, !then.Broken, []string{}}
	for _, path := range c.Paths {
		d.Each = append(d.Each, thenKind(each, path))
	}
	return d
}

// filesThen lists the files of an alert, each with how it was then.
func (sh *shell) filesThen(p *page, c cases.Case, then job.Then, each map[string]proof.State) {
	if len(c.Paths) == 0 {
		return
	}
	w := sh.words
	p.gap()
	p.wrap("", w.N("alerts.files", int64(c.Counts.Files)))
	for _, f := range c.Paths[:min(len(c.Paths), lookout.MostPaths)] {
		line, said := "  "+printable(f), ""
		if kind := thenKind(each, f); kind != "" {
			said = " (" + w.T("alerts.then."+kind) + ")"
		}
		p.line(shorten(line, p.width-cells(said)) + said)
	}
	if c.Counts.Files > lookout.MostPaths {
		p.wrap("  ", w.T("alerts.more", sh.command("custode", "alerts", "show", "--json", strconv.FormatInt(c.ID, 10))))
	}
	if s := tally(w, then); s != "" {
		p.gap()
		p.wrap("", s)
	}
}
