// Package torture_test does to sealing in place what happens to real computers:
// it kills it at any moment, has the kernel refuse its calls, and cuts the power
// of real disks. After each there must be, for every file, the original or a sealed
// copy that opens to it; and one more run must finish the work, with nothing left
// over. The naive way goes through the same, and must lose files: else the torture
// would prove nothing.
//
// The states of a disk that nobody can bring about here (half of the blocks
// written, in any order) are in encrypt/disk/crashdisk, by the hundred thousand.
package torture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/unseal"
)

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// required reports whether what cannot be done here is a failure.
func required(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), what)
}

// rooted skips where the tests as root are not asked for: they take a minute.
func rooted(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 || !required("root") && !torture() {
		t.Skip("SKIPPED, LOUDLY: as root, by make disks and in CI (CUSTODE_REQUIRE=root)")
	}
}

// sampled gives the chance that picks a sample of the moments: another one each time, or
// that of CUSTODE_SEED. Its seed is told with a failure.
func sampled(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("CUSTODE_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("CUSTODE_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// cannot skips, or fails where it must not be skipped.
func cannot(t *testing.T, format string, args ...any) {
	t.Helper()
	if required("root") {
		t.Fatalf(format, args...)
	}
	t.Skipf("SKIPPED, LOUDLY: "+format, args...)
}

const (
	childEnv = "CUSTODE_TORTURE_CHILD" // what this very program is to do, and where
	keyEnv   = "CUSTODE_TORTURE_KEY"
)

// binaries is where programs are built to.
var binaries string

// TestMain is also the program that is tortured.
func TestMain(m *testing.M) {
	if what := os.Getenv(childEnv); what != "" {
		if err := child(what, os.Args[1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "custode-torture-")
	if err != nil {
		panic(err)
	}
	binaries = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// child does one of the works to a folder. The first key is the one to seal to.
func child(what, dir string) error {
	ids, err := age.ParseIdentities(strings.NewReader(os.Getenv(keyEnv)))
	if err != nil {
		return err
	}
	id, ok := ids[0].(*age.HybridIdentity)
	if !ok {
		return errors.New("the key is of another kind")
	}
	to := []age.Recipient{id.Recipient()}
	plain, sealed, err := files(dir)
	if what == "archive" && errors.Is(err, fs.ErrNotExist) {
		return nil // all of it is archived
	}
	if err != nil {
		return err
	}
	ctx, disk := context.Background(), disk.Real{}
	switch what {
	case "seal":
		_, err = replace.Run(ctx, plain, replace.Options{FS: disk, Sealer: replace.Age{To: to, With: ids}, Batch: 16})
	case "unseal":
		_, err = unseal.Run(ctx, sealed, unseal.Options{FS: disk, With: ids, Batch: 16})
	case "archive":
		_, err = bundle.Run(ctx, dir, bundle.Options{FS: disk, To: to, With: ids})
	case "rotate":
		way := &reseal.Rewrap{Keys: reseal.Keys{To: to, With: ids[:1], New: ids[:1]}, Former: ids[1:]}
		_, err = reseal.Run(ctx, sealed, reseal.Options{FS: disk, Way: way, Batch: 16})
	case "rewrap":
		way := &reseal.Rewrap{Keys: reseal.Keys{To: to, With: ids[1:], New: ids[:1]}}
		_, err = reseal.Run(ctx, sealed, reseal.Options{FS: disk, Way: way, Batch: 16})
	default:
		err = naive(plain, to[0], what == "naive in place")
	}
	return err
}

// naive is the loop over age that everybody writes first. In place it is no better.
func naive(files []string, to age.Recipient, inPlace bool) error {
	for _, p := range files {
		plain, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		into := p + ".age"
		if inPlace {
			into = p
		}
		f, err := os.Create(into)
		if err != nil {
			return err
		}
		w, err := age.Encrypt(f, to)
		if err == nil {
			_, err = w.Write(plain)
		}
		if err == nil {
			err = w.Close()
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if inPlace {
			err = os.Rename(p, p+".age")
		} else {
			err = os.Remove(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// files lists what is not sealed, and what is.
func files(dir string) (plain, sealed []string, err error) {
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".custode-"):
		case strings.HasSuffix(p, ".age"):
			sealed = append(sealed, p)
		default:
			plain = append(plain, p)
		}
		return err
	})
	return plain, sealed, err
}

// marker is in every file that is to be sealed, and nowhere else.
const marker = "Rossi, Via Prova 1, anna@example.com"

// shop is the files of a test by their path in the folder.
type shop map[string][]byte

// newShop makes n small files in three folders, and some large ones.
func newShop(n int, large ...int) shop {
	s, rng := shop{}, rand.New(rand.NewPCG(1, uint64(n)))
	for i := range n + len(large) {
		size := rng.IntN(20_000)
		if i >= n {
			size = large[i-n]
		}
		b := bytes.Repeat(fmt.Appendf(nil, "%d;%s\n", i, marker), size/40+1)
		s[filepath.Join(fmt.Sprintf("folder %d", i%3), fmt.Sprintf("%03d.csv", i))] = b
	}
	return s
}

func (s shop) put(t *testing.T, dir string) {
	t.Helper()
	for p, b := range s {
		p = filepath.Join(dir, p)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, b, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// work is something that is done to a folder of files, and tortured meanwhile.
type work struct {
	name     string
	shop     shop
	start    func(t *testing.T, root string) // puts the files into folder(root), and what else is needed into root
	cmd      func(root string) *exec.Cmd
	ids      []age.Identity                                 // that open the files
	readable bool                                           // in the end the files are
	archived bool                                           // in the end the folder is one file
	last     func(root string) ([]age.Identity, error)      // that must open them in the end
	hunt     func(t *testing.T, root string, halfDone bool) // looks for what must be nowhere; or nil
}

// folder is where the files of a work are.
func folder(root string) string { return filepath.Join(root, "shop") }

// by is a work of the packages, by this very program: seal, unseal, rotate, rewrap,
// or a naive way to seal.
func by(t *testing.T, what string, s shop) work {
	t.Helper()
	var ids []age.Identity
	var text string
	for range 2 {
		id, err := age.GenerateHybridIdentity()
		must(t, err)
		ids, text = append(ids, id), text+id.String()+"\n"
	}
	w := work{name: what, shop: s, ids: ids, readable: what == "unseal", archived: what == "archive"}
	w.last = func(string) ([]age.Identity, error) { return ids[:1], nil }
	w.cmd = func(root string) *exec.Cmd {
		cmd := exec.Command(os.Args[0], folder(root))
		cmd.Env = append(os.Environ(), childEnv+"="+what, keyEnv+"="+text)
		return cmd
	}
	old := s // as it is before the work
	if what == "unseal" || what == "rotate" || what == "rewrap" {
		old = s.sealedFor(t, ids[1])
	}
	w.start = func(t *testing.T, root string) {
		t.Helper()
		old.put(t, folder(root))
	}
	return w
}

// sealedFor is the shop once it is sealed.
func (s shop) sealedFor(t *testing.T, id age.Identity) shop {
	t.Helper()
	owner, ok := id.(*age.HybridIdentity)
	if !ok {
		t.Fatal("the key is of another kind")
	}
	out := shop{}
	for p, b := range s {
		var f bytes.Buffer
		w, err := age.Encrypt(&f, owner.Recipient())
		must(t, err)
		_, err = w.Write(b)
		must(t, errors.Join(err, w.Close()))
		out[p+".age"] = f.Bytes()
	}
	return out
}
