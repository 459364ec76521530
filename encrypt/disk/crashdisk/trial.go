package crashdisk

import (
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"

	"custode/encrypt/disk"
	"custode/internal/crashfs"
)

// Trial is work on a disk whose power goes and whose operations fail, and what is
// remembered of it elsewhere.
type Trial interface {
	// Work does the work once, or what is left of it.
	Work(f *crashfs.FS) error
	// Lost names what is lost; "": nothing.
	Lost(f *crashfs.FS) string
	// Unfinished says what is not as it should be after the work; "": nothing.
	Unfinished(f *crashfs.FS) string
	// Fork is the trial as it is now: what it remembers from now on is its own.
	Fork() Trial
}

// found looks at a disk as a power cut left it: nothing is lost, and the work done
// once more finishes it. Again says before which operation the power goes once more
// then; 0: it does not.
func found(t Trial, f *crashfs.FS, again uint64) string {
	if what := t.Lost(f); what != "" {
		return "LOST " + what
	}
	if again == 0 {
		if err := t.Work(f); err != nil {
			return err.Error()
		}
		return t.Unfinished(f)
	}
	var second *crashfs.FS
	var then Trial
	f.OnOp(func(n int, _ crashfs.Op, _ string) {
		if uint64(n) == again { //nolint:gosec // never negative
			then = t.Fork() // before the disk: what is recorded is there
			second = f.Crash(Survival(again))
		}
	})
	_ = t.Work(f)
	if second != nil {
		return found(then, second, 0)
	}
	return t.Unfinished(f)
}

// Cuts says how often the power is cut.
type Cuts struct {
	Seeds  uint64 // ideas of what survives, for each cut
	Stride int    // before every so manieth operation, and after the last
	Again  uint64 // half of the cuts are followed by another one, before one of so many operations
	Wild   bool   // several goroutines work: no order
}

// Of does the work once and cuts the power all the way, each time on a copy. Bad is
// told what was found amiss, three times at most.
func (c Cuts) Of(t Trial, f *crashfs.FS, bad func(what string)) (states int64, err error) {
	told := 0
	look := func(n int, op crashfs.Op, name string) {
		if n%c.Stride != 0 {
			return
		}
		for seed := range c.Seeds {
			again := uint64(0)
			if seed > 2 && seed%2 == 1 {
				again = (seed*31+uint64(n)*7)%c.Again + 1 //nolint:gosec // never negative
			}
			if told > 2 {
				return
			}
			states++
			then := t.Fork() // before the disk: what is recorded is there
			if what := found(then, f.Crash(Survival(seed)), again); what != "" {
				told++
				bad(fmt.Sprintf("power cut before operation %d (%s %s), seed %d, again %d: %s", n, op, name, seed, again, what))
			}
		}
	}
	f.OnOp(look)
	if c.Wild { // one look at a time, whoever comes first
		var turn atomic.Bool
		f.OnOp(func(n int, op crashfs.Op, name string) {
			if turn.CompareAndSwap(false, true) {
				look(n, op, name)
				turn.Store(false)
			}
		})
	}
	err = t.Work(f)
	f.OnOp(nil)
	if what := t.Unfinished(f); err == nil && what != "" {
		err = fmt.Errorf("without any trouble: %s", what)
	}
	if err == nil {
		look(0, "end", "")
	}
	return states, err
}

// Failing says how often operations fail.
type Failing struct {
	Every  int  // so manieth of all faults
	Within bool // the power also goes within such runs
}

// Of has operations fail, once or from then on, and looks at the disk as it is then
// and as a power cut would leave it. Start makes a disk before the work. The error is
// that of a run without faults, or what was found amiss.
func (c Failing) Of(start func() (Trial, *crashfs.FS)) (runs, states int64, err error) {
	t, healthy := start()
	if err := t.Work(healthy); err != nil {
		return 0, 0, err
	}
	for k, fault := range Faults(healthy.Count, syscall.ENOSPC, syscall.EIO, syscall.EACCES) {
		if k%c.Every != 0 {
			continue
		}
		t, f := start()
		f.Inject(fault)
		check := func(n int, seed uint64) {
			if err != nil {
				return
			}
			states++
			then := t.Fork()
			if what := found(then, f.Crash(Survival(seed)), 0); what != "" {
				err = fmt.Errorf("%+v, power cut before operation %d, seed %d: %s", fault, n, seed, what)
			}
		}
		if c.Within {
			f.OnOp(func(n int, _ crashfs.Op, _ string) {
				if (n+k)%7 == 0 {
					check(n, uint64(n+k)%40) //nolint:gosec // never negative
				}
			})
		}
		_ = t.Work(f)
		f.OnOp(nil)
		runs++
		for seed := range uint64(3) {
			check(0, seed)
		}
		f.Inject() // healthy again, without a power cut
		if what := found(t, f, 0); err == nil && what != "" {
			err = fmt.Errorf("%+v: %s", fault, what)
		}
		if err != nil {
			return runs, states, err
		}
	}
	return runs, states, nil
}

// Vanishing says at which moments the drive goes away: before every so manieth
// operation. From then on every one fails.
type Vanishing struct{ Every int }

// Of has the drive go away at all moments and come back, as it was and as a server
// has it that was switched off: nothing is lost, the run says what happened unless it
// was finished, and one more finishes it.
func (c Vanishing) Of(start func() (Trial, *crashfs.FS)) (runs int64, err error) {
	t, f := start()
	if err := t.Work(f); err != nil {
		return 0, err
	}
	total := 0
	for _, op := range crashfs.Ops() {
		total += f.Count(op)
	}
	for n := 1; n <= total; n += c.Every {
		for _, errno := range []error{syscall.ESTALE, syscall.ENOTCONN, syscall.EHOSTDOWN, syscall.EIO} {
			t, f := start()
			f.Inject(crashfs.Fault{Op: crashfs.OpAny, N: n, Err: errno, Sticky: true})
			said := t.Work(f)
			runs++
			at := fmt.Sprintf("%v from operation %d of %d on", errno, n, total)
			if !errors.Is(errno, syscall.EIO) && !errors.Is(said, disk.ErrNoDrive) && t.Unfinished(f) != "" {
				return runs, fmt.Errorf("%s: the run says %v", at, said)
			}
			for seed := range uint64(2) {
				if what := found(t.Fork(), f.Crash(Survival(seed)), 0); what != "" {
					return runs, fmt.Errorf("%s, and the server without power, seed %d: %s", at, seed, what)
				}
			}
			f.Inject()
			if what := found(t, f, 0); what != "" {
				return runs, fmt.Errorf("%s, and it is back: %s", at, what)
			}
		}
	}
	return runs, nil
}
