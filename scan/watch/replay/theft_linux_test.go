package replay

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"custode/scan/watch/rules"
)

// step lets a command read, waits until that was judged, and gives what was said since
// the last step.
func (y *eye) step(t *testing.T, tr *tree, at time.Time, script string) []string {
	t.Helper()
	y.setClock(at)
	y.mu.Lock()
	said := len(y.news)
	y.mu.Unlock()
	n := y.events.Load()
	tr.shell(t, script)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if y.events.Load() > n && sinceStart()-y.last.Load() > int64(20*time.Millisecond) {
			break
		}
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	return incidents(y.news[said:])
}

// theft is a slow one: so many files at a time, at a pace.
type theft struct {
	name   string
	begin  time.Time
	steps  int
	pace   time.Duration
	at     int    // files at a time
	by     string // how a command reads the files in $F
	decoys bool
	want   string // the rule that is to speak
}

var (
	night  = day.AddDate(0, 0, 8).Add(16 * time.Hour)
	office = day.AddDate(0, 0, 8).Add(time.Hour)
)

// thefts are by the program that is used every day, and by one that nobody knows; from a
// terminal, and from none.
var thefts = []theft{
	{"one file a minute at night, from a terminal", night, 40, time.Minute, 1, `script -qec "cat $F" /dev/null >/dev/null`, false, "hours"},
	{"one file a minute at night, by an unknown program", night, 40, time.Minute, 1, `$AWAY/thief $F >/dev/null`, false, "stranger"},
	{"40 files in two seconds, by an unknown program", office, 1, time.Minute, 40, `$AWAY/thief $F >/dev/null`, false, "stranger"},
	{"40 files in two seconds, again after five minutes, by the usual program", office, 2, 5 * time.Minute, 40, `cat $F >/dev/null`, false, "bulk"},
	{"40 files in two seconds, with decoys, by the usual program", office, 1, time.Minute, 40, `cat $F >/dev/null`, true, "decoy"},
	{"40 files in two seconds at night, from a terminal", night, 1, time.Minute, 40, `script -qec "cat $F" /dev/null >/dev/null`, false, "hours"},
}

// TestRootTheft: theft that no count of files in ten minutes shows is noticed by another
// rule. The clock of the watch is set forward between the steps.
func TestRootTheft(t *testing.T) {
	if !full() {
		t.Skip("make replay")
	}
	tr := newTree(t, 8)
	for _, c := range thefts {
		t.Run(c.name, func(t *testing.T) {
			tr.again(t, 192)
			tr.fill(t, c.decoys)
			tr.shell(t, `mkdir -p $AWAY/home; cp "$(readlink -f "$(command -v cat)")" $AWAY/thief`)
			all, err := order(mustRoot(t, tr.shop), "walk")
			must(t, err)
			p := rules.NewProfile(time.Time{}, nil)
			y := watching(t, tr, p, day, nil)
			usual := strings.Join(tr.files[:5], " ")
			for d := range 8 { // the usual program reads five files every day
				if said := y.step(t, tr, day.AddDate(0, 0, d), "cat "+usual+" >/dev/null"); len(said) > 0 {
					t.Fatalf("while it learned: %v", said)
				}
			}
			said, taken := map[string]bool{}, 0
			first := 0
			for i := range c.steps {
				files := all[100+i*c.at : 100+(i+1)*c.at]
				for _, s := range y.step(t, tr, c.begin.Add(time.Duration(i)*c.pace), fmt.Sprintf("F=%q; %s", strings.Join(files, " "), c.by)) {
					said[s] = true
				}
				if taken += c.at; first == 0 && len(said) > 0 {
					first = taken
				}
			}
			y.close()
			var list []string
			for s := range said {
				list = append(list, s)
			}
			slices.Sort(list)
			t.Logf("| %-72s %v, after %d files", c.name, list, first)
			if !slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, c.want+" ") }) {
				t.Errorf("%s says nothing", c.want)
			}
		})
	}
}

func mustRoot(t *testing.T, dir string) *os.Root {
	t.Helper()
	r, err := os.OpenRoot(dir)
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	return r
}

// TestRootBulk: who reads all, unknown, is told of at the sixty-first file.
func TestRootBulk(t *testing.T) {
	tr := newTree(t, 8)
	tr.again(t, 192)
	tr.fill(t, false)
	tr.count.clear()
	var counted, read int64
	var late time.Duration
	told := make(chan struct{})
	end := delivered(t, tr, func(n rules.News) {
		if n.Incident.Rule == rules.Bulk && counted == 0 {
			read = atomic.LoadInt64(&tr.count.cells[cellRead])
			counted = int64(n.Incident.Counts.Read)
			late = time.Duration(sinceStart() - atomic.LoadInt64(&tr.count.cells[cellFirst]))
			close(told)
		}
	})
	cmd := tr.role(t, "work:read")
	must(t, cmd.Wait())
	select {
	case <-told:
	case <-time.After(10 * time.Second):
		t.Fatal("never told")
	}
	end()
	t.Logf("| bulk read by an unknown program: told at file %d, when %d were read, %.1f ms after the first", counted, read, float64(late.Microseconds())/1000)
	if counted > 61 {
		t.Errorf("told at file %d", counted)
	}
}

// TestRootBackup: a backup of 50,000 files is told of once while the watch learns, and
// never after.
func TestRootBackup(t *testing.T) {
	n := 2_000
	if full() {
		n = 50_000
	}
	tr := newTree(t, 8)
	fill := func() {
		tr.again(t, 1200)
		m := newMaker(3)
		text := m.list(1500)
		for i := range n {
			dir := filepath.Join(tr.shop, fmt.Sprintf("d%03d", i/100))
			if i%100 == 0 {
				must(t, os.Mkdir(dir, 0o755))
			}
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%05d.csv", i)), append(text, byte('0'+i%10), '\n'), 0o640))
		}
		must(t, os.WriteFile(filepath.Join(tr.shop, decoyName), decoyText(), 0o640))
		must(t, os.Mkdir(filepath.Join(tr.away, "home"), 0o700))
	}
	p := rules.NewProfile(time.Time{}, nil)
	var told [2][]string
	var events int64
	for i, at := range []time.Time{day.Add(16 * time.Hour), day.AddDate(0, 0, 8).Add(16 * time.Hour)} {
		fill()
		y := watching(t, tr, p, at, nil)
		tr.shell(t, "tar cf - . | cat > $AWAY/backup.tar")
		y.settle(t)
		news, blind := y.close()
		told[i], events = incidents(news), events+y.events.Load()
		if len(blind) > 0 {
			t.Errorf("blind: %+v", blind)
		}
	}
	t.Logf("| a backup of %d files, with a decoy (%d events twice): while learning %v, then %v", n, events/2, told[0], told[1])
	if len(told[1]) > 0 {
		t.Errorf("when learned: %v", told[1])
	}
}
