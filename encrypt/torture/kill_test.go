package torture_test

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// kills is how many of each kind of work: 50 in CI, where it is asked for with the
// tests as root; enough for 1,000 in all with CUSTODE_TORTURE; a few otherwise.
func kills() int {
	switch {
	case torture():
		return 250
	case required("root") && os.Geteuid() == 0:
		return 50
	}
	return 3
}

// TestKills kills each kind of work at random moments, again and again on what the
// last kill left.
func TestKills(t *testing.T) {
	t.Run("seal", func(t *testing.T) { sealing(t, "seal", newShop(60, 9<<20)).kill(t, kills()) })
}

func (w work) kill(t *testing.T, want int) {
	t.Helper()
	root := t.TempDir()
	w.start(t, root)
	began := time.Now()
	w.again(t, root, "without trouble")
	whole := time.Since(began)
	anew := func() {
		must(t, os.RemoveAll(root))
		w.start(t, root)
	}
	anew()
	done, between := 0, 0
	for tries := 0; done < want && tries < 5*want; tries++ {
		cmd := w.cmd(root)
		must(t, cmd.Start())
		time.Sleep(rand.N(whole))
		_ = cmd.Process.Kill() // it may have ended
		if cmd.Wait() != nil {
			done++
		}
		st := w.holds(t, root, "killed")
		if n := max(st.readable, st.sealed); n < len(w.shop) {
			between++
		}
		if w.finished(root) == nil || rand.N(4) == 0 {
			w.again(t, root, "after kills")
			anew()
		}
		if t.Failed() {
			return
		}
	}
	w.again(t, root, "after the last kill")
	if t.Logf("%s: %d kills, %d of them between the first file and the last", w.name, done, between); done < want || want > 20 && between == 0 {
		t.Errorf("%d kills, want %d; %d in between", done, want, between)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
