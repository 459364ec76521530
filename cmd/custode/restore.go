package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/backup"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/internal/fault"
)

type restoreOptions struct {
	json, dryRun          bool
	sheetFile, keysFolder string
	keys                  keyFiles
	file                  string
}

func restoreCommand(sh *shell) *cli.Command {
	var o restoreOptions
	t := sh.words.T
	return &cli.Command{
		Name: "restore", Usage: t("cmd.restore"), UsageText: t("cmd.restore.use"), Description: t("cmd.restore.more"),
		Flags: append([]cli.Flag{
			sh.sheetFileFlag(&o.sheetFile),
			&cli.StringFlag{Name: "keys", Usage: t("flag.restore.keys"), Destination: &o.keysFolder},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.restore.dry-run"), Destination: &o.dryRun},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) (err error) {
			if o.file, err = oneBackup(c); err != nil {
				return err
			}
			o.keys.identities = c.StringSlice("i")
			return sh.restore(c.Context, o)
		},
	}
}

// restore makes a home of a backup, where there is none.
func (sh *shell) restore(ctx context.Context, o restoreOptions) error {
	if err := sh.noHomeYet(o.file); err != nil {
		return err
	}
	if err := regularBackup(o.file); err != nil {
		return err
	}
	ids, err := sh.restoreKeys(ctx, o)
	if err != nil {
		return err
	}
	if o.dryRun {
		about, err := sh.makeHome(ctx, o.file, backup.Target{With: ids, DryRun: true}, checkCopy)
		if err != nil {
			return err
		}
		return sh.showRestored(o, restored{about: about})
	}
	done, err := sh.restoreHome(ctx, o.file, ids)
	if err != nil {
		return err
	}
	if err := sh.showRestored(o, done); err != nil || len(done.undone) == 0 {
		return err
	}
	return codeError(1)
}

// noHomeYet wants no home where one is to be made of a file. A page that runs is none.
func (sh *shell) noHomeYet(file string) error {
	if err := backup.Vacant(sh.home, pageLeaves()...); err != nil {
		return restoreFault(file, sh.home, err)
	}
	return nil
}

// makeHome makes the home of a backup, or tries whether it could.
func (sh *shell) makeHome(ctx context.Context, file string, to backup.Target, check func(context.Context, string) error) (backup.About, error) {
	to.Home, to.Keep = sh.home, pageLeaves()
	about, err := job.MakeHome(ctx, file, to, check)
	if err != nil {
		return about, restoreFault(file, sh.home, err)
	}
	return about, nil
}

// restored is a home that was made of a backup.
type restored struct {
	about  backup.About
	set    settings
	undone []string // what comes after that and was not done, in words
}

// restoreHome makes the home of a backup, and notes it there. Once the home stands, what fails is no failure of it.
func (sh *shell) restoreHome(ctx context.Context, file string, ids []age.Identity) (done restored, err error) {
	done.about, err = sh.makeHome(ctx, file, backup.Target{With: ids}, checkCopy)
	late := func(id string, err error) { done.undone = append(done.undone, sh.words.T(id, sh.reason(err))) }
	if stands := (*backup.StandsError)(nil); errors.As(err, &stands) {
		late("backup.undone.flush", stands.Err)
	} else if err != nil {
		return done, err
	}
	ctx = context.WithoutCancel(ctx)
	set, st, err := sh.enter(ctx)
	if err != nil {
		late("backup.undone.enter", err)
		return done, nil
	}
	defer st.Close() // every write was committed
	done.set = set
	if _, err = st.Record(ctx, "home.restored", map[string]any{"file": file, "made_at": stamp(done.about.MadeAt)}); err != nil {
		late("backup.undone.note", err)
	}
	return done, nil
}

// reason puts into words why something failed.
func (sh *shell) reason(err error) string {
	var bad *fault.Error
	switch c := fault.Cause(err); {
	case errors.As(err, &bad):
		return sh.says(bad)
	case c != "":
		return sh.words.T("cause." + c)
	}
	return printable(err.Error())
}

// absent lists the folders that are not on this computer.
func absent(folders []string) []string {
	missing := []string{}
	for _, f := range folders {
		if info, err := os.Stat(f); err != nil || !info.IsDir() {
			missing = append(missing, f)
		}
	}
	return missing
}

// regularBackup wants a file where a backup is said to be.
func regularBackup(file string) error {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.NoInput), "fault.restore.file", file, err)
	}
	return nil
}

// restoreKeys gives what opens the backup. A bare machine has no wrapped keys, they
// are in the backup: it takes the sheet, a key file, or a folder of keys and the
// passphrase.
func (sh *shell) restoreKeys(ctx context.Context, o restoreOptions) ([]age.Identity, error) {
	switch {
	case o.keysFolder != "":
		r, err := ring.Load(o.keysFolder)
		if err != nil {
			return nil, keysFault(err)
		}
		f := keyFlags{passphraseFile: o.keys.passphraseFile}
		if len(o.keys.identities) > 0 {
			f.identity = o.keys.identities[0]
		}
		u, err := sh.unlocked(ctx, r, f)
		return u.Identities(), err
	case len(o.keys.identities) > 0:
		var out []age.Identity
		for _, path := range o.keys.identities {
			ids, err := sh.identities(ctx, keyFlags{o.keys.passphraseFile, path})
			if err != nil {
				return nil, err
			}
			out = append(out, ids...)
		}
		return out, nil
	case o.sheetFile == "" && !sh.inTerm:
		return nil, fault.New(fault.Usage, "fault.restore.key")
	}
	id, err := sh.sheetKey(ctx, o.sheetFile)
	return []age.Identity{id}, err
}

// restoreFault makes a failure for people of an error about restoring.
func restoreFault(file, home string, err error) error {
	if f, ok := refused(err, []refusal{
		{err: backup.ErrInUse, code: fault.Busy, id: "fault.restore.in-use", path: home},
		{err: backup.ErrNotEmpty, code: fault.CannotMake, id: "fault.restore.home", path: home},
		{err: seal.ErrNoMatch, code: fault.NoPerm, id: "fault.restore.wrong-key", path: file},
		{err: seal.ErrNotSealed, code: fault.Data, id: "fault.restore.not-sealed", path: file},
		{err: seal.ErrTruncated, code: fault.Data, id: "fault.restore.cut-off", path: file},
		{err: seal.ErrDamaged, code: fault.Data, id: "fault.restore.damaged", path: file},
		{err: backup.ErrForeign, code: fault.Data, id: "fault.restore.foreign", path: file},
		{err: backup.ErrNewer, code: fault.Config, id: "fault.restore.newer", path: file},
		{err: backup.ErrDamaged, code: fault.Data, id: "fault.restore.content", path: file},
	}); ok {
		return f
	}
	var f *fault.Error
	if errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	if at := (*ring.FileError)(nil); errors.As(err, &at) {
		return fault.On(fault.Data, "fault.restore.content", file, nil)
	}
	return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.restore.write", home, err)
}

type restoreDoc struct {
	Schema  string   `json:"schema"`
	DryRun  bool     `json:"dry_run"`
	Home    string   `json:"home"`
	MadeAt  string   `json:"made_at"`
	Version string   `json:"version"`
	Files   int64    `json:"files"`
	Missing []string `json:"missing_folders"`
	Undone  []string `json:"not_done"`
}

func (sh *shell) showRestored(o restoreOptions, done restored) error {
	about, missing := done.about, absent(done.set.Folders)
	if o.json {
		return sh.json(restoreDoc{"custode.restore/1", o.dryRun, sh.home, stamp(about.MadeAt), about.Version, about.Files, missing, append([]string{}, done.undone...)})
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if o.dryRun {
		p.wrap("", w.T("backup.restored.planned", w.DateTime(about.MadeAt.Local())))
		p.hanging("  ", printable(sh.home))
		return p.fail
	}
	p.wrap("", p.green(w.T("backup.restored", w.DateTime(about.MadeAt.Local()))))
	p.hanging("  ", printable(sh.home))
	for _, u := range done.undone {
		p.gap()
		p.hanging(p.amber("!")+" ", u)
	}
	if len(missing) > 0 {
		p.gap()
		p.hanging(p.amber("!")+" ", w.N("backup.folders", int64(len(missing))))
		for _, f := range missing {
			p.hanging("    ", printable(f))
		}
		p.wrap("  ", w.T("backup.folders.do", printable(filepath.Join(sh.home, "custode.yaml"))))
	}
	p.gap()
	p.wrap("", w.T("backup.restored.next"))
	return p.fail
}
