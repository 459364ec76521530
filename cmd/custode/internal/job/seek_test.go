package job_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/scan"
	"custode/scan/seek"
)

const (
	soughtName  = "Ludovica D'Esempio"
	soughtMail  = "ludovica.cercata@posta.example"
	soughtPhone = "+39 399 765 4321"
)

// sought is who is looked for.
func sought() []seek.Term {
	return []seek.Term{{Kind: seek.Name, Text: soughtName}, {Kind: seek.Email, Text: soughtMail}, {Kind: seek.Phone, Text: soughtPhone}}
}

// sealTo seals a text, in armor if it says so.
func sealTo(t *testing.T, path string, to age.Recipient, text string, armored bool) {
	t.Helper()
	var b bytes.Buffer
	var into io.Writer = &b
	end := func() error { return nil }
	if armored {
		a := armor.NewWriter(&b)
		into, end = a, a.Close
	}
	enc, err := age.Encrypt(into, to)
	if err == nil {
		_, err = io.WriteString(enc, text)
	}
	if err == nil {
		err = errors.Join(enc.Close(), end())
	}
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, b.String())
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// seekShop is a shop with the person in plain and sealed files, and with files
// that cannot be looked at.
type seekShop struct {
	*bench
	mine *age.X25519Identity
}

func newSeekShop(t *testing.T) seekShop {
	t.Helper()
	s := seekShop{bench: newBench(t)}
	var theirs *age.X25519Identity
	var err error
	if s.mine, err = age.GenerateX25519Identity(); err == nil {
		theirs, err = age.GenerateX25519Identity()
	}
	if err != nil {
		t.Fatal(err)
	}
	row := "nome;email;telefono\nLuca Neri;luca@posta.example;06\n" + soughtName + ";" + soughtMail + ";399 7654321\n"
	put(t, filepath.Join(s.dir, "clienti.csv"), row)
	put(t, filepath.Join(s.dir, "nessuno.txt"), "Giovanna D'Esempioni\n")
	put(t, filepath.Join(s.dir, "foto.jpg"), "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"+strings.Repeat("\x00", 200))
	put(t, filepath.Join(s.dir, "lasciata", "clienti.csv"), row)
	put(t, filepath.Join(s.dir, "node_modules", "clienti.csv"), row)
	sealTo(t, filepath.Join(s.dir, "mail.txt.age"), s.mine.Recipient(), "da: "+strings.ToUpper(soughtMail), false)
	sealTo(t, filepath.Join(s.dir, "corazza.txt.age"), s.mine.Recipient(), "D'ESEMPIO, Ludovica", true)
	sealTo(t, filepath.Join(s.dir, "big.csv.age"), s.mine.Recipient(), row+strings.Repeat("Bianca Verdi;bianca@posta.example;06\n", 20_000)+"x;y;+39 399 765 4321\n", false)
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	member, err := w.Create("vecchi/clienti.csv")
	if err == nil {
		_, err = io.WriteString(member, row)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	sealTo(t, filepath.Join(s.dir, "cartella.zip.age"), s.mine.Recipient(), z.String(), false)
	sealTo(t, filepath.Join(s.dir, "altrui.txt.age"), theirs.Recipient(), soughtMail, false)
	put(t, filepath.Join(s.dir, "rotto.txt.age"), "age-encryption.org/v1\n-> X25519 x\nx\n--- x\n")
	out := filepath.Join(t.TempDir(), "altrove.txt.age")
	sealTo(t, out, s.mine.Recipient(), soughtMail, false)
	gone := filepath.Join(s.dir, "sparito.txt.age")
	if err := s.store.SaveSealed(t.Context(), []catalogue.Entry{{Path: out, Original: "altrove.txt"}, {Path: gone, Original: "sparito.txt"}, {Path: filepath.Join(s.dir, "mail.txt.age"), Original: "mail.txt"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s seekShop) options() job.SeekOptions {
	return job.SeekOptions{
		Roots: []string{s.dir}, Exclude: []string{s.home}, Country: "IT", Terms: sought(),
		Exclusions: []scan.Exclusion{{Path: filepath.Join(s.dir, "lasciata"), Because: "prova"}},
	}
}

// told is what a search said, by the names of the files.
func told(k *job.Seeking) (found, unseen []string) {
	for _, f := range k.Found {
		line := filepath.Base(f.Path)
		for _, p := range f.Places {
			line += fmt.Sprintf(" %d:%v:%s", p.Number, p.Terms, p.Certainty)
		}
		found = append(found, line)
	}
	for _, f := range k.Unseen {
		unseen = append(unseen, fmt.Sprintf("%s %s %s", filepath.Base(f.Path), f.State, f.Reason))
	}
	return found, unseen
}

// TestSeek: with the key the person is found in plain and in sealed files, also
// those that lie elsewhere; without it sealed files are listed; what could not be
// looked at is listed in either case.
func TestSeek(t *testing.T) {
	s := newSeekShop(t)
	o := s.options()
	o.Identities = []age.Identity{s.mine}
	var shown []string
	o.Show = func(path string, r seek.Record) { shown = append(shown, filepath.Base(path)) }
	var files, bytes int64
	o.Progress = func(f, b int64, _ bool) { files, bytes = f, b }
	k, err := job.Seek(t.Context(), s.store, o)
	if err != nil {
		t.Fatal(err)
	}
	found, unseen := told(k)
	want := []string{"altrove.txt.age 1:[1]:sure", "big.csv.age 3:[0 1 2]:sure 20004:[2]:sure", "cartella.zip.age 3:[0 1 2]:sure", "clienti.csv 3:[0 1 2]:sure", "corazza.txt.age 1:[0]:likely", "mail.txt.age 1:[1]:sure"}
	slices.Sort(found)
	if !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	want = []string{"altrui.txt.age sealed no-key", "foto.jpg not-examined image-only", "rotto.txt.age not-examined damaged", "sparito.txt.age failed vanished"}
	if slices.Sort(unseen); !slices.Equal(unseen, want) {
		t.Errorf("not looked at %q, want %q", unseen, want)
	}
	if k.Files != 7 || k.Opened != 5 || k.Sure != 6 || k.Likely != 1 || files != k.Files || bytes != k.Bytes {
		t.Errorf("%+v, told %d files of %d bytes", *k, files, bytes)
	}
	if k.LeftOut["settings"] != 1 || k.LeftOut["rule.cache"] != 1 {
		t.Errorf("left out: %v", k.LeftOut)
	}
	if slices.Sort(shown); fmt.Sprint(shown) != "[altrove.txt.age big.csv.age big.csv.age cartella.zip.age clienti.csv corazza.txt.age mail.txt.age]" {
		t.Errorf("shown: %v", shown)
	}

	o.Identities, o.Show = nil, nil
	k, err = job.Seek(t.Context(), s.store, o)
	if err != nil {
		t.Fatal(err)
	}
	found, unseen = told(k)
	if !slices.Equal(found, []string{"clienti.csv 3:[0 1 2]:sure"}) {
		t.Errorf("locked: found %q", found)
	}
	slices.Sort(unseen)
	want = []string{
		"altrove.txt.age sealed locked", "altrui.txt.age sealed locked", "big.csv.age sealed locked", "cartella.zip.age sealed locked", "corazza.txt.age sealed locked", "foto.jpg not-examined image-only", "mail.txt.age sealed locked",
		"rotto.txt.age sealed locked", "sparito.txt.age failed vanished",
	}
	if !slices.Equal(unseen, want) {
		t.Errorf("locked: not looked at %q, want %q", unseen, want)
	}
}

// TestSeekLeavesNothing: after a search no file of the home, of the folder for
// temporary files or beside the sealed ones holds what was looked for, and none is
// new.
func TestSeekLeavesNothing(t *testing.T) {
	s := newSeekShop(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	before := listing(t, s.dir)
	o := s.options()
	o.Identities = []age.Identity{s.mine}
	o.Show = func(string, seek.Record) {}
	if _, err := job.Seek(t.Context(), s.store, o); err != nil {
		t.Fatal(err)
	}
	if after := listing(t, s.dir); !slices.Equal(before, after) {
		t.Errorf("the data folder has %q, had %q", after, before)
	}
	if left := listing(t, tmp); len(left) > 0 {
		t.Errorf("temporary files %q", left)
	}
	for _, path := range listing(t, s.home) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{soughtName, soughtMail, "399 765", "3997654321", "Ludovica", "udovica"} {
			if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(text))) {
				t.Errorf("%s holds %q", path, text)
			}
		}
	}
}

// listing is every file below a folder.
func listing(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSeekEnds: a search that is broken off, or that cannot begin, says so.
func TestSeekEnds(t *testing.T) {
	s := newSeekShop(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := job.Seek(ctx, s.store, s.options()); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	o := s.options()
	o.Roots = []string{filepath.Join(s.dir, "nowhere")}
	if _, err := job.Seek(t.Context(), s.store, o); err == nil {
		t.Error("a folder that is not there is searched")
	}
	o = s.options()
	o.Terms = []seek.Term{{Kind: seek.Email, Text: "no"}}
	if _, err := job.Seek(t.Context(), s.store, o); !errors.Is(err, seek.ErrMail) {
		t.Errorf("no address: %v", err)
	}
}
