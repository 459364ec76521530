package job_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/internal/alert"
	"custode/internal/journal"
	"custode/scan/watch"
	"custode/scan/watch/cases"
	"custode/scan/watch/judge"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// fortnight is a watch whose sensors and clock are made up; all behind them is as it runs
// in a shop: judge, rules, record, keeper, store, journal and post.
type fortnight struct {
	t      *testing.T
	now    time.Time
	st     *store.Store
	home   string
	judge  *judge.Judge
	engine *rules.Engine
	record *lookout.Record
	keeper *job.Keeper
	inbox  *inbox
	habits map[rules.Key]rules.Habit
	events int
	next   time.Time // of the status
	every  time.Duration
	step   int // minutes between two works of the people
}

const (
	fortnightShop = "/srv/shop"
	fortnightRun  = "fortnight"
)

// inbox is the way to a person that counts.
type inbox struct {
	now  func() time.Time
	days map[string]map[string]int
}

func (*inbox) Name() string { return "inbox" }

func (i *inbox) Send(_ context.Context, m alert.Message) error {
	kind, _, _ := strings.Cut(m.Subject, ":")
	if kind == "case" && m.Severity == alert.Critical {
		kind = "critical"
	}
	day := i.now().Format(time.DateOnly)
	if i.days[day] == nil {
		i.days[day] = map[string]int{}
	}
	i.days[day][kind]++
	return nil
}

// speaker has texts as long as real ones.
type speaker struct{}

var speech = strings.Repeat("Somebody read files, and so on. ", 40)

func (speaker) Case(c cases.Case, what string, _ journal.Head) (subject, body string) {
	return "case: " + string(c.Rule) + " " + what, speech
}

func (speaker) Together(list []alert.Message, digest bool) (subject, body string) {
	if !digest {
		return "case: together", speech
	}
	return "digest: several", strings.Repeat(speech, len(list))
}

func (speaker) Heartbeat(job.Heartbeat) (subject, body string) {
	return "heartbeat: all is well", speech
}

// paper is a file that is always the same list.
type paper struct {
	*bytes.Reader
	info fs.FileInfo
}

func (paper) Close() error                 { return nil }
func (p paper) Stat() (fs.FileInfo, error) { return p.info, nil }

func newFortnight(t *testing.T, files, step int, every time.Duration) *fortnight {
	t.Helper()
	// 40,000 commits, each synced: a disk's time is not what is measured.
	home, err := os.MkdirTemp("/dev/shm", "custode-fortnight-") //nolint:usetesting // in memory
	if err != nil {
		home = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	f := &fortnight{
		t: t, now: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), home: home, habits: map[rules.Key]rules.Habit{}, every: every, step: step,
		record: lookout.NewRecord(10 * time.Second),
	}
	clock := func() time.Time { return f.now }
	if f.st, err = store.Open(t.Context(), home, clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.st.Close() })
	list := []byte("Nome;Email\n" + strings.Repeat("Anna Verdi;anna@example.com\n", 20))
	info, err := fstest.MapFS{"list.csv": {Data: list, Mode: 0o600}}.Stat("list.csv")
	if err != nil {
		t.Fatal(err)
	}
	f.judge = judge.New(judge.Options{
		Folders: []string{fortnightShop},
		Open:    func(string) (judge.File, error) { return paper{bytes.NewReader(list), info}, nil },
	})
	for i := range files {
		f.judge.Learn(f.file(i))
	}
	hours, err := rules.ParseWeek("mon-sat 08:30-19:30")
	if err != nil {
		t.Fatal(err)
	}
	f.engine = rules.New(rules.Config{Hours: hours, Zone: time.UTC}, rules.NewProfile(time.Time{}, nil))
	f.inbox = &inbox{now: clock, days: map[string]map[string]int{}}
	post := &job.Post{Store: f.st, Teller: speaker{}, Channels: []alert.Channel{f.inbox}, Hours: hours, Beat: 8 * time.Hour, Now: clock}
	f.keeper = &job.Keeper{Store: f.st, Teller: speaker{}, Post: post, Now: clock}
	return f
}

func (f *fortnight) file(i int) string {
	return filepath.Join(fortnightShop, fmt.Sprintf("year %d", i%40), fmt.Sprintf("list %d.csv", i))
}

func (f *fortnight) take(e lookout.Entry) {
	f.t.Helper()
	e.At, e.Run = f.now, fortnightRun
	if err := f.keeper.Take(f.t.Context(), e); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fortnight) news(list []rules.News) {
	f.t.Helper()
	for _, n := range list {
		f.take(lookout.Entry{News: &n})
		f.deliver()
	}
}

func (f *fortnight) deliver() {
	f.t.Helper()
	if err := f.keeper.Post.Deliver(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// event is one thing that a sensor tells.
func (f *fortnight) event(op watch.Op, path, from string, who *watch.Actor) {
	f.t.Helper()
	ev := watch.Event{At: f.now, Op: op, Path: path, From: from, Actor: who}
	f.events++
	if rows := f.record.Add(&ev, fortnightShop); rows != nil {
		f.take(lookout.Entry{Activity: rows})
	}
	for _, fact := range f.judge.Facts(ev) {
		f.news(f.engine.See(fact))
	}
}

// until lets time pass.
func (f *fortnight) until(at time.Time) {
	f.t.Helper()
	for f.now.Before(at) {
		if f.next.IsZero() || !f.now.Before(f.next) {
			f.next = f.now.Add(f.every)
			f.beat()
		}
		f.now = f.next
		if f.now.After(at) {
			f.now = at
		}
	}
}

// beat is what the watch does from time to time.
func (f *fortnight) beat() {
	f.t.Helper()
	for _, fact := range f.judge.Tick(f.now) {
		f.news(f.engine.See(fact))
	}
	f.news(f.engine.Tick(f.now))
	if rows := f.record.Due(f.now); rows != nil {
		f.take(lookout.Entry{Activity: rows})
	}
	var e lookout.Entry
	for _, h := range f.engine.Profile().Habits() {
		k := h.Key()
		h.Last = h.Last.Truncate(24 * time.Hour)
		if f.habits[k] != h {
			f.habits[k] = h
			if e.Habits == nil {
				e.Habits = &lookout.Habits{Since: f.engine.Profile().Since}
			}
			e.Habits.List = append(e.Habits.List, h)
		}
	}
	if e.Grown = f.engine.Open(); e.Grown != nil || e.Habits != nil {
		f.take(e)
	}
	mode := "fast"
	if f.now.Minute() == 0 && f.now.Hour()%6 == 0 {
		mode = "sample"
	}
	if f.now.Minute()%15 == 0 {
		f.take(lookout.Entry{Checked: &lookout.Checked{Mode: mode, Files: f.judge.Known(), Digest: [32]byte{byte(f.now.Minute()), byte(f.now.Hour())}}})
	}
	f.take(lookout.Entry{Status: &lookout.Status{
		PID: 1, Started: f.now, Files: f.judge.Known(), Events: int64(f.events),
		Coverage: map[string]lookout.Covered{fortnightShop: {Backend: "fanotify", Changes: true, Reads: true, Who: true}},
	}})
	f.deliver()
}

// somebody works in a session of their own.
func somebody(user, program string, session int) *watch.Actor {
	return &watch.Actor{PID: session, Session: session, UID: 1000, User: user, Program: program, Digest: [32]byte{byte(len(program))}, Terminal: user != "root"}
}

// save is how an office program saves: a new file, and then it takes the name.
func (f *fortnight) save(path string, who *watch.Actor) {
	f.t.Helper()
	part := filepath.Join(filepath.Dir(path), "lu"+fmt.Sprint(f.events)+".tmp")
	f.event(watch.Create, part, "", who)
	f.event(watch.Write|watch.CloseWrite, part, "", who)
	f.event(watch.Rename, path, part, who)
}

// day is what happens in the shop on one of them.
func (f *fortnight) day(n, files int) {
	f.t.Helper()
	midnight := f.now
	f.until(midnight.Add(2 * time.Hour))
	for i := range files { // the backup: ten minutes for all of it
		f.now = midnight.Add(2*time.Hour + time.Duration(i)*10*time.Minute/time.Duration(files))
		f.event(watch.Open|watch.Read, f.file(i), "", somebody("root", "/usr/bin/rsync", 100*n+1))
	}
	if midnight.Weekday() != time.Sunday {
		for m := 8*60 + 30; m < 19*60+30; m += f.step {
			f.until(midnight.Add(time.Duration(m) * time.Minute))
			f.event(watch.Write|watch.CloseWrite, filepath.Join(fortnightShop, "till.csv"), "", somebody("till", "/opt/till/till", 100*n+2))
			for p, name := range []string{"anna", "bruno", "carla"} {
				who := somebody(name, "/usr/lib/libreoffice/program/soffice.bin", 100*n+10+p)
				for k := range 3 {
					f.event(watch.Open|watch.Read, f.file((n*977+m*31+p*7+k)%files), "", who)
				}
				if m%(2*f.step) == 0 {
					f.save(f.file((n*977+m*31+p*7)%files), who)
				}
			}
		}
	}
	f.odd(n, files)
	f.until(midnight.Add(24 * time.Hour))
}

// odd is what does not happen every day, after the shop has closed.
func (f *fortnight) odd(n, files int) {
	f.t.Helper()
	f.until(f.now.Add(time.Hour))
	switch {
	case n%4 == 3: // an archive is unpacked
		for i := range 300 {
			path := filepath.Join(fortnightShop, "from the supplier", fmt.Sprintf("%d-%d.csv", n, i))
			f.event(watch.Create, path, "", somebody("bruno", "/usr/bin/unzip", 100*n+30))
			f.event(watch.Write|watch.CloseWrite, path, "", somebody("bruno", "/usr/bin/unzip", 100*n+30))
		}
	case n == 9, n == 12: // thirty sessions, one after the other, delete forty files each
		for s := range 30 {
			for k := range 40 {
				f.event(watch.Delete, f.file((n*1300+s*40+k)%files), "", somebody("carla", "/usr/bin/rm", 100*n+40+s))
			}
			f.until(f.now.Add(time.Minute))
		}
	case n == 10: // events are lost, for hours
		for range 60 {
			gap := lookout.Blind{Compared: true}
			gap.From, gap.To, gap.Why, gap.Lost = f.now.Add(-time.Second), f.now, watch.Overflow, -1
			f.take(lookout.Entry{Blind: &gap})
			f.news(f.engine.Blindness(gap.From, gap.To, string(gap.Why), 3))
			f.until(f.now.Add(3 * time.Minute))
		}
	}
}

// weighed is what the watch has come to need.
type weighed struct {
	heap  uint64
	rows  int // of the record
	night int // of those, from the last backup
	bytes int64
}

func (f *fortnight) weigh() (w weighed) {
	f.t.Helper()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.heap = m.HeapAlloc
	night := f.now.Add(-22 * time.Hour)
	err := f.st.Activity(f.t.Context(), time.Time{}, func(a lookout.Activity) error {
		if w.rows++; a.Program == "/usr/bin/rsync" && !a.At.Before(night) {
			w.night++
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, name := range []string{"custode.db", "custode.db-wal"} {
		if info, err := os.Stat(filepath.Join(f.home, name)); err == nil {
			w.bytes += info.Size()
		}
	}
	return w
}

// Two weeks of a shop need bounded memory, rows and bytes, and send a person at most five
// messages a day that are not critical, besides the digest and the sign of life.
func TestFortnight(t *testing.T) {
	files, step, every := 500, 30, 30*time.Minute
	if os.Getenv("CUSTODE_TORTURE") != "" {
		files, step, every = 50_000, 5, time.Minute
	}
	f := newFortnight(t, files, step, every)
	var weeks [2]weighed
	for n := range 14 {
		f.day(n, files)
		if n%7 == 6 {
			weeks[n/7] = f.weigh()
			t.Logf("week %d: %d events, %d MiB of heap, %d rows of the record, custode.db %d KiB", n/7+1, f.events, weeks[n/7].heap>>20, weeks[n/7].rows, weeks[n/7].bytes>>10)
		}
	}
	first, second := weeks[0], weeks[1]
	if second.heap > first.heap+8<<20 {
		t.Errorf("the heap grew by %d KiB in the second week", (second.heap-first.heap)>>10)
	}
	if second.night == 0 || second.night > 100 {
		t.Errorf("the backup of a night left %d rows", second.night)
	}
	if second.rows > 30_000 || second.rows > 5*first.rows/2 || second.bytes > 32<<20 || second.bytes > 3*first.bytes {
		t.Errorf("after one week %+v, after two %+v", first, second)
	}
	total := 0
	for day, kinds := range f.inbox.days {
		t.Log(day, kinds)
		if kinds["case"] > alert.PerDay || kinds["digest"] > 1 || kinds["critical"] > 0 || kinds["heartbeat"] > 1 {
			t.Errorf("%s: %v", day, kinds)
		}
		total += kinds["case"] + kinds["digest"]
	}
	if total == 0 || len(f.inbox.days) < 14 {
		t.Errorf("%d messages on %d days: even the sign of life did not come", total, len(f.inbox.days))
	}
	if b := f.inbox.days["2026-03-11"]; b["case"] != alert.PerDay { // the thirty that deleted
		t.Errorf("%v", b)
	}
}
