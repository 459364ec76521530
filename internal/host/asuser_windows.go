package host

import (
	"context"
	"errors"
	"io"
)

// Owner is whose a folder is: not asked here.
func Owner(string) (uid uint32, ok bool) { return 0, false }

// Root reports whether this process may do everything: never here, where nothing is done
// differently.
func Root() bool { return false }

// Child is a process that runs as another user: there is none here.
type Child struct {
	In  io.WriteCloser
	Out io.Reader
}

// Wait waits until it has ended.
func (*Child) Wait() error { return errors.ErrUnsupported }

// Kill ends it.
func (*Child) Kill() {}

// AsUser can't be done here.
func AsUser(context.Context, uint32, string, ...string) (*Child, error) {
	return nil, errors.ErrUnsupported
}

// MayLook is not asked here.
func MayLook(uint32, string) bool { return false }
