package main

import (
	"context"
	"runtime"

	"custode/internal/fault"
	"custode/internal/i18n"
)

// starter is what starts the watch and the daily check of this home by itself: systemd, the Task Scheduler of
// Windows, or launchd of macOS.
type starter interface {
	// can fails where the system cannot be told to start anything now.
	can(ctx context.Context) error
	// start installs both and starts the watch. A failed run leaves everything as it was.
	start(ctx context.Context) error
	// end removes what was installed, or with dry only looks; there tells whether there is any.
	end(ctx context.Context, dry bool) (there bool, err error)
	// ask tells how it stands, and what lies where it was installed. text is what the watch says of itself.
	ask(ctx context.Context, sh *shell) (d serviceDoc, state unitState, text string, err error)

	doc(state string) serviceDoc
	preview() string                       // what would be installed
	installed(sh *shell, p *page)          // says what was
	gone(w *i18n.Words, how string) string // says that it was "removed", or "would-remove"
}

// starter is that of this system.
func (sh *shell) starter() (starter, error) {
	switch runtime.GOOS {
	case "linux":
		return sh.unit()
	case "windows":
		return sh.tasks()
	case "darwin":
		return sh.launchAgents()
	}
	return nil, fault.New(fault.CannotMake, "fault.service.system")
}

// askWatch asks the watch itself whether it runs, where what starts it says so in no words that can be read.
func (sh *shell) askWatch(ctx context.Context, d *serviceDoc) error {
	d.State = "stopped"
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // nothing was written
	k, running, err := sh.watchState(ctx, st)
	if running {
		d.State, d.Since = "running", stamp(k.Started)
	}
	return err
}
