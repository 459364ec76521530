package main

import (
	"bytes"
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/rogpeppe/go-internal/testscript"

	"custode/cmd/custode/internal/store"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/host"
	"custode/internal/host/posture"
	"custode/internal/sample"
	"custode/internal/secret"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"custode": testMain, "askquiz": askQuizMain})
}

// testMain is custode on a computer of which the scripts know what it is: a file tree below POSTURE, or one
// that tells nothing.
func testMain() {
	os.Exit(live(func(sh *shell) {
		sh.posture = func(home string, env func(string) string) posture.Computer {
			root := env("POSTURE")
			if root == "" {
				root = filepath.Join(home, "no such tree")
			}
			return posture.Computer{Root: root, System: "linux", Home: home, UID: 1000, Env: env}
		}
	}))
}

// TestScripts runs the promises to the user, one script each.
func TestScripts(t *testing.T) { testscript.Run(t, scripts("testdata")) }

// TestRootScripts runs those that only root can.
func TestRootScripts(t *testing.T) {
	if !host.Root() {
		t.Skip("SKIPPED LOUDLY: only root is told who touched a file")
	}
	testscript.Run(t, scripts("testdata/root"))
}

func scripts(dir string) testscript.Params {
	return testscript.Params{
		Dir: dir,
		Setup: func(e *testscript.Env) error {
			e.Values[heldKey{}] = &heldFiles{}
			home := filepath.Join(e.WorkDir, "me")
			e.Setenv("HOME", home)
			e.Setenv("USERPROFILE", home)
			e.Setenv("CUSTODE_HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("LANG", "en_GB.UTF-8")
			e.Setenv("TZ", "UTC")
			e.Setenv("GORACE", "atexit_sleep_ms=0") // watched for races, each program would sleep for a second before it ends
			return os.Mkdir(home, 0o700)
		},
		Condition: func(cond string) (bool, error) {
			return cond == "root" && os.Geteuid() == 0, nil
		},
		Cmds: commands(),
	}
}

// commands are what scripts can do beside running programs.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	all := map[string]func(*testscript.TestScript, bool, []string){
		"exit": exitWith, "sql": runSQL, "shop": makeShop, "hold": holdLock, "age": ageFiles, "utf16": toUTF16, "fifo": makeFifo, "receipt": readReceipt,
		"sshkey": makeSSHKey, "bait": baitPaths, "sheet": copySheet,
		"sealfile": sealFiles, "spoil": spoilFile, "holds": holdsOnly, "typesheet": typeSheet, "sealfor": sealFor, "archive": archiveFolder,
		"nocopy": noCopy, "keyring": makeRing, "moment": takeMoment, "typed": typePage, "openfile": openFile, "bypage": openByPage, "until": until, "scramble": scramble, "lists": lists, "some": some, "mailserver": mailServer, "manager": serviceManager,
	}
	maps.Copy(all, fileCommands())
	return all
}

// exitWith runs a command and wants an exit code: exit 2 custode check.
func exitWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE[,CODE] COMMAND ...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if !strings.Contains(","+args[0]+",", ","+code+",") {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// runSQL changes a database by hand: sql FILE STATEMENT ...
func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite3", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	for _, q := range args[1:] {
		_, err := db.Exec(q)
		ts.Check(err)
	}
}

// makeShop writes the sample shop.
func makeShop(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	_, err := sample.Write(dir, sample.Options{Seed: 1, Now: time.Now()})
	ts.Check(err)
	ts.Defer(func() { openUp(dir) })
}

// holdLock holds a lock of the home until the script ends.
func holdLock(ts *testscript.TestScript, _ bool, args []string) {
	home := ts.Getenv("CUSTODE_HOME")
	ts.Check(os.MkdirAll(home, 0o700))
	release, err := store.Lock(home, args[0], time.Now())
	ts.Check(err)
	ts.Defer(release)
}

// ageFiles makes files some days old: age 40 FILE ...
func ageFiles(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	at := time.Now().Add(-d)
	for _, f := range args[1:] {
		ts.Check(os.Chtimes(ts.MkAbs(f), at, at))
	}
}

// toUTF16 writes a file anew as UTF-16, little endian, with a byte order mark.
func toUTF16(ts *testscript.TestScript, _ bool, args []string) {
	out := []byte{0xff, 0xfe}
	for _, r := range ts.ReadFile(args[0]) {
		out = append(out, byte(r), byte(r>>8))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out, 0o600))
}

// openUp lets a folder be removed.
func openUp(dir string) {
	_ = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o600 != 0o600 {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
}

// result is what one command line gave.
type result struct {
	code     int
	out, err string
}

// readOnce is what is built in, for all commands that run in this process: reading it takes longer than most of them.
var readOnce = newShelf()

// custode runs a command line in this process, without a terminal.
func custode(t *testing.T, home string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8"}
	sh := &shell{in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: 80, shelf: readOnce}
	code := sh.run(t.Context(), args)
	return result{code, out.String(), errs.String()}
}

// shopAndHome makes a sample shop and a home that knows it.
func shopAndHome(t *testing.T) (shop, home string, truth sample.Truth) {
	t.Helper()
	shop, home = filepath.Join(t.TempDir(), "bottega"), filepath.Join(t.TempDir(), "home")
	truth, err := sample.Write(shop, sample.Options{Seed: 1, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { openUp(shop) })
	if r := custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", shop); r.code != 1 {
		t.Fatalf("init: %+v", r)
	}
	return shop, home, truth
}

func onWindows() bool { return runtime.GOOS == "windows" }

// readReceipt puts the content of a file into $RECEIPT.
func readReceipt(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("RECEIPT", strings.TrimSpace(ts.ReadFile(args[0])))
}

// makeRing makes keys for the home of the script, quickly, with the passphrase of
// $PASSPHRASE: keyring [proven|classic]. The sheet's key goes into the file sheet.txt.
func makeRing(ts *testscript.TestScript, _ bool, args []string) {
	o := ring.CreateOptions{Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now()}
	if slices.Contains(args, "classic") {
		o.Kind = keys.Classic
	}
	r, u, err := ring.Create(filepath.Join(ts.Getenv("CUSTODE_HOME"), "keys"), o)
	ts.Check(err)
	ts.Setenv("PASSPHRASE", "one two three four")
	sheet, err := r.Sheet(u)
	ts.Check(err)
	lines, err := keys.SheetLines(sheet)
	ts.Check(err)
	var text []byte
	for _, l := range lines {
		text = append(append(text, l.Reveal()...), '\n')
	}
	ts.Check(os.WriteFile(ts.MkAbs("sheet.txt"), text, 0o600))
	if slices.Contains(args, "proven") {
		ts.Check(r.Proven(time.Now()))
	}
}

// openFile has a file open, as another program may, until the script ends.
func openFile(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { _ = f.Close() })
}
