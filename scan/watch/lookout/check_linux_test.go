package lookout

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/scan/watch/baseline"
	"custode/scan/watch/rules"
)

// A baseline that somebody altered, cut, removed or replaced by another one is told,
// while the watch runs and after it was off.
func TestBaselineThatIsNotOurs(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"altered": func(t *testing.T, path string) {
			t.Helper()
			raw, err := os.ReadFile(path)
			must(t, err)
			raw[len(raw)/2] ^= 1
			must(t, os.WriteFile(path, raw, 0o600))
		},
		"cut": func(t *testing.T, path string) {
			t.Helper()
			info, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, info.Size()/2))
		},
		"removed": func(t *testing.T, path string) {
			t.Helper()
			must(t, os.Remove(path))
		},
		"replaced": func(t *testing.T, path string) { // sound in itself, and not the one that was told
			t.Helper()
			forge(t, path, func(r *baseline.Record) { r.Hash[0] ^= 1 })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGround(t, "inotify", 20)
			o := g.options()
			o.Times.Fast = 100 * time.Millisecond
			l := look(t, o, g.plan(), nil)
			l.ready(t)
			now := o.Now() // right after a comparison: one that is under way would put its own in the place of what is spoiled
			l.until(t, "another comparison", func(e Entry) bool { return e.Checked != nil && e.At.After(now) })
			spoil(t, baselinePath(g.dir))
			damaged := func(e Entry) bool { return e.Checked != nil && e.Checked.Damaged }
			c := l.until(t, "that the baseline is not ours", damaged).Checked
			if c.Err != "" || c.Files != 20 || len(c.Counts) > 0 {
				t.Errorf("%+v", c)
			}
			if i := l.incident(t, rules.Blind); i.Why != "baseline" || i.Severity != rules.High {
				t.Errorf("%+v", i)
			}
			l.end(t)
			entries, _ := l.all()
			p := g.plan()
			for _, e := range entries {
				if e.Checked != nil {
					p.Baseline = e.Checked.Digest
				}
			}
			spoil(t, baselinePath(g.dir))
			again := look(t, g.options(), p, nil)
			again.until(t, "that it is not ours after a pause", damaged)
			again.incident(t, rules.Blind)
		})
	}
}

// forge writes a baseline anew, and gives its digest.
func forge(t *testing.T, path string, change func(r *baseline.Record)) (digest [32]byte) {
	t.Helper()
	old, err := os.Open(path)
	must(t, err)
	defer old.Close()
	r, err := baseline.NewReader(old)
	must(t, err)
	f, err := os.Create(path + ".forged")
	must(t, err)
	w, err := baseline.NewWriter(f)
	must(t, err)
	for rec, err := r.Next(); err == nil; rec, err = r.Next() {
		change(&rec)
		must(t, w.Add(rec))
	}
	digest, err = w.Close()
	must(t, err)
	must(t, f.Close())
	must(t, os.Rename(f.Name(), path))
	return digest
}

// What hides behind times that were put back: where the file system tells of the change
// itself, the next comparison finds it, and where it does not, the one that reads all.
func TestTimesPutBack(t *testing.T) {
	t.Parallel()
	g := newGround(t, "inotify", 20)
	first, err := Reconcile(t.Context(), g.options(), g.plan(), false, nil)
	must(t, err)
	was, err := os.Stat(g.file(3))
	must(t, err)
	text, err := os.ReadFile(g.file(3))
	must(t, err)
	must(t, os.WriteFile(g.file(3), []byte(strings.ToUpper(string(text))), 0o600))
	must(t, os.Chtimes(g.file(3), was.ModTime(), was.ModTime()))
	p := g.plan()
	p.Baseline = first.Digest
	var found []string
	tell := func(what baseline.What, path, _ string) error {
		found = append(found, string(what)+" "+filepath.Base(path))
		return nil
	}
	c, err := Reconcile(t.Context(), g.options(), p, false, tell)
	must(t, err)
	if !slices.Equal(found, []string{"changed f0003.csv"}) || c.Damaged {
		t.Errorf("%v %+v", found, c)
	}

	// As if a disk had lost a bit, or somebody had written past the file system.
	hidden := func() {
		p.Baseline = forge(t, baselinePath(g.dir), func(r *baseline.Record) {
			if r.Path == g.file(7) {
				r.Hash = [32]byte{1}
			}
		})
	}
	for _, whole := range []bool{false, true} {
		hidden()
		var want []string
		if found = nil; whole {
			want = []string{"hidden f0007.csv"}
		}
		c, err = Reconcile(t.Context(), g.options(), p, whole, tell)
		must(t, err)
		if !slices.Equal(found, want) || c.Damaged {
			t.Errorf("whole %v: %v %+v", whole, found, c)
		}
	}
	hidden()
	o := g.options()
	o.Times.Fast = 100 * time.Millisecond
	l := look(t, o, p, nil)
	l.until(t, "a fast comparison", func(e Entry) bool { return e.Checked != nil && e.Checked.Mode == "fast" })
	if news := l.news(); len(news) > 0 {
		t.Errorf("%+v", news)
	}
	g.ahead.Store(int64(9 * 24 * time.Hour)) // a week, and the night after it
	full := l.until(t, "a full comparison", func(e Entry) bool { return e.Checked != nil && e.Checked.Mode == "full" }).Checked
	if full.Counts["hidden"] != 1 || !slices.Equal(full.Paths, []string{g.file(7)}) || full.Files != 20 {
		t.Errorf("%+v", full)
	}
	if i := l.incident(t, rules.Blind); i.Why != "unseen" || i.Counts.Files != 1 {
		t.Errorf("%+v", i)
	}
}
