package main

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/replace"
	"custode/internal/fault"
)

// openedList is what became of the sealed files.
type openedList struct{ all []job.Opened }

func (l *openedList) add(o job.Opened) { l.all = append(l.all, o) }

func (l *openedList) count(o job.OpenOutcome) (n, bytes int64) {
	for _, f := range l.all {
		if f.Outcome == o {
			n, bytes = n+1, bytes+f.Bytes
		}
	}
	return n, bytes
}

// failed reports whether a file is to be listed.
func (l *openedList) failed() bool {
	return slices.ContainsFunc(l.all, func(f job.Opened) bool { return f.Reason != "" || f.Lost != "" })
}

// only gives the error of a single file that was asked for and not opened: a script
// is told by the code what is wrong with it.
func (l *openedList) only(o decryptOptions) error {
	if len(o.paths) != 1 || len(l.all) != 1 || l.all[0].Outcome != job.NotOpened {
		return nil
	}
	if abs, _ := filepath.Abs(o.paths[0]); abs != l.all[0].Sealed {
		return nil // a folder
	}
	f := l.all[0]
	if o.salvage && (f.Reason == replace.Damaged || f.Reason == replace.CutOff) {
		return fault.On(fault.Data, "fault.decrypt.not-salvaged", f.Sealed, nil)
	}
	return openFault(f)
}

// openFault is the error of one file; nil for reasons that are only listed.
func openFault(f job.Opened) error {
	code, ok := map[replace.Reason]fault.Code{
		replace.Damaged: fault.Data, replace.CutOff: fault.Data, replace.NotSealed: fault.Data, replace.Misnamed: fault.Data,
		replace.NoKey: fault.NoPerm, replace.KeyFailed: fault.NoPerm, replace.NoPermission: fault.NoPerm,
		replace.NameTaken: fault.CannotMake, replace.DiskFull: fault.IO, replace.DiskError: fault.IO, replace.Vanished: fault.NoInput,
		replace.InUse: fault.Busy, replace.Special: fault.NoInput,
	}[f.Reason]
	if !ok {
		return nil
	}
	return fault.On(code, "fault.decrypt."+string(f.Reason), f.Sealed, nil)
}

func (sh *shell) showOpened(l *openedList, o decryptOptions) error {
	if o.json {
		return sh.openedJSON(l, o)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	sh.openedPage(p, l)
	if n, _ := l.count(job.OpenedHere); n > 0 {
		p.gap()
		now := "decrypt.now.one"
		if n > 1 {
			now = "decrypt.now.other"
		}
		p.wrap("", w.T(now))
	}
	return p.fail
}

// openedPage says what became of the files.
func (sh *shell) openedPage(p *page, l *openedList) {
	w := sh.words
	if len(l.all) == 0 {
		p.wrap("", w.T("decrypt.none"))
		return
	}
	for _, outcome := range []job.OpenOutcome{job.OpenedHere, job.Written, job.Salvaged, job.WouldBe} {
		if n, bytes := l.count(outcome); n > 0 {
			p.wrap("", p.bold(w.N("decrypt."+string(outcome), n, w.Bytes(bytes))))
		}
	}
	const few = 10
	for _, f := range l.all {
		if f.Outcome == job.Salvaged || f.Outcome == job.WouldBe && f.Reason == "" || len(l.all) <= few && f.Path != "" && f.Reason == "" {
			p.hanging("  ", shorten(printable(f.Path), p.width-4))
		}
		if f.Outcome == job.Salvaged {
			p.wrap("    ", w.T("decrypt.salvaged.of", w.Bytes(f.Bytes), w.T("decrypt.lost."+string(f.Lost))))
		}
	}
	sh.whyNot(p, l)
}

// whyNot lists the files that were not opened, by the reason.
func (sh *shell) whyNot(p *page, l *openedList) {
	by := map[replace.Reason][]job.Opened{}
	var order []replace.Reason
	for _, f := range l.all {
		if f.Reason == "" {
			continue
		}
		if by[f.Reason] == nil {
			order = append(order, f.Reason)
		}
		by[f.Reason] = append(by[f.Reason], f)
	}
	for _, why := range order {
		p.gap()
		mark := p.red("!")
		if by[why][0].Outcome == job.StillSealed {
			mark = p.amber("!")
		}
		p.hanging(mark+" ", sh.words.T("decrypt.why."+string(why)))
		const most = 20
		for i, f := range by[why] {
			if i == most {
				p.line("  " + sh.words.N("decrypt.more", int64(len(by[why])-most)))
				break
			}
			p.line("  " + shorten(printable(f.Sealed), p.width-2))
		}
	}
}

func (sh *shell) openedJSON(l *openedList, o decryptOptions) error {
	type file struct {
		Sealed  string `json:"sealed"`
		Path    string `json:"path"`
		Outcome string `json:"outcome"`
		Reason  string `json:"reason"`
		Error   string `json:"error"`
		Bytes   int64  `json:"bytes"`
		Lost    string `json:"lost"`
	}
	doc := struct {
		Schema string           `json:"schema"`
		DryRun bool             `json:"dry_run"`
		Totals map[string]int64 `json:"totals"`
		Files  []file           `json:"files"`
	}{Schema: "custode.decrypt/1", DryRun: o.dryRun, Files: []file{}}
	opened, bytes := l.count(job.OpenedHere)
	written, more := l.count(job.Written)
	salvaged, _ := l.count(job.Salvaged)
	kept, _ := l.count(job.StillSealed)
	skipped, _ := l.count(job.NotOpened)
	doc.Totals = map[string]int64{
		"files": int64(len(l.all)), "opened": opened, "written": written, "salvaged": salvaged, "kept": kept, "skipped": skipped, "bytes": bytes + more,
	}
	for _, f := range l.all {
		row := file{Sealed: f.Sealed, Path: f.Path, Outcome: string(f.Outcome), Reason: string(f.Reason), Bytes: f.Bytes, Lost: string(f.Lost)}
		if f.Reason != "" {
			row.Error = sh.words.T("decrypt.why." + string(f.Reason))
		}
		doc.Files = append(doc.Files, row)
	}
	return sh.json(doc)
}

// byteBar draws a bar on the terminal that counts bytes; of -1 nobody knows how many.
func (sh *shell) byteBar(word string, total int64) (add func(int64), end func()) {
	bar := progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(sh.err), progressbar.OptionSetDescription(sh.words.T(word)), progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(24), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true), progressbar.OptionEnableColorCodes(false))
	// A bar that can't be drawn is no reason to stop.
	// Finish leaves one that stood at 100 % before, so it is wiped in any case.
	return func(n int64) { _ = bar.Add64(n) }, func() { _, _ = bar.Finish(), bar.Clear() }
}
