package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/encrypt/unseal"
	"custode/internal/fault"
	"custode/internal/rawpath"
)

type decryptOptions struct {
	json, dryRun, salvage, number, unpack bool
	out                                   string
	keys                                  keyFiles
	paths                                 []string
}

func decryptCommand(sh *shell) *cli.Command {
	var o decryptOptions
	t := sh.words.T
	return &cli.Command{
		Name: "decrypt", Usage: t("cmd.decrypt"), UsageText: t("cmd.decrypt.use"), Description: t("cmd.decrypt.more"),
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "o", Usage: t("flag.decrypt.o"), Destination: &o.out},
			&cli.BoolFlag{Name: "number", Usage: t("flag.decrypt.number"), Destination: &o.number},
			&cli.BoolFlag{Name: "salvage", Usage: t("flag.decrypt.salvage"), Destination: &o.salvage},
			&cli.BoolFlag{Name: "unpack", Usage: t("flag.decrypt.unpack"), Destination: &o.unpack},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.decrypt.dry-run"), Destination: &o.dryRun},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			o.paths, o.keys.identities = c.Args().Slice(), c.StringSlice("i")
			if c.IsSet("o") && o.out == "" {
				return fault.New(fault.Usage, "fault.usage.empty")
			}
			if o.unpack {
				return sh.unpack(c.Context, o)
			}
			return sh.decrypt(c.Context, o)
		},
	}
}

// decrypt makes sealed files readable again, in their place or elsewhere. It works
// without a home, too: on a bare machine all it needs is a key.
func (sh *shell) decrypt(ctx context.Context, o decryptOptions) error {
	files, err := sh.toOpen(ctx, o)
	if err != nil {
		return err
	}
	if o.out == "-" {
		return sh.printOpened(ctx, o, files)
	}
	opt := job.OpenOptions{Files: files, Number: o.number, Salvage: o.salvage, DryRun: o.dryRun, Beside: sh.salvagedName, Announce: sh.announce}
	if !o.dryRun && len(files) > 0 {
		if opt.With, err = sh.openers(ctx, o.keys, !onlyPassphrases(files)); err != nil {
			return err
		}
	}
	var shown openedList
	opt.Done = shown.add
	if err := sh.openAll(ctx, opt); err != nil {
		return err
	}
	if err := shown.only(o); err != nil {
		return err
	}
	if err := sh.showOpened(&shown, o); err != nil {
		return err
	}
	if shown.failed() {
		return errListed
	}
	return nil
}

// openAll opens the files, beside nothing else that seals or opens, and takes them out of the records of a
// home if there is one.
func (sh *shell) openAll(ctx context.Context, opt job.OpenOptions) error {
	var st job.OpenStore
	if sh.hasHome() {
		release, err := sh.lock("seal")
		if err != nil {
			return err
		}
		defer release()
		home, err := sh.open(ctx)
		if err != nil {
			return err
		}
		defer home.Close() // every write was committed
		st = home
	}
	end := func() {}
	if sh.errTerm && !opt.DryRun {
		opt.Bytes, end = sh.byteBar("progress.decrypt", sizeOf(opt.Files))
	}
	err := job.Open(ctx, st, opt)
	end()
	if full, ok := errors.AsType[*replace.FullError](err); ok {
		return fault.On(fault.IO, "fault.decrypt.disk-full", full.Path, full)
	}
	return sh.diskFault(err, "")
}

func sizeOf(files []job.ToOpen) (n int64) {
	for _, f := range files {
		if info, err := rawpath.Lstat(f.From); err == nil {
			n += info.Size()
		}
	}
	return n
}

// hasHome reports whether there is a home with a database: decrypt makes none.
func (sh *shell) hasHome() bool {
	_, err := os.Stat(filepath.Join(sh.home, "custode.db"))
	return err == nil
}

// toOpen finds the sealed files, and says where each goes.
func (sh *shell) toOpen(ctx context.Context, o decryptOptions) (files []job.ToOpen, err error) {
	if len(o.paths) == 0 {
		return nil, fault.New(fault.Usage, "fault.decrypt.paths")
	}
	into := false // a folder
	if o.out != "" && o.out != "-" {
		info, err := os.Stat(o.out)
		into = err == nil && info.IsDir() || strings.HasSuffix(o.out, string(filepath.Separator))
	}
	folders := false
	for _, p := range o.paths {
		if p == "" {
			return nil, fault.New(fault.Usage, "fault.usage.empty")
		}
		abs, err := rawpath.Abs(p)
		if err != nil {
			return nil, fault.On(fault.NoInput, "fault.decrypt.path", p, err)
		}
		info, err := rawpath.Lstat(abs)
		if err != nil {
			return nil, fault.On(fault.CodeOf(err, fault.NoInput), "fault.decrypt.path", p, err)
		}
		folders = folders || info.IsDir()
		err = job.SealedBelow(ctx, []string{abs}, sh.home, func(root, rel string) {
			f := job.ToOpen{From: filepath.Join(root, rel)}
			if into {
				name := unseal.Name(filepath.Base(rel))
				if name == "" {
					name = filepath.Base(rel)
				}
				f.To = filepath.Join(o.out, filepath.Dir(rel), name)
			}
			files = append(files, f)
		})
		if err != nil {
			return nil, err
		}
	}
	if o.out == "" || into {
		return files, nil
	}
	if folders || len(files) != 1 {
		return nil, fault.On(fault.Usage, "fault.decrypt.several", o.out, nil)
	}
	if files[0].To = o.out; o.out == "-" {
		return files, nil
	}
	if _, err := os.Stat(filepath.Dir(o.out)); err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.decrypt.folder", filepath.Dir(o.out), err)
	}
	if files[0].To, err = rawpath.Abs(o.out); err != nil {
		return nil, fault.On(fault.CannotMake, "fault.decrypt.folder", o.out, err)
	}
	return files, noDevice(files[0].To)
}

// printOpened writes one file to standard output, once all of it is authentic.
func (sh *shell) printOpened(ctx context.Context, o decryptOptions, files []job.ToOpen) error {
	if o.json || o.salvage || o.dryRun {
		return fault.New(fault.Usage, "fault.decrypt.stream")
	}
	with, err := sh.openers(ctx, o.keys, !onlyPassphrases(files))
	if err != nil {
		return err
	}
	out := &watchedOutput{w: sh.out}
	_, err = unseal.Print(ctx, files[0].From, out, unseal.Options{FS: disk.Real{}, With: with})
	switch {
	case out.err != nil:
		return fault.On(fault.CodeOf(out.err, fault.IO), "fault.output", "", out.err)
	case err != nil:
		return openFault(job.Opened{Sealed: files[0].From, Reason: job.WhyNot(err), Err: err})
	}
	return nil
}

// watchedOutput remembers that the output itself failed.
type watchedOutput struct {
	w   interface{ Write([]byte) (int, error) }
	err error
}

func (o *watchedOutput) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	if err != nil {
		o.err = err
	}
	return n, err
}

// salvagedName names the beginning of a broken file beside it.
func (sh *shell) salvagedName(name string) string {
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + " (" + sh.words.T("decrypt.salvaged.name") + ")" + ext
}

// onlyPassphrases reports whether all the files are sealed by a passphrase, so that
// no key is wanted.
func onlyPassphrases(files []job.ToOpen) bool {
	for _, f := range files {
		if !byPassphrase(f.From) {
			return false
		}
	}
	return true
}

func byPassphrase(path string) bool {
	info, err := rawpath.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := rawpath.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // opened for reading
	head := make([]byte, 4<<10)
	n, _ := f.ReadAt(head, 0)
	kind, _ := seal.FirstStanza(bytes.NewReader(head[:n]))
	return kind == "scrypt"
}
