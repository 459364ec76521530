package main

import (
	"context"
	"errors"
	"io"
	"time"

	"custode/internal/fault"
	"custode/internal/host"
)

// clickedIdle is after how long without use a page ends that was opened by a double click: as long
// as a session lives. A page in a terminal stays until it is told to end.
const clickedIdle = 12 * time.Hour

// clicked opens the page for who double-clicked custode: as `custode serve` does, with no window left
// behind. What would be printed there is shown on the desktop if it is an error, and goes nowhere else.
func (sh *shell) clicked(ctx context.Context) error {
	host.LeaveConsole()
	sh.out, sh.outTerm = io.Discard, false
	err := sh.serve(ctx, serveOptions{addr: servePort, clicked: true})
	if f, ok := errors.AsType[*fault.Error](err); ok {
		text := sh.words.T(f.ID, f.Args...)
		if hint := f.ID + ".hint"; sh.words.Has(hint) {
			text += "\n\n" + sh.words.T(hint)
		}
		_ = host.Notify(context.WithoutCancel(ctx), sh.env, sh.words.T("click.title"), text, true) // where there is no desktop, stderr has it
	}
	return err
}
