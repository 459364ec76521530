package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/disk"
	"custode/encrypt/unseal"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/journal"
	"custode/internal/rawpath"
)

type openOptions struct {
	json, edit                       bool
	leftovers, seal, beside, discard bool

	path, member string
	keys         keyFiles
}

func openCommand(sh *shell) *cli.Command {
	var o openOptions
	t := sh.words.T
	return &cli.Command{
		Name: "open", Usage: t("cmd.open"), UsageText: t("cmd.open.use"), Description: t("cmd.open.more"),
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "edit", Usage: t("flag.open.edit"), Destination: &o.edit},
			&cli.BoolFlag{Name: "leftovers", Usage: t("flag.open.leftovers"), Destination: &o.leftovers},
			&cli.BoolFlag{Name: "seal", Usage: t("flag.open.seal"), Destination: &o.seal},
			&cli.BoolFlag{Name: "beside", Usage: t("flag.open.beside"), Destination: &o.beside},
			&cli.BoolFlag{Name: "discard", Usage: t("flag.open.discard"), Destination: &o.discard},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			o.path, o.member, o.keys.identities = c.Args().First(), c.Args().Get(1), c.StringSlice("i")
			if err := o.fits(c); err != nil {
				return err
			}
			switch {
			case o.leftovers:
				return sh.leftovers(c.Context, o)
			case o.edit:
				return sh.edit(c.Context, o)
			}
			return sh.look(c.Context, o)
		},
	}
}

// fits refuses flags that do not go together.
func (o openOptions) fits(c *cli.Context) error {
	ways := 0
	for _, on := range []bool{o.seal, o.beside, o.discard} {
		if on {
			ways++
		}
	}
	switch {
	case o.leftovers && (o.edit || ways > 1 || c.NArg() > 1), !o.leftovers && ways > 0:
		return fault.New(fault.Usage, "fault.opening.flags")
	case o.edit && c.NArg() > 1:
		return fault.New(fault.Usage, "fault.opening.edit-member")
	case !o.leftovers && (c.NArg() < 1 || c.NArg() > 2 || o.path == ""):
		return fault.New(fault.Usage, "fault.opening.want")
	}
	return nil
}

// openCopy is the readable copy of a sealed file.
type openCopy struct {
	dir, path string
	member    string // of an archive
	memory    bool
	was       os.FileInfo
	row       int64 // of the journal that tells of it; 0 for none
}

type openDoc struct {
	Schema       string `json:"schema"`
	Path         string `json:"path"`
	Member       string `json:"member"` // "": all of it
	Copy         string `json:"copy"`
	MemoryBacked bool   `json:"memory_backed"`
	Changed      bool   `json:"changed"`
	Swept        int    `json:"swept"`
	Leftovers    int    `json:"leftovers"`

	// With --edit.
	Edit     bool     `json:"edit"`
	Versions int      `json:"versions"`
	Sealed   string   `json:"sealed"`
	Beside   []string `json:"beside"`
}

// look opens a sealed file in its program, waits until the person is done with it,
// and removes the readable copy, however it ends.
func (sh *shell) look(ctx context.Context, o openOptions) (err error) {
	ctx, stop := whileOpen(ctx)
	defer stop()
	path, base, err := sh.toLookAt(o)
	if err != nil {
		return err
	}
	var left leftCount
	if left, err = sh.tidy(ctx, base); err != nil {
		return err
	}
	with, err := sh.openers(ctx, o.keys, !byPassphrase(path))
	if err != nil {
		return err
	}
	ar, err := archiveIn(ctx, o, path, with)
	if err != nil {
		return err
	}
	defer ar.Close() // only read
	if ar.there() && o.member == "" {
		return sh.listMembers(ctx, o, ar, "")
	}
	c, err := sh.copyToRead(ctx, o, base, path, ar)
	defer func() {
		if gone := os.RemoveAll(c.dir); gone != nil && c.dir != "" {
			err = errors.Join(err, fault.On(fault.CodeOf(gone, fault.IO), "fault.opening.remove", c.dir, gone))
		}
	}()
	if err != nil {
		return err
	}
	program, err := sh.startProgram(c.path, path) //nolint:contextcheck // the program may outlive this command
	if err == nil {
		sh.sayOpen(c)
		err = sh.untilDone(ctx, program, c.path)
	}
	changed, notClosed := sh.closeCopy(context.WithoutCancel(ctx), path, c)
	if err = cmp.Or(err, notClosed); err != nil {
		return err
	}
	if o.json {
		return sh.json(openDoc{
			Schema: "custode.open/1", Path: path, Member: c.member, Copy: c.path, MemoryBacked: c.memory, Changed: changed,
			Swept: left.swept, Leftovers: left.unsealed, Beside: []string{},
		})
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", w.T("opening.done"))
	if changed {
		p.hanging(p.amber("! "), w.T("opening.edited"))
	}
	left.say(sh, p)
	return p.fail
}

// closeCopy removes a readable copy, and tells whether somebody changed it.
func (sh *shell) closeCopy(ctx context.Context, path string, c openCopy) (changed bool, err error) {
	now, gone := os.Stat(c.path)
	changed = gone == nil && (now.Size() != c.was.Size() || !now.ModTime().Equal(c.was.ModTime()) || !os.SameFile(now, c.was))
	if err := os.RemoveAll(c.dir); err != nil {
		return changed, fault.On(fault.CodeOf(err, fault.IO), "fault.opening.remove", c.dir, err)
	}
	return changed, sh.noteClosed(ctx, path, c.row)
}

// noteClosed writes in the journal that a readable copy is gone.
func (sh *shell) noteClosed(ctx context.Context, path string, row int64) error {
	if row == 0 {
		return nil
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	_, err = st.Record(ctx, "file.closed", map[string]any{"sealed": path, "row": row})
	return err
}

// toLookAt finds the sealed file, and the place for its copy.
func (sh *shell) toLookAt(o openOptions) (path string, base host.Folder, err error) {
	path, err = rawpath.Abs(o.path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return path, base, fault.On(fault.CodeOf(err, fault.NoInput), "fault.opening.path", o.path, err)
	}
	if archive := strings.HasSuffix(strings.ToLower(path), ".zip.age"); !archive && !host.HasScreen(sh.env) {
		return path, base, fault.On(fault.NoInput, "fault.opening.screen", path, nil) // before a passphrase is asked for
	}
	if base, err = host.Private(sh.env); err != nil {
		return path, base, fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	return path, base, nil
}

// startProgram opens a copy in the program that belongs to it.
func (sh *shell) startProgram(copied, sealed string) (host.Program, error) {
	program, err := host.Open(sh.env, copied)
	if err == nil {
		return program, nil
	}
	id := "fault.opening.program"
	if errors.Is(err, host.ErrNoScreen) {
		id = "fault.opening.screen"
	}
	return program, fault.On(fault.NoInput, id, sealed, nil)
}

// copyToRead opens the sealed file, or a member of it, into a private folder of its
// own, and has it written in the journal before anybody sees it.
func (sh *shell) copyToRead(ctx context.Context, o openOptions, base host.Folder, path string, ar *sealedArchive) (c openCopy, err error) {
	var st state
	if sh.hasHome() {
		if st, err = sh.open(ctx); err != nil {
			return c, err
		}
		defer st.Close() // every write was committed
	}
	c.memory = base.MemoryBacked
	if c.dir, err = os.MkdirTemp(base.Path, fmt.Sprintf("open-%d-", os.Getpid())); err != nil {
		return c, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", base.Path, err)
	}
	if o.member != "" {
		err = sh.copyMember(ctx, o, ar, &c)
	} else {
		var name string
		if name, err = sh.copyName(ctx, st, path); err == nil {
			c.path = filepath.Join(c.dir, name)
			err = sh.copyWhole(ctx, ar.with, path, c.path)
		}
	}
	if err != nil {
		return c, err
	}
	if err = os.Chmod(c.path, 0o400); err == nil {
		c.was, err = os.Stat(c.path)
	}
	if err != nil {
		return c, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", c.dir, err)
	}
	if st != nil {
		var head journal.Head
		head, err = st.Record(ctx, "file.opened", map[string]any{"sealed": path})
		c.row = head.Seq
	}
	return c, err
}

// copyName is the name that the readable copy of a sealed file gets.
func (sh *shell) copyName(ctx context.Context, st state, path string) (string, error) {
	if st != nil {
		e, there, err := st.SealedFile(ctx, path)
		if err != nil {
			return "", err
		}
		if there && e.Original != "" {
			return filepath.Base(e.Original), nil
		}
	}
	if name := unseal.Name(filepath.Base(path)); name != "" {
		return name, nil
	}
	return filepath.Base(path), nil
}

// copyWhole opens all of a sealed file.
func (sh *shell) copyWhole(ctx context.Context, with []age.Identity, from, to string) error {
	_, err := unseal.Write(ctx, from, to, unseal.Options{FS: disk.Real{}, With: with})
	if err == nil {
		return nil
	}
	if f := openFault(job.Opened{Sealed: from, Reason: job.WhyNot(err), Err: err}); f != nil {
		return f
	}
	return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", filepath.Dir(to), err)
}

// sayOpen says on standard error where the copy is and how to end: the page is for
// what came of it.
func (sh *shell) sayOpen(c openCopy) {
	p, t := sh.page(sh.err, sh.errTerm), sh.words.T
	p.wrap("", t("opening.ready", printable(filepath.Base(c.path))))
	if c.memory {
		p.wrap("", t("opening.memory"))
	} else {
		p.hanging(p.amber("! "), t("opening.on-disk"))
	}
	if sh.inTerm {
		host.DropTyped(sh.in) // an impatient Enter after the passphrase
		p.wrap("", p.bold(t("opening.enter")))
	} else {
		p.wrap("", t("opening.wait"))
	}
}
