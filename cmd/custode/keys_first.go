package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"custode/encrypt/ring"
	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/host"
)

// faceToFace reports whether a person sees what is written, and can answer. Where the
// output goes into a file, the recovery sheet is not shown unasked.
func (sh *shell) faceToFace() bool { return sh.inTerm && sh.outTerm && sh.errTerm }

// firstSheet brings the recovery sheet onto paper and proves it, while the keys that
// were just made are open: nobody unlocks them a second time for it.
func (sh *shell) firstSheet(ctx context.Context, st state, r *ring.Ring, u ring.Unlocked) error {
	ctx, stop := sh.untilClosed(ctx)
	defer stop()
	s, err := sheetOf(r, u)
	if err != nil {
		return err
	}
	defer s.Wipe()
	ask, away, err := sh.layOut(s) //nolint:contextcheck // the browser outlives this command
	if err != nil {
		return err
	}
	typed, err := sh.typeSheet(ctx, typing{ask: ask, later: true, begun: func() {
		if away() {
			p := sh.page(sh.err, sh.errTerm)
			p.wrap("", sh.words.T("keys.first.rest"))
		}
	}})
	away()
	if errors.Is(err, errLater) {
		p := sh.page(sh.out, sh.outTerm)
		sh.sheetNext(p)
		return p.fail
	}
	if err != nil {
		return err
	}
	defer typed.Wipe()
	d, first, err := sh.drill(ctx, st, r, typed)
	if err != nil {
		return err
	}
	if err := sh.drillPage(d, first); err != nil {
		return err
	}
	if d.Failed > 0 {
		return errListed
	}
	return nil
}

// sheetNext says what is still to be done about the sheet.
func (sh *shell) sheetNext(p *page) {
	t := sh.words.T
	p.wrap("", p.bold(t("keys.next")))
	p.hanging("1. ", t("keys.next.sheet", sh.printCommand()))
	p.hanging("2. ", t("keys.next.drill", sh.command("custode", "keys", "drill")))
}

// layOut opens the sheet in the browser to be printed, where that can be done from
// memory, and shows it here otherwise. It gives what is to be asked, and what takes
// the sheet away again, which reports whether that changed the screen.
func (sh *shell) layOut(s sheet.Sheet) (ask string, away func() bool, err error) {
	p, t := sh.page(sh.err, sh.errTerm), sh.words.T
	if host.HasScreen(sh.env) {
		if gone, ok := sh.inBrowser(s); ok {
			p.gap()
			p.wrap("", p.bold(t("keys.first.title", s.Fingerprint)))
			p.wrap("", t("keys.first.printing"))
			p.gap()
			return t("keys.first.type.printed"), func() bool { gone(); return false }, p.fail
		}
	}
	away, err = sh.onScreen(s)
	return t("keys.first.type.copied"), away, err
}

// inBrowser opens the sheet in the browser, from a private place in memory. False: it
// cannot be done here.
func (sh *shell) inBrowser(s sheet.Sheet) (away func(), ok bool) {
	base, err := host.Private(sh.env)
	if err != nil || !base.MemoryBacked {
		return nil, false
	}
	page, err := sh.openPage(base.Path, s)
	if err != nil {
		return nil, false
	}
	return func() { _ = page.remove() }, true // what stays, the next keys command sweeps up
}

// onScreen shows the sheet to be copied by hand: on the second screen that terminals
// have, so that nothing of it is left to scroll back to.
func (sh *shell) onScreen(s sheet.Sheet) (away func() bool, err error) {
	const second, back = "\x1b[?1049h\x1b[2J\x1b[H", "\x1b[2J\x1b[?1049l"
	hides := runtime.GOOS != "windows" && sh.env("TERM") != "dumb" && sh.env("TERM") != ""
	p, t := sh.page(sh.err, sh.errTerm), sh.words.T
	if hides {
		fmt.Fprint(sh.err, second)
	}
	p.gap()
	p.wrap("", p.bold(t("keys.first.title", s.Fingerprint)))
	p.wrap("", t("keys.first.copy"))
	p.gap()
	var b bytes.Buffer
	b.Grow(1 << 12) // it holds the key: it shall not grow and leave copies
	sheetLinesTo(&b, s)
	_, err = sh.err.Write(b.Bytes())
	clear(b.Bytes()[:b.Cap()])
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	p.gap()
	p.wrap("", t("paper.lines"))
	p.gap()
	var once sync.Once
	return func() (changed bool) {
		once.Do(func() {
			if changed = hides; hides {
				fmt.Fprint(sh.err, back)
			}
		})
		return changed
	}, p.fail
}

// sheetLinesTo writes the prefix and the four lines as they stand on paper.
func sheetLinesTo(w io.Writer, s sheet.Sheet) {
	fmt.Fprintln(w, "     "+s.Prefix)
	for _, l := range s.Lines {
		fmt.Fprintf(w, "  %d ", l.Number)
		for _, g := range l.Groups {
			_, _ = w.Write([]byte{' '}) // a buffer
			_, _ = w.Write(g.Reveal())
		}
		fmt.Fprintf(w, "  %s\n", l.Check.Reveal())
	}
}
