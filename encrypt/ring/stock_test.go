package ring

import (
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
)

// TestStockProgram opens a shop's file with the program age alone.
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
	prepared := t.TempDir()
	for name, k := range map[string]keys.Kind{"hybrid": keys.Hybrid, "classic": keys.Classic} {
		prepare(t, filepath.Join(prepared, name), k)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("AGE", bin)
			return os.CopyFS(e.WorkDir, os.DirFS(prepared))
		},
	})
}

// prepare writes a shop's file and its keys under plain names.
func prepare(t *testing.T, dir string, k keys.Kind) {
	t.Helper()
	r, u := made(t, k)
	friend, err := age.GenerateX25519Identity()
	must(t, err)
	must(t, r.AddRecipient(u, "friend", friend.Recipient().String(), noon))
	u, err = r.Rotate(u, noon)
	must(t, err)
	sheet, err := r.Sheet(u)
	must(t, err)
	must(t, os.Mkdir(dir, 0o700))
	for name, b := range map[string][]byte{
		"typed": []byte("ada's word\n"), "list.age": sealed(t, r), "friend.txt": []byte(friend.String() + "\n"), "sheet.txt": append(sheet.Text().Reveal(), '\n'),
		"key.age": readFile(t, r.People()[0].KeyFile), "vault.age": readFile(t, r.People()[0].VaultFile),
		"friend.age": readFile(t, r.People()[1].VaultFile), "recovery.age": readFile(t, r.RecoveryFile()),
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
}
