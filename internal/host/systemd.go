package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// ErrNoSystemd says that systemd does not run here, or not for this user.
var ErrNoSystemd = errors.New("systemd does not run here")

// Systemd is systemd as the system's own, or as that of this user.
type Systemd struct{ User bool }

const systemdTimeout = 30 * time.Second

// Runs reports whether systemd runs: a container may have its programs without it.
func (s Systemd) Runs(ctx context.Context) bool {
	out, _ := s.Do(ctx, "is-system-running") // its exit code says whether all is well
	return slices.Contains([]string{"initializing", "starting", "running", "degraded", "maintenance", "stopping"}, strings.TrimSpace(out))
}

// Do runs systemctl and gives what it printed. The error is ErrNoSystemd where there is
// no such program.
func (s Systemd) Do(ctx context.Context, args ...string) (string, error) {
	name, err := exec.LookPath("systemctl")
	if err != nil {
		return "", ErrNoSystemd
	}
	ctx, cancel := context.WithTimeout(ctx, systemdTimeout)
	defer cancel()
	if s.User {
		args = append([]string{"--user"}, args...)
	}
	cmd := exec.CommandContext(ctx, name, append([]string{"--no-pager", "--no-ask-password"}, args...)...) //nolint:gosec // words of ours and the name of our unit
	cmd.Env = background(os.Environ())
	out, err := cmd.Output()
	return string(out), err
}
