package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/ring"
	"custode/internal/secret"
)

// TestEvidenceLeak: whatever is done with evidence, nothing of it comes to lie readable in
// the home, its databases or the temporary folder, or in a bundle that is sealed.
func TestEvidenceLeak(t *testing.T) {
	home, outside, temp, bundles := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	own, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(outside, "key")
	file, folder := filepath.Join(outside, "clienti.csv"), filepath.Join(outside, "ransom")
	values := []string{"anna.bianchi@example.com", "4111111111111111", "Rossi;Mario;1970"}
	for path, text := range map[string]string{key: fmt.Sprintln(own), file: values[0] + "\n" + values[1] + "\n", filepath.Join(folder, "a.txt"): values[2]} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString("six words that nobody knows"), WorkFactor: 10, Now: time.Now()})
	if err == nil {
		err = r.AddRecipient(u, "Key", own.Recipient().String(), time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	s := newSieve(values)
	for _, c := range []struct {
		args  []string
		code  int
		shown bool
	}{
		{[]string{"start", "lost-device"}, 0, false},
		{[]string{"evidence", "add", file, folder}, 0, false},
		{[]string{"evidence", "list", "--json"}, 0, false},
		{[]string{"evidence", "view", "1", "-i", key}, 0, true},
		{[]string{"evidence", "view", "1", "-i", key, "--out", filepath.Join(outside, "back")}, 0, false},
		{[]string{"evidence", "view", "1", "-i", key, "--out", file}, 73, false},
		{[]string{"evidence", "export", filepath.Join(bundles, "a.tar")}, 0, false},
		{[]string{"evidence", "export", filepath.Join(bundles, "b.tar"), "--to", own.Recipient().String(), "-i", key}, 0, false},
		{[]string{"evidence", "export", filepath.Join(outside, "c.tar"), "--readable", "-i", key}, 0, false},
		{[]string{"report", "--out", filepath.Join(bundles, "report.md")}, 0, false},
	} {
		got := custode(t, home, append([]string{"playbook"}, c.args...)...)
		if got.code != c.code {
			t.Fatalf("%q: exit %d, %s", c.args, got.code, got.err)
		}
		if found := s.in(got.out + got.err); (len(found) > 0) != c.shown {
			t.Errorf("%q shows %q", c.args, found)
		}
	}
	written := map[string]string{}
	collect(t, written, home, temp, bundles)
	s.sifted(t, written)
	if len(written) < 12 || s.count != len(values) {
		t.Errorf("looked into %d files for %d values", len(written), s.count)
	}
	open := map[string]string{}
	collect(t, open, outside)
	if len(s.in(open[filepath.Join(outside, "c.tar")])) == 0 || open[filepath.Join(outside, "back")] != open[file] {
		t.Error("the test finds nothing where it must")
	}
}
