package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"custode/encrypt/ring"
	"custode/internal/secret"
)

// TestWatchSeals has a watch killed at every kind of moment while files and folders
// come, and then left alone: all files with personal data end up sealed, once and
// whole, and the one without stays.
func TestWatchSeals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal to interrupt a child")
	}
	dir, home := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "home")
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("note.txt", "nothing about anybody")
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", dir); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	f, err := os.OpenFile(filepath.Join(home, "custode.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString("auto_seal:\n  - path: .\n")
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	o := ring.CreateOptions{Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now()}
	r, _, err := ring.Create(filepath.Join(home, "keys"), o)
	if err == nil {
		err = r.Proven(time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	conform(t, custode(t, home, "encrypt", "--auto", "--json").out)
	n := 0
	more := func(count int) {
		for range count {
			put(fmt.Sprintf("new%d/list%d.csv", n%3, n), fmt.Sprintf("Nome;Email\nAnna;anna%d@example.com\n", n))
			n++
		}
	}
	kills := 2
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 20
	}
	for i := range kills {
		cmd := itself(t, home, "encrypt", "--watch", "--quiet", "20ms")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		more(4)
		time.Sleep(time.Duration(150+100*(i%6)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	cmd := itself(t, home, "encrypt", "--watch", "--json", "--quiet", "20ms")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	written := make(chan bool)
	go func() {
		defer close(written)
		time.Sleep(500 * time.Millisecond) // it is watching by then
		more(6)
	}()
	stop := time.AfterFunc(60*time.Second, func() { _ = cmd.Process.Kill() })
	defer stop.Stop()
	done := make(chan bool)
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			conform(t, lines.Text())
			var d autoDoc
			if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
				t.Error(err)
			}
		}
	}()
	sealed := func() (sealed, readable int) {
		_ = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			switch {
			case err != nil:
			case strings.HasSuffix(path, ".age"):
				sealed++
			case strings.HasSuffix(path, ".csv"):
				if _, err := os.Stat(path + ".age"); err != nil {
					readable++
				}
			}
			return nil //nolint:nilerr // it went away meanwhile
		})
		return sealed, readable
	}
	for range 600 {
		if s, r := sealed(); s == 4*kills+6 && r == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	<-written
	_ = cmd.Process.Signal(os.Interrupt)
	<-done
	if err := cmd.Wait(); err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
	if s, r := sealed(); s != 4*kills+6 || r != 0 {
		t.Errorf("%d sealed, %d readable; want %d and none", s, r, 4*kills+6)
	}
	if _, err := os.Stat(filepath.Join(dir, "note.txt")); err != nil {
		t.Error(err)
	}
	// Where a kill came between the sealed file and its record, only the key tells
	// that both are the same: until then both stay.
	if r := custode(t, home, "encrypt", "--auto", "--quiet", "1ms", "--passphrase-file", passphraseFile(t)); r.code != 0 {
		t.Errorf("%+v", r)
	}
	for i := range n {
		if _, err := os.Stat(filepath.Join(dir, fmt.Sprintf("new%d/list%d.csv", i%3, i))); err == nil {
			t.Errorf("%d is still readable", i)
		}
	}
	if r := custode(t, home, "decrypt", "--passphrase-file", passphraseFile(t), dir); r.code != 0 {
		t.Errorf("%+v", r)
	}
	for i := range n {
		raw, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("new%d/list%d.csv", i%3, i)))
		if err != nil || string(raw) != fmt.Sprintf("Nome;Email\nAnna;anna%d@example.com\n", i) {
			t.Errorf("%d: %q %v", i, raw, err)
		}
	}
}

func passphraseFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(path, []byte("one two three four\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
