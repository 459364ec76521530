package torture_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// kills is how many of each kind of work: 20 in CI, where it is asked for with the
// tests as root; 120, so that it is 1,000 in all, with CUSTODE_TORTURE; a few otherwise.
func kills() int {
	switch {
	case torture():
		return 120
	case required("root") && os.Geteuid() == 0:
		return 20
	}
	return 3
}

// works are those of the packages.
var works = []string{"seal", "unseal", "rotate", "rewrap", "archive"}

// TestKills kills each kind of work at random moments, again and again on what the
// last kill left.
func TestKills(t *testing.T) {
	for _, what := range works {
		t.Run(what, func(t *testing.T) { by(t, what, newShop(30, 5<<20)).kill(t, kills()) })
	}
}

// TestKillsProgram does the same to the program.
func TestKillsProgram(t *testing.T) {
	rooted(t)
	for _, c := range commands {
		t.Run(c.name, func(t *testing.T) { program(t, c, newShop(30, 5<<20)).kill(t, kills()) })
	}
}

func (w work) kill(t *testing.T, want int) {
	t.Helper()
	root, chance := t.TempDir(), sampled(t)
	w.start(t, root)
	began := time.Now()
	w.again(t, root, "without trouble")
	whole := time.Since(began)
	anew := func() {
		clearOut(t, root)
		w.start(t, root)
	}
	anew()
	done, between := 0, 0
	inside := want >= 20 && !w.archived // one of them at least must come between two files
	for tries := 0; (done < want || inside && between == 0) && tries < 5*want; tries++ {
		cmd := w.cmd(root)
		must(t, cmd.Start())
		time.Sleep(time.Duration(chance.Int64N(int64(whole))))
		_ = cmd.Process.Kill() // it may have ended
		if cmd.Wait() != nil {
			done++
		}
		w.holds(t, root, "killed")
		ids, err := w.last(root)
		must(t, err)
		st := w.stateFor(root, ids)
		if n := st.sealed + st.readable; n > 0 && (n < len(w.shop) || st.sealed > 0 && st.readable > 0) {
			between++
		}
		if len(st.lost) == 0 && w.finished(root) == nil || chance.IntN(4) == 0 {
			w.again(t, root, "after kills")
			anew()
		}
		if t.Failed() {
			return
		}
	}
	w.again(t, root, "after the last kill")
	if t.Logf("%s: %d kills, %d of them between the first file and the last", w.name, done, between); done < want || inside && between == 0 {
		t.Errorf("%d kills, want %d; %d in between", done, want, between)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clearOut empties a folder.
func clearOut(t *testing.T, root string) {
	t.Helper()
	all, err := os.ReadDir(root)
	must(t, err)
	for _, e := range all {
		must(t, os.RemoveAll(filepath.Join(root, e.Name())))
	}
}
