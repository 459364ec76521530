package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/scan"
	"custode/scan/detect"
)

// riskStatus is what the tag of a risk looks like.
var riskStatus = map[scan.Risk]string{scan.High: "act", scan.Medium: "attention"}

// dataFiles says in words what is known of some files.
func (sh *shell) dataFiles(ctx context.Context, st state, list []*job.Item, folders []string) (out []web.DataFile, err error) {
	names := map[string][]string{} // of readable files, by folder
	for _, it := range list {
		if dir, name := filepath.Split(it.Path); it.Held != job.HeldSealed {
			names[filepath.Clean(dir)] = append(names[filepath.Clean(dir)], name)
		}
	}
	known := map[string]scan.File{}
	for dir, some := range names {
		found, err := st.Known(ctx, dir, some)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			known[f.Path] = f
		}
	}
	base := commonFolder(folders)
	around := &scan.Around{Places: scan.Places{Roots: folders, Own: sh.usualFolders()}, Now: sh.now()}
	for _, it := range list {
		v := web.DataFile{ID: nameOf(it.Path), Path: inSentence(shown(it.Path, base)), Seals: sealable(it)}
		if it.Held == job.HeldSealed {
			err = sh.sealedWords(ctx, st, it, &v)
		} else {
			sh.openWords(known[it.Path], it, around, &v)
		}
		if err != nil {
			return nil, err
		}
		if _, err := os.Lstat(it.Path); os.IsNotExist(err) {
			v.Gone, v.Seals = true, false
		}
		out = append(out, v)
	}
	return out, nil
}

// sealedWords says what is known of what is in a sealed file.
func (sh *shell) sealedWords(ctx context.Context, st state, it *job.Item, v *web.DataFile) error {
	v.Status, v.Tag = "ok", sh.words.T("web.data.tag.sealed")
	if it.People > 0 {
		v.People = sh.words.N("scan.persons", it.People)
	}
	return st.SealedFindings(ctx, it.Path, func(_, _ string, found []detect.Finding, _ time.Time) error {
		v.Kinds = sh.kinds(scan.File{Findings: found})
		return nil
	})
}

// openWords says what is known of a file that is not sealed, and what to do about it.
func (sh *shell) openWords(f scan.File, it *job.Item, around *scan.Around, v *web.DataFile) {
	base := commonFolder(around.Roots)
	w := sh.words
	if v.Kinds = inSentence(sh.kinds(f)); it.Held == job.HeldUnseen {
		v.Status, v.Tag = "unknown", w.T("web.data.tag.unseen")
		return
	}
	v.Status, v.Tag = riskStatus[it.Risk], w.T("web.data.tag."+string(it.Risk))
	if it.People > 0 {
		v.People = w.N("scan.persons", it.People)
	}
	around.Judge(&f, true)
	f.Risk, f.Spare, f.Copies, f.CopiesMore = it.Risk, it.Spare, it.Copies, it.CopiesMore
	v.Why = inSentence(sh.because(f, base))
	step, _ := sh.step(f, base)
	v.Do = stopped(inSentence(step))
	advice := scan.Advise(f).ID // what a terminal does with a command, a button does here
	if v.Deletes, v.Others = advice == scan.DeleteCopy, advice == scan.Restrict; v.Others {
		v.Do = w.T("web.do.advice.restrict")
	}
}

// stopped ends a sentence that a terminal goes on with a command.
func stopped(s string) string {
	if cut, ok := strings.CutSuffix(strings.TrimRight(s, " "), ":"); ok {
		return cut + "."
	}
	return s
}
