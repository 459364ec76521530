package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/bundle"
	"custode/encrypt/replace"
	"custode/internal/fault"
	"custode/internal/rawpath"
	"custode/scan"
)

// ArchiveFrom implements [web.Archiver].
func (o *office) ArchiveFrom() string {
	set, err := o.sh.settings()
	if err != nil {
		return ""
	}
	return commonFolder(set.Folders)
}

// archivingOf looks what putting a folder away would do. Who gets it closes its state.
func (o *office) archivingOf(ctx context.Context, folder string) (a *archiving, err error) {
	folders, err := o.sh.foldersToArchive([]string{folder})
	if err != nil {
		return nil, err
	}
	a = o.sh.newArchiving(encryptOptions{})
	a.unlock = o.unlockedHere
	if a.st, err = o.sh.open(ctx); err != nil {
		return nil, err
	}
	if _, _, err = a.plan(ctx, folders); err == nil {
		a.ring, err = o.sh.ringIfAny()
	}
	if err != nil {
		_ = a.st.Close() // nothing was written
		return nil, err
	}
	return a, nil
}

// planName tells one plan from another: by the folder, by how much of it goes and stays, and whether what is sealed is
// removed.
func (a *archiving) planName() string {
	d := a.doc.Archives[0]
	parts := []string{d.Folder, d.Archive, d.Reason, string(a.o.keepBecause(a.ring)), strconv.FormatInt(d.Files, 10), strconv.FormatInt(d.Bytes, 10), strconv.FormatInt(int64(len(d.Readable))+d.More, 10)}
	return markOf([]byte(strings.Join(parts, "\x00")))
}

// PlanArchive implements [web.Archiver].
func (o *office) PlanArchive(ctx context.Context, folder string) (plan web.ArchivePlan, err error) {
	sh, w := o.sh, o.sh.words
	a, err := o.archivingOf(ctx, folder)
	if err != nil {
		return plan, err
	}
	defer a.st.Close() // nothing was written
	row := a.doc.Archives[0]
	plan = web.ArchivePlan{Name: a.planName(), Path: row.Folder, Folder: printable(row.Folder), To: printable(filepath.Base(row.Archive))}
	if row.Outcome != archivedPlan {
		if plan.Wrong = capital(w.T("encrypt.reason."+row.Reason)) + "."; row.allSealed() {
			plan.Wrong = w.T("web.archive.sealed")
		}
		return plan, nil
	}
	plan.Goes = w.N("web.archive.goes", row.Files, w.Bytes(row.Bytes))
	if plan.Holds, err = a.holds(ctx, row.Folder); err != nil {
		return plan, err
	}
	how := "web.archive.how"
	if len(row.Readable) > 0 {
		how = "web.archive.how.partly"
	}
	plan.Does = []string{w.T(how), w.T("web.archive.open"), w.T("web.data.seal.honest")}
	switch {
	case a.ring == nil:
		plan.Keys = w.T("web.data.no-keys")
	case a.o.keepBecause(a.ring) == keepUnproven: // nothing is removed
		plan.Does = []string{w.T("web.archive.kept"), w.T("web.archive.open")}
	}
	if set, err := sh.settings(); err == nil {
		for _, dir := range set.Folders {
			if isWithin(row.Folder, dir) {
				plan.Does = append(plan.Does, w.T("web.archive.looked-at", printable(dir)))
			}
		}
	}
	_, err = rawpath.Lstat(row.Archive)
	plan.Unlock = err == nil // an earlier one has to be opened
	plan.Stays = row.stays(sh)
	return plan, nil
}

// holds says what personal data lies in a folder, as far as the last scan saw it.
func (a *archiving) holds(ctx context.Context, folder string) (out []string, err error) {
	w := a.sh.words
	var files, people int64
	names := map[string][]string{} // of the files, by folder
	err = a.st.Marked(ctx, folder, func(f scan.File) error {
		files, people = files+1, people+f.People
		dir, name := filepath.Split(f.Path)
		names[filepath.Clean(dir)] = append(names[filepath.Clean(dir)], name)
		return nil
	})
	if err != nil || files == 0 {
		return []string{w.T("web.archive.holds.none")}, err
	}
	all := scan.File{}
	for dir, some := range names {
		known, err := a.st.Known(ctx, dir, some)
		if err != nil {
			return nil, err
		}
		for _, f := range known {
			all.Findings = append(all.Findings, f.Findings...)
		}
	}
	say := w.N("scan.found", files) + "."
	if people > 0 {
		say = w.N("scan.found", files) + ", " + w.N("scan.people", people)
	}
	out = append(out, say)
	if kinds := inSentence(a.sh.kinds(all)); len(all.Findings) > 0 {
		out = append(out, capital(kinds)+".")
	}
	return out, nil
}

// allSealed reports whether nothing goes as all there is was sealed before.
func (d archivedDoc) allSealed() bool {
	for _, l := range d.Readable {
		if l.Reason != string(replace.AlreadySealed) {
			return false
		}
	}
	return d.Reason == reasonEmpty && len(d.Readable) > 0 && d.More == 0
}

// stays lists what stays in the folder, with the reason; without any it says nothing.
func (d archivedDoc) stays(sh *shell) (part web.Part) {
	if len(d.Readable) == 0 {
		return part
	}
	part.Say = sh.words.N("web.archive.stays", int64(len(d.Readable))+d.More)
	part.List, part.More = firstFew(sh, d.Readable, firstListed, func(l readableDoc) string {
		return inSentence(shown(l.Path, d.Folder)) + ": " + sh.words.T("encrypt.reason."+l.Reason)
	})
	return part
}

// Archive implements [web.Archiver].
func (o *office) Archive(ctx context.Context, folder, seen string, tell func(web.Progress)) (out web.Outcome, err error) {
	a, err := o.archivingOf(ctx, folder)
	if err != nil {
		return out, err
	}
	defer a.st.Close() // every write was committed
	if a.planName() != seen {
		return out, fault.New(fault.CannotMake, "fault.web.changed")
	}
	return o.archiveNow(ctx, a, "", tell)
}

// archiveNow puts away what was planned; finishes is the work that was broken off, "": none.
func (o *office) archiveNow(ctx context.Context, a *archiving, finishes string, tell func(web.Progress)) (out web.Outcome, err error) {
	plan, w := a.doc.Archives[0], o.sh.words
	done, err := o.files.claim(plan.Folder)
	if err != nil {
		return out, err
	}
	defer done()
	if err := a.ready(); err != nil {
		return out, err
	}
	release, err := o.sh.lock("seal")
	if err != nil {
		return out, busyHere(err)
	}
	defer release()
	end, err := o.begins(begun{Does: doesArchive, Kept: a.doc.Kept != "", Since: o.sh.now(), Files: rawNames{plan.Folder}}, finishes)
	if err != nil {
		return out, err
	}
	defer func() { end(err) }()
	a.tell = o.readSoFar(plan.Bytes, tell)
	a.doc.Archives = nil
	if err := a.one(ctx, plan.Folder, plan.Bytes); err != nil {
		return out, err
	}
	row := a.doc.Archives[0]
	out = web.Outcome{Title: w.T("web.archive.end." + row.Outcome), Next: "/vault"}
	if row.Outcome != archivedNot {
		out.Lines = append(out.Lines, w.N("encrypt.archive."+row.Outcome, row.Files, w.Bytes(row.Bytes)), printable(row.Archive))
	}
	if row.Reason != "" && row.Outcome != archivedKept {
		out.Lines = append(out.Lines, capital(w.T("encrypt.reason."+row.Reason))+".")
	}
	if row.Outcome == archivedKept {
		out.Parts = append(out.Parts, web.Part{Say: w.T("web.archive.kept.next"), To: "/vault/sheet", Do: w.T("keys.status.sheet")})
	}
	if part := row.stays(o.sh); part.Say != "" {
		out.Parts = append(out.Parts, part)
	}
	return out, nil
}

// readSoFar tells the page how much of so many bytes was read. What it gives may be called by several at once.
func (o *office) readSoFar(whole int64, tell func(web.Progress)) func(n int64) {
	w := o.sh.words
	var one sync.Mutex // what is told only grows
	var read int64
	return func(n int64) {
		one.Lock()
		defer one.Unlock()
		read += n
		now := min(read, whole)
		tell(web.Progress{Done: now, Total: whole, Note: w.T("web.vault.read", w.Bytes(now), w.Bytes(whole))})
	}
}

// archiveLeft reports whether a folder that was being put away is there still; where it was to stay, whether there is
// no archive of it.
func archiveLeft(folder string, kept bool) bool {
	if kept {
		_, err := rawpath.Lstat(filepath.Join(filepath.Dir(folder), bundle.Name(filepath.Base(folder), 1)))
		return err != nil
	}
	_, err := rawpath.Lstat(folder)
	return err == nil || !errors.Is(err, os.ErrNotExist)
}
