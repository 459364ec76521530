package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/internal/sample/containers"
	"custode/scan"
	"custode/scan/walk/baddisk"
)

// custodeOn runs a command line on a disk with faults.
func custodeOn(t *testing.T, home string, faults map[string]baddisk.Fault, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	disk := baddisk.New(faults)
	defer disk.Close()
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8"}
	sh := &shell{
		in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: 80,
		disk: disk, patience: 300 * time.Millisecond, shelf: readOnce,
	}
	code := sh.run(t.Context(), args)
	return result{code, out.String(), errs.String()}
}

// trouble is one thing wrong in a data folder: how the folder is made, what the
// disk does, and the exit code of the scan: 1 where something could not be looked
// into, 0 where it is left out.
type trouble struct {
	reason scan.Reason
	code   int
	make   func(t *testing.T, dir string) map[string]baddisk.Fault
}

func put(t *testing.T, path, text string) string {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// troubles have no personal data in what can be read: the page must not say that
// there is none.
func troubles() map[string]trouble {
	one := func(name, text string, fault baddisk.Fault) func(*testing.T, string) map[string]baddisk.Fault {
		return func(t *testing.T, dir string) map[string]baddisk.Fault {
			t.Helper()
			return map[string]baddisk.Fault{put(t, filepath.Join(dir, name), text): fault}
		}
	}
	folder := func(fault baddisk.Fault) func(*testing.T, string) map[string]baddisk.Fault {
		return func(t *testing.T, dir string) map[string]baddisk.Fault {
			t.Helper()
			return map[string]baddisk.Fault{filepath.Dir(put(t, filepath.Join(dir, "in", "a.txt"), "hello")): fault}
		}
	}
	none := baddisk.Fault{}
	return map[string]trouble{
		"no permission":              {scan.Permission, 1, one("a.txt", "hello", baddisk.Fault{Open: fs.ErrPermission})},
		"no permission for a folder": {scan.Permission, 1, folder(baddisk.Fault{Open: fs.ErrPermission})},
		"a bad sector":               {scan.Broken, 1, one("a.txt", "hello", baddisk.Fault{At: 3, Read: baddisk.ErrIO})},
		"a bad folder":               {scan.Broken, 1, folder(baddisk.Fault{List: baddisk.ErrIO})},
		"nothing is given":           {scan.TooSlow, 1, one("a.txt", "hello", baddisk.Fault{Stall: true})},
		"nothing is listed":          {scan.TooSlow, 1, folder(baddisk.Fault{Stall: true})},
		"a bug":                      {scan.Stumbled, 1, one("a.txt", "hello", baddisk.Fault{Panic: "anna@example.com"})},
		"a picture":                  {scan.ImageOnly, 1, one("a.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", none)},
		"no reader":                  {scan.NoReader, 1, one("a.7z", "7z\xbc\xaf\x27\x1c\x00\x04"+strings.Repeat("\x01", 99), none)},
		"UTF-32":                     {scan.Encoding, 1, one("a.txt", "\xff\xfe\x00\x00"+strings.Repeat("a\x00\x00\x00", 99), none)},
		"changing": {scan.Unsteady, 1, func(t *testing.T, dir string) map[string]baddisk.Fault {
			t.Helper()
			path := put(t, filepath.Join(dir, "a.txt"), "hello")
			return map[string]baddisk.Fault{path: {Opened: func() {
				if old, err := os.ReadFile(path); err != nil || os.WriteFile(path, append(old, " more"...), 0o600) != nil {
					t.Error("it does not change")
				}
			}}}
		}},
		"vanished": {scan.Vanished, 1, func(t *testing.T, dir string) map[string]baddisk.Fault {
			t.Helper()
			path := put(t, filepath.Join(dir, "a.txt"), "hello")
			return map[string]baddisk.Fault{path: {Open: fs.ErrNotExist}}
		}},
		"a link out": {scan.LinkOut, 1, func(t *testing.T, dir string) map[string]baddisk.Fault {
			t.Helper()
			if err := os.Symlink(put(t, filepath.Join(t.TempDir(), "x"), "anna@example.com"), filepath.Join(dir, "way")); err != nil {
				t.Skip("no links here")
			}
			return nil
		}},
		"left out by rule": {scan.ByRule, 0, one(".git/config", "hello", none)},
	}
}

// assurances are the words for nothing found where all was looked at.
func assurances(t *testing.T) (out []string) {
	t.Helper()
	for _, lang := range []string{"en", "it"} {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"scan.clean", "init.all-seen"} {
			out = append(out, w.T(key))
		}
	}
	return append(out, "100 %", "No personal data lies open", "Nessun dato personale in chiaro")
}

// account is what scan --json says of coverage.
type account struct {
	Complete bool
	Coverage struct {
		Bytes, Files, Percent int64
		Examined, Encrypted   scan.Account
		Listed                []scan.Listed
	}
}

// TestNothingPassesForClean has one trouble after the other in a folder without
// personal data: neither the page, nor the document, nor the exit code, nor the
// check says that it is clean, in either language; and the bytes add up.
func TestNothingPassesForClean(t *testing.T) {
	say := assurances(t)
	for name, c := range troubles() {
		t.Run(name, func(t *testing.T) {
			dir, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			home := filepath.Join(t.TempDir(), "home")
			put(t, filepath.Join(dir, "in order.txt"), "there is nobody in here")
			faults := c.make(t, dir)
			first := custodeOn(t, home, faults, "init", "--yes", "--data", dir)
			doc := custodeOn(t, home, faults, "scan", "--json")
			conform(t, doc.out)
			var a account
			if err := json.Unmarshal([]byte(doc.out), &a); err != nil {
				t.Fatal(err)
			}
			if doc.code != c.code || first.code != c.code || a.Complete || a.Coverage.Percent > 99 ||
				!slices.ContainsFunc(a.Coverage.Listed, func(l scan.Listed) bool { return l.Reason == c.reason && l.Entries > 0 }) {
				t.Errorf("exit %d, complete %v, %+v", doc.code, a.Complete, a.Coverage)
			}
			addUp(t, dir, a)
			written := first.out
			for _, lang := range []string{"en", "it"} {
				page := custodeOn(t, home, faults, "--lang", lang, "scan")
				if page.code != c.code {
					t.Errorf("exit %d, want %d: %s", page.code, c.code, page.out)
				}
				written += page.out
				if c.code == 0 || c.reason == scan.Vanished { // the check looks again: what has gone needs no looking into
					continue
				}
				check := custodeOn(t, home, faults, "--lang", lang, "check", "--all")
				// Pictures are told of and alarm nobody: every shop has some.
				if check.code == 0 && (c.reason != scan.ImageOnly || !strings.Contains(check.out, "1 picture") && !strings.Contains(check.out, "1 immagine")) {
					t.Errorf("the check ends with 0: %s", check.out)
				}
				written += check.out
			}
			flat := strings.Join(strings.Fields(written), " ")
			for _, limited := range []string{"open in what was looked at", "in chiaro in ciò che si è esaminato"} {
				flat = strings.ReplaceAll(flat, limited, "")
			}
			for _, s := range say {
				if strings.Contains(flat, s) {
					t.Errorf("it says %q:\n%s", s, written)
				}
			}
		})
	}
}

// addUp holds the sums of a document to the disk.
func addUp(t *testing.T, dir string, a account) {
	t.Helper()
	sum, unknown := a.Coverage.Examined.Bytes+a.Coverage.Encrypted.Bytes, int64(0)
	for _, l := range a.Coverage.Listed {
		sum, unknown = sum+l.Bytes, unknown+l.Unknown
	}
	var disk int64
	if err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			disk += info.Size()
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if sum != a.Coverage.Bytes || unknown == 0 && sum != disk || sum > disk {
		t.Errorf("%d bytes accounted for, %d said, %d on the disk, %d unknown: %+v", sum, a.Coverage.Bytes, disk, unknown, a.Coverage)
	}
}

// TestAssuranceWhereAllIsSeen is what the others are held against: the words are
// said where they are true.
func TestAssuranceWhereAllIsSeen(t *testing.T) {
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	put(t, filepath.Join(dir, "in order.txt"), "there is nobody in here")
	r := custode(t, home, "init", "--yes", "--data", dir)
	page, italian, doc := custode(t, home, "scan"), custode(t, home, "--lang", "it", "scan"), custode(t, home, "scan", "--json")
	for _, s := range []struct{ text, want string }{
		{r.out, "Every file could be looked into"},
		{page.out, "100 %"},
		{page.out, "every file was looked into"},
		{italian.out, "ogni file è stato esaminato"},
		{doc.out, `"complete": true`},
		{doc.out, `"percent": 100`},
	} {
		if !strings.Contains(s.text, s.want) {
			t.Errorf("no %q in %s", s.want, s.text)
		}
	}
	if r.code != 0 || page.code != 0 || doc.code != 0 {
		t.Errorf("exit %d, %d, %d", r.code, page.code, doc.code)
	}
}

// TestHostileFilesDoNotPass scans files that lie about themselves.
func TestHostileFilesDoNotPass(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	dir := t.TempDir()
	traps, err := containers.Hostile(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "init", "--yes", "--data", dir); r.code != 1 {
		t.Errorf("%+v", r)
	}
	doc := custode(t, home, "scan", "--json", "--all")
	conform(t, doc.out)
	var a account
	if err := json.Unmarshal([]byte(doc.out), &a); err != nil {
		t.Fatal(err)
	}
	if doc.code != 1 || a.Complete || a.Coverage.Percent > 99 {
		t.Errorf("exit %d, %+v", doc.code, a)
	}
	addUp(t, dir, a)
	page := custode(t, home, "scan", "--all").out
	for _, trap := range traps {
		if !trap.Whole && !trap.Sealed && strings.Count(page, trap.Path) == 0 {
			t.Errorf("%s is not named", trap.Path)
		}
	}
	for _, trap := range traps { // each by itself
		r := custode(t, home, "scan", filepath.Join(dir, trap.Path))
		if (trap.Whole || trap.Sealed) != (r.code == 0) || r.code > 1 {
			t.Errorf("%s: exit %d", trap.Path, r.code)
		}
	}
}

// TestPanicOfTheWalk panics where no file is to blame: 70, and nothing of what the
// panic held.
func TestPanicOfTheWalk(t *testing.T) {
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	put(t, filepath.Join(dir, "a.txt"), "there is nobody in here")
	r := custodeOn(t, home, map[string]baddisk.Fault{dir: {Panic: "anna.bianchi@example.com"}}, "init", "--yes", "--data", dir)
	if r.code != 70 || strings.Contains(r.out+r.err, "anna") || strings.Contains(r.err, "goroutine") || r.err == "" {
		t.Errorf("%+v", r)
	}
}

// TestFolderWithComma has a data folder with a comma in its name.
func TestFolderWithComma(t *testing.T) {
	dir, home := filepath.Join(t.TempDir(), "Rossi, Mario"), filepath.Join(t.TempDir(), "home")
	put(t, filepath.Join(dir, "a.txt"), "anna@example.com")
	if r := custode(t, home, "init", "--yes", "--data", dir); r.code != 0 {
		t.Errorf("%+v", r)
	}
	if n := totals(t, custode(t, home, "scan", "--json")); n.People != 1 {
		t.Errorf("%+v", n)
	}
}

// TestEveryReasonHasWords: whatever a scan lists, and by whatever rule, the page
// can say it.
func TestEveryReasonHasWords(t *testing.T) {
	raw, err := os.ReadFile("../../docs/schema/scan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties struct {
			Coverage struct {
				Properties struct {
					Listed struct {
						Items struct {
							Properties struct {
								Reason struct{ Enum []string }
							}
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	reasons := schema.Properties.Coverage.Properties.Listed.Items.Properties.Reason.Enum
	rules, err := os.ReadFile("../../scan/walk/skip.txt")
	if err != nil || len(reasons) < 20 {
		t.Fatal(reasons, err)
	}
	want := []scan.Listed{{Reason: scan.ByRule, Rule: scan.RuleSettings}, {Reason: scan.ByRule, Rule: "rule.own"}}
	for line := range strings.Lines(string(rules)) {
		if rule, _, ok := strings.Cut(line, "\t"); ok {
			want = append(want, scan.Listed{Reason: scan.ByRule, Rule: rule})
		}
	}
	for _, r := range reasons {
		if r != string(scan.ByRule) && r != "sealed" {
			want = append(want, scan.Listed{Reason: scan.Reason(r)})
		}
	}
	for _, lang := range []string{"en", "it"} {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		sh := &shell{words: w}
		for _, x := range want {
			x.Entries, x.Files, x.Bytes, x.Unknown = 3, 2, 1000, 1
			if s := strings.Join(sh.missedFor(x), "; "); s == "" || strings.ContainsAny(s, "[%") {
				t.Errorf("%s %s %s: %q", lang, x.Reason, x.Rule, s)
			}
		}
	}
}
