package lookout

import (
	"context"
	"os"
	"slices"

	"custode/scan/walk"
	"custode/scan/watch"
	"custode/scan/watch/judge"
)

// look opens a file to look at its structure.
func (l *lookout) look(path string) (judge.File, error) {
	done := l.reading(path)
	f, _, err := walk.Open(path, walk.Stamp{})
	if err != nil {
		done()
		return nil, err
	}
	return looked{f, done}, nil
}

type looked struct {
	*os.File

	done func()
}

func (f looked) Close() error {
	defer f.done()
	return f.File.Close()
}

// allowed are the folders that may be looked into now.
func (l *lookout) allowed() []string {
	allow := l.o.Sensors.Allow
	if allow == nil {
		return l.folders
	}
	return slices.DeleteFunc(slices.Clone(l.folders), func(f string) bool { return !allow(f) })
}

// learn looks at all files, beside the loop.
func (l *lookout) learn(ctx context.Context) {
	defer close(l.learned)
	_ = walk.Walk(ctx, l.allowed(), l.o.Walk, func(e walk.Entry) error { // what it can't read is not known
		if e.State != walk.File || watch.Probe(e.Path) {
			return nil
		}
		select {
		case l.learned <- l.judge.Look(e.Path):
		case <-ctx.Done():
			return ctx.Err()
		}
		return nil
	})
}
