package ring

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"custode/encrypt/keys"
)

var errDead = errors.New("the power is gone")

// mortal is a disk that dies at the n-th operation: before it, or after it but
// before anybody heard of it. From then on nothing works.
type mortal struct {
	left  int
	after bool
	ops   *int
}

func (m *mortal) step(do func() error) error {
	*m.ops++
	m.left--
	if m.left < 0 || m.left == 0 && !m.after {
		return errDead
	}
	if err := do(); err != nil || m.left == 0 {
		return errors.Join(err, errDead)
	}
	return nil
}

func (m *mortal) Write(path string, data []byte) error {
	return m.step(func() error { return realDisk{}.Write(path, data) })
}

func (m *mortal) Remove(path string) error {
	return m.step(func() error { return realDisk{}.Remove(path) })
}

// TestCrash kills each change at each of its operations. What is there then is
// the old ring or the new one: whole, with everybody in it who should be, and
// opening all files. And the change goes through when it is made again.
func TestCrash(t *testing.T) {
	line, _ := sshKey(t)
	zoe, err := keys.Generate(keys.Classic)
	must(t, err)
	theirs, err := keys.Generate(keys.Classic)
	must(t, err)
	var states atomic.Int64
	t.Cleanup(func() { // when all are done
		t.Logf("%d states", states.Load())
		if states.Load() < 80 {
			t.Errorf("only %d states: the disk does not die", states.Load())
		}
	})
	for name, change := range map[string]func(*Ring, Unlocked) error{
		"add": func(r *Ring, u Unlocked) error {
			return r.AddPassphrase(u, "Zoe", pass("zoe's word"), low, noon)
		},
		"recipient":  func(r *Ring, u Unlocked) error { return r.AddRecipient(u, "Zoe", line, noon) },
		"remove":     func(r *Ring, _ Unlocked) error { return r.Remove("Bob", noon) },
		"passphrase": func(r *Ring, u Unlocked) error { return r.SetPassphrase(u, "Bob", pass("another"), low, noon) },
		"proven":     func(r *Ring, _ Unlocked) error { return r.Proven(noon) },
		"recovery":   func(r *Ring, u Unlocked) error { _, err := r.NewRecovery(u, noon); return err },
		"extra":      func(r *Ring, u Unlocked) error { return r.AddRecovery(u, "Zoe", text(zoe), noon) },
		"extra gone": func(r *Ring, u Unlocked) error { return r.RemoveRecovery(u, "Max", noon) },
		"rotate":     func(r *Ring, u Unlocked) error { _, err := r.Rotate(u, noon); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, u := made(t, keys.Classic)
			must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
			must(t, r.AddRecovery(u, "Max", text(theirs), noon))
			u, err := r.Rotate(u, noon)
			must(t, err)
			file := sealed(t, r)
			for n := 1; ; n++ {
				total := 0
				for _, after := range []bool{false, true} {
					dir := copyOf(t, r.dir)
					total = 0
					dying, err := load(dir, &mortal{left: n, after: after, ops: &total})
					must(t, err)
					failed := change(dying, u)
					states.Add(1)

					back, err := Load(dir)
					if err != nil {
						t.Fatalf("%d: %v", n, err)
					}
					if failed == nil && string(back.raw) == string(r.raw) {
						t.Errorf("%d: done, they said", n)
					}
					ada, err := back.Unlock(pass("ada's word"), "Ada")
					if err != nil || !opens(t, file, ada.Identities()...) || !opens(t, sealed(t, back), ada.Vault) || len(ada.Former) != len(back.doc.Former) {
						t.Fatalf("%d, %t: the owner: %v", n, after, err)
					}
					for _, f := range back.doc.files() {
						if _, whole, err := back.read(f); err != nil || !whole {
							t.Errorf("%d, %t: %s: %v", n, after, f.Name, err)
						}
					}
					if string(back.raw) != string(r.raw) { // the new one: what was to go may still lie there, the next change removes it
						must(t, back.Proven(noon))
					} else if err := change(back, ada); err != nil {
						t.Errorf("%d, %t: again: %v", n, after, err)
					}
					if s := back.Strays(); len(s) > 0 {
						t.Errorf("%d, %t: left over: %q", n, after, s)
					}
				}
				if total < n {
					break
				}
			}
		})
	}
}

// TestCrashWhileMade: a ring that was never finished counts as none, and another
// one is made in its place. One that lost its list does not.
func TestCrashWhileMade(t *testing.T) {
	o := CreateOptions{Kind: keys.Classic, Name: "Ada", Passphrase: pass("ada's word"), WorkFactor: low, Now: noon}
	for n := 1; ; n++ {
		total := 0
		for _, after := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "keys")
			total = 0
			_, _, failed := create(dir, o, &mortal{left: n, after: after, ops: &total})
			r, err := Load(dir)
			switch {
			case errors.Is(err, ErrNone) && failed != nil:
				r, _, err = Create(dir, o)
				must(t, err)
			case err != nil:
				t.Fatalf("%d, %t: %v (%v)", n, after, err, failed)
			}
			_, err = r.Unlock(pass("ada's word"), "")
			must(t, err)
			must(t, r.Proven(noon))
			if s := r.Strays(); len(s) > 0 {
				t.Errorf("%d, %t: left over: %q", n, after, s)
			}
		}
		if total < n {
			break
		}
	}
}

// TestFullDisk: a write that fails leaves the ring, and no litter.
func TestFullDisk(t *testing.T) {
	r, u := made(t, keys.Classic)
	for n := 1; n <= 3; n++ {
		r.disk = &full{left: n}
		if err := r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon); !errors.Is(err, errDead) {
			t.Fatalf("write %d: %v", n, err)
		}
		if s := r.Strays(); len(s) > 0 {
			t.Errorf("write %d: left over: %q", n, s)
		}
		if got := readFile(t, filepath.Join(r.dir, listName)); string(got) != string(r.raw) {
			t.Errorf("write %d: another list", n)
		}
	}
	r.disk = realDisk{}
	must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
}

// full fails the n-th write and works again afterwards.
type full struct{ left int }

func (f *full) Write(path string, data []byte) error {
	if f.left--; f.left == 0 {
		return errDead
	}
	return realDisk{}.Write(path, data)
}

func (f *full) Remove(path string) error { return os.Remove(path) }
