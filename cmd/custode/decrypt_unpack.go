package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/bundle"
	"custode/encrypt/replace"
	"custode/internal/fault"
	"custode/internal/rawpath"
)

// unpackDoc is the document of decrypt --unpack --json.
type unpackDoc struct {
	Schema   string        `json:"schema"`
	DryRun   bool          `json:"dry_run"`
	Archives []unpackedDoc `json:"archives"`
}

type unpackedDoc struct {
	Archive string    `json:"archive"`
	Path    string    `json:"path"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason"`
	Error   string    `json:"error"`
	Files   int64     `json:"files"`
	Bytes   int64     `json:"bytes"`
	Left    []leftDoc `json:"left"`
	More    int64     `json:"more"`
}

type leftDoc struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// What becomes of an archive.
const (
	unpackedHere  = "unpacked" // a folder again, and the archive is gone
	unpackedThere = "written"  // to elsewhere; the archive is as it was
	unpackedKept  = "kept"     // a folder, but the archive stays
	unpackedNot   = "skipped"
	unpackedPlan  = "planned"
)

// unpack makes folders of archives again.
func (sh *shell) unpack(ctx context.Context, o decryptOptions) error {
	if o.salvage || o.number || o.out == "-" || o.out != "" && len(o.paths) > 1 {
		return fault.New(fault.Usage, "fault.decrypt.unpack.flags")
	}
	files, err := archives(o)
	if err != nil {
		return err
	}
	doc := unpackDoc{Schema: "custode.unpack/1", DryRun: o.dryRun}
	if o.dryRun {
		for _, f := range files {
			doc.Archives = append(doc.Archives, sh.plannedFolder(f))
		}
		return sh.endUnpack(&doc, o)
	}
	with, err := sh.openers(ctx, o.keys, !onlyPassphrases(files))
	if err != nil {
		return err
	}
	var st job.OpenStore
	if sh.hasHome() {
		release, err := sh.lock("seal")
		if err != nil {
			return err
		}
		defer release()
		open, err := sh.open(ctx)
		if err != nil {
			return err
		}
		defer open.Close() // every write was committed
		st = open
	}
	for _, f := range files {
		row, err := sh.unpackOne(ctx, st, f, with, nil)
		if err != nil {
			return err
		}
		doc.Archives = append(doc.Archives, row)
	}
	if row := doc.Archives[0]; len(files) == 1 && row.Outcome == unpackedNot {
		return unpackFault(row)
	}
	return sh.endUnpack(&doc, o)
}

// endUnpack shows what became of the archives, and ends with 1 where that is not all.
func (sh *shell) endUnpack(doc *unpackDoc, o decryptOptions) error {
	if err := sh.showUnpacked(doc, o); err != nil {
		return err
	}
	for _, a := range doc.Archives {
		if a.Outcome == unpackedKept || a.Outcome == unpackedNot || len(a.Left) > 0 {
			return errListed
		}
	}
	return nil
}

// archives are the files that were named, and where each goes.
func archives(o decryptOptions) (files []job.ToOpen, err error) {
	if len(o.paths) == 0 {
		return nil, fault.New(fault.Usage, "fault.decrypt.paths")
	}
	for _, p := range o.paths {
		if p == "" {
			return nil, fault.New(fault.Usage, "fault.usage.empty")
		}
		abs, err := rawpath.Abs(p)
		if err == nil {
			_, err = rawpath.Lstat(abs)
		}
		if err != nil {
			return nil, fault.On(fault.CodeOf(err, fault.NoInput), "fault.decrypt.path", p, err)
		}
		f := job.ToOpen{From: abs}
		if o.out != "" {
			if f.To, err = rawpath.Abs(o.out); err != nil {
				return nil, fault.On(fault.CannotMake, "fault.decrypt.folder", o.out, err)
			}
			if err := noDevice(f.To); err != nil {
				return nil, err
			}
			if info, err := os.Stat(f.To); err == nil && info.IsDir() {
				f.To = filepath.Join(f.To, strings.TrimSuffix(filepath.Base(abs), bundle.Ext))
			}
		}
		files = append(files, f)
	}
	return files, nil
}

func (sh *shell) plannedFolder(f job.ToOpen) unpackedDoc {
	to := f.To
	if to == "" {
		to = strings.TrimSuffix(f.From, bundle.Ext)
	}
	row := unpackedDoc{Archive: f.From, Path: to, Outcome: unpackedPlan, Left: []leftDoc{}}
	if _, err := rawpath.Lstat(to); err == nil {
		row.Outcome, row.Reason = unpackedNot, string(bundle.FolderExists)
		row.Error = sh.words.T("decrypt.why." + row.Reason)
	}
	return row
}

// unpackOne makes a folder of one archive. Tell is told how many bytes more were read; nil: a bar shows it on a terminal.
func (sh *shell) unpackOne(ctx context.Context, st job.OpenStore, f job.ToOpen, with []age.Identity, tell func(n int64)) (unpackedDoc, error) {
	row := unpackedDoc{Archive: f.From, Left: []leftDoc{}}
	opt := job.UnpackOptions{With: with, To: f.To, Left: func(l bundle.Left) {
		if len(row.Left) == maxLeft {
			row.More++
			return
		}
		row.Left = append(row.Left, leftDoc{l.Path, string(l.Reason)})
	}}
	end := func() {}
	if opt.Bytes = tell; tell == nil && sh.errTerm {
		opt.Bytes, end = sh.byteBar("progress.decrypt", sizeOf([]job.ToOpen{f}))
	}
	u, err := job.Unpack(ctx, st, f.From, opt)
	end()
	if full, ok := errors.AsType[*replace.FullError](err); ok {
		return row, fault.On(fault.IO, "fault.decrypt.disk-full", full.Path, full)
	}
	if err != nil {
		return row, err
	}
	row.Path, row.Files, row.Bytes, row.Reason = u.Path, u.Files, u.Bytes, string(u.Reason)
	switch {
	case u.Gone:
		row.Outcome = unpackedHere
	case u.Err == nil && f.To != "":
		row.Outcome = unpackedThere
	case u.Err == nil, u.Reason == replace.NotDurable, u.Reason == replace.NotRemovable, u.Reason == replace.Changed:
		row.Outcome = unpackedKept
	default:
		row.Outcome, row.Files, row.Bytes = unpackedNot, 0, 0
	}
	if row.Reason != "" {
		row.Error = sh.words.T("decrypt.why." + row.Reason)
	}
	return row, nil
}

// maxLeft is how many members that could not be unpacked are listed.
const maxLeft = 1000

// mostShown is how many of them the page shows.
const mostShown = 20

// unpackFault is the error of a single archive that is still one.
func unpackFault(row unpackedDoc) error {
	switch why := replace.Reason(row.Reason); why {
	case bundle.NotArchive:
		return fault.On(fault.Data, "fault.decrypt.not-archive", row.Archive, nil)
	case bundle.FolderExists, replace.NameTaken:
		return fault.On(fault.CannotMake, "fault.decrypt.folder-exists", row.Path, nil)
	default:
		if err := openFault(job.Opened{Sealed: row.Archive, Reason: why}); err != nil {
			return err
		}
		return openFault(job.Opened{Sealed: row.Archive, Reason: replace.DiskError})
	}
}

func (sh *shell) showUnpacked(doc *unpackDoc, o decryptOptions) error {
	if o.json {
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	for i, a := range doc.Archives {
		if i > 0 {
			p.gap()
		}
		p.wrap("", p.bold(w.N("decrypt.unpack."+a.Outcome, a.Files, w.Bytes(a.Bytes))))
		p.hanging("  ", shorten(printable(a.Path), p.width-4))
		if a.Reason != "" {
			p.hanging(p.amber("!")+" ", w.T("decrypt.why."+a.Reason))
		}
		if len(a.Left) > 0 {
			p.gap()
			p.hanging(p.amber("!")+" ", w.N("decrypt.unpack.left", int64(len(a.Left))+a.More))
		}
		for j, l := range a.Left {
			if j == mostShown {
				p.line("  " + w.N("decrypt.more", int64(len(a.Left)-mostShown)+a.More))
				break
			}
			p.hanging("  ", shorten(printable(l.Name), p.width-4)+": "+w.T("decrypt.why."+l.Reason))
		}
		if a.Outcome == unpackedHere {
			p.gap()
			p.wrap("", w.T("decrypt.now.other"))
		}
	}
	return p.fail
}
