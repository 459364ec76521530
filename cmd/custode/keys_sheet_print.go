package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/host"
)

// printSheet opens the sheet in the browser, to be printed: a page in a private place,
// in memory where there is one, which goes when the person is done, however that ends.
func (sh *shell) printSheet(ctx context.Context, s sheet.Sheet) (err error) {
	ctx, stop := sh.untilClosed(ctx)
	defer stop()
	base, err := host.Private(sh.env)
	if err != nil {
		return fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	if !base.MemoryBacked {
		if err := sh.onDiskMeant(ctx); err != nil {
			return err
		}
	}
	opened, err := sh.openPage(base.Path, s) //nolint:contextcheck // the browser outlives this command
	if err != nil {
		return err
	}
	defer func() {
		if gone := opened.remove(); gone != nil {
			err = errors.Join(err, fault.On(fault.CodeOf(gone, fault.IO), "fault.opening.remove", opened.dir, gone))
		}
	}()
	p, t := sh.page(sh.err, sh.errTerm), sh.words.T
	p.wrap("", t("keys.sheet.printing"))
	if base.MemoryBacked {
		p.wrap("", t("keys.sheet.memory"))
	}
	if sh.inTerm {
		host.DropTyped(sh.in) // an impatient Enter after the passphrase
		p.wrap("", p.bold(t("keys.sheet.enter")))
	}
	if err := sh.untilDone(ctx, opened.program, opened.path); err != nil {
		return err
	}
	if err := opened.remove(); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.opening.remove", opened.dir, err)
	}
	p = sh.page(sh.out, sh.outTerm)
	p.wrap("", t("keys.sheet.removed", sh.command("custode", "keys", "drill")))
	return p.fail
}

// untilClosed ends the context also when the window of the terminal is closed.
func (sh *shell) untilClosed(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return ctx, func() {}
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// privateSheet is the page of the sheet in a folder of its own, and the program that
// was started to show it.
type privateSheet struct {
	dir, path string
	program   host.Program
}

func (s privateSheet) remove() error { return os.RemoveAll(s.dir) }

// openPage makes the page and opens it. Where that fails, nothing is left.
func (sh *shell) openPage(base string, s sheet.Sheet) (privateSheet, error) {
	dir, err := os.MkdirTemp(base, fmt.Sprintf("open-%d-", os.Getpid()))
	if err != nil {
		return privateSheet{}, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", base, err)
	}
	out := privateSheet{dir: dir, path: filepath.Join(dir, "custode.html")}
	if err = sh.privatePage(out.path, s); err == nil {
		if out.program, err = host.Open(sh.env, out.path); err != nil {
			err = fault.New(fault.NoInput, "fault.keys.sheet-screen")
		}
	}
	if err != nil {
		if gone := out.remove(); gone != nil {
			err = errors.Join(err, fault.On(fault.CodeOf(gone, fault.IO), "fault.opening.remove", dir, gone))
		}
		return privateSheet{}, err
	}
	return out, nil
}

// printCommand is how the sheet is printed here: without a desktop it is shown.
func (sh *shell) printCommand() string {
	if host.HasScreen(sh.env) {
		return sh.command("custode", "keys", "sheet", "--print")
	}
	return sh.command("custode", "keys", "sheet")
}

// sweepPages removes a page that a killed custode has left.
func (sh *shell) sweepPages() {
	if base, err := host.Private(sh.env); err == nil {
		sweepCopies(base.Path)
	}
}

// onDiskMeant asks whether the page may lie on the disk for a while.
func (sh *shell) onDiskMeant(ctx context.Context) error {
	if !sh.inTerm {
		return fault.New(fault.CannotMake, "fault.keys.sheet-no-memory")
	}
	ok, err := sh.asker(ctx).yes(sh.words.T("keys.sheet.on-disk"))
	if err == nil && !ok {
		err = fault.New(fault.CannotMake, "fault.keys.sheet-no-memory")
	}
	return err
}

// privatePage writes the page into a file for this user alone.
func (sh *shell) privatePage(path string, s sheet.Sheet) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", path, err)
	}
	if err := errors.Join(sh.sheetPage(io.Writer(f), s, nil), f.Close()); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.opening.copy", path, err)
	}
	return nil
}
