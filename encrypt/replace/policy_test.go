package replace_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/internal/crashfs"
)

// TestPolicy holds each special case to its outcome, and whatever the case, the
// file is as it was unless it was sealed.
func TestPolicy(t *testing.T) {
	text := []byte("Nome;Telefono\nAnna;055 0100\n")
	lite := append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{1}, 200)...)
	long := strings.Repeat("n", 252)
	with := func(name string, data []byte) func(f *crashfs.FS) error {
		return func(f *crashfs.FS) error { return f.Put("/s/"+name, data, 0o600) }
	}
	for _, c := range []struct {
		name    string
		file    string
		data    []byte
		set     func(f *crashfs.FS) error
		change  func(o *replace.Options)
		outcome replace.Outcome
		reason  replace.Reason
		sealed  string
	}{
		{name: "plain", file: "a.csv", outcome: replace.Sealed, sealed: "a.csv.age"},
		{name: "empty", file: "e", data: []byte{}, outcome: replace.Sealed, sealed: "e.age"},
		{name: "name of 251 bytes", file: long[:251], outcome: replace.Sealed, sealed: long[:251] + ".age"},
		{name: "name of 252 bytes", file: long, outcome: replace.Sealed, sealed: replace.SealedName(long)},
		{name: "name that is no text", file: "caff\xe8.csv", outcome: replace.Sealed, sealed: "caff\xe8.csv.age"},
		{name: "read-only file", file: "r", set: func(f *crashfs.FS) error { return f.Chmod("/s/r", 0o400) }, outcome: replace.Sealed, sealed: "r.age"},
		{name: "keep", file: "a", change: func(o *replace.Options) { o.Keep = true }, outcome: replace.Kept, reason: replace.Asked, sealed: "a.age"},
		{name: "sealed before", file: "a", set: with("a.age", sealed(text)), outcome: replace.Sealed, sealed: "a.age"},
		{
			name: "sealed before, no key", file: "a", set: with("a.age", sealed(text)), outcome: replace.Kept, reason: replace.NeedsKey,
			change: func(o *replace.Options) { o.Sealer = toy{locked: true} }, sealed: "a.age",
		},
		{name: "another X.age", file: "a", set: with("a.age", sealed([]byte("other"))), outcome: replace.Kept, reason: replace.Differs, sealed: "a.age"},
		{name: "X.age is damaged", file: "a", set: with("a.age", sealed(text)[:30]), outcome: replace.Kept, reason: replace.Differs, sealed: "a.age"},
		{name: "X.age of 0 bytes", file: "a", set: with("a.age", nil), outcome: replace.Kept, reason: replace.Differs, sealed: "a.age"},
		{
			name: "another X.age, numbered", file: "a.csv", set: with("a.csv.age", sealed([]byte("other"))),
			change: func(o *replace.Options) { o.Number = true }, outcome: replace.Sealed, sealed: "a (2).csv.age",
		},
		{name: "X.age in other letters", file: "a.csv", set: with("A.CSV.age", sealed([]byte("other"))), outcome: replace.Sealed, sealed: "a (2).csv.age"},
		{
			name: "X.age is a link", file: "a", outcome: replace.Kept, reason: replace.Differs, sealed: "a.age",
			set: func(f *crashfs.FS) error { return f.Put("/s/a.age", []byte("/etc"), fs.ModeSymlink|0o777) },
		},
		{
			name: "immutable", file: "a", set: func(f *crashfs.FS) error { return f.Immutable("/s/a", true) },
			outcome: replace.Kept, reason: replace.NotRemovable, sealed: "a.age",
		},
		{
			name: "no journal", file: "a", outcome: replace.Kept, reason: replace.NotRecorded, sealed: "a.age",
			change: func(o *replace.Options) {
				o.Record = func(context.Context, []replace.Record) error { return errors.New("journal is full") }
			},
		},
		{name: "sealed already", file: "x.age", data: sealed(text), outcome: replace.Skipped, reason: replace.AlreadySealed},
		{name: "sealed, other name", file: "x.bak", data: sealed(text), outcome: replace.Skipped, reason: replace.AlreadySealed},
		{name: "not sealed, in spite of its name", file: "x.AGE", outcome: replace.Skipped, reason: replace.Misnamed},
		{name: "empty, in spite of its name", file: "x.age", data: []byte{}, outcome: replace.Skipped, reason: replace.Misnamed},
		{name: "two names", file: "a", set: func(f *crashfs.FS) error { return f.Link("/s/a", "/s/twin") }, outcome: replace.Skipped, reason: replace.HardLinks},
		{
			name: "symbolic link", file: "l", outcome: replace.Skipped, reason: replace.Special,
			set: func(f *crashfs.FS) error {
				return errors.Join(f.Remove("/s/l"), f.Put("/s/l", []byte("a"), fs.ModeSymlink|0o777))
			},
		},
		{
			name: "pipe", file: "p", outcome: replace.Skipped, reason: replace.Special,
			set: func(f *crashfs.FS) error {
				return errors.Join(f.Remove("/s/p"), f.Put("/s/p", nil, fs.ModeNamedPipe|0o600))
			},
		},
		{name: "holes", file: "a", set: func(f *crashfs.FS) error { return f.Grow("/s/a", 3<<30) }, outcome: replace.Skipped, reason: replace.Sparse},
		{name: "open elsewhere", file: "a", set: func(f *crashfs.FS) error { return f.SetBusy("/s/a", true) }, outcome: replace.Skipped, reason: replace.InUse},
		{name: "Excel has it open", file: "Listino.xlsx", set: with("~$Listino.xlsx", text), outcome: replace.Skipped, reason: replace.InUse},
		{name: "Word has it open", file: "Lettera.docx", set: with("~$ttera.docx", text), outcome: replace.Skipped, reason: replace.InUse},
		{name: "LibreOffice has it open", file: "a.ods", set: with(".~lock.a.ods#", text), outcome: replace.Skipped, reason: replace.InUse},
		{name: "Access has it open", file: "shop.accdb", set: with("shop.laccdb", text), outcome: replace.Skipped, reason: replace.InUse},
		{name: "old Access has it open", file: "shop.mdb", set: with("shop.ldb", text), outcome: replace.Skipped, reason: replace.InUse},
		{name: "a lock itself", file: "~$Listino.xlsx", outcome: replace.Skipped, reason: replace.LockFile},
		{name: "database", file: "t.db", data: lite, outcome: replace.Sealed, sealed: "t.db.age"},
		{name: "database, journal empty", file: "t.db", data: lite, set: with("t.db-wal", nil), outcome: replace.Sealed, sealed: "t.db.age"},
		{name: "database at work", file: "t.db", data: lite, set: with("t.db-wal", text), outcome: replace.Skipped, reason: replace.Database},
		{name: "database open", file: "t.db", data: lite, set: with("t.db-shm", nil), outcome: replace.Skipped, reason: replace.Database},
		{name: "database, half a change", file: "t.db", data: lite, set: with("t.db-journal", text), outcome: replace.Skipped, reason: replace.Database},
		{name: "beside a database", file: "t.db-wal", set: with("t.db", lite), outcome: replace.Skipped, reason: replace.Database},
		{name: "may not be read", file: "a", set: func(f *crashfs.FS) error { return f.Chmod("/s/a", 0) }, outcome: replace.Skipped, reason: replace.NoPermission},
		{name: "folder may not be written", file: "a", set: func(f *crashfs.FS) error { return f.Chmod("/s", 0o500) }, outcome: replace.Skipped, reason: replace.NoPermission},
		{name: "gone", file: "a", set: func(f *crashfs.FS) error { return f.Remove("/s/a") }, outcome: replace.Skipped, reason: replace.Vanished},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.data == nil {
				c.data = text
			}
			p := "/s/" + c.file
			s := shop{p: c.data}
			f := crashfs.New(crashfs.Options{})
			s.put(t, f)
			if c.set != nil {
				if err := c.set(f); err != nil {
					t.Fatal(err)
				}
			}
			before, errBefore := f.Stat(p)
			names, _ := f.Names("/s")
			_, results, _ := s.seal(on(f), c.change)
			r := results[p]
			want := ""
			if c.sealed != "" {
				want = "/s/" + c.sealed
			}
			if r.Outcome != c.outcome || r.Reason != c.reason || r.Sealed != want {
				t.Errorf("got %+v", r)
			}
			after, errAfter := f.Stat(p)
			switch {
			case c.outcome == replace.Sealed:
				b, err := f.Get(want)
				plain, damaged := unseal(b)
				if errAfter == nil || err != nil || damaged != nil || !bytes.Equal(plain, c.data) {
					t.Errorf("not sealed as it should be: %v %v %v", errAfter, err, damaged)
				}
				if now, err := f.Stat(want); err != nil || c.set == nil && now.MTime != before.MTime || c.set == nil && now.Mode != before.Mode {
					t.Errorf("was %+v, is %+v, %v", before, now, err)
				}
			case errBefore == nil && (errAfter != nil || after != before):
				t.Errorf("the original was touched: %+v, %+v, %v", before, after, errAfter)
			}
			if now, _ := f.Names("/s"); c.outcome == replace.Skipped && len(now) != len(names) {
				t.Errorf("the folder holds %q", now)
			}
		})
	}
}

func TestSealedName(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a.csv", "a", strings.Repeat("é", 127), strings.Repeat("é", 126) + "xy", strings.Repeat("n", 255), strings.Repeat("\xff", 255)} {
		got := replace.SealedName(name)
		if len(got) > 255 || !strings.HasSuffix(got, ".age") || seen[got] != "" || strings.Contains(got, "\xc3~") {
			t.Errorf("%q: %q", name, got)
		}
		seen[got] = name
	}
}

// TestCollidingNames: files whose names some disk takes for one, beside one that has
// the name already which the next would get: each is sealed to a name of its own, in
// one run, in two, and where a run was killed between them.
func TestCollidingNames(t *testing.T) {
	s := shop{"/s/A.csv": fill(100, 'A'), "/s/a.csv": fill(200, 'a'), "/s/a (2).csv": fill(300, '2'), "/s/A (2).csv": fill(400, '3')}
	for _, workers := range []int{1, 4} {
		for try := range 20 {
			f := crashfs.New(crashfs.Options{})
			s.put(t, f)
			if try%2 == 1 { // one of them was sealed before
				if err := f.Put("/s/a (2).csv.age", sealed(s["/s/a (2).csv"]), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			totals, results, err := s.seal(on(f), func(o *replace.Options) { o.Workers = workers })
			if what := s.unfinished(f); err != nil || what != "" || totals.Sealed != len(s) {
				t.Fatalf("%d workers: %+v %v %s: %+v", workers, totals, err, what, results)
			}
		}
	}
}

// meddler seals as toy does, and another program does something meanwhile.
type meddler struct {
	toy

	do func()
}

func (m meddler) Seal(ctx context.Context, dst io.Writer, src io.Reader) (replace.Proof, error) {
	p, err := m.toy.Seal(ctx, dst, src)
	m.do()
	return p, err
}

// TestMeanwhile has another program touch the file while it is sealed, and between
// its record and its removal.
func TestMeanwhile(t *testing.T) {
	text, other := fill(6000, 'a'), fill(6000, 'x')
	for name, c := range map[string]struct {
		meddle func(f *crashfs.FS) error
		late   bool
		reason replace.Reason
		want   []byte
	}{
		"changed in place":       {func(f *crashfs.FS) error { return f.Overwrite("/s/a", other) }, false, replace.Changed, other},
		"grown":                  {func(f *crashfs.FS) error { return f.Overwrite("/s/a", fill(7000, 'a')) }, false, replace.Changed, fill(7000, 'a')},
		"another in its place":   {func(f *crashfs.FS) error { return errors.Join(f.Remove("/s/a"), f.Put("/s/a", other, 0o600)) }, false, replace.Changed, other},
		"opened":                 {func(f *crashfs.FS) error { return f.SetBusy("/s/a", true) }, false, replace.InUse, text},
		"changed late":           {func(f *crashfs.FS) error { return f.Overwrite("/s/a", other) }, true, replace.ChangedLate, other},
		"opened late":            {func(f *crashfs.FS) error { return f.SetBusy("/s/a", true) }, true, replace.ChangedLate, text},
		"X.age comes up":         {func(f *crashfs.FS) error { return f.Put("/s/a.age", []byte("mine"), 0o600) }, false, replace.NameTaken, text},
		"the work is taken away": {func(f *crashfs.FS) error { return f.Remove("/s/.custode-baaaaaaa.tmp") }, false, replace.Vanished, text},
	} {
		for _, lease := range []bool{true, false} {
			if !lease && strings.HasPrefix(name, "opened") {
				continue // only a lease tells
			}
			f := crashfs.New(crashfs.Options{})
			s := shop{"/s/a": text}
			s.put(t, f)
			did := false
			meddle := func() {
				if !did {
					did = true
					if err := c.meddle(f); err != nil {
						t.Fatal(name, err)
					}
				}
			}
			var got replace.Result
			_, _, err := s.seal(memory{crashdisk.Disk{FS: f, NoLease: !lease}, nil}, func(o *replace.Options) {
				if c.late {
					o.Record = func(context.Context, []replace.Record) error { meddle(); return nil }
				} else {
					// Each pass is one more chance to change it: this one always does.
					o.Sealer = meddler{do: func() { did = did && c.reason != replace.Changed; meddle() }}
				}
				o.Done = func(r replace.Result) { got = r }
			})
			if err != nil || got.Reason != c.reason {
				t.Errorf("%s, lease %v: %+v, %v", name, lease, got, err)
			}
			if now, err := f.Get("/s/a"); err != nil || !bytes.Equal(now, c.want) {
				t.Errorf("%s, lease %v: what the other program wrote is gone: %v", name, lease, err)
			}
			if _, err := f.Stat("/s/a.age"); c.reason == replace.Changed && err == nil {
				t.Errorf("%s, lease %v: an outdated copy was left", name, lease)
			}
		}
	}
}

// TestTakenBack has another program touch the file between its sealed copy got its
// name and the record of it: the copy, out of date or unwanted, goes.
func TestTakenBack(t *testing.T) {
	text, other := fill(6000, 'a'), fill(6000, 'x')
	for name, c := range map[string]struct {
		meddle func(f *crashfs.FS) error
		want   []byte
	}{
		"changed": {func(f *crashfs.FS) error { return f.Overwrite("/s/a", other) }, other},
		"opened":  {func(f *crashfs.FS) error { return f.SetBusy("/s/a", true) }, text},
		"another": {func(f *crashfs.FS) error { return f.Rename("/s/b", "/s/a") }, other},
		"removed": {func(f *crashfs.FS) error { return f.Remove("/s/a") }, nil},
	} {
		f := crashfs.New(crashfs.Options{})
		s := shop{"/s/a": text}
		s.put(t, f)
		if err := f.Put("/s/b", other, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		f.OnOp(func(_ int, op crashfs.Op, _ string) {
			if op == crashfs.OpSyncDir {
				f.OnOp(nil)
				cancel() // no second pass
				if err := c.meddle(f); err != nil {
					t.Error(name, err)
				}
			}
		})
		recorded := 0
		totals, _ := replace.Run(ctx, s.paths(), replace.Options{
			FS: on(f), Sealer: toy{}, Workers: 1,
			Record: func(_ context.Context, b []replace.Record) error { recorded += len(b); return nil },
		})
		now, err := f.Get("/s/a")
		_, copyLeft := f.Stat("/s/a.age")
		if c.want == nil { // by the user: what is sealed stays
			if copyLeft != nil || totals.Sealed != 1 || recorded != 1 {
				t.Errorf("%s: %+v, %v", name, totals, copyLeft)
			}
			continue
		}
		if err != nil || !bytes.Equal(now, c.want) || copyLeft == nil || recorded != 0 || totals.Skipped != 1 {
			t.Errorf("%s: %+v, %d recorded, %v, %v", name, totals, recorded, err, copyLeft)
		}
	}
}

// TestTriedAgain: a file that is in use at first is sealed at the end of the run.
func TestTriedAgain(t *testing.T) {
	f := crashfs.New(crashfs.Options{})
	small.put(t, f)
	if err := f.SetBusy("/s/a.csv", true); err != nil {
		t.Fatal(err)
	}
	totals, _, err := small.seal(on(f), func(o *replace.Options) {
		o.Record = func(context.Context, []replace.Record) error { return f.SetBusy("/s/a.csv", false) }
	})
	if what := small.unfinished(f); err != nil || what != "" || totals.Sealed != 4 {
		t.Errorf("%+v %v %s", totals, err, what)
	}
}

// TestCancel stops runs at all moments: what was begun is finished or undone.
func TestCancel(t *testing.T) {
	s := shop{}
	for i := range 12 {
		s[fmt.Sprintf("/s/%02d", i)] = fill(2000*i, 'a')
	}
	for at := 1; at < 300; at += 7 {
		f := crashfs.New(crashfs.Options{})
		s.put(t, f)
		ctx, cancel := context.WithCancel(t.Context())
		f.OnOp(func(n int, _ crashfs.Op, _ string) {
			if n == at {
				cancel()
			}
		})
		o := replace.Options{FS: on(f), Sealer: toy{}, Workers: 2, Batch: 3}
		_, err := replace.Run(ctx, s.paths(), o)
		f.OnOp(nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("at %d: %v", at, err)
		}
		names, _ := f.Names("/s")
		if len(names) != len(s) || s.lost(f) != nil {
			t.Errorf("at %d: the folder holds %q", at, names)
		}
		if _, err := replace.Run(t.Context(), s.paths(), o); err != nil || s.unfinished(f) != "" {
			t.Errorf("at %d: %v %s", at, err, s.unfinished(f))
		}
		cancel()
	}
}

// TestKeepThenNot: sealed with the originals kept, then without.
func TestKeepThenNot(t *testing.T) {
	f := crashfs.New(crashfs.Options{})
	small.put(t, f)
	recorded := 0
	for range 2 {
		totals, _, err := small.seal(on(f), func(o *replace.Options) {
			o.Keep = true
			o.Record = func(_ context.Context, b []replace.Record) error { recorded += len(b); return nil }
		})
		if err != nil || totals.Kept != 4 {
			t.Errorf("%+v, %v", totals, err)
		}
	}
	if names, _ := f.Names("/s"); len(names) != 8 || recorded != 8 {
		t.Errorf("%d recorded, the folder holds %q", recorded, names)
	}
	var got []replace.Record
	totals, _, err := small.seal(on(f), func(o *replace.Options) {
		o.Record = func(_ context.Context, b []replace.Record) error {
			for _, r := range b {
				if _, err := f.Stat(r.Path); err != nil {
					t.Errorf("%s went before it was recorded", r.Path)
				}
			}
			got = append(got, b...)
			return nil
		}
	})
	if what := small.unfinished(f); err != nil || what != "" || totals.Sealed != 4 || totals.Bytes != 14010 {
		t.Errorf("%+v %v %s", totals, err, what)
	}
	for _, r := range got {
		if b, _ := f.Get(r.Sealed); r.Digests.SealedSize != int64(len(b)) || r.Was.Size != int64(len(small[r.Path])) || path.Dir(r.Path) != "/s" {
			t.Errorf("recorded %+v", r)
		}
	}
}
