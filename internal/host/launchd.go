package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"
)

// ErrNoLaunchd says that this system has no launchd of macOS.
var ErrNoLaunchd = errors.New("there is no launchd here")

// Launchd is what starts programs on macOS, through its own program. What that prints is for people and is never read:
// its exit code says whether it was done.
type Launchd struct{}

const launchdTimeout = 30 * time.Second

// Do runs launchctl. The error is ErrNoLaunchd where there is no such program.
func (Launchd) Do(ctx context.Context, args ...string) error {
	name, err := exec.LookPath("launchctl")
	if err != nil {
		return ErrNoLaunchd
	}
	ctx, cancel := context.WithTimeout(ctx, launchdTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // words of ours and the names of our agents
	cmd.Env = background(os.Environ())
	return cmd.Run()
}
