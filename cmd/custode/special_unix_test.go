//go:build !windows

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	_ "github.com/mattn/go-sqlite3"
)

// kept is a file as it was.
type kept struct {
	data  string
	mode  fs.FileMode
	mtime time.Time
}

// folderOf reads all regular files of a folder, by name, but for those that are too
// large to be read for a test.
func folderOf(t *testing.T, dir string) map[string]kept {
	t.Helper()
	out := map[string]kept{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !info.Mode().IsRegular() || info.Size() > 1<<30 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = kept{string(data), info.Mode(), info.ModTime()}
	}
	return out
}

// outcomesOf runs custode encrypt --json and gives what became of each file, by name.
func outcomesOf(t *testing.T, home string, want int, args ...string) map[string]outcomeDoc {
	t.Helper()
	r := custode(t, home, append([]string{"encrypt", "--yes", "--json"}, args...)...)
	if r.code != want {
		t.Fatalf("exit %d, want %d: %.2000s", r.code, want, r.out+r.err)
	}
	conform(t, r.out)
	var doc encryptDoc
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]outcomeDoc{}
	for _, f := range doc.Files {
		out[filepath.Base(f.Path)] = f
	}
	return out
}

// TestNamesComeBack: names in any encoding, too long ones, and such as some disk takes
// for one are sealed, proven, and come back as they were, with content, permissions and
// date; the page shows none of them raw.
func TestNamesComeBack(t *testing.T) {
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	names := []string{
		"Clienti.csv", "CLIENTI.csv", "clienti.CSV", "clienti", "caff\u00e8.csv", "caffe\u0300.csv", "latin1-caff\xe8.csv", "\xff\xfe", "emoji 🎁.txt", "quote'\".txt",
		"-rf", "--yes", "$(id).txt", "new\nline.txt", "tab\t.txt", "bell\a\x1b[31mred.txt", "rtl\u202egnp.txt", `back\slash.txt`, " blank before", "blank behind ", "dot.", "...", ".hidden",
		"a.csv.bak", "age", ".csv", "名簿.csv", "Büro.txt", strings.Repeat("n", 251), strings.Repeat("n", 252), strings.Repeat("n", 255), strings.Repeat("n", 254) + "m",
		strings.Repeat("é", 127), strings.Repeat("\xe8", 255), strings.Repeat("x", 251) + ".csv", "a (2).csv", "A.csv", "a.csv",
	}
	if runtime.GOOS == "darwin" {
		t.Skip("the disks of macOS take no names that are not UTF-8")
	}
	for i, n := range names {
		path := filepath.Join(dir, n)
		at := time.Unix(1_000_000_000+int64(i), 123456700)
		if err := os.WriteFile(path, fmt.Appendf(nil, "nome,email\nCliente,p%d@example.com\n", i), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, []fs.FileMode{0o600, 0o640, 0o644, 0o400}[i%4]); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "empty.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before := folderOf(t, dir)
	ringOn(t, home, t.TempDir())
	r := custode(t, home, "encrypt", "--yes", "--all", dir)
	if r.code != 0 || !strings.Contains(r.out, fmt.Sprintf("%d files were sealed", len(names)+1)) {
		t.Fatalf("%+v", r)
	}
	if strings.ContainsAny(r.out, "\a\x1b\u202e") || !utf8.ValidString(r.out) {
		t.Errorf("a name is shown raw: %q", r.out)
	}
	sealed := folderOf(t, dir)
	for n := range sealed {
		if !strings.HasSuffix(n, ".age") || len(n) > 255 {
			t.Errorf("%q lies there", n)
		}
	}
	if len(sealed) != len(before) {
		t.Errorf("%d sealed files of %d", len(sealed), len(before))
	}
	for _, n := range []string{"Clienti.csv.age", "caff\u00e8.csv.age", "latin1-caff\xe8.csv.age", strings.Repeat("n", 251) + ".age"} {
		if _, there := sealed[n]; !there && n != "Clienti.csv.age" && n != "caff\u00e8.csv.age" {
			t.Errorf("there is no %q", n)
		}
	}
	if r := custode(t, home, "verify", dir); r.code != 0 {
		t.Errorf("verify: %+v", r)
	}
	pass := filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(pass, []byte("one two three four\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "decrypt", "--passphrase-file", pass, dir); r.code != 0 {
		t.Errorf("decrypt: %+v", r)
	}
	after := folderOf(t, dir)
	for n, want := range before {
		if got, there := after[n]; !there || got.data != want.data || got.mode != want.mode || !got.mtime.Equal(want.mtime) {
			t.Errorf("%q: %+v, was %+v (there: %v)", n, got, want, there)
		}
		delete(after, n)
	}
	for n := range after {
		t.Errorf("%q is left over", n)
	}
}

// holdOpen has another process hold a file open until the test ends.
func holdOpen(t *testing.T, path string) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	cmd := exec.Command("sleep", "600")
	cmd.Stdin = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
}

// TestSpecialCases holds the whole program to the table of special cases: what is left
// as it is, why, and what else it says; all that is left is untouched.
func TestSpecialCases(t *testing.T) {
	dir, home, outside := t.TempDir(), filepath.Join(t.TempDir(), "home"), t.TempDir()
	ringOn(t, home, t.TempDir())
	const text = "nome,email\nAnna,anna@example.com\n"
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{
		"plain.csv", "Listino.xlsx", "~$Listino.xlsx", "Lettera.docx", "~$ttera.docx", "Fattura.ods", ".~lock.Fattura.ods#", "shop.accdb", "shop.laccdb",
		"held.csv", "posta.pst", "twin.csv", "other.csv", "not-sealed.age", "target.csv",
	} {
		put(t, in(name), text)
	}
	outsider := put(t, filepath.Join(outside, "outsider.csv"), text)
	db, err := sql.Open("sqlite3", in("cassa.db")+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, q := range []string{"CREATE TABLE c (email)", "INSERT INTO c VALUES ('anna@example.com')", "PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO c VALUES ('bruno@example.com')"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	for _, of := range []string{"", "-wal"} { // as a program leaves it that is killed
		data, err := os.ReadFile(in("cassa.db" + of))
		if err != nil || len(data) == 0 {
			t.Fatal(len(data), err)
		}
		put(t, in("left.db"+of), string(data))
	}
	socket, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", in("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, err := range []error{
		os.Link(in("twin.csv"), in("its other name.csv")), os.Link(in("other.csv"), filepath.Join(outside, "unseen.csv")),
		os.Symlink(outsider, in("link out.csv")), os.Symlink("target.csv", in("link in.csv")), os.Symlink(outside, in("folder out")), os.Symlink(".", in("loop")),
		syscall.Mkfifo(in("pipe"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	type special struct{ reason, program, names string }
	want := map[string]special{
		"Listino.xlsx": {reason: "in-use", program: "Excel"}, "~$Listino.xlsx": {reason: "lock-file"},
		"Lettera.docx": {reason: "in-use", program: "Word"}, "~$ttera.docx": {reason: "lock-file"},
		"Fattura.ods": {reason: "in-use", program: "LibreOffice"}, ".~lock.Fattura.ods#": {reason: "lock-file"},
		"shop.accdb": {reason: "in-use", program: "Microsoft Access"}, "shop.laccdb": {reason: "lock-file"},
		"left.db": {reason: "database"}, "left.db-wal": {reason: "database"}, "cassa.db-wal": {reason: "database"}, "cassa.db-shm": {reason: "database"},
		"twin.csv": {reason: "hard-links", names: "its other name.csv"}, "its other name.csv": {reason: "hard-links", names: "twin.csv"},
		"other.csv": {reason: "hard-links"}, "hollow.img": {reason: "sparse"},
	}
	if runtime.GOOS == "linux" { // a lease tells
		want["cassa.db"] = special{reason: "in-use"} // by ourselves, whom nobody names
		holdOpen(t, in("held.csv"))
		holdOpen(t, in("posta.pst"))
		want["held.csv"], want["posta.pst"] = special{reason: "in-use", program: "sleep"}, special{reason: "in-use", program: "sleep"}
	}
	before := folderOf(t, dir)
	if err := errors.Join(os.WriteFile(in("hollow.img"), []byte(text), 0o600), os.Truncate(in("hollow.img"), 3<<30)); err != nil { // nobody reads that whole
		t.Fatal(err)
	}
	got := outcomesOf(t, home, 1, dir)
	for name, w := range want {
		g := got[name]
		names := ""
		for _, n := range g.Names {
			names += filepath.Base(n)
		}
		if g.Outcome != "skipped" || g.Reason != w.reason || g.Program != w.program || names != w.names {
			t.Errorf("%s: %+v, want %+v", name, g, w)
		}
		if name == "hollow.img" {
			continue
		}
		if now, err := os.ReadFile(in(name)); err != nil || string(now) != before[name].data {
			t.Errorf("%s was touched: %v", name, err)
		}
	}
	for _, name := range []string{"plain.csv", "target.csv"} {
		if got[name].Outcome != "sealed" {
			t.Errorf("%s: %+v", name, got[name])
		}
	}
	for name, g := range got {
		if _, known := want[name]; !known && g.Outcome != "sealed" {
			t.Errorf("%s: %+v", name, g)
		}
	}
	for _, name := range []string{"link out.csv", "link in.csv", "folder out", "loop"} {
		if info, err := os.Lstat(in(name)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("the link %s is gone: %v", name, err)
		}
	}
	if now, err := os.ReadFile(outsider); err != nil || string(now) != text {
		t.Errorf("what a link leads to was touched: %v", err)
	}
	// By name: what is no file is refused, each with its reason; not-sealed.age is no
	// sealed file.
	for name, reason := range map[string]string{"pipe": "special", "socket": "special", "link out.csv": "special", "link in.csv": "special", "not-sealed.age": "misnamed"} {
		if g := outcomesOf(t, home, 1, in(name)); g[name].Outcome != "skipped" || g[name].Reason != reason {
			t.Errorf("%s, named: %+v", name, g)
		}
	}
	// The page, in Italian, names the program and the other name.
	r := custode(t, home, "encrypt", "--yes", "--all", "--lang", "it", dir)
	page := strings.Join(strings.Fields(r.out), " ")
	for _, say := range []string{"è aperto in Excel, dice il file ~$Listino.xlsx accanto", "è aperto in LibreOffice", "its other name.csv", "anche: "} {
		if !strings.Contains(page, say) {
			t.Errorf("the page does not say %q: %s", say, r.out)
		}
	}
	if runtime.GOOS == "linux" && !strings.Contains(page, "held.csv: è aperto in sleep; chiudilo") {
		t.Errorf("the page names no program: %s", r.out)
	}
	// Closed, the database is sealed as one file and has all its rows.
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if g := outcomesOf(t, home, 0, in("cassa.db")); g["cassa.db"].Outcome != "sealed" {
		t.Errorf("the closed database: %+v", g)
	}
	pass := put(t, filepath.Join(t.TempDir(), "pass"), "one two three four\n")
	if r := custode(t, home, "decrypt", "--passphrase-file", pass, in("cassa.db.age")); r.code != 0 {
		t.Errorf("%+v", r)
	}
	rows := 0
	if db, err = sql.Open("sqlite3", in("cassa.db")); err == nil {
		err = db.QueryRow("SELECT count(*) FROM c").Scan(&rows)
		_ = db.Close()
	}
	if err != nil || rows != 2 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// TestTakenNames: another X.age is there already. Nothing is written over, and both
// stay.
func TestTakenNames(t *testing.T) {
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	ringOn(t, home, t.TempDir())
	first := put(t, filepath.Join(dir, "a.csv"), "nome\nAnna\n")
	if got := outcomesOf(t, home, 0, first); got["a.csv"].Outcome != "sealed" {
		t.Fatalf("%+v", got)
	}
	sealed, err := os.ReadFile(first + ".age")
	if err != nil {
		t.Fatal(err)
	}
	put(t, first, "nome\nBruno\n")
	if got := outcomesOf(t, home, 1, first); got["a.csv"].Outcome != "kept" {
		t.Errorf("%+v", got)
	}
	now, err := os.ReadFile(first + ".age")
	plain, err2 := os.ReadFile(first)
	if err != nil || err2 != nil || !bytes.Equal(now, sealed) || string(plain) != "nome\nBruno\n" {
		t.Errorf("%v, %v, %q", err, err2, plain)
	}
}
