package remains

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// put makes files, each with a byte in it; a name that ends with a stroke is a folder.
func put(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, n := range names {
		path := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// look gives what is found of files below dir, as KIND PATH.
func look(t *testing.T, dir string, o Options, files ...string) []string {
	t.Helper()
	for i := range files {
		files[i] = filepath.Join(dir, filepath.FromSlash(files[i]))
	}
	found, err := Look(t.Context(), files, o)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, c := range found.Copies {
		rel, err := filepath.Rel(dir, c.Path)
		if err != nil || !slices.Contains(files, c.Of) {
			t.Fatalf("%v: not of these files", c)
		}
		got = append(got, string(c.Kind)+" "+filepath.ToSlash(rel))
	}
	slices.Sort(got)
	return got
}

// Beside clienti.csv: each name must be told, or must not.
func TestBeside(t *testing.T) {
	for name, want := range map[string]Kind{
		"clienti.csv~": Editor, "#clienti.csv#": Editor, ".clienti.csv.swp": Editor, ".clienti.csv.swo": Editor, ".clienti.csv.un~": Editor,
		".clienti.csv.kate-swp": Editor, "clienti.csv.bak": Editor, "clienti.bak": Editor, "clienti.csv.old": Editor, "clienti.csv.save": Editor,
		"~clienti.csv": Editor, "~clienti.csv.tmp": Editor, "Backup of clienti.wbk": Editor, "AutoRecovery save of clienti.asd": Editor,
		"Salvataggio automatico di clienti.asd": Editor, "Copia di backup di clienti.xlk": Editor, "clienti.csv.orig": Editor, //nolint:misspell // Italian
		"clienti.sync-conflict-20261120-101010-ABCDEFG.csv":   Version,
		"clienti (Anna's conflicted copy 2026-11-20).csv":     Version,
		"clienti (Copia in conflitto di Anna 2026-11-20).csv": Version,
		"clienti.csv.age": "", "clienti.csv.bak.age": "", "clienti.csv": "", "clienti (2).csv": "", "clienti2.csv": "", "clienti.txt": "",
		".~lock.clienti.csv#": "", "~$clienti.csv": "", "clienti.csv.bakery": "", "fornitori.csv~": "", "fornitori.bak": "", "clienti.csv.swp": "",
		"clienti (a).csv": "", "~": "", "##": "", "#": "", ".swp": "", ".bak": "", "Backup of ": "", ".clienti.csv.swz": "", " (conflict).csv": "",
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.HasSuffix(name, " ") {
				t.Skip("no such name there")
			}
			dir := t.TempDir()
			put(t, dir, name)
			exp := []string{}
			if want != "" {
				exp = []string{string(want) + " " + name}
			}
			if d := cmp.Diff(exp, look(t, dir, Options{}, "clienti.csv")); d != "" {
				t.Error(d)
			}
		})
	}
}

// What lies in archives, of docs/a/clienti.csv.
func TestArchives(t *testing.T) {
	for name, want := range map[string]Kind{
		".stversions/docs/a/clienti~20261120-101010.csv":          Version,
		"docs/.stversions/a/clienti.csv":                          Version,
		".sync/Archive/docs/a/clienti.csv":                        Version,
		".sync/Archive/docs/a/clienti.1.csv":                      Version,
		"_gsdata_/_saved_/docs/a/clienti.csv":                     Version,
		"_gsdata_/_history_/2026-11-20/docs/a/clienti.csv":        Version,
		".dropbox.cache/2026-11-20/clienti (deleted 5f0c1a).csv":  Version,
		".snapshots/7/snapshot/docs/a/clienti.csv":                Snapshot,
		".snapshots/docs.20261120/docs/a/clienti.csv":             Snapshot,
		".zfs/snapshot/daily-1/docs/a/clienti.csv":                Snapshot,
		"docs/.zfs/snapshot/daily-1/a/clienti.csv":                Snapshot,
		".snapshot/hourly.0/docs/a/clienti.csv":                   Snapshot,
		"#snapshot/GMT+01-2026.11.20-00.00.00/docs/a/clienti.csv": Snapshot,
		"~snapshot/nightly.0/docs/a/clienti.csv":                  Snapshot,
		".stversions/docs/b/clienti.csv":                          "",
		".stversions/docs/a/clienti~x.csv":                        "",
		".stversions/docs/a/altri~20261120-101010.csv":            "",
		".sync/Archive/docs/a/clienti.x.csv":                      "",
		".dropbox.cache/2026-11-20/altri (deleted 5f0c1a).csv":    "",
		".snapshots/7/snapshot/docs/a/clienti.csv.age":            "",
		".zfs/snapshot/docs/a/clienti.csv":                        "",
		"other/.stversions/docs/a/clienti.csv":                    "",
		"docs/a/other/.snapshot/hourly.0/clienti.csv":             "",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, name, "docs/a/other.txt")
			exp := []string{}
			if want != "" {
				exp = []string{string(want) + " " + name}
			}
			if d := cmp.Diff(exp, look(t, dir, Options{}, "docs/a/clienti.csv")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNextcloud(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "anna/files/a/x", "anna/files_versions/a/clienti.csv.v1700000000", "anna/files_versions/a/altri.csv.v1700000000",
		"anna/files_versions/clienti.csv.v1700000001", "anna/files_trashbin/files/clienti.csv.d1700000002")
	want := []string{"trash anna/files_trashbin/files/clienti.csv.d1700000002", "version anna/files_versions/a/clienti.csv.v1700000000"}
	if d := cmp.Diff(want, look(t, dir, Options{}, "anna/files/a/clienti.csv")); d != "" {
		t.Error(d)
	}
}

func trashInfo(t *testing.T, path, was string) {
	t.Helper()
	put(t, filepath.Dir(path), filepath.Base(path))
	text := "[Trash Info]\nPath=" + (&url.URL{Path: was}).EscapedPath() + "\nDeletionDate=2026-11-20T10:10:10\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDesktopTrash(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the trash of Linux and of drives that were there")
	}
	dir := t.TempDir()
	o := Options{Home: filepath.Join(dir, "home"), UID: 1000}
	home := filepath.Join(dir, "home/.local/share/Trash")
	put(t, home, "files/clienti.2.csv", "files/other.csv", "files/docs/a/clienti.csv", "files/empty", "files/bare")
	trashInfo(t, filepath.Join(home, "info/clienti.2.csv.trashinfo"), filepath.Join(dir, "docs/a/clienti è.csv"))
	trashInfo(t, filepath.Join(home, "info/other.csv.trashinfo"), filepath.Join(dir, "docs/b/clienti.csv"))
	trashInfo(t, filepath.Join(home, "info/docs.trashinfo"), filepath.Join(dir, "docs")) // thrown away with its folder
	trashInfo(t, filepath.Join(home, "info/bare.trashinfo"), "docs/a/clienti.csv")       // not absolute: means nothing here
	put(t, dir, ".Trash-1000/files/usb.csv", ".Trash-1001/files/usb.csv")
	trashInfo(t, filepath.Join(dir, ".Trash-1000/info/usb.csv.trashinfo"), "docs/a/clienti.csv")
	trashInfo(t, filepath.Join(dir, ".Trash-1001/info/usb.csv.trashinfo"), "docs/a/clienti.csv") // somebody else's
	trashInfo(t, filepath.Join(dir, ".Trash-1000/info/up.csv.trashinfo"), "../docs/a/clienti.csv")
	put(t, dir, "home/.Trash/clienti è 10.30.12.csv", "home/.Trash/elenco.csv")
	want := []string{
		"trash .Trash-1000/files/usb.csv", "trash home/.Trash/clienti è 10.30.12.csv",
		"trash home/.local/share/Trash/files/clienti.2.csv", "trash home/.local/share/Trash/files/docs/a/clienti.csv",
	}
	if d := cmp.Diff(want, look(t, dir, o, "docs/a/clienti.csv", "docs/a/clienti è.csv")); d != "" {
		t.Error(d)
	}
}

// note is what the Recycle Bin writes beside a file.
func note(version uint64, path string) []byte {
	var b bytes.Buffer
	for _, n := range []uint64{version, 9, 133000000000000000} {
		_ = binary.Write(&b, binary.LittleEndian, n)
	}
	units := append(utf16.Encode([]rune(path)), 0)
	if version == 1 {
		units = append(units, make([]uint16, 260-len(units))...)
	} else {
		_ = binary.Write(&b, binary.LittleEndian, uint32(len(units)))
	}
	_ = binary.Write(&b, binary.LittleEndian, units)
	return b.Bytes()
}

func TestRecycleBin(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "$Recycle.Bin", "S-1-5-21-1-2-3-1001")
	for name, raw := range map[string][]byte{
		"AAAAAA.csv": note(2, `E:\docs\a\clienti.csv`),
		"BBBBBB.csv": note(1, `E:\Docs\A\Clienti.csv`), // capitals are the same
		"CCCCCC":     note(2, `E:\docs`),               // the whole folder
		"DDDDDD.csv": note(2, `E:\altro\clienti.csv`),
		"EEEEEE.csv": note(3, `E:\docs\a\clienti.csv`),
		"FFFFFF.csv": note(2, `E:\docs\a\clienti.csv`)[:30],
	} {
		put(t, bin, "$I"+name)
		if err := os.WriteFile(filepath.Join(bin, "$I"+name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "CCCCCC" {
			put(t, bin, "$R"+name)
		}
	}
	put(t, bin, "$RCCCCCC/a/clienti.csv", "$RCCCCCC/a/altri.csv")
	in := "trash $Recycle.Bin/S-1-5-21-1-2-3-1001/"
	want := []string{in + "$RAAAAAA.csv", in + "$RBBBBBB.csv", in + "$RCCCCCC/a/clienti.csv"}
	if d := cmp.Diff(want, look(t, dir, Options{}, "docs/a/clienti.csv")); d != "" {
		t.Error(d)
	}
}

// Links are not followed, wherever they stand, nor are devices, empty files and
// notes without end.
func TestHostile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links want rights there")
	}
	dir := t.TempDir()
	put(t, dir, "docs/x", "out/docs/clienti.csv", "out/clienti.csv", "out/1/docs/clienti.csv", "home/.local/share/Trash/files/clienti.csv")
	for to, from := range map[string]string{
		"out":             ".stversions",
		"../out/1":        ".snapshot/1",
		"out/clienti.csv": "docs/clienti.csv~",
		"out/docs":        "docs/.stversions",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, from)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(dir, to), filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "docs", "clienti.csv.bak"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	trashInfo(t, filepath.Join(dir, "home/.local/share/Trash/info/clienti.csv.trashinfo"), filepath.Join(dir, "docs/clienti.csv"))
	big := filepath.Join(dir, "home/.local/share/Trash/info/clienti.csv.trashinfo")
	if err := os.Truncate(big, most+1); err != nil {
		t.Fatal(err)
	}
	if got := look(t, dir, Options{Home: filepath.Join(dir, "home")}, "docs/clienti.csv"); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	if err := os.Truncate(big, most); err != nil { // the same note as large as may be
		t.Fatal(err)
	}
	if got := look(t, dir, Options{Home: filepath.Join(dir, "home")}, "docs/clienti.csv"); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

func TestLimit(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for i := range 50 {
		put(t, dir, fmt.Sprintf("f%d.csv~", i))
		files = append(files, filepath.Join(dir, fmt.Sprintf("f%d.csv", i)))
	}
	for limit, want := range map[int]int{0: 50, 50: 50, 7: 7} {
		found, err := Look(t.Context(), append(slices.Clone(files), files...), Options{Limit: limit})
		if err != nil || len(found.Copies) != want || found.More != (want < 50) {
			t.Errorf("limit %d: %d, more %v, %v", limit, len(found.Copies), found.More, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Look(ctx, files, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Notes and names that somebody made up never break it, and never lead elsewhere.
func FuzzNotes(f *testing.F) {
	f.Add(note(2, `C:\a\b.csv`), "clienti.csv~")
	f.Add(note(1, `C:\..\b.csv`), "#a#")
	f.Add([]byte("[Trash Info]\nPath=/a/%zz"), "a (conflict).csv")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		if p, ok := recycled(raw); ok && !filepath.IsLocal(p) {
			t.Errorf("%q", p)
		}
		_, _ = infoPath(raw)
		for _, o := range originals(name) {
			if o.name == "" || len(o.name) > len(name) {
				t.Errorf("%q from %q", o.name, name)
			}
		}
		_, _ = versionOf(name, map[string]bool{"a": true})
	})
}

func TestHidden(t *testing.T) {
	for system, want := range map[string][]Kind{"windows": {Previous}, "darwin": {TimeMachine}, "linux": nil} {
		if d := cmp.Diff(want, hidden(system)); d != "" {
			t.Error(system, d)
		}
	}
}
