package bundle_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// TestMain is also the program that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CUSTODE_BUNDLE_CHILD"); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

func child(dir string) int {
	fmt.Println("go")
	tell := func(int64) { fmt.Println("more") }
	var err error
	if _, there := os.Stat(dir + bundle.Ext); there == nil && os.Getenv("CUSTODE_BUNDLE_OPEN") != "" {
		var u bundle.Unpacked
		u, err = bundle.Unpack(context.Background(), dir+bundle.Ext, bundle.UnpackOptions{FS: disk.Real{}, With: []age.Identity{cheap{}}, Bytes: tell})
		err = errors.Join(err, u.Err)
	} else {
		var res bundle.Result
		res, err = bundle.Run(context.Background(), dir, bundle.Options{
			FS: disk.Real{}, To: []age.Recipient{cheap{}}, With: []age.Identity{cheap{}}, Bytes: tell,
			Record: func(context.Context, bundle.Made) error { fmt.Println("record"); return nil },
		})
		err = errors.Join(err, res.Err)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func big(t *testing.T, dir string, n int) tree {
	t.Helper()
	out := tree{}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		out[fmt.Sprintf("folder %d/", i%7)] = ""
		out[fmt.Sprintf("folder %d/%03d.csv", i%7, i)] = strings.Repeat(fmt.Sprintf("%d;", i), rng.IntN(9000))
	}
	out["folder 0/large"] = strings.Repeat("large ", 400_000)
	out.put(t, dir)
	return out
}

// held counts the files that are readable, and those that the bundles hold; it fails
// where one is in neither.
func (s tree) held(t *testing.T, dir string) (readable int) {
	t.Helper()
	parent := filepath.Dir(dir)
	got := read(t, dir)
	in := map[string]string{}
	for name := range read(t, parent) {
		if !strings.HasSuffix(name, bundle.Ext) {
			continue
		}
		f, err := os.Open(filepath.Join(parent, name))
		if err != nil {
			t.Fatal(err)
		}
		info, _ := f.Stat()
		a, err := bundle.Open(f, info.Size(), cheap{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for m, err := range a.Members(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			r, err := a.Read(m)
			if err != nil {
				t.Fatal(err)
			}
			b := new(strings.Builder)
			if _, err := bufio.NewReader(r).WriteTo(b); err != nil {
				t.Fatalf("%s: %v", m.Name, err)
			}
			_, rest, _ := strings.Cut(m.Name, "/")
			in[rest] = b.String()
		}
		f.Close()
	}
	for name, content := range s {
		if strings.HasSuffix(name, "/") {
			continue
		}
		if got[name] == content && got[name] != "" || content == "" {
			readable++
		} else if in[name] != content {
			t.Fatalf("LOST %s: %d bytes readable, %d in a bundle, want %d", name, len(got[name]), len(in[name]), len(content))
		}
	}
	return readable
}

// TestKill kills runs that make a bundle, and runs that unpack it, at all moments.
func TestKill(t *testing.T) {
	want := 16
	if torture() {
		want = 300
	}
	dir := filepath.Join(t.TempDir(), "old")
	files := big(t, dir, 150)
	kills, partial := 0, 0
	for i := 0; kills < want && i < 6*want; i++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CUSTODE_BUNDLE_CHILD="+dir)
		if i%5 >= 3 {
			cmd.Env = append(cmd.Env, "CUSTODE_BUNDLE_OPEN=1")
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		heard := bufio.NewScanner(out)
		upTo := i * 37 % 170
		if i%2 == 0 {
			upTo = 1 << 20 // until it is recorded: the originals go now
		}
		for n := 0; n <= upTo && heard.Scan() && heard.Text() != "record"; n++ { // so far it has come
			if n == 0 && heard.Text() != "go" {
				t.Fatalf("it says %q", heard.Text())
			}
		}
		time.Sleep(time.Duration(i%9) * 400 * time.Microsecond)
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			kills++
		}
		if n := files.held(t, dir); n > 1 && n < len(files)-8 {
			partial++
		}
	}
	if kills < want || torture() && partial == 0 {
		t.Errorf("%d kills, %d of them between the first file and the last", kills, partial)
	}
	t.Logf("%d kills, %d of them between the first file and the last", kills, partial)
	res, err := bundle.Run(t.Context(), dir, bundle.Options{FS: disk.Real{}, To: []age.Recipient{cheap{}}, With: []age.Identity{cheap{}}})
	if err != nil || !res.Gone && res.Reason != replace.Vanished {
		t.Errorf("the last run: %+v, %v", res, err)
	}
	files.held(t, dir)
	for name := range read(t, filepath.Dir(dir)) {
		if !strings.HasSuffix(name, bundle.Ext) {
			t.Errorf("left over: %s", name)
		}
	}
}

// TestRootFullDisk makes a bundle on a disk that has no room for it.
func TestRootFullDisk(t *testing.T) {
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("SKIPPED, LOUDLY: only root can make a small disk")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=6m", "custode-test", dir).CombinedOutput(); err != nil {
		if strings.Contains(os.Getenv("CUSTODE_REQUIRE"), "root") {
			t.Fatalf("mount: %v %s", err, out)
		}
		t.Skipf("SKIPPED, LOUDLY: no tmpfs here: %s", out)
	}
	defer exec.Command("umount", dir).Run() //nolint:errcheck // the machine's cleaning
	old := filepath.Join(dir, "old")
	files := big(t, old, 40)
	res, err := bundle.Run(t.Context(), old, bundle.Options{FS: disk.Real{}, To: []age.Recipient{cheap{}}})
	if err == nil { // it fits: a second copy does not
		tree{"stuffing": strings.Repeat("x", 3<<20)}.put(t, filepath.Join(dir, "more"))
		if err := os.Remove(res.Made[0].Path); err != nil {
			t.Fatal(err)
		}
		files.put(t, old)
		res, err = bundle.Run(t.Context(), old, bundle.Options{FS: disk.Real{}, To: []age.Recipient{cheap{}}})
	}
	var full *replace.FullError
	if !errors.As(err, &full) || !errors.Is(err, disk.ErrFull) || full.Need <= 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	if !same(read(t, old), files) {
		t.Error("files are missing")
	}
	names, err := os.ReadDir(dir)
	for _, n := range names {
		if !n.IsDir() || err != nil {
			t.Errorf("left over: %s, %v", n.Name(), err)
		}
	}
}
