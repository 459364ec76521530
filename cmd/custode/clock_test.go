package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// TestClock: a computer whose battery is dead believes that it is 1970. What is done
// then works, also when the clock is right again, and when it is wrong once more.
func TestClock(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	pass := "a long one of six words"
	then := time.Date(1970, 1, 1, 0, 0, 5, 0, time.UTC)
	now := time.Now()
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Kind: keys.Hybrid, Name: "Anna", Passphrase: secret.FromString(pass), WorkFactor: 8, Now: then,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Proven(then); err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	do := func(at time.Time, codes string, args ...string) string {
		t.Helper()
		in, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close() // opened for reading
		env := map[string]string{"CUSTODE_HOME": home, "HOME": home, "TMPDIR": t.TempDir(), "LANG": "en_GB.UTF-8", "CUSTODE_PASSPHRASE": pass}
		var out, errs bytes.Buffer
		sh := &shell{in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: func() time.Time { return at }, width: 80, shelf: readOnce}
		if code := sh.run(t.Context(), args); !strings.Contains(codes, string(rune('0'+code))) {
			t.Errorf("%v: exit %d, want one of %s: %s%s", args, code, codes, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	names := []string{"1970", "now", "again"}
	for _, n := range names {
		if err := os.WriteFile(filepath.Join(dir, n+".csv"), []byte("nome,email\n"+n+",anna@example.com\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do(then, "0", "init", "--yes", "--country", "IT", "--data", dir)
	for i, at := range []time.Time{then, now, then} {
		do(at, "0", "encrypt", "--yes", "--no-drill", filepath.Join(dir, names[i]+".csv"))
		do(at, "0123", "check")
		do(at, "0", "verify", dir)
		do(at, "0", "journal", "verify")
	}
	if s := do(now, "0123", "check", "--all"); !strings.Contains(s, "was last tried on") {
		t.Errorf("a drill of 1970 counts as one of today:\n%s", s)
	}
	for _, n := range names {
		if s := do(now, "0", "decrypt", "-o", "-", filepath.Join(dir, n+".csv.age")); !strings.Contains(s, n+",anna@example.com") {
			t.Errorf("%s: %s", n, s)
		}
	}
}
