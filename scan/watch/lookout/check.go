package lookout

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/baseline"
)

// compare is one comparison of the folders with the baseline.
type compare struct {
	mode   baseline.Mode
	turn   int
	blinds []*pending // intervals that are closed by it
	last   [32]byte   // digest of the baseline that was told last
}

// compared is how it ended.
type compared struct {
	compare

	checked Checked
	differ  []difference
	more    int // differences beyond mostDiffer
}

type difference struct {
	what baseline.What
	path string
	was  string    // Renamed
	at   time.Time // of its last change, as far as the file system tells
}

// mostDiffer bounds what is kept of a comparison.
const mostDiffer = 100_000

func baselinePath(dir string) string { return filepath.Join(dir, "baseline") }

var modeNames = map[baseline.Mode]string{baseline.Fast: "fast", baseline.Sample: "sample", baseline.Full: "full"}

// check compares, and puts the new baseline in the place of the old one. It runs beside
// the loop, one at a time.
func (l *lookout) check(ctx context.Context, c compare) compared {
	out := compared{compare: c}
	start := l.o.Now()
	err := l.renew(ctx, &out)
	out.checked.Took = l.o.Now().Sub(start)
	if err != nil {
		out.checked.Err = causeOf(err)
	}
	return out
}

func (l *lookout) renew(ctx context.Context, out *compared) (err error) {
	path := baselinePath(l.o.Dir)
	next, err := os.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := next.Close(); err == nil && cerr != nil && !errors.Is(cerr, fs.ErrClosed) {
			err = cerr
		}
		if err != nil {
			_ = os.Remove(path + ".new")
		}
	}()
	files := 0
	defer func() { out.checked.Files = files }()
	opt := baseline.Options{
		Roots: l.allowed(), Walk: l.o.Walk, Mode: out.mode, Turn: out.turn, Turns: l.times.Turns, Access: l.o.Access, Reading: l.reading, Files: &files,
		Skip: watch.Probe, // to read one would hide from the self-test that reading is seen
	}
	out.checked.Mode, out.checked.Counts = modeNames[out.mode], map[string]int{}
	digest, err := l.against(ctx, path, next, opt, out)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, baseline.ErrDamaged) {
		out.checked.Damaged = errors.Is(err, baseline.ErrDamaged) || out.last != [32]byte{}
		out.checked.Mode = "first"
		out.differ, out.more = nil, 0
		if _, err = next.Seek(0, 0); err == nil {
			err = next.Truncate(0)
		}
		if err == nil {
			files = 0
			digest, err = baseline.Make(ctx, next, opt)
		}
	}
	if err == nil {
		err = next.Sync()
	}
	if err == nil {
		err = next.Close()
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	out.checked.Digest = digest
	return err
}

// against holds the folders against the baseline, if it is the one that was told last.
func (l *lookout) against(ctx context.Context, path string, next *os.File, opt baseline.Options, out *compared) (digest [32]byte, err error) {
	old, err := os.Open(path)
	if err != nil {
		return digest, err
	}
	defer old.Close() // opened for reading
	if out.last != ([32]byte{}) {
		is, err := baseline.DigestOf(old)
		if err != nil || is != out.last {
			return digest, errors.Join(baseline.ErrDamaged, err)
		}
		if _, err := old.Seek(0, 0); err != nil {
			return digest, err
		}
	}
	return baseline.Check(ctx, bufio.NewReaderSize(old, 1<<16), next, opt, func(d baseline.Difference) error {
		x := difference{what: d.What, path: d.Now.Path, was: d.Was.Path, at: time.Unix(0, max(d.Now.Stamp.MTimeNS, d.Now.Stamp.CTimeNS))}
		if x.path == "" {
			x.path = d.Was.Path
		}
		if len(out.differ) < mostDiffer {
			out.differ = append(out.differ, x)
		} else {
			out.more++
		}
		return nil
	})
}

// dueCheck says which comparison is due.
func (l *lookout) dueCheck(now time.Time) (compare, bool) {
	a := &l.alive
	switch {
	case now.Sub(a.Full) >= l.times.Full && (now.Hour() >= 2 && now.Hour() < 6 || now.Sub(a.Full) >= l.times.Full+24*time.Hour):
		a.Full, a.Sample = now, now
		return compare{mode: baseline.Full}, true
	case now.Sub(a.Sample) >= l.times.Sample:
		a.Sample = now
		a.Turn = (a.Turn + 1) % l.times.Turns
		return compare{mode: baseline.Sample, turn: a.Turn}, true
	case now.Sub(l.fast) >= l.times.Fast:
		return compare{mode: baseline.Fast}, true
	}
	return compare{}, false
}

// Reconcile holds the folders against the baseline once, without any sensor, and reads
// every file if whole is set. It tells each difference; before the first baseline there
// is none.
func Reconcile(ctx context.Context, o Options, p Plan, whole bool, tell func(what baseline.What, path, was string) error) (Checked, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return Checked{}, err
	}
	l := &lookout{o: o, times: o.Times.filled(), folders: p.Folders}
	c := compared{compare: compare{mode: baseline.Fast, last: p.Baseline}}
	if whole {
		c.mode = baseline.Full
	}
	start := o.Now()
	err := l.renew(ctx, &c)
	c.checked.Took = o.Now().Sub(start)
	if err != nil {
		return c.checked, err
	}
	for _, d := range c.differ {
		if d.what == baseline.Touched || watch.Probe(d.path) {
			continue
		}
		c.checked.Counts[string(d.what)]++
		if len(c.checked.Paths) < MostPaths {
			c.checked.Paths = append(c.checked.Paths, d.path)
		}
		if err := tell(d.what, d.path, d.was); err != nil {
			return c.checked, err
		}
	}
	return c.checked, nil
}
