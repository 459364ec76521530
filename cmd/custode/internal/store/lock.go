package store

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"custode/internal/fault"
)

// holder is who holds a lock, for the others to tell.
type holder struct {
	PID   int       `json:"pid"`
	Job   string    `json:"job"`
	Since time.Time `json:"since"`
}

// Lock takes a named lock of a home, and returns what lets it go. The system
// itself lets it go when the process ends, however it ends. If another process
// has it, Lock fails at once with a fault of code Busy that names its pid.
func Lock(home, name string, now time.Time) (func(), error) {
	path := filepath.Join(home, name+".lock")
	l := flock.New(path, flock.SetPermissions(0o600))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.lock", path, err)
	}
	about := filepath.Join(home, name+".pid") // beside it: Windows lets nobody read what is locked
	if !ok {
		var h holder
		if raw, err := os.ReadFile(about); err == nil { //nolint:gosec // below the home
			_ = json.Unmarshal(raw, &h) // then pid 0 is told
		}
		return nil, fault.New(fault.Busy, "fault.busy", name, int64(h.PID))
	}
	raw, err := json.Marshal(holder{PID: os.Getpid(), Job: name, Since: now.UTC()})
	if err == nil {
		err = os.WriteFile(about, raw, 0o600) //nolint:forbidigo,gosec // a note below the home that is rewritten by each holder
	}
	if err != nil {
		_ = l.Unlock()
		return nil, fault.On(fault.CodeOf(err, fault.IO), "fault.lock", about, err)
	}
	return func() { _ = l.Unlock() }, nil
}
