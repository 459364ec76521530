package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/encrypt/replace"
	"custode/encrypt/ring"
	"custode/internal/fault"
)

// archiveDoc is the document of encrypt --archive --json.
type archiveDoc struct {
	Schema     string        `json:"schema"`
	DryRun     bool          `json:"dry_run"`
	Kept       keepReason    `json:"kept_because"`
	Recipients []string      `json:"recipients"`
	Archives   []archivedDoc `json:"archives"`
}

type archivedDoc struct {
	Folder   string        `json:"folder"`
	Archive  string        `json:"archive"`
	Outcome  string        `json:"outcome"`
	Reason   string        `json:"reason"`
	Files    int64         `json:"files"`
	Bytes    int64         `json:"bytes"`
	Readable []readableDoc `json:"readable"`
	More     int64         `json:"more"`
}

type readableDoc struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Sealed bool   `json:"sealed"` // it is in the archive too
}

// What becomes of a folder.
const (
	archived      = "archived" // all of it is in the archive, and the folder is gone
	archivedParts = "partly"   // something is still readable
	archivedKept  = "kept"     // the folder stays, as was asked, or because the sheet is not proven
	archivedNot   = "skipped"
	archivedPlan  = "planned"

	reasonEmpty = "empty"
)

// archiving is one run of encrypt --archive.
type archiving struct {
	sh   *shell
	o    encryptOptions
	st   state
	ring *ring.Ring
	doc  archiveDoc
	opt  job.ArchiveOptions

	unlock func(ctx context.Context) (ring.Unlocked, error) // where an earlier archive has to be opened
	tell   func(n int64)                                    // how many bytes more were read; nil: a bar shows it on a terminal
}

func (sh *shell) newArchiving(o encryptOptions) *archiving {
	return &archiving{sh: sh, o: o, doc: archiveDoc{Schema: "custode.archive/1", DryRun: o.dryRun, Recipients: []string{}}}
}

// archive makes one sealed file of each folder.
func (sh *shell) archive(ctx context.Context, o encryptOptions) error {
	folders, err := sh.foldersToArchive(o.paths)
	if err != nil {
		return err
	}
	a := sh.newArchiving(o)
	a.unlock = func(ctx context.Context) (ring.Unlocked, error) {
		return sh.unlocked(ctx, a.ring, keyFlags{passphraseFile: o.passphraseFile})
	}
	if _, err := os.Lstat(sh.settingsPath()); err == nil { // else there are no keys and no decoys
		if a.st, err = sh.open(ctx); err != nil {
			return err
		}
		defer a.st.Close() // every write was committed
	}
	files, bytes, err := a.plan(ctx, folders)
	if err != nil {
		return err
	}
	if o.dryRun {
		return a.show()
	}
	if sh.inTerm && !o.yes && !o.json {
		ok, err := sh.asker(ctx).yes(sh.words.N("encrypt.archive.ask", files, sh.words.Bytes(bytes)))
		if err != nil || !ok {
			return err
		}
	}
	if a.st == nil {
		if a.st, err = sh.open(ctx); err != nil {
			return err
		}
		defer a.st.Close() // as above
	}
	if err := a.ready(); err != nil {
		return err
	}
	release, err := sh.lock("seal")
	if err != nil {
		return err
	}
	defer release()
	a.doc.Archives = nil
	for _, folder := range folders {
		if err := a.one(ctx, folder, bytes); err != nil {
			return err
		}
	}
	return a.show()
}

// foldersToArchive are the folders that were named: never one with custode's home in it.
func (sh *shell) foldersToArchive(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, fault.New(fault.Usage, "fault.encrypt.archive.paths")
	}
	out, err := namedPaths(paths)
	if err != nil {
		return nil, err
	}
	home, err := filepath.Abs(sh.home)
	if err != nil {
		home = sh.home
	}
	for _, p := range out {
		if info, err := os.Lstat(p); err != nil || !info.IsDir() {
			return nil, fault.On(fault.NoInput, "fault.encrypt.archive.folder", p, err)
		}
		if rel, err := filepath.Rel(p, home); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return nil, fault.On(fault.Usage, "fault.encrypt.archive.home", p, nil)
		}
	}
	return out, nil
}

// plan counts what would go into the archives.
func (a *archiving) plan(ctx context.Context, folders []string) (files, bytes int64, err error) {
	for _, folder := range folders {
		row := archivedDoc{Folder: folder, Archive: folder + bundle.Ext, Outcome: archivedPlan, Readable: []readableDoc{}}
		var decoys job.DecoyList
		if a.st != nil {
			decoys = a.st
		}
		plan, err := job.PlanArchive(ctx, decoys, folder, row.left)
		switch {
		case ctx.Err() != nil:
			return 0, 0, ctx.Err()
		case err != nil:
			row.Outcome, row.Reason = archivedNot, string(job.ArchiveReason(err))
		case plan.Files == 0:
			row.Outcome, row.Reason = archivedNot, reasonEmpty
		}
		row.Files, row.Bytes = plan.Files, plan.Bytes
		files, bytes = files+plan.Files, bytes+plan.Bytes
		a.doc.Archives = append(a.doc.Archives, row)
	}
	return files, bytes, nil
}

// left lists what stays readable.
func (d *archivedDoc) left(l bundle.Left) {
	if len(d.Readable) == maxListed {
		d.More++
		return
	}
	d.Readable = append(d.Readable, readableDoc{l.Path, string(l.Reason), l.Sealed})
}

// ready sees to it that there are keys, and whether the originals may go.
func (a *archiving) ready() (err error) {
	if a.ring, err = a.sh.ring(); err != nil {
		return err
	}
	a.doc.Kept = a.o.keepBecause(a.ring)
	key, _, err := a.sh.peopleKey()
	a.doc.Recipients = a.ring.Fingerprints()
	a.opt = job.ArchiveOptions{
		To: a.ring.Recipients(), Fingerprints: a.doc.Recipients, Key: catalogue.NewKey(key[:]), Keep: a.doc.Kept != "", Now: a.sh.now, Announce: a.sh.announce,
	}
	return err
}

// one makes one archive. Where an earlier one is there already the key is needed, to
// go on: they are got by unlock.
func (a *archiving) one(ctx context.Context, folder string, bytes int64) error {
	row, err := a.run(ctx, folder, bytes)
	if err == nil && row.Reason == string(replace.NeedsKey) {
		u, locked := a.unlock(ctx)
		if locked == nil {
			defer u.Wipe()
			a.opt.With = u.Identities()
			row, err = a.run(ctx, folder, bytes)
		}
	}
	const full = "fault.encrypt.archive.full"
	if err = a.sh.diskFault(err, full); isFault(err, full) {
		return err
	}
	a.doc.Archives = append(a.doc.Archives, row)
	return err
}

func (a *archiving) run(ctx context.Context, folder string, bytes int64) (archivedDoc, error) {
	row := archivedDoc{Folder: folder, Readable: []readableDoc{}}
	opt := a.opt
	opt.Left = row.left
	end := func() {}
	if opt.Bytes = a.tell; a.tell == nil && a.sh.errTerm {
		opt.Bytes, end = a.sh.byteBar("progress.archive", bytes)
	}
	res, err := job.Archive(ctx, a.st, folder, opt)
	end()
	row.Files, row.Bytes, row.Reason = res.Files, res.Bytes, string(res.Reason)
	if n := len(res.Made); n > 0 {
		row.Archive = res.Made[n-1].Path
	}
	switch {
	case len(res.Made) == 0 && res.Reason == replace.AlreadySealed:
		row.Outcome, row.Archive = archivedKept, folder+bundle.Ext
	case len(res.Made) == 0 && errors.Is(res.Err, bundle.ErrEmpty):
		row.Outcome, row.Reason = archivedNot, reasonEmpty
	case len(res.Made) == 0:
		row.Outcome = archivedNot
	case res.Gone:
		row.Outcome = archived
	case a.doc.Kept != "":
		row.Outcome = archivedKept
	default:
		row.Outcome = archivedParts
	}
	return row, err
}

// show says what became of the folders, and ends with 1 where something is readable
// that was to be sealed.
func (a *archiving) show() error {
	var err error
	if a.o.json {
		err = a.sh.json(a.doc)
	} else {
		err = a.page()
	}
	for _, row := range a.doc.Archives {
		asked := row.Outcome == archivedKept && a.doc.Kept == keepAsked && len(row.Readable) == 0
		if err == nil && row.Outcome != archived && row.Outcome != archivedPlan && !asked {
			err = errListed
		}
	}
	return err
}

func (a *archiving) page() error {
	p, w := a.sh.page(a.sh.out, a.sh.outTerm), a.sh.words
	for i, row := range a.doc.Archives {
		if i > 0 {
			p.gap()
		}
		first := w.T("encrypt.archive." + archivedNot)
		if row.Outcome != archivedNot {
			first = w.N("encrypt.archive."+row.Outcome, row.Files, w.Bytes(row.Bytes))
		}
		switch row.Outcome {
		case archived:
			first = p.green(first)
		case archivedPlan:
		default:
			first = p.amber(first)
		}
		p.wrap("", first)
		if row.Archive != "" && row.Outcome != archivedNot {
			p.hanging("  ", printable(row.Archive))
		}
		if row.Outcome == archivedNot {
			p.hanging("  ", printable(row.Folder))
		}
		if row.Reason != "" && row.Outcome != archivedKept {
			p.hanging("  ", w.T("encrypt.reason."+row.Reason))
		}
		if row.Outcome == archivedKept {
			p.wrap("  ", w.T("encrypt.archive.kept-because."+string(a.doc.Kept)))
		}
		a.readable(p, row)
		if row.Outcome == archived || row.Outcome == archivedParts {
			p.gap()
			p.wrap("", w.T("encrypt.archive.open"))
			p.line("    " + shellLine(a.sh.proposed([]string{"custode", "decrypt", "--unpack", row.Archive})))
		}
	}
	return p.fail
}

func (a *archiving) readable(p *page, row archivedDoc) {
	if len(row.Readable) == 0 {
		return
	}
	w := a.sh.words
	p.gap()
	p.wrap("", p.bold(w.N("encrypt.archive.readable", int64(len(row.Readable))+row.More)))
	for i, l := range row.Readable {
		if i == firstListed && !a.o.all {
			p.wrap("  ", p.dim(w.N("encrypt.more", int64(len(row.Readable)-i)+row.More)))
			break
		}
		p.hanging("  ", printable(l.Path)+": "+w.T("encrypt.reason."+l.Reason))
	}
}
