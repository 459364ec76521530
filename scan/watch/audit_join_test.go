package watch

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"custode/scan/watch/objaudit"
)

// TestJoin: a change waits for its doer as long as it may, those behind it wait with it, and a doer is never guessed.
func TestJoin(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	ada, bob := &Actor{User: "ada"}, &Actor{User: "bob"}
	use := func(a *Actor, was, told float64, access objaudit.Access) touch {
		return touch{at(was), at(told), access, a}
	}
	const wait = 3 * time.Second
	for name, c := range map[string]struct {
		do   func(j *joiner)
		when float64
		want []string // doer and path
	}{
		"told later": {func(j *joiner) {
			j.change(Event{Op: Write, Path: `C:\a`, At: at(0)}, at(0))
			j.touched(`c:\A`, use(ada, 0, 1, objaudit.AppendData))
		}, 1, []string{`ada C:\a`}},
		"told before": {func(j *joiner) {
			j.touched(`C:\a`, use(ada, 0, 0, objaudit.Delete))
			j.change(Event{Op: Delete, Path: `C:\a`, At: at(0.1)}, at(0.1))
		}, 0.1, []string{`ada C:\a`}},
		"not told: it waits": {func(j *joiner) { j.change(Event{Op: Write, Path: `C:\a`, At: at(0)}, at(0)) }, 2.9, nil},
		"not told: nobody":   {func(j *joiner) { j.change(Event{Op: Write, Path: `C:\a`, At: at(0)}, at(0)) }, 3, []string{` C:\a`}},
		"another use is not its own": {func(j *joiner) {
			j.change(Event{Op: Delete, Path: `C:\a`, At: at(0)}, at(0))
			j.touched(`C:\a`, use(ada, 0, 1, objaudit.WriteData|objaudit.ReadData))
			j.touched(`C:\b`, use(ada, 0, 1, objaudit.Delete))
		}, 3, []string{` C:\a`}},
		"deleted through the folder": {func(j *joiner) {
			j.change(Event{Op: Delete, Path: filepath.Join("shop", "a"), At: at(0)}, at(0))
			j.touched("shop", use(ada, 0, 1, objaudit.DeleteChild))
		}, 1, []string{"ada " + filepath.Join("shop", "a")}},
		"the order stays": {func(j *joiner) {
			j.change(Event{Op: Write, Path: `C:\a`, At: at(0)}, at(0))
			j.change(Event{Op: Write, Path: `C:\b`, At: at(0.1)}, at(0.1))
			j.pass(Event{Op: Read, Path: `C:\c`, Actor: bob})
			j.touched(`C:\b`, use(ada, 0.1, 1, objaudit.WriteData))
		}, 2, nil},
		"and goes on in it": {func(j *joiner) {
			j.change(Event{Op: Write, Path: `C:\a`, At: at(0)}, at(0))
			j.change(Event{Op: Write, Path: `C:\b`, At: at(0.1)}, at(0.1))
			j.pass(Event{Op: Read, Path: `C:\c`, Actor: bob})
			j.touched(`C:\b`, use(ada, 0.1, 1, objaudit.WriteData))
		}, 3, []string{` C:\a`, `ada C:\b`, `bob C:\c`}},
		"the last of two": {func(j *joiner) {
			j.touched(`C:\a`, use(ada, 0, 1, objaudit.WriteData))
			j.touched(`C:\a`, use(bob, 1, 2, objaudit.WriteData))
			j.touched(`C:\a`, use(ada, 9, 9, objaudit.WriteData)) // after it
			j.change(Event{Op: Write, Path: `C:\a`, At: at(2)}, at(2))
		}, 2, []string{`bob C:\a`}},
		"who made it writes to it next": {func(j *joiner) {
			j.touched(`C:\a`, use(bob, -5, -5, objaudit.WriteData)) // the one of that name before
			j.change(Event{Op: Create, Path: `C:\a`, At: at(0)}, at(0))
			j.touched(`C:\a`, use(ada, 1, 2, objaudit.WriteData))
		}, 2, []string{`ada C:\a`}},
		"a rename goes by its old name": {func(j *joiner) {
			j.change(Event{Op: Rename, From: `C:\a`, Path: `C:\b`, At: at(0)}, at(0))
			j.touched(`C:\a`, use(ada, 0, 1, objaudit.Delete))
		}, 1, []string{`ada C:\b`}},
	} {
		j := newJoiner(wait)
		c.do(j)
		var got []string
		for _, e := range j.release(at(c.when)) {
			who := ""
			if e.Actor != nil {
				who = e.Actor.User
			}
			got = append(got, who+" "+e.Path)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestJoinOpen: whoever keeps a file open, and so is written down once, is the one who writes later, also after a rename.
func TestJoinOpen(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	j, ada := newJoiner(time.Second), &Actor{User: "ada"}
	j.touched(`C:\a`, touch{start, start, objaudit.WriteData, ada})
	j.change(Event{Op: Rename, From: `C:\a`, Path: `C:\b`, At: start}, start)
	if out := j.release(start.Add(time.Minute)); len(out) != 1 || out[0].Actor != nil || len(j.fresh)+len(j.order) != 0 {
		t.Fatal(out, j.fresh)
	}
	later := start.Add(time.Hour)
	j.change(Event{Op: Write, Path: `C:\B`, At: later}, later)
	if out := j.release(later); len(out) != 0 {
		t.Error("somebody else may be told yet", out)
	}
	if out := j.release(later.Add(time.Second)); len(out) != 1 || out[0].Actor != ada || !out[0].At.Equal(later.Add(time.Second)) {
		t.Error(out)
	}
}

// TestJoinBurst: thousands of changes that wait behind one another are joined in the time that they take to come.
func TestJoinBurst(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	j, ada := newJoiner(3*time.Second), &Actor{User: "ada"}
	began, told := time.Now(), 0
	const files = 30_000
	name := func(i int) string { return `C:\` + time.Duration(i).String() }
	for i := range files {
		j.change(Event{Op: Write, Path: name(i), At: start}, start)
		told += len(j.release(start))
	}
	for i := range files {
		j.touched(name(i), touch{start, start, objaudit.WriteData, ada})
		for _, e := range j.release(start.Add(time.Second)) {
			if told++; e.Actor != ada {
				t.Fatal(e)
			}
		}
	}
	if took := time.Since(began); told != files || took > 10*time.Second { // it takes a tenth of a second
		t.Errorf("%d told, in %v", told, took)
	}
}

// TestJoinBounds: what is kept is bounded, and nothing that happened is left out.
func TestJoinBounds(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	j, told := newJoiner(time.Hour), 0
	for i := range mostFresh + 1000 {
		path := `C:\` + time.Duration(i).String()
		j.touched(path, touch{start, start, objaudit.ReadData, nil})
		j.change(Event{Op: Write, Path: path, At: start}, start)
		if i%1000 == 0 {
			told += len(j.release(start))
		}
	}
	told += len(j.release(start))
	if len(j.order) > mostFresh || len(j.held) > mostHeld || told+len(j.held) != mostFresh+1000 {
		t.Errorf("%d touches, %d held, %d told", len(j.order), len(j.held), told)
	}
}
