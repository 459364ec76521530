package main

import (
	"context"
	"errors"
	"time"

	"custode/encrypt/quiet"
	"custode/internal/fault"
	"custode/scan/watch"
)

// How often all folders are looked at, and how soon after an error.
const (
	watchEvery = time.Hour
	watchRetry = time.Minute
)

// watchAuto seals in the folders of automatic sealing until it is interrupted.
func (sh *shell) watchAuto(ctx context.Context, o encryptOptions) error {
	a, err := sh.newAuto(ctx, o)
	if err != nil {
		return err
	}
	defer a.st.Close() // every write was committed
	release, err := sh.lock("auto")
	if err != nil {
		return err
	}
	defer release()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	opt := watch.Options{Now: sh.now}
	for _, f := range a.job.Folders {
		opt.Folders = append(opt.Folders, f.Path)
	}
	w, err := watch.Start(ctx, opt)
	if err != nil {
		return err
	}
	defer w.Close()
	v := &autoWatch{autoRun: a, watcher: w, told: map[string]watch.Why{}}
	if !o.json {
		sh.note("auto.watching", int64(len(a.job.Folders)))
	}
	v.coverage()
	quiet.Loop{
		Now: sh.now, Touched: v.touched(ctx), Every: watchEvery, Retry: watchRetry, Look: v.lookAgain,
		Quiet: func(path string) (time.Duration, bool) {
			f, ours := a.job.Holds(path)
			return f.Quiet, ours
		},
	}.Run(ctx)
	if !o.json {
		sh.note("auto.ended", int64(v.sealed))
	}
	return nil
}

// note says a sentence on the way: that of a count.
func (sh *shell) note(key string, n int64, args ...any) {
	sh.page(sh.err, sh.errTerm).wrap("", sh.words.N(key, n, args...))
}

// autoWatch is automatic sealing that stays.
type autoWatch struct {
	*autoRun
	watcher *watch.Watcher
	told    map[string]watch.Why // why a folder is only looked at from time to time
	last    string               // what was said last of what it waits for, or of what failed
	sealed  int                  // in all
}

// touched hands over what the watch tells. While nobody takes it, the watch keeps it.
func (v *autoWatch) touched(ctx context.Context) <-chan []quiet.Touched {
	out := make(chan []quiet.Touched)
	go func() {
		defer close(out)
		for {
			b, err := v.watcher.Next(ctx)
			if err != nil {
				return
			}
			select {
			case out <- touchedOf(b):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// touchedOf keeps what concerns sealing. Who only reads a file changes nothing in it;
// whether it is open is seen when it is to be sealed.
func touchedOf(b watch.Batch) (out []quiet.Touched) {
	if len(b.Blind) > 0 {
		out = append(out, quiet.Touched{All: true})
	}
	for _, e := range b.Events {
		if e.Op&watch.Changes == 0 {
			continue
		}
		if e.From != "" {
			out = append(out, quiet.Touched{Path: e.From, Gone: true})
		}
		switch {
		case e.Op.Has(watch.Cover) || e.Dir && e.Op&(watch.Rename|watch.Create) != 0:
			out = append(out, quiet.Touched{All: true}) // brings files that are not told one by one
		case e.Path == "" || e.Dir:
		case e.Op == watch.Delete:
			out = append(out, quiet.Touched{Path: e.Path, Gone: true})
		default:
			out = append(out, quiet.Touched{Path: e.Path})
		}
	}
	return out
}

// lookAgain looks once and says what was done.
func (v *autoWatch) lookAgain(ctx context.Context, only []string) ([]quiet.Waiting, error) {
	v.coverage()
	_, waits, err := v.sh.autoReady()
	if v.waits = waits; err == nil && waits != "" {
		err = errWaits
	}
	v.result = sealResult{}
	var again []quiet.Waiting
	if err == nil {
		again, err = v.look(ctx, only)
	}
	v.sealed += v.result.totals.Sealed
	if ctx.Err() != nil {
		err = nil
	}
	if f, is := errors.AsType[*fault.Error](err); v.tell(err) && is && f.Code != fault.Busy {
		v.sh.complain(f)
	}
	if v.result.totals.Files == 0 && v.result.totals.Sealed == 0 && (v.waits == "" || !v.tellWaits()) {
		return again, err
	}
	if v.o.json {
		d := v.document()
		return again, errors.Join(err, v.sh.jsonLine(d))
	}
	return again, errors.Join(err, v.page(true))
}

// tell reports whether an error is another one than was said last.
func (v *autoWatch) tell(err error) bool {
	if errors.Is(err, errWaits) {
		return false
	}
	now := ""
	if err != nil {
		now = err.Error()
	}
	told := now != v.last
	v.last = now
	return told && err != nil
}

// tellWaits reports whether it was not said yet that it waits.
func (v *autoWatch) tellWaits() bool {
	told := v.last != string(v.waits)
	v.last = string(v.waits)
	return told
}

// coverage says which folders can't be watched, and are looked at from time to time.
func (v *autoWatch) coverage() {
	for folder, c := range v.watcher.Coverage().Folders {
		if v.told[folder] == c.Why {
			continue
		}
		v.told[folder] = c.Why
		if c.Backend != "" && c.Backend != "poll" || v.o.json {
			continue
		}
		p, w := v.sh.page(v.sh.err, v.sh.errTerm), v.sh.words
		if l, is := errors.AsType[*watch.LimitError](c.Err); is {
			p.wrap("", p.amber(w.T("auto.limit", l.Sysctl, w.Int(int64(l.Value)), printable(folder))))
			continue
		}
		key := "auto.polled"
		if c.Backend == "" {
			key = "auto.away"
		}
		p.wrap("", p.amber(w.T(key, printable(folder))))
	}
}
