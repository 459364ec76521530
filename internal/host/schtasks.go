package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"
)

// ErrNoTasks says that this system has no Task Scheduler of Windows.
var ErrNoTasks = errors.New("there is no Task Scheduler here")

// Tasks is the Task Scheduler of Windows, through its own program. What that prints is in the language of the system, and
// is never read: its exit code says whether it was done.
type Tasks struct{}

const tasksTimeout = 30 * time.Second

// Do runs schtasks. The error is ErrNoTasks where there is no such program.
func (Tasks) Do(ctx context.Context, args ...string) error {
	name, err := exec.LookPath("schtasks")
	if err != nil {
		return ErrNoTasks
	}
	ctx, cancel := context.WithTimeout(ctx, tasksTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // words of ours and the names of our tasks
	cmd.Env = background(os.Environ())
	apart(cmd)
	return cmd.Run()
}
