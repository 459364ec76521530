package main

import (
	"context"
	"path/filepath"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
)

// sealedOn finds the sealed files that are meant on the page: one that custode knows, or with all those in
// and below its folder.
func (o *office) sealedOn(ctx context.Context, path string, all bool) ([]job.ToOpen, error) {
	st, err := o.sh.open(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close() // nothing was written
	_, there, err := st.SealedFile(ctx, path)
	if err == nil && !there { // the form of an old page, or not of ours
		err = fault.On(fault.NoInput, "fault.opening.path", printable(path), nil)
	}
	if err != nil {
		return nil, err
	}
	if all {
		path = filepath.Dir(path)
	}
	return o.sh.toOpen(ctx, decryptOptions{paths: []string{path}})
}

// LookUnseal implements [web.Unsealer].
func (o *office) LookUnseal(ctx context.Context, path string) (v web.Unsealing, err error) {
	w := o.sh.words
	one, err := o.sealedOn(ctx, path, false)
	if err != nil {
		return v, err
	}
	all, err := o.sealedOn(ctx, path, true)
	if err != nil {
		return v, err
	}
	v = web.Unsealing{Path: path, Name: printable(filepath.Base(path)), Folder: printable(filepath.Dir(path))}
	v.One = w.T("web.unseal.file", w.Bytes(sizeOf(one)))
	if len(all) > len(one) {
		v.All = w.N("web.unseal.all", int64(len(all)), w.Bytes(sizeOf(all)))
	}
	return v, nil
}

// Unseal implements [web.Unsealer].
func (o *office) Unseal(ctx context.Context, path string, all bool, tell func(web.Progress)) (out web.Outcome, err error) {
	files, err := o.sealedOn(ctx, path, all)
	if err != nil {
		return out, err
	}
	return o.unseal(ctx, files, "", tell)
}

// unseal makes files readable for good; finishes is the work that was broken off, "": none.
func (o *office) unseal(ctx context.Context, files []job.ToOpen, finishes string, tell func(web.Progress)) (out web.Outcome, err error) {
	sh, w := o.sh, o.sh.words
	note := begun{Does: doesUnseal, Since: sh.now()}
	for _, f := range files {
		note.Files = append(note.Files, f.From)
	}
	done, err := o.files.claim(note.Files...)
	if err != nil {
		return out, err
	}
	defer done()
	u, err := o.unlockedHere(ctx)
	if err != nil {
		return out, err
	}
	defer u.Wipe()
	end, err := o.begins(note, finishes)
	if err != nil {
		return out, err
	}
	defer func() { end(err) }()
	var shown openedList
	opt := job.OpenOptions{Files: files, With: u.Identities(), Beside: sh.salvagedName, Announce: sh.announce, Done: shown.add, Bytes: o.readSoFar(sizeOf(files), tell)}
	if err := sh.openAll(ctx, opt); err != nil {
		return out, err
	}
	out = web.Outcome{Title: w.T("web.unseal.done"), Next: "/vault"}
	n, _ := shown.count(job.OpenedHere)
	if shown.failed() {
		out.Title = w.T("web.unseal.not-all")
	}
	out.Lines, err = said(func(p *page) error { sh.openedPage(p, &shown); return p.fail })
	if n > 0 {
		out.Lines = append(out.Lines, w.T("web.unseal.now"))
	}
	return out, err
}
