package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/encrypt/undo"
	"custode/internal/fault"
)

func privacyUndoCommand(sh *shell) *cli.Command {
	var asJSON bool
	var passphraseFile string
	t := sh.words.T
	return &cli.Command{
		Name: "undo", Usage: t("cmd.privacy.undo"), UsageText: t("cmd.privacy.undo.use"), Description: t("cmd.privacy.undo.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON), sh.passphraseFlag(&passphraseFile)},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Len() > 1:
				return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(1)))
			case c.Args().Len() == 0 || c.Args().First() == "list":
				return sh.undoList(c.Context, asJSON)
			}
			id, err := strconv.ParseInt(c.Args().First(), 10, 64)
			if err != nil || id < 1 {
				return fault.New(fault.Usage, "fault.tidy.undo", printable(c.Args().First()))
			}
			return sh.undoOne(c.Context, id, passphraseFile, asJSON)
		},
	}
}

type undoDoc struct {
	Schema string        `json:"schema"`
	Copies []undoCopyDoc `json:"copies"`
}

type undoCopyDoc struct {
	ID    int64  `json:"id"`
	Path  string `json:"path"`
	What  string `json:"what"` // purge, coarsen
	Made  string `json:"made"`
	Until string `json:"until"` // a day
	Bytes int64  `json:"bytes"`
	There bool   `json:"there"` // the sealed copy is in its folder
}

// undoList lists the files that can be brought back.
func (sh *shell) undoList(ctx context.Context, asJSON bool) error {
	_, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // only read
	list, err := st.Undos(ctx)
	if err != nil {
		return err
	}
	doc := undoDoc{"custode.privacy-undo/1", []undoCopyDoc{}}
	for _, k := range list {
		doc.Copies = append(doc.Copies, undoCopyDoc{k.ID, k.Path, k.What, k.Made.Format(time.RFC3339), k.Until, k.Size, sh.hasCopy(k)})
	}
	if asJSON {
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if len(doc.Copies) == 0 {
		p.wrap("", w.T("tidy.undo.none"))
		return p.fail
	}
	for i, c := range doc.Copies {
		p.hanging(padLeft(strconv.FormatInt(c.ID, 10), 4)+"  ", p.bold(printable(c.Path)))
		p.wrap("      ", sh.undoLine(list[i]))
		if !c.There {
			p.wrap("      ", p.amber(w.T("tidy.undo.gone")))
		}
	}
	p.gap()
	p.wrap("", w.T("tidy.undo.how"))
	p.line("    " + shellLine(sh.proposed([]string{"custode", "privacy", "undo", strconv.FormatInt(doc.Copies[len(doc.Copies)-1].ID, 10)})))
	return p.fail
}

// hasCopy reports whether the sealed copy from which a file is brought back is in its folder.
func (sh *shell) hasCopy(k undo.Kept) bool {
	_, err := os.Lstat(filepath.Join(undo.Folder(sh.home), k.Copy))
	return err == nil
}

// undoLine says what was done with a file, when, and until when it can be brought back.
func (sh *shell) undoLine(k undo.Kept) string {
	w := sh.words
	what := w.T("tidy.undo." + k.What)
	if k.After == [32]byte{} {
		what = w.T("tidy.undo.file")
	}
	return w.T("tidy.undo.line", what, w.Date(k.Made), w.Date(keptDay(k.Until, sh.now())))
}

type undoneDoc struct {
	Schema  string `json:"schema"`
	Undo    int64  `json:"undo"`
	Path    string `json:"path"`    // where the file is as it was
	Beside  bool   `json:"beside"`  // under another name, since the file has changed
	Already bool   `json:"already"` // it was so already
}

// undoOne brings one file back.
func (sh *shell) undoOne(ctx context.Context, id int64, passphraseFile string, asJSON bool) error {
	k, back, err := sh.bringBack(ctx, id, func(ctx context.Context) ([]age.Identity, func(), error) {
		r, err := sh.ring()
		if err != nil {
			return nil, nil, err
		}
		u, err := sh.unlocked(ctx, r, keyFlags{passphraseFile: passphraseFile})
		if err != nil {
			return nil, nil, err
		}
		return u.Identities(), u.Wipe, nil
	})
	if err != nil {
		return err
	}
	if asJSON {
		return sh.json(undoneDoc{"custode.privacy-undone/1", id, back.Path, back.Beside, back.Already})
	}
	p := sh.page(sh.out, sh.outTerm)
	sh.cameBack(p, k, back)
	return p.fail
}

// cameBack says where a file is as it was.
func (sh *shell) cameBack(p *page, k undo.Kept, back undo.Returned) {
	w := sh.words
	switch {
	case back.Already:
		p.wrap("", w.T("tidy.undone.already", printable(back.Path)))
	case back.Beside:
		p.wrap("", p.amber(w.T("tidy.undone.beside", printable(k.Path), printable(back.Path))))
	default:
		p.wrap("", p.green(w.T("tidy.undone", printable(back.Path))))
	}
}

// unlocker gives what opens copies, and lets go of it.
type unlocker func(context.Context) ([]age.Identity, func(), error)

// bringBack brings back the file of a copy by its number.
func (sh *shell) bringBack(ctx context.Context, id int64, unlock unlocker) (k undo.Kept, back undo.Returned, err error) {
	_, st, err := sh.enter(ctx)
	if err != nil {
		return k, back, err
	}
	defer st.Close() // every write was committed
	k, err = st.Undo(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return k, back, fault.New(fault.NoInput, "fault.tidy.undo", strconv.FormatInt(id, 10))
	}
	if err != nil {
		return k, back, err
	}
	key, _, err := sh.peopleKey()
	if err != nil {
		return k, back, err
	}
	t := job.Tidy{Store: st, Home: sh.home, Key: catalogue.NewKey(key[:]), Now: sh.now, Announce: sh.announce}
	back, err = sh.restoreTidied(ctx, t, k, unlock)
	if err != nil && ctx.Err() != nil {
		return k, back, ctx.Err()
	}
	if err != nil {
		err = sh.undoFault(err, k)
	}
	return k, back, err
}

// restoreTidied unlocks what is needed, and brings the file back.
func (sh *shell) restoreTidied(ctx context.Context, t job.Tidy, k undo.Kept, unlock unlocker) (back undo.Returned, err error) {
	if k.Sealed { // its copy is the file itself
		release, err := sh.lock("seal")
		if err != nil {
			return back, err
		}
		defer release()
		return t.Restore(ctx, k, nil)
	}
	with, wipe, err := unlock(ctx)
	if err != nil {
		return back, err
	}
	defer wipe()
	release, err := sh.lock("seal")
	if err != nil {
		return back, err
	}
	defer release()
	t.Clean([]string{k.Path})
	return t.Restore(ctx, k, with)
}

// undoFault makes a failure for people of what keeps a file from coming back.
func (sh *shell) undoFault(err error, k undo.Kept) error {
	if f, ok := refused(err, []refusal{
		{err: undo.ErrCopyGone, code: fault.NoInput, id: "fault.tidy.copy-gone", path: k.Path},
		{err: undo.ErrCopyDamaged, code: fault.Data, id: "fault.tidy.copy-damaged", path: k.Path},
		{err: undo.ErrNoFolder, code: fault.CannotMake, id: "fault.tidy.folder", path: filepath.Dir(k.Path)},
		{err: undo.ErrNotDurable, code: fault.IO, id: "fault.tidy.durable", path: k.Path},
		{err: seal.ErrNoMatch, code: fault.NoPerm, id: "fault.tidy.copy-key", path: k.Path},
		{err: seal.ErrDamaged, code: fault.Data, id: "fault.tidy.copy-damaged", path: k.Path},
		{err: seal.ErrTruncated, code: fault.Data, id: "fault.tidy.copy-damaged", path: k.Path},
	}); ok {
		return f
	}
	if _, ok := errors.AsType[*undo.RefusedError](err); ok {
		return sh.tidyFault(err, k.Path)
	}
	if replace.Cause(err) == replace.DiskFull {
		return fault.On(fault.IO, "fault.tidy.full", k.Path, err)
	}
	return err
}
