package torture_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"custode/encrypt/bundle"
)

// opens tells what a sealed file holds.
func opens(path string, ids []age.Identity) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := age.Decrypt(f, ids...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// bundled tells what the archives of the folder hold, by the path in it.
func bundled(root string, ids []age.Identity) map[string][32]byte {
	out := map[string][32]byte{}
	names, _ := filepath.Glob(folder(root) + "*" + bundle.Ext)
	for _, name := range names {
		b, err := opens(name, ids)
		if err != nil {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			continue
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				continue
			}
			content, err := io.ReadAll(r)
			if _, rel, ok := strings.Cut(f.Name, "/"); err == nil && ok {
				out[filepath.FromSlash(rel)] = sha256.Sum256(content)
			}
		}
	}
	return out
}

// state sorts the files: readable, sealed, both, lost. What is there must be whole.
type state struct {
	readable, sealed, both int
	lost                   []string
}

func (w work) state(root string) state { return w.stateFor(root, w.ids) }

func (w work) stateFor(root string, ids []age.Identity) (st state) {
	archived := bundled(root, ids)
	for rel, want := range w.shop {
		p := filepath.Join(folder(root), rel)
		plain, err := os.ReadFile(p)
		isPlain := err == nil && bytes.Equal(plain, want)
		content, err2 := opens(p+".age", ids)
		isSealed := err2 == nil && bytes.Equal(content, want) || archived[rel] == sha256.Sum256(want)
		switch {
		case isPlain && isSealed:
			st.both++
		case isPlain:
			st.readable++
		case isSealed:
			st.sealed++
		default:
			st.lost = append(st.lost, fmt.Sprintf("%s: %d bytes, %v; sealed: %d bytes, %v", p, len(plain), err, len(content), err2))
		}
	}
	return st
}

// finished says what is not as it should be after a run without trouble.
func (w work) finished(root string) error {
	ids, err := w.last(root)
	if err != nil {
		return err
	}
	st := w.stateFor(root, ids)
	want := state{sealed: len(w.shop)}
	if w.readable {
		want = state{readable: len(w.shop)}
	}
	if fmt.Sprint(st) != fmt.Sprint(want) {
		return fmt.Errorf("after one more run: %+v", st)
	}
	if left, err := filepath.Glob(filepath.Join(root, ".custode-*")); err != nil || len(left) > 0 {
		return fmt.Errorf("left over: %q, %w", left, err)
	}
	if w.archived {
		if _, err := os.Stat(folder(root)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the folder is still there: %w", err)
		}
		return nil
	}
	n := 0
	return errors.Join(filepath.WalkDir(folder(root), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if n++; n > len(w.shop) {
			return fmt.Errorf("more files than there were, among them %s", p)
		}
		return nil
	}))
}

// again runs the work once more, without trouble.
func (w work) again(t *testing.T, root, when string) {
	t.Helper()
	cmd := w.cmd(root)
	out, err := cmd.CombinedOutput()
	if w.archived && cmd.ProcessState.ExitCode() == noInput && errors.Is(gone(root), fs.ErrNotExist) {
		err = nil // it had been done
	}
	if err != nil {
		t.Errorf("%s: one more run: %v\n%s", when, err, out)
	}
	if err := w.finished(root); err != nil {
		t.Errorf("%s: %v", when, err)
	}
	if w.hunt != nil {
		w.hunt(t, root, false)
	}
}

// noInput is the program's exit code when what it is to work on is not there.
const noInput = 66

func gone(root string) error {
	_, err := os.Stat(folder(root))
	return err
}

// holds fails for what is lost.
func (w work) holds(t *testing.T, root, when string) state {
	t.Helper()
	st := w.state(root)
	if len(st.lost) > 0 {
		t.Errorf("%s, %s: LOST %d: %s", w.name, when, len(st.lost), strings.Join(st.lost, "\n"))
	}
	return st
}
