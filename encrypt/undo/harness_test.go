package undo_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/encrypt/undo"
	"custode/internal/crashfs"
)

// toy stands in for age: a line, the content turned round, and its digest.
type toy struct{}

const toyHead = "toy-sealed/v1\n"

func toySealed(plain []byte) []byte {
	sum := sha256.Sum256(plain)
	return append(append([]byte(toyHead), turned(plain)...), sum[:]...)
}

func turned(b []byte) []byte {
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x5a
	}
	return out
}

func toyOpened(b []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(b, []byte(toyHead))
	if !ok || len(body) < 32 {
		return nil, errors.New("not sealed")
	}
	plain := turned(body[:len(body)-32])
	if sum := sha256.Sum256(plain); !bytes.Equal(sum[:], body[len(body)-32:]) {
		return nil, errors.New("damaged")
	}
	return plain, nil
}

func (toy) Seal(_ context.Context, dst io.Writer, src io.Reader) (replace.Proof, error) {
	b, err := io.ReadAll(src)
	if err != nil {
		return nil, err
	}
	out := toySealed(b)
	for i := 0; i < len(out); i += 3000 {
		if _, err := dst.Write(out[i:min(i+3000, len(out))]); err != nil {
			return nil, err
		}
	}
	return toyProof{out}, nil
}

func (toy) Verify(context.Context, io.ReaderAt, int64) (replace.Digests, error) {
	return replace.Digests{}, replace.ErrNeedsKey
}

func (toy) Sealed(head []byte) bool { return bytes.HasPrefix(head, []byte(toyHead)) }

type toyProof struct{ is []byte }

func (p toyProof) Check(_ context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err == nil && !bytes.Equal(b, p.is) {
		err = errors.New("damaged")
	}
	return replace.Digests{SealedSize: size, Cipher: sha256.Sum256(b)}, err
}

func (toyProof) Same(context.Context, io.Reader) (bool, error) { return false, errors.ErrUnsupported }

// made is a file, and what is to become of it.
type made struct{ old, new []byte } // new nil: it goes

func (m made) sealed() bool { return toy{}.Sealed(m.old) }

type shop map[string]made

func (s shop) paths() []string { return slices.Sorted(maps.Keys(s)) }

// row is what is recorded of a copy.
type row struct {
	path   string
	before [32]byte
	is     undo.Copy
}

// journal is the database: every change of it is durable at once.
type journal struct{ rows []row }

func (j *journal) clone() *journal { return &journal{slices.Clone(j.rows)} }

func (j *journal) record(r row) {
	j.rows = slices.DeleteFunc(j.rows, func(o row) bool { return o.path == r.path && o.before == r.before })
	j.rows = append(j.rows, r)
}

func (j *journal) known(name string) bool {
	return slices.ContainsFunc(j.rows, func(r row) bool { return r.is.Name == name })
}

func fill(n int, c byte) []byte { return bytes.Repeat([]byte{c, c + 1, '\n'}, n/3+1)[:n] }

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

const copies = "/u"

var at = time.Unix(1_700_000_000, 0)

// options are those of a run over one file.
func options(m crashdisk.Disk, j *journal, names *atomic.Int64, path string, before [32]byte) undo.Options {
	return undo.Options{
		FS: m, Dir: copies, Sealer: toy{}, Tag: hex.EncodeToString(before[:8]), Until: "2026-12-28",
		Record: func(_ context.Context, c undo.Copy) error { j.record(row{path, before, c}); return nil },
		Forget: func(context.Context) error { j.rows = j.rows[:len(j.rows)-1]; return nil },
		Known:  j.known,
		Name: func() string {
			n := names.Add(1)
			name := []byte("aaaaaaaa")
			for i := range name {
				name[i] += byte(n >> (4 * i) & 15)
			}
			return string(name)
		},
	}
}

// run does what is still to be done.
func (s shop) run(m crashdisk.Disk, j *journal, names *atomic.Int64) error {
	var failed error
	undo.Clean(m, "/s")
	for _, p := range s.paths() {
		c := s[p]
		who, _, err := undo.Look(m, p, toy{}.Sealed)
		if errors.Is(err, os.ErrNotExist) && c.new == nil {
			continue
		}
		now, _ := m.Get(p)
		if err != nil || c.new != nil && bytes.Equal(now, c.new) {
			failed = errors.Join(failed, err)
			continue
		}
		change := undo.Change{Path: p, Was: who, Before: sha256.Sum256(c.old), Sealed: c.sealed(), At: at}
		if c.new != nil {
			change.Make = func(dst io.Writer, src io.Reader) error {
				b, err := io.ReadAll(src)
				if err == nil && !bytes.Equal(b, c.old) {
					err = disk.ErrChanged
				}
				if err == nil {
					_, err = dst.Write(c.new)
				}
				return err
			}
		}
		failed = errors.Join(failed, undo.Run(context.Background(), change, options(m, j, names, p, change.Before)))
	}
	return failed
}

// copied tells whether a copy that is known opens to what the file held.
func (s shop) copied(f *crashfs.FS, j *journal, p string) bool {
	return slices.ContainsFunc(j.rows, func(r row) bool {
		b, err := f.Get(path.Join(copies, r.is.Name))
		if r.path != p || err != nil || sha256.Sum256(b) != r.is.Digest {
			return false
		}
		if !s[p].sealed() {
			b, err = toyOpened(b)
		}
		return err == nil && bytes.Equal(b, s[p].old)
	})
}

// lost names the files that are neither what they were nor what they were to become,
// or that have changed and have no copy.
func (s shop) lost(f *crashfs.FS, j *journal) (out []string) {
	for p, c := range s {
		b, err := f.Get(p)
		changed := err == nil && c.new != nil && bytes.Equal(b, c.new) || err != nil && c.new == nil
		switch {
		case err == nil && bytes.Equal(b, c.old):
		case !changed:
			out = append(out, fmt.Sprintf("%s: %d bytes, %v", p, len(b), err))
		case !s.copied(f, j, p):
			out = append(out, p+" has changed, and has no copy")
		}
	}
	return out
}

// unfinished says what is not as it should be after a run without trouble.
func (s shop) unfinished(f *crashfs.FS, j *journal) string {
	if l := s.lost(f, j); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	for p, c := range s {
		if b, err := f.Get(p); c.new == nil && err == nil || c.new != nil && !bytes.Equal(b, c.new) {
			return p + " is as it was"
		}
		if !s.copied(f, j, p) {
			return p + " has no copy"
		}
	}
	names, err := f.Names("/s")
	for _, n := range names {
		if strings.HasPrefix(n, ".custode-") {
			return "/s holds " + n
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
