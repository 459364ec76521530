package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"custode/internal/sample"
)

// required reports whether CI insists on a tool: then a test without it fails.
func required(tool string) bool {
	for have := range strings.SplitSeq(os.Getenv("CUSTODE_REQUIRE"), ",") {
		if have == tool {
			return true
		}
	}
	return false
}

// itself gives a command that is this program: the test binary as custode.
func itself(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "custode") // testscript tells by the name
	if onWindows() {
		exe += ".exe"
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(self, exe); err != nil {
		raw, err := os.ReadFile(self)
		if err == nil {
			syscall.ForkLock.RLock() // a program that is started just now would hold it open for writing
			err = os.WriteFile(exe, raw, 0o700)
			syscall.ForkLock.RUnlock()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "CUSTODE_HOME="+home, "LANG=en_GB.UTF-8", "HOME="+t.TempDir())
	return cmd
}

type scanTotals struct {
	Totals struct{ Files, Read, Errors, People int64 }
}

// rescan scans again and gives the totals.
func rescan(t *testing.T, home string) scanTotals {
	t.Helper()
	r := custode(t, home, "scan", "--json")
	if r.code > 1 {
		t.Fatalf("scan: %d %s", r.code, r.err)
	}
	var d scanTotals
	if err := json.Unmarshal([]byte(r.out), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestKilledScanGoesOn kills a scan with -9 at several moments: the journal is
// sound, nothing is half written, and the next scan reads only what is left.
func TestKilledScanGoesOn(t *testing.T) {
	shop, home := filepath.Join(t.TempDir(), "shop"), filepath.Join(t.TempDir(), "home")
	const files = 20000
	if err := sample.WriteBulk(shop, 7, files, 30<<20); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir(), "--shop", "x"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	yaml, err := os.ReadFile(filepath.Join(home, "custode.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(yaml, []byte("folders:"))
	yaml = append(yaml[:i:i], []byte("folders:\n  - "+strconv.Quote(shop)+"\n")...)
	if err := os.WriteFile(filepath.Join(home, "custode.yaml"), yaml, 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // beyond the tick in which the files were written
	kills, moments := 0, []int{5, 20, 50, 80, 120}
	for _, ms := range moments {
		cmd := itself(t, home, "scan", "--json")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(ms) * time.Millisecond)
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			kills++
		}
		if r := custode(t, home, "journal", "verify"); r.code != 0 {
			t.Fatalf("after %d ms: %+v", ms, r)
		}
	}
	// The last one is killed once it has remembered something.
	cmd := itself(t, home, "scan", "--json")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(filepath.Join(home, "custode.db"))+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 1000 {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM file").Scan(&n); err == nil && n > 0 {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	_ = cmd.Process.Kill()
	resumes := cmd.Wait() != nil
	first := rescan(t, home)
	if resumes && first.Totals.Read >= first.Totals.Files {
		t.Errorf("it began again from the start: %+v", first.Totals)
	}
	second := rescan(t, home)
	if second.Totals.Read != 0 || second.Totals.Files != first.Totals.Files || second.Totals.People != first.Totals.People {
		t.Errorf("first %+v, second %+v", first.Totals, second.Totals)
	}
	t.Logf("%d of %d scans were killed; the next one read %d of %d files", kills, len(moments), first.Totals.Read, first.Totals.Files)
	if r := custode(t, home, "journal", "show"); kills > 1 && !strings.Contains(r.out, "interrupted") {
		t.Error("no interrupted scan is noted")
	}
}

// TestRootFullDisk runs everything in a home on a disk that is full: an error
// that says so, and afterwards, with room again, all is as it was.
func TestRootFullDisk(t *testing.T) {
	if os.Geteuid() != 0 || onWindows() {
		t.Skip("SKIPPED, LOUDLY: only root can make a small disk")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=600k", "custode-test", disk).CombinedOutput(); err != nil {
		if required("root") {
			t.Fatalf("mount: %v %s", err, out)
		}
		t.Skipf("SKIPPED, LOUDLY: no tmpfs here: %s", out)
	}
	defer exec.Command("umount", disk).Run() //nolint:errcheck // the machine's cleaning
	shop, home := filepath.Join(t.TempDir(), "shop"), filepath.Join(disk, "home")
	if _, err := sample.Write(shop, sample.Options{Seed: 1, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	defer openUp(shop)
	if r := custode(t, home, "init", "--yes", "--data", shop); r.code > 1 {
		t.Fatalf("%+v", r)
	}
	more := filepath.Join(shop, "more")
	if err := sample.WriteBulk(more, 5, 1500, 3<<20); err != nil {
		t.Fatal(err)
	}
	fill := filepath.Join(disk, "fill")
	if err := os.WriteFile(fill, make([]byte, 590<<10), 0o600); err == nil {
		t.Log("the disk had more room than thought")
	}
	for _, args := range [][]string{{"scan"}, {"check"}, {"init", "--yes", "--shop", "Other"}} {
		r := custode(t, home, args...)
		if r.code != 74 || !strings.Contains(r.err, "disk is full") {
			t.Errorf("%q on a full disk: exit %d, %s", args, r.code, r.err)
		}
	}
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(more); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "journal", "verify"); r.code != 0 {
		t.Errorf("afterwards: %+v", r)
	}
	if r := custode(t, home, "scan"); r.code != 1 {
		t.Errorf("afterwards: %+v", r)
	}
	if r := custode(t, home, "check"); r.code != 2 {
		t.Errorf("afterwards: %+v", r)
	}
}

// TestFullOutput writes to a full device: 74, not a silent half page.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	_, home, _ := shopAndHome(t)
	for _, args := range [][]string{{"scan", "--json"}, {"scan"}, {"check"}, {"check", "--json"}, {"journal", "show"}, {"journal", "show", "--json"}, {"version"}} {
		cmd := itself(t, home, args...)
		var errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &errs
		_ = cmd.Run()
		if cmd.ProcessState.ExitCode() != 74 || !strings.Contains(errs.String(), "disk is full") {
			t.Errorf("%q: exit %d, %s", args, cmd.ProcessState.ExitCode(), errs.String())
		}
	}
}

// TestInterruptedScan stops a scan politely: 130, a sentence, a sound journal.
func TestInterruptedScan(t *testing.T) {
	if onWindows() {
		t.Skip("a test can't send Ctrl-C there")
	}
	shop, home := filepath.Join(t.TempDir(), "shop"), filepath.Join(t.TempDir(), "home")
	if err := sample.WriteBulk(shop, 7, 50, 400<<20); err != nil {
		t.Fatal(err)
	}
	cmd := itself(t, home, "init", "--yes", "--data", shop)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 { // until it has taken the lock, and so reads
		if _, err := os.Stat(filepath.Join(home, "scan.pid")); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(errs.String(), "Nothing is lost") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	if r := custode(t, home, "journal", "verify"); r.code != 0 {
		t.Errorf("%+v", r)
	}
}

// TestOddNames scans names that play tricks: the page shows them escaped, JSON
// is valid, and each is examined.
func TestOddNames(t *testing.T) {
	shop, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	names := []string{"emoji 🎁.txt", "quote'\".txt", strings.Repeat("x", 251) + ".txt", "-rf.txt", "$(id).txt", "ünïcödé.txt"}
	if !onWindows() {
		names = append(names, "new\nline.txt", "bell\a\x1b[31mred.txt", "not\xffutf8.txt", "rtl\u202egnp.txt", `back\slash.txt`)
	} else {
		names = []string{"emoji 🎁.txt", strings.Repeat("x", 200) + ".txt", "ünïcödé.txt"}
	}
	for i, n := range names {
		if err := os.WriteFile(filepath.Join(shop, n), fmt.Appendf(nil, "p%d@example.com", i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := custode(t, home, "init", "--yes", "--data", shop); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if got := rescan(t, home); got.Totals.People != int64(len(names)) {
		t.Errorf("%+v, want %d people", got.Totals, len(names))
	}
	for _, args := range [][]string{{"scan", "--all"}, {"check", "--all"}, {"journal", "show"}} {
		r := custode(t, home, args...)
		if strings.ContainsAny(r.out, "\a\x1b\u202e") || strings.Contains(r.out, "new\nline") || strings.Contains(r.out, "\xff") {
			t.Errorf("%q prints a name raw: %q", args, r.out)
		}
	}
}
