package replay

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"custode/scan/watch/rules"
)

// outcome is what one run of a style came to.
type outcome struct {
	lost int64         // files, when the alert was there
	late time.Duration // from the first of them to the alert
	said string        // the alert
	sure bool          // it was said that files are made unreadable, or a decoy was changed
}

// hold lets a style loose on a new tree, under the watch as it is delivered, until the
// alert that a shop would be sent.
func hold(t *testing.T, tr *tree, style, order string, decoys bool) outcome {
	t.Helper()
	tr.again(t, 192)
	tr.fill(t, decoys)
	tr.count.clear()
	var o outcome
	alerted, sure := make(chan struct{}), make(chan struct{})
	end := delivered(t, tr, func(n rules.News) {
		if n.Incident.Severity >= rules.High && o.said == "" {
			if others[style] != nil {
				o.lost = tr.missing()
			} else {
				o.lost = atomic.LoadInt64(&tr.count.cells[cellLost])
			}
			if first := atomic.LoadInt64(&tr.count.cells[cellFirst]); first > 0 {
				o.late = time.Duration(sinceStart() - first)
			}
			o.said = incidents([]rules.News{n})[0]
			close(alerted)
		}
		if n.Incident.Severity == rules.Critical && !o.sure {
			o.sure = true
			close(sure)
		}
	})
	cmd := tr.role(t, "style:"+style, order)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() > 0 { // else it was killed
			t.Errorf("%s did not work: %v", style, err)
		}
	}()
	select {
	case <-sure:
	case <-done:
		select {
		case <-sure:
		case <-time.After(3 * time.Second):
		}
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may be over
	<-done
	end()
	if o.said == "" {
		o.lost = int64(len(tr.files))
	}
	return o
}

// role starts this test anew as one of its roles, in a session of its own.
func (tr *tree) role(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = tr.environment(role)
	cmd.SysProcAttr, cmd.Stderr = &syscall.SysProcAttr{Setsid: true}, os.Stderr
	must(t, cmd.Start())
	return cmd
}

// median and the ninth decile of numbers.
func spread(list []int64) (median, ninth int64) {
	s := slices.Clone(list)
	slices.Sort(s)
	return s[len(s)/2], s[min(len(s)-1, len(s)*9/10)]
}

func allStyles() []string {
	return append(slices.Sorted(maps.Keys(styles)), slices.Sorted(maps.Keys(others))...)
}

// TestRootRansom: what is lost when the alert is there.
func TestRootRansom(t *testing.T) {
	tr := newTree(t, 8)
	names, runs := []string{"in place", "new file, delete", "1 KB of 8, header"}, 1
	if full() {
		names, runs = allStyles(), 5
	}
	for _, style := range names {
		if program := others[style]; program != nil {
			if m := missingPrograms(program[0]); m != nil {
				cannot(t, "%v not installed", m)
			}
		}
	}
	for what, decoys := range map[string]bool{"without decoys, in random order": false, "with decoys, in the order of a walk": true} {
		t.Run(what, func(t *testing.T) { ransom(t, tr, names, runs, decoys) })
	}
}

func ransom(t *testing.T, tr *tree, names []string, runs int, decoys bool) {
	t.Helper()
	var all, late []int64
	for _, style := range names {
		var lost []int64
		said := map[string]int{}
		for i := range runs {
			order := fmt.Sprint(i)
			if decoys {
				order = "walk"
			}
			o := hold(t, tr, style, order, decoys)
			lost, late = append(lost, o.lost), append(late, o.late.Microseconds())
			said[o.said]++
			if !o.sure {
				t.Errorf("%s: nothing critical was said, only %q", style, o.said)
			}
		}
		all = append(all, lost...)
		t.Logf("| %-18s decoys %-5t lost at the alert %v, %s", style, decoys, lost, strings.Join(slices.Sorted(maps.Keys(said)), "; "))
	}
	median, ninth := spread(all)
	lm, ln := spread(late)
	t.Logf("| all styles, decoys %t: median %d (aim: at most %d), 90 %% within %d (aim: 30), at most %d; alert %.1f ms after the first loss, 90 %% within %.1f ms",
		decoys, median, aim(decoys), ninth, slices.Max(all), float64(lm)/1000, float64(ln)/1000)
	if most := 10 * aim(decoys); median > most { // a slow computer is no fault
		t.Errorf("median %d lost, decoys %t: ten times what is aimed at is %d", median, decoys, most)
	}
}

// aim is how many files may be lost, in the median, when the alert is there.
func aim(decoys bool) int64 {
	if decoys {
		return 3
	}
	return 4
}
