package reseal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"custode/encrypt/disk"
	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/seal"
	"custode/internal/crashfs"
)

// toy stands in for age: a line that names the key, the content turned round, and
// its digest. It finds every change, in a few microseconds.
const (
	toyHead  = "toy-sealed/v1 key "
	toyOuter = "toy-sealed/v1 for others\n" // before a file that was rewritten
)

func toySealed(key byte, plain []byte) []byte {
	out := append([]byte(toyHead+string(key)+"\n"), turned(plain, key)...)
	sum := sha256.Sum256(append([]byte{key}, plain...))
	return append(out, sum[:]...)
}

func turned(b []byte, key byte) []byte {
	out := bytes.Repeat([]byte{key}, len(b))
	subtle.XORBytes(out, out, b)
	return out
}

// toyOpened gives the key and the content.
func toyOpened(b []byte) (key byte, plain []byte, err error) {
	b, outer := bytes.CutPrefix(b, []byte(toyOuter))
	body, ok := bytes.CutPrefix(b, []byte(toyHead))
	if !ok || len(body) < 2+32 {
		return 0, nil, seal.ErrNotSealed
	}
	key = body[0]
	plain = turned(body[2:len(body)-32], key)
	if sum := sha256.Sum256(append([]byte{key}, plain...)); !bytes.Equal(sum[:], body[len(body)-32:]) {
		return 0, nil, seal.ErrDamaged
	}
	if outer {
		key = 'n'
	}
	return key, plain, nil
}

func toyDigests(b []byte) (replace.Digests, error) {
	_, plain, err := toyOpened(b)
	return replace.Digests{Size: int64(len(plain)), SealedSize: int64(len(b)), Plain: sha256.Sum256(plain), Cipher: sha256.Sum256(b)}, err
}

// toyWay makes files of key 'o' ones of key 'n'. With text set it gives them that.
type toyWay struct {
	text []byte
	copy bool // by CopyFrom
}

func (w toyWay) Time() (at time.Time) {
	if w.text != nil {
		at = time.Unix(1_700_000_000, 0)
	}
	return at
}

func (toyWay) Verify(_ context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return replace.Digests{}, err
	}
	return toyDigests(b)
}

func (w toyWay) Open(_ context.Context, old reseal.Old) (reseal.Work, error) {
	b, err := io.ReadAll(io.NewSectionReader(old, 0, old.Size))
	if err != nil {
		return nil, err
	}
	key, plain, err := toyOpened(b)
	switch {
	case err != nil:
		return nil, err
	case w.text != nil:
		return &toyWork{way: w, old: old, out: toySealed('n', w.text)}, nil
	case key == 'n':
		return nil, reseal.ErrAlready
	case key != 'o':
		return nil, seal.ErrNoMatch
	}
	if w.copy {
		return &toyWork{way: w, old: old, out: append([]byte(toyOuter), b...)}, nil
	}
	return &toyWork{way: w, old: old, out: toySealed('n', plain)}, nil
}

type toyWork struct {
	way toyWay
	old reseal.Old
	out []byte
}

func (w *toyWork) Write(_ context.Context, dst disk.File) error {
	if w.way.copy { // the new file is a line, and behind it the old one, whole
		if _, err := dst.Write(w.out[:int64(len(w.out))-w.old.Size]); err != nil {
			return err
		}
		return dst.CopyFrom(w.old.File, 0, w.old.Size)
	}
	for i := 0; i < len(w.out); i += 4000 {
		if _, err := dst.Write(w.out[i:min(i+4000, len(w.out))]); err != nil {
			return err
		}
	}
	return nil
}

func (w *toyWork) Check(_ context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err == nil && !bytes.Equal(b, w.out) {
		err = seal.ErrDamaged
	}
	if err != nil {
		return replace.Digests{}, err
	}
	return toyDigests(b)
}

func (*toyWork) Proven() bool { return true }

func (*toyWork) Close() {}

func fill(n int, c byte) []byte { return bytes.Repeat([]byte{c, c + 1, '\n'}, n/3+1)[:n] }

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// shop is what the sealed files of a test hold, by path.
type shop map[string][]byte

func (s shop) paths() []string { return slices.Sorted(maps.Keys(s)) }

func (s shop) put(t *testing.T, f *crashfs.FS) {
	t.Helper()
	for _, p := range s.paths() {
		if _, err := f.Stat(path.Dir(p)); err != nil {
			if err := f.Mkdir(path.Dir(p)); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Put(p, toySealed('o', s[p]), 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// journal is what was recorded of files, as a catalogue would have it.
type journal struct {
	sync.Mutex

	cipher map[string][32]byte
}

func newJournal() *journal { return &journal{cipher: map[string][32]byte{}} }

func (j *journal) clone() *journal {
	j.Lock()
	defer j.Unlock()
	return &journal{cipher: maps.Clone(j.cipher)}
}

func (j *journal) record(_ context.Context, batch []reseal.Record) error {
	j.Lock()
	defer j.Unlock()
	for _, r := range batch {
		j.cipher[r.Path] = r.Digests.Cipher
	}
	return nil
}

func (j *journal) known(path string) bool {
	j.Lock()
	defer j.Unlock()
	_, ok := j.cipher[path]
	return ok
}

// lost names the files that do not open to what they held, and those of which the
// journal says what is not so.
func (s shop) lost(f *crashfs.FS, j *journal) (out []string) {
	for p, want := range s {
		b, err := f.Get(p)
		if err != nil {
			out = append(out, fmt.Sprintf("%s: %v", p, err))
			continue
		}
		if _, plain, err := toyOpened(b); err != nil || !bytes.Equal(plain, want) {
			out = append(out, fmt.Sprintf("%s: %v, %d bytes", p, err, len(b)))
		}
		if cipher, ok := j.cipher[p]; ok && cipher != sha256.Sum256(b) {
			out = append(out, p+" is not what is recorded")
		}
	}
	return out
}

// unfinished says what is not as it should be after a run without trouble: every
// file has the new key and is recorded, and nothing else is in the folders.
func (s shop) unfinished(f *crashfs.FS, j *journal) string {
	if l := s.lost(f, j); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	count := map[string]int{}
	for p := range s {
		b, _ := f.Get(p)
		if key, _, _ := toyOpened(b); key != 'n' {
			return p + " still has the old key"
		}
		if !j.known(p) {
			return p + " is not recorded"
		}
		count[path.Dir(p)]++
	}
	for dir, want := range count {
		if names, _ := f.Names(dir); len(names) != want {
			return fmt.Sprintf("%s holds %q", dir, names)
		}
	}
	return ""
}

// run runs once over the files of the shop.
func (s shop) run(m crashdisk.Disk, j *journal, names *atomic.Int64, change func(o *reseal.Options)) (reseal.Totals, map[string]reseal.Result, error) {
	if names == nil {
		names = new(atomic.Int64)
	}
	results := map[string]reseal.Result{}
	o := reseal.Options{
		FS: m, Way: toyWay{}, Workers: 1, Record: j.record, Known: j.known,
		Name: func() string {
			n := names.Add(1)
			name := []byte("aaaaaaaa")
			for i := range name {
				name[i] += byte(n >> (4 * i) & 15)
			}
			return string(name)
		},
		Done: func(r reseal.Result) { results[r.Path] = r },
	}
	if change != nil {
		change(&o)
	}
	totals, err := reseal.Run(context.Background(), s.paths(), o)
	return totals, results, err
}
