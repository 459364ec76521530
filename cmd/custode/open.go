package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/disk"
	"custode/encrypt/unseal"
	"custode/internal/fault"
	"custode/internal/host"
)

type openOptions struct {
	json bool
	path string
	keys keyFiles
}

func openCommand(sh *shell) *cli.Command {
	var o openOptions
	t := sh.words.T
	return &cli.Command{
		Name: "open", Usage: t("cmd.open"), UsageText: t("cmd.open.use"), Description: t("cmd.open.more"),
		Flags: append([]cli.Flag{sh.jsonFlag(&o.json)}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 || c.Args().First() == "" {
				return fault.New(fault.Usage, "fault.opening.want")
			}
			o.path, o.keys.identities = c.Args().First(), c.StringSlice("i")
			return sh.look(c.Context, o)
		},
	}
}

// openCopy is the readable copy of a sealed file.
type openCopy struct {
	dir, path string
	memory    bool
	was       os.FileInfo
}

type openDoc struct {
	Schema       string `json:"schema"`
	Path         string `json:"path"`
	Copy         string `json:"copy"`
	MemoryBacked bool   `json:"memory_backed"`
	Changed      bool   `json:"changed"`
	Swept        int    `json:"swept"`
}

// look opens a sealed file in its program, waits until the person is done with it,
// and removes the readable copy, however it ends.
func (sh *shell) look(ctx context.Context, o openOptions) (err error) {
	if !signal.Ignored(syscall.SIGHUP) { // the window of the terminal is closed
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGHUP)
		defer stop()
	}
	path, err := filepath.Abs(o.path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.NoInput), "fault.opening.path", o.path, err)
	}
	base, err := host.Private(sh.env)
	if err != nil {
		return fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	swept := sweepCopies(base.Path)
	c, err := sh.copyToRead(ctx, o, base, path)
	defer func() {
		if gone := os.RemoveAll(c.dir); gone != nil && c.dir != "" {
			err = errors.Join(err, fault.On(fault.CodeOf(gone, fault.IO), "fault.opening.remove", c.dir, gone))
		}
	}()
	if err != nil {
		return err
	}
	program, err := host.Open(sh.env, c.path) //nolint:contextcheck // the program may outlive this command
	if err != nil {
		id := "fault.opening.program"
		if errors.Is(err, host.ErrNoScreen) {
			id = "fault.opening.screen"
		}
		return fault.On(fault.NoInput, id, path, nil)
	}
	sh.sayOpen(c)
	if err := sh.untilDone(ctx, program, c.path); err != nil {
		return err
	}
	now, gone := os.Stat(c.path)
	changed := gone == nil && (now.Size() != c.was.Size() || !now.ModTime().Equal(c.was.ModTime()) || !os.SameFile(now, c.was))
	if err := os.RemoveAll(c.dir); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.remove", c.dir, err)
	}
	if o.json {
		return sh.json(openDoc{"custode.open/1", path, c.path, c.memory, changed, swept})
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", w.T("opening.done"))
	if changed {
		p.hanging(p.amber("! "), w.T("opening.edited"))
	}
	if swept > 0 {
		p.wrap("", w.N("opening.swept", int64(swept)))
	}
	return p.fail
}

// copyToRead opens the sealed file into a private folder of its own, and has it
// written in the journal before anybody sees it.
func (sh *shell) copyToRead(ctx context.Context, o openOptions, base host.Folder, path string) (c openCopy, err error) {
	with, err := sh.openers(ctx, o.keys, !byPassphrase(path))
	if err != nil {
		return c, err
	}
	name := unseal.Name(filepath.Base(path))
	var st state
	if sh.hasHome() {
		if st, err = sh.open(ctx); err != nil {
			return c, err
		}
		defer st.Close() // every write was committed
		e, there, err := st.SealedFile(ctx, path)
		if err != nil {
			return c, err
		}
		if there && e.Original != "" {
			name = filepath.Base(e.Original)
		}
	}
	if name == "" {
		name = filepath.Base(path)
	}
	c.memory = base.MemoryBacked
	if c.dir, err = os.MkdirTemp(base.Path, fmt.Sprintf("open-%d-", os.Getpid())); err != nil {
		return c, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", base.Path, err)
	}
	c.path = filepath.Join(c.dir, name)
	if _, err = unseal.Write(ctx, path, c.path, unseal.Options{FS: disk.Real{}, With: with}); err != nil {
		if f := openFault(job.Opened{Sealed: path, Reason: job.WhyNot(err), Err: err}); f != nil {
			return c, f
		}
		return c, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", c.dir, err)
	}
	if err = os.Chmod(c.path, 0o400); err == nil {
		c.was, err = os.Stat(c.path)
	}
	if err != nil {
		return c, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", c.dir, err)
	}
	if st != nil {
		_, err = st.Record(ctx, "file.opened", map[string]any{"sealed": path})
	}
	return c, err
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
		p.wrap("", p.bold(t("opening.enter")))
	} else {
		p.wrap("", t("opening.wait"))
	}
}

// How long a copy that nobody has open stays when there is no terminal: a program
// needs a moment to start, and some read a file and close it.
const (
	openLook  = 250 * time.Millisecond
	openQuiet = 3 * time.Second
)

// untilDone waits for the end: Enter on a terminal; else that the program has ended
// and, where the starter does not wait for it, that nobody has the file open.
func (sh *shell) untilDone(ctx context.Context, program host.Program, path string) error {
	if sh.inTerm {
		var done <-chan struct{}
		if program.Waits {
			done = program.Done
		}
		entered := make(chan struct{})
		a := sh.asker(ctx)
		go func() { defer close(entered); a.line() }()
		select {
		case <-entered:
		case <-done:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	select {
	case <-program.Done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if program.Waits {
		return nil
	}
	t := time.NewTicker(openLook)
	defer t.Stop()
	for quiet := time.Duration(0); quiet < openQuiet; {
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if used, known := host.InUse(path); used || !known && exists(path) {
			quiet = 0
		} else {
			quiet += openLook
		}
	}
	return nil
}

func exists(path string) bool { _, err := os.Lstat(path); return err == nil }

// sweepCopies removes the copies whose custode is gone: killed, or the power failed.
// They are to read only, so nothing in them is new.
func sweepCopies(base string) (n int) {
	found, _ := filepath.Glob(filepath.Join(base, "open-*-*"))
	for _, dir := range found {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(dir), "open-%d-", &pid); err != nil || pid == os.Getpid() || host.Alive(pid) {
			continue
		}
		if os.RemoveAll(dir) == nil {
			n++
		}
	}
	return n
}
