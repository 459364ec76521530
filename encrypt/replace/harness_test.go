package replace_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/internal/crashfs"
)

// toy stands in for the real sealer: each byte is turned round, the digest stands
// at the end. It finds every change, in a few microseconds.
type toy struct{ locked bool }

const toyHead = "toy-sealed/v1\n"

type toyProof struct{ d replace.Digests }

func turn(b []byte) {
	for i := range b {
		b[i] ^= 0x5a
	}
}

func (toy) Seal(ctx context.Context, dst io.Writer, src io.Reader) (replace.Proof, error) {
	plain, cipher := sha256.New(), sha256.New()
	w := io.MultiWriter(dst, cipher)
	if _, err := io.WriteString(w, toyHead); err != nil {
		return nil, err
	}
	var size int64
	buf := make([]byte, 4000)
	for ctx.Err() == nil {
		n, err := src.Read(buf)
		plain.Write(buf[:n])
		turn(buf[:n])
		size += int64(n)
		if _, err := w.Write(buf[:n]); err != nil {
			return nil, err
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := w.Write(plain.Sum(nil)); err != nil {
		return nil, err
	}
	return toyProof{replace.Digests{
		Size: size, SealedSize: size + int64(len(toyHead)) + 32, Plain: [32]byte(plain.Sum(nil)), Cipher: [32]byte(cipher.Sum(nil)),
	}}, ctx.Err()
}

func unseal(b []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(b, []byte(toyHead))
	if !ok || len(body) < 32 {
		return nil, errors.New("not sealed, or cut off")
	}
	plain := bytes.Clone(body[:len(body)-32])
	turn(plain)
	if sum := sha256.Sum256(plain); !bytes.Equal(sum[:], body[len(body)-32:]) {
		return nil, errors.New("damaged")
	}
	return plain, nil
}

func sealed(plain []byte) []byte {
	var b bytes.Buffer
	_, _ = toy{}.Seal(context.Background(), &b, bytes.NewReader(plain))
	return b.Bytes()
}

func (s toy) Verify(_ context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	if s.locked {
		return replace.Digests{}, replace.ErrNeedsKey
	}
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return replace.Digests{}, err
	}
	plain, err := unseal(b)
	if err != nil {
		return replace.Digests{}, err
	}
	return replace.Digests{Size: int64(len(plain)), SealedSize: size, Plain: sha256.Sum256(plain), Cipher: sha256.Sum256(b)}, nil
}

// SealChecked takes what was flushed from Back.
func (s toy) SealChecked(ctx context.Context, t seal.Target, src io.Reader) (replace.Proof, replace.Digests, error) {
	proof, err := s.Seal(ctx, t, src)
	if err == nil {
		err = t.Flush()
	}
	if err != nil {
		return nil, replace.Digests{}, err
	}
	b, err := io.ReadAll(t.Back)
	if err != nil {
		return nil, replace.Digests{}, err
	}
	digests, err := proof.Check(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		err = fmt.Errorf("%w: %w", replace.ErrUnproven, err)
	}
	return proof, digests, err
}

func (toy) Sealed(head []byte) bool { return bytes.HasPrefix(head, []byte(toyHead)) }

func (p toyProof) Check(ctx context.Context, r io.ReaderAt, size int64) (replace.Digests, error) {
	got, err := toy{}.Verify(ctx, r, size)
	if err == nil && got != p.d {
		err = fmt.Errorf("got %+v, want %+v", got, p.d)
	}
	return got, err
}

func (p toyProof) Same(_ context.Context, src io.Reader) (bool, error) {
	b, err := io.ReadAll(src)
	return sha256.Sum256(b) == p.d.Plain, err
}

// memory is a disk that may lose its power, and who names the temporary files on it.
type memory struct {
	crashdisk.Disk

	names *atomic.Int64
}

func on(f *crashfs.FS) memory { return memory{Disk: crashdisk.Disk{FS: f}} }

// shop is the files of a test, by path.
type shop map[string][]byte

func (s shop) paths() []string {
	var out []string
	for p := range s {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func (s shop) put(t *testing.T, f *crashfs.FS) {
	t.Helper()
	for _, p := range s.paths() {
		if _, err := f.Stat(path.Dir(p)); err != nil {
			if err := f.Mkdir(path.Dir(p)); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Put(p, s[p], 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// lost names the files that are there neither readable nor sealed.
func (s shop) lost(f *crashfs.FS) (out []string) {
	for p, want := range s {
		if got, err := f.Get(p); err == nil && bytes.Equal(got, want) {
			continue
		}
		if !s.sealedSomewhere(f, p, want) {
			out = append(out, p)
		}
	}
	return out
}

func (s shop) sealedSomewhere(f *crashfs.FS, p string, want []byte) bool {
	if b, err := f.Get(path.Join(path.Dir(p), replace.SealedName(path.Base(p)))); err == nil {
		if plain, err := unseal(b); err == nil && bytes.Equal(plain, want) {
			return true
		}
	}
	names, _ := f.Names(path.Dir(p))
	for _, n := range names {
		if !strings.Contains(n, " (") || !strings.HasSuffix(n, ".age") {
			continue
		}
		b, _ := f.Get(path.Join(path.Dir(p), n))
		if plain, err := unseal(b); err == nil && bytes.Equal(plain, want) {
			return true
		}
	}
	return false
}

// unfinished says what is not as it should be after a run without trouble: each
// file sealed and not readable, and nothing else in the folders.
func (s shop) unfinished(f *crashfs.FS, others ...string) string {
	if l := s.lost(f); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	count := map[string]int{}
	for p := range s {
		if _, err := f.Stat(p); err == nil {
			return p + " is still readable"
		}
		count[path.Dir(p)]++
	}
	for _, p := range others {
		count[path.Dir(p)]++
	}
	for dir, want := range count {
		if names, _ := f.Names(dir); len(names) != want {
			return fmt.Sprintf("%s holds %q", dir, names)
		}
	}
	return ""
}

// seal runs once over the files of the shop.
func (s shop) seal(m memory, change func(o *replace.Options)) (replace.Totals, map[string]replace.Result, error) {
	if m.names == nil {
		m.names = new(atomic.Int64)
	}
	results := map[string]replace.Result{}
	o := replace.Options{
		FS: m, Sealer: toy{}, Workers: 1,
		Name: func() string {
			n := m.names.Add(1)
			name := []byte("aaaaaaaa")
			for i := range name {
				name[i] += byte(n >> (4 * i) & 15)
			}
			return string(name)
		},
		Done: func(r replace.Result) { results[r.Path] = r },
	}
	if change != nil {
		change(&o)
	}
	totals, err := replace.Run(context.Background(), s.paths(), o)
	return totals, results, err
}
