package keys_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"

	"custode/encrypt/keys"
	"custode/encrypt/seal"
)

// TestStockProgram opens data with the program age alone: with the owner's
// wrapped identity and the passphrase typed at its prompt, and with the key that
// a person copied from the sheet into a text file.
func TestStockProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no terminal to type into")
	}
	bin := filepath.Join(t.TempDir(), "age")
	if out, err := exec.Command("go", "build", "-o", bin, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "age") {
			t.Fatalf("%v: %s", err, out)
		}
		t.Skipf("SKIPPED: stock age cannot be built here: %v: %s", err, out)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("AGE", bin)
			return prepare(e.WorkDir)
		},
	})
}

// prepare writes a shop's files: one sealed file, the owner's key file, the
// passphrase as it is typed, the sheet's key.
func prepare(dir string) error {
	for name, k := range map[string]keys.Kind{"hybrid": keys.Hybrid, "classic": keys.Classic} {
		vault, err := keys.Generate(k)
		if err != nil {
			return err
		}
		recovery, err := keys.Generate(k)
		if err != nil {
			return err
		}
		var sealed bytes.Buffer
		if _, err := seal.Seal(context.Background(), &sealed, strings.NewReader("customers\n"), []age.Recipient{vault.Recipient(), recovery.Recipient()}, seal.Options{}); err != nil {
			return err
		}
		pass := keys.NewPassphrase("it")
		owner, err := keys.Wrap(vault, pass, low)
		if err != nil {
			return err
		}
		lines, err := keys.SheetLines(recovery)
		if err != nil {
			return err
		}
		paper := keys.SheetPrefix(k)
		for _, l := range lines { // what a person copies: the groups, not the checks
			paper += strings.Join(strings.Fields(string(l.Reveal()))[:3], "")
		}
		for file, b := range map[string][]byte{
			"list.age": sealed.Bytes(), "owner.age": owner, "typed": append(pass.Reveal(), '\n'), "wrong": []byte("cane-gatto\n"),
			"recovery.txt": []byte(paper + "\n"), "want": []byte("customers\n"),
		} {
			if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, name, file), b, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
