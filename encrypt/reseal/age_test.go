package reseal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
)

func key(t *testing.T) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func to(ids ...*age.HybridIdentity) (out []age.Recipient) {
	for _, id := range ids {
		out = append(out, id.Recipient())
	}
	return out
}

// sealedFile writes an age file as the age library does.
func sealedFile(t *testing.T, p string, plain []byte, armored bool, to ...age.Recipient) {
	t.Helper()
	var b bytes.Buffer
	var dst io.WriteCloser = struct {
		io.Writer
		io.Closer
	}{&b, io.NopCloser(nil)}
	if armored {
		dst = armor.NewWriter(&b)
	}
	w, err := age.Encrypt(dst, to...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(plain)
	if err := errors.Join(err, w.Close(), dst.Close(), os.WriteFile(p, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func opens(t *testing.T, p string, id age.Identity) ([]byte, bool) {
	t.Helper()
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(b), id)
	if _, none := errors.AsType[*age.NoIdentityMatchError](err); none {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got, true
}

// files are sealed to vault and recovery, one of them armored.
func files(t *testing.T, dir string, vault, recovery *age.HybridIdentity) shop {
	t.Helper()
	s := shop{}
	for i, n := range []int{0, 1, 30_000, 65_536, 200_000, 5 << 20} {
		p := filepath.Join(dir, fmt.Sprintf("%d.csv.age", i))
		s[p] = fill(n, byte('a'+i))
		sealedFile(t, p, s[p], i == 1, to(vault, recovery)...)
	}
	return s
}

// check: what is recorded is what lies there, the new keys open it, the old ones not.
func (s shop) check(t *testing.T, records map[string]reseal.Record, yes, no []*age.HybridIdentity) {
	t.Helper()
	for p, want := range s {
		for _, id := range yes {
			if got, ok := opens(t, p, id); !ok || !bytes.Equal(got, want) {
				t.Errorf("%s: opened %v, %d bytes", p, ok, len(got))
			}
		}
		for _, id := range no {
			if _, ok := opens(t, p, id); ok {
				t.Errorf("%s still opens with a key that was to be shut out", p)
			}
		}
		b, _ := os.ReadFile(p)
		if d := records[p].Digests; d.Cipher != sha256.Sum256(b) || d.SealedSize != int64(len(b)) || d.Size != int64(len(want)) {
			t.Errorf("%s: recorded %+v", p, d)
		}
	}
}

func runAge(t *testing.T, s shop, way reseal.Way, known bool) (reseal.Totals, map[string]reseal.Record, map[string]reseal.Result) {
	t.Helper()
	records, results := map[string]reseal.Record{}, map[string]reseal.Result{}
	totals, err := reseal.Run(t.Context(), s.paths(), reseal.Options{
		FS: disk.Real{}, Way: way, Known: func(string) bool { return known },
		Record: func(_ context.Context, batch []reseal.Record) error {
			for _, r := range batch {
				records[r.Path] = r
			}
			return nil
		},
		Done: func(r reseal.Result) { results[r.Path] = r },
	})
	if err != nil {
		t.Fatal(err)
	}
	return totals, records, results
}

// TestRotate: a new vault key and fresh file keys: the old vault key opens nothing.
func TestRotate(t *testing.T) {
	was, vault, recovery, stranger := key(t), key(t), key(t), key(t)
	dir := t.TempDir()
	s := files(t, dir, was, recovery)
	theirs := filepath.Join(dir, "theirs.age")
	sealedFile(t, theirs, []byte("not ours"), false, to(stranger)...)
	before := map[string][]byte{}
	all := shop{theirs: nil}
	for p := range s {
		before[p], _ = os.ReadFile(p)
		all[p] = nil
	}
	way := &reseal.Rewrap{Keys: reseal.Keys{To: to(vault, recovery), With: []age.Identity{vault}, New: []age.Identity{vault}}, Former: []age.Identity{was}}
	totals, records, results := runAge(t, all, way, true)
	if totals.Done != len(s) || totals.Skipped != 1 || results[theirs].Reason != replace.NoKey {
		t.Errorf("%+v %+v", totals, results[theirs])
	}
	s.check(t, records, []*age.HybridIdentity{vault, recovery}, []*age.HybridIdentity{was})
	for p := range s {
		now, _ := os.ReadFile(p)
		if n := len(before[p]); n > 100 && bytes.Contains(now, before[p][n-40:]) {
			t.Errorf("%s: the same chunk as before", p)
		}
	}
	if totals, records, _ = runAge(t, s, way, true); totals.Already != len(s) || len(records) != 0 {
		t.Errorf("again: %+v, %d records", totals, len(records))
	}
	if totals, records, _ = runAge(t, s, way, false); totals.Already != len(s) {
		t.Errorf("again, not recorded: %+v", totals)
	}
	s.check(t, records, []*age.HybridIdentity{vault}, []*age.HybridIdentity{was})
}

// TestRewrapFiles: a new recovery key, and one more; the content is not touched.
func TestRewrapFiles(t *testing.T) {
	vault, was, recovery, accountant := key(t), key(t), key(t), key(t)
	dir := t.TempDir()
	s := files(t, dir, vault, was)
	before := map[string][]byte{}
	for p := range s {
		before[p], _ = os.ReadFile(p)
	}
	way := &reseal.Rewrap{Keys: reseal.Keys{To: to(vault, recovery, accountant), With: []age.Identity{vault}, New: []age.Identity{recovery}}}
	totals, records, _ := runAge(t, s, way, true)
	if totals.Done != len(s) {
		t.Errorf("%+v", totals)
	}
	s.check(t, records, []*age.HybridIdentity{vault, recovery, accountant}, []*age.HybridIdentity{was})
	for p, want := range s {
		now, _ := os.ReadFile(p)
		armored := filepath.Base(p) == "1.csv.age"
		tail := before[p][len(before[p])-16-16*(1+(len(want)-1)/65536)-len(want):]
		if !armored && !bytes.HasSuffix(now, tail) {
			t.Errorf("%s: the content is not as it was sealed", p)
		}
	}
	if totals, _, _ = runAge(t, s, way, true); totals.Already != len(s) {
		t.Errorf("again: %+v", totals)
	}
	former := key(t)
	p := filepath.Join(dir, "4.csv.age")
	sealedFile(t, p, s[p], false, to(former, was)...)
	before[p], _ = os.ReadFile(p)
	way.Former = []age.Identity{former}
	if totals, records, _ = runAge(t, s, way, true); totals.Already != len(s)-1 || totals.Done != 1 {
		t.Errorf("one under a former key: %+v", totals)
	}
	if now, _ := os.ReadFile(p); bytes.HasSuffix(now, before[p][len(before[p])-100:]) {
		t.Error("it has the file key of before")
	}
	shop{p: s[p]}.check(t, records, []*age.HybridIdentity{vault, recovery}, []*age.HybridIdentity{former, was})
}

// TestRenew: new content, for the same keys; a source that fails changes nothing, and
// a file that is not the one that was opened is left alone.
func TestRenew(t *testing.T) {
	vault, recovery := key(t), key(t)
	dir := t.TempDir()
	p := filepath.Join(dir, "x.csv.age")
	s := shop{p: []byte("before")}
	sealedFile(t, p, s[p], false, to(vault, recovery)...)
	text := fill(300_000, 'e')
	way := &reseal.Renew{
		Keys: reseal.Keys{To: to(vault, recovery), New: []age.Identity{vault}}, At: time.Unix(1_700_000_000, 0),
		Source: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(bytes.NewReader(text), failing{})), nil
		},
	}
	if totals, _, results := runAge(t, s, way, true); totals.Skipped != 1 || results[p].Err == nil {
		t.Errorf("%+v", totals)
	}
	s.check(t, map[string]reseal.Record{p: {Digests: digestsOf(t, p, 6)}}, []*age.HybridIdentity{vault}, nil)
	folder, err := disk.Real{}.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	was, err := folder.Look("x.csv.age")
	if err != nil {
		t.Fatal(err)
	}
	way.Source = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	other := was
	other.MTime++
	for want, id := range map[reseal.Outcome]disk.ID{reseal.Skipped: other} {
		var got reseal.Result
		_, err := reseal.Run(t.Context(), []string{p}, reseal.Options{FS: disk.Real{}, Way: way, Was: &id, Done: func(r reseal.Result) { got = r }})
		if err != nil || got.Outcome != want || got.Reason != replace.Changed {
			t.Errorf("%+v, %v", got, err)
		}
	}
	var got reseal.Result
	if _, err := reseal.Run(t.Context(), []string{p}, reseal.Options{FS: disk.Real{}, Way: way, Was: &was, Done: func(r reseal.Result) { got = r }}); err != nil || got.Outcome != reseal.Done {
		t.Fatalf("%+v, %v", got, err)
	}
	s[p] = text
	s.check(t, map[string]reseal.Record{p: {Digests: got.Digests}}, []*age.HybridIdentity{vault, recovery}, nil)
	if err := folder.Close(); err != nil {
		t.Error(err)
	}
}

func digestsOf(t *testing.T, p string, size int64) replace.Digests {
	t.Helper()
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	return replace.Digests{Size: size, SealedSize: int64(len(b)), Cipher: sha256.Sum256(b)}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the source is gone") }
