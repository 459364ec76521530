package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/letter"
)

// untouched holds what an office keeps of what is built in to the same read anew: nobody has changed it.
func untouched(t *testing.T, o *office) {
	t.Helper()
	kept, anew := o.shelf, newShelf()
	all := cmp.Exporter(func(reflect.Type) bool { return true })
	code := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type().Kind() == reflect.Func }, cmp.Ignore()) // conditions that were compiled
	for name, load := range map[string]func(*shelf) (any, error){
		"plans":     func(s *shelf) (any, error) { return s.plans() },
		"letters":   func(s *shelf) (any, error) { return s.letters() },
		"clocks":    func(s *shelf) (any, error) { return s.clocks() },
		"contacts":  func(s *shelf) (any, error) { return s.contacts() },
		"claims":    func(s *shelf) (any, error) { return s.claims() },
		"questions": func(s *shelf) (any, error) { return s.questions() },
	} {
		was, err := load(kept)
		if err != nil {
			t.Fatal(err)
		}
		is, err := load(anew)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(is, was, all, code); diff != "" {
			t.Errorf("%s were changed while they were used: %s", name, diff)
		}
	}
}

// TestShelf: the page reads what is built in once for all languages and requests; a plan of the shop's own is seen as
// soon as it is there, is gone as soon as it is not, and is never put among what is built in.
func TestShelf(t *testing.T) {
	o := officeOf(t, t.TempDir())
	it, ok := o.office("it").(*office)
	if !ok {
		t.Fatal("another office")
	}
	one, err := o.sh.builtIn().letters()
	if err != nil {
		t.Fatal(err)
	}
	if two, err := it.sh.builtIn().letters(); err != nil || one != two || one == (*letter.Library)(nil) {
		t.Errorf("letters were read twice: %v", err)
	}
	all := func() int {
		l, err := it.sh.loadPlans()
		if err != nil {
			t.Fatal(err)
		}
		return len(l.plans.All())
	}
	n := all()
	raw, err := os.ReadFile("../../playbook/plan/content/lost-device.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.sh.ownPlans(), "own-device.yaml")
	if err := os.MkdirAll(o.sh.ownPlans(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(raw), "id: lost-device", "id: own-device", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := all(); got != n+1 {
		t.Fatalf("%d plans, want %d", got, n+1)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := all(); got != n {
		t.Errorf("%d plans, want %d", got, n)
	}
	untouched(t, o)
}

// BenchmarkBuiltIn is what it costs to have what is built in, at each request or once.
func BenchmarkBuiltIn(b *testing.B) {
	for name, kept := range map[string]bool{"kept": true, "read each time": false} {
		b.Run(name, func(b *testing.B) {
			s := newShelf()
			for b.Loop() {
				if !kept {
					s = newShelf()
				}
				for _, load := range []func() error{
					func() error { _, err := s.plans(); return err },
					func() error { _, err := s.letters(); return err },
					func() error { _, err := s.clocks(); return err },
					func() error { _, err := s.rules(); return err },
					func() error { _, err := s.contacts(); return err },
					func() error { _, err := s.questions(); return err },
				} {
					if err := load(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
