//go:build !linux

package watch

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"custode/scan/watch/objaudit"
)

// kqueueMost is how many files a folder may hold where each one costs an open
// file (macOS and the BSDs).
const kqueueMost = 2000

// ladder lists the ways to watch a folder, the best first.
func ladder(folder string) []rung {
	if runtime.GOOS != "windows" && many(folder, kqueueMost) {
		return []rung{{pollName, Many}}
	}
	if runtime.GOOS == "windows" {
		return windowsLadder(folder)
	}
	return []rung{{notifyName, System}, {pollName, System}}
}

// windowsLadder lists the ways for a folder of Windows. Who it was on a share, only its server writes down.
func windowsLadder(folder string) []rung {
	if strings.HasPrefix(folder, `\\`) {
		return []rung{{notifyName, System}, {pollName, System}}
	}
	if !objaudit.Elevated() {
		return []rung{{notifyName, NotAdmin}, {pollName, System}}
	}
	return []rung{{backend: auditName}, {notifyName, System}, {pollName, System}}
}

// many reports whether a folder holds more than most names.
func many(folder string, most int) bool {
	n := 0
	enough := errors.New("enough")
	err := descend(folder, func(string) error {
		if n > most {
			return enough
		}
		return nil
	}, func(string, fs.DirEntry) { n++ })
	return n > most || errors.Is(err, enough)
}

func makeSensor(ctx context.Context, backend string, o *out) (sensor, error) {
	switch backend {
	case auditName:
		return openAudit(ctx, o)
	case notifyName:
		return newNotify(ctx, o)
	case pollName:
		return newPoll(ctx, o)
	}
	return nil, errors.New("watch: no backend " + backend + " on this system")
}

// auditWait is how long a change waits for its doer: Windows writes its log every second, and then hands it over.
const auditWait = 3 * time.Second

// auditMarks is the file, in the folder of ours, in which it is noted what was set in Windows.
const auditMarks = "audited.json"

// openAudit opens the log of this computer.
func openAudit(ctx context.Context, o *out) (sensor, error) {
	if o.keep == "" {
		return nil, errors.ErrUnsupported
	}
	log, err := objaudit.Open(filepath.Join(o.keep, auditMarks))
	if err != nil {
		return nil, err
	}
	s, err := newAudit(ctx, o, log, auditWait)
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return s, nil
}

// mountChange is one that appeared or is gone.
type mountChange struct {
	at         string
	disk, gone bool
}

// mountWatch would tell of mounts; here nobody does, and the folders are looked at
// from time to time.
type mountWatch struct{}

func openMounts() (*mountWatch, error) { return nil, errors.ErrUnsupported }

func (*mountWatch) run(context.Context, func([]mountChange)) {}
