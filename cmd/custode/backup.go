package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/backup"
	"custode/encrypt/disk"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/rawpath"
)

type backupOptions struct {
	json, dryRun, try bool
	file              string
}

func backupCommand(sh *shell) *cli.Command {
	var o backupOptions
	t := sh.words.T
	return &cli.Command{
		Name: "backup", Usage: t("cmd.backup"), UsageText: t("cmd.backup.use"), Description: t("cmd.backup.more"),
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.backup.dry-run"), Destination: &o.dryRun},
			&cli.BoolFlag{Name: "try", Usage: t("flag.backup.try"), Destination: &o.try},
			sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) (err error) {
			if o.file, err = oneBackup(c); err != nil {
				return err
			}
			if o.try && o.dryRun {
				return fault.New(fault.Usage, "fault.backup.file")
			}
			if o.try {
				return sh.tryBackup(c.Context, o)
			}
			return sh.backup(c.Context, o)
		},
	}
}

// oneBackup takes the one argument of backup and restore, a path.
func oneBackup(c *cli.Context) (string, error) {
	if c.Args().Len() != 1 || c.Args().First() == "" {
		return "", fault.New(fault.Usage, "fault.backup.file")
	}
	abs, err := rawpath.Abs(c.Args().First())
	if err != nil {
		return "", fault.On(fault.NoInput, "fault.backup.file", c.Args().First(), err)
	}
	return abs, nil
}

// backup writes the home into one sealed file.
func (sh *shell) backup(ctx context.Context, o backupOptions) error {
	if o.dryRun {
		if _, err := sh.mayBackUp(o.file); err != nil {
			return err
		}
		w, err := backup.Plan(sh.home)
		if err != nil {
			return backupFault(o.file, err)
		}
		return sh.showBackup(o, saved{Backup: job.Backup{File: o.file, Files: w.Files, Bytes: w.Bytes}})
	}
	b, err := sh.saveHome(ctx, o.file)
	if err != nil {
		return err
	}
	if err := sh.showBackup(o, b); err != nil || len(b.undone) == 0 {
		return err
	}
	return codeError(1)
}

// saved is a backup that was written.
type saved struct {
	job.Backup

	undone []string // what comes after that and was not done, in words
}

// mayBackUp says whether a backup can be written there, and gives the keys that it is sealed for.
func (sh *shell) mayBackUp(file string) (*ring.Ring, error) {
	if _, err := sh.settings(); err != nil {
		return nil, err
	}
	switch {
	case !strings.EqualFold(filepath.Ext(file), ".age"):
		return nil, fault.On(fault.Usage, "fault.backup.name", file, nil)
	case isWithin(sh.home, file):
		return nil, fault.On(fault.Usage, "fault.backup.inside", file, nil)
	}
	if err := backup.Free(file); err != nil {
		return nil, backupFault(file, err)
	}
	return sh.ring()
}

// saveHome writes the home into one sealed file, and notes it. Once the file is there, what fails is no failure of it.
func (sh *shell) saveHome(ctx context.Context, file string) (b saved, err error) {
	r, err := sh.mayBackUp(file)
	if err != nil {
		return b, err
	}
	release, err := sh.lock("keys")
	if err != nil {
		return b, err
	}
	defer release()
	st, err := sh.open(ctx)
	if err != nil {
		return b, err
	}
	defer st.Close() // every write was committed
	b.Backup, err = job.SaveHome(ctx, st, r, file, backup.Source{Home: sh.home, Now: sh.now(), Version: version})
	if late := (*job.UnnotedError)(nil); errors.As(err, &late) {
		b.undone = []string{sh.words.T("backup.undone.unnoted", sh.reason(late.Err))}
	} else if err != nil {
		return b, backupFault(file, err)
	}
	return b, nil
}

// backupFault makes a failure for people of an error about a backup.
func backupFault(path string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	if at := (*backup.FileError)(nil); errors.As(err, &at) {
		if errors.Is(err, backup.ErrChanged) {
			return fault.On(fault.Busy, "fault.backup.changed", at.Path, nil)
		}
		return fault.On(fault.CodeOf(at.Err, fault.IO), "fault.backup.read", at.Path, at.Err)
	}
	switch {
	case errors.Is(err, backup.ErrTaken):
		return fault.On(fault.CannotMake, "fault.backup.taken", path, nil)
	case errors.Is(err, backup.ErrUnproven):
		return fault.On(fault.IO, "fault.backup.unproven", path, nil)
	}
	return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.backup.write", path, err)
}

type backupDoc struct {
	Schema    string `json:"schema"`
	DryRun    bool   `json:"dry_run"`
	File      string `json:"file"`
	Files     int64  `json:"files"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
	SameDrive bool   `json:"same_drive"`

	Undone []string `json:"not_done"`
}

func (sh *shell) showBackup(o backupOptions, b saved) error {
	same := sh.sameDrive(filepath.Dir(b.File))
	if o.json {
		return sh.json(backupDoc{"custode.backup/1", o.dryRun, b.File, b.Files, b.Bytes, b.SHA256, same, append([]string{}, b.undone...)})
	}
	return sh.tellBackup(sh.page(sh.out, sh.outTerm), o, b, same)
}

// tellBackup says what was written, or would be.
func (sh *shell) tellBackup(p *page, o backupOptions, b saved, same bool) error {
	w := sh.words
	if o.dryRun {
		p.wrap("", w.T("backup.planned", w.N("journal.files", b.Files), w.Bytes(b.Bytes)))
		p.hanging("  ", printable(b.File))
		return p.fail
	}
	p.wrap("", p.green(w.T("backup.done", w.Bytes(b.Bytes))))
	p.hanging("  ", printable(b.File))
	for _, u := range b.undone {
		p.gap()
		p.hanging(p.amber("!")+" ", u)
	}
	p.gap()
	p.wrap("", w.T("backup.holds"))
	p.hanging(p.amber("!")+" ", w.T("backup.not"))
	if same {
		p.hanging(p.amber("!")+" ", w.T("backup.same-drive"))
	}
	p.gap()
	p.wrap("", w.T("backup.next"))
	return p.fail
}

// sameDrive reports whether a folder is on the drive on which the home is.
func (sh *shell) sameDrive(dir string) bool {
	here, ok := driveOf(sh.home)
	there, known := driveOf(dir)
	return ok && known && here == there
}

// driveOf names the drive of a folder, as the system numbers them.
func driveOf(path string) (uint64, bool) {
	f, err := disk.Real{}.Open(filepath.Dir(path))
	if err != nil {
		return 0, false
	}
	defer f.Close() // only looked at
	id, err := f.Look(filepath.Base(path))
	return id.Dev, err == nil
}
