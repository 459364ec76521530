package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// asPrograms has files opened by a program that only notes where they lie; seen gives the last one.
func asPrograms(t *testing.T) (seen func() string) {
	t.Helper()
	bin, note := t.TempDir(), filepath.Join(t.TempDir(), "note")
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\nprintf %s \"$1\" > \"$NOTE.new\" && mv \"$NOTE.new\" \"$NOTE\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("NOTE", note)
	return func() (path string) {
		t.Helper()
		inTime(t, "nothing was opened", func() bool {
			raw, err := os.ReadFile(note)
			path = string(raw)
			return err == nil
		})
		_ = os.Remove(note)
		return path
	}
}

// inTime waits until something is so.
func inTime(t *testing.T, otherwise string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(otherwise)
		}
	}
}

// TestServeOpen: a sealed file opens with the keys only, and once; what is saved is sealed also while
// the page is locked; when the owner is done, or the page ends, the readable copy is gone.
func TestServeOpen(t *testing.T) {
	seen := asPrograms(t)
	o, shop, _ := vaultShop(t)
	path := filepath.Join(shop, "rossi.csv.age")
	if err := o.Open(t.Context(), path); !isFault(err, "fault.serve.locked") {
		t.Fatalf("opened without keys: %v", err)
	}
	unlock := func() {
		t.Helper()
		if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
			t.Fatal(err)
		}
	}
	unlock()
	if o.going().Files {
		t.Error("busy with nothing")
	}
	if err := o.Open(t.Context(), filepath.Join(shop, "absent.csv.age")); !isFault(err, "fault.opening.path") {
		t.Errorf("what custode has not sealed: %v", err)
	}
	if err := o.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	copied := seen()
	if raw, err := os.ReadFile(copied); err != nil || !strings.Contains(string(raw), "Anna Rossi") || filepath.Base(copied) != "rossi.csv" {
		t.Fatalf("%s: %q, %v", copied, raw, err)
	}
	if v, err := o.Vault(t.Context(), web.VaultWish{Most: 50}); err != nil || !slices.ContainsFunc(v.Files, func(f web.SealedFile) bool { return f.Path == path && !f.Opens && f.Away != "" }) {
		t.Errorf("it is offered to be opened once more: %+v, %v", v.Files, err)
	}
	if err := o.Open(t.Context(), path); !isFault(err, "fault.opening.twice") {
		t.Errorf("opened twice: %v", err)
	}
	if o.Lock(); !o.going().Files {
		t.Error("the page would end by itself, and take the copy away")
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, []byte("name,mail\nBea Verdi,bea@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var open web.OpenFile
	inTime(t, "what was saved is not sealed", func() bool {
		v, err := o.Vault(t.Context(), web.VaultWish{Most: 50})
		if err != nil || len(v.Open) != 1 {
			t.Fatalf("%+v, %v", v.Open, err)
		}
		open = v.Open[0]
		return strings.Contains(strings.Join(open.Said, " "), "1 new version is sealed")
	})
	if after, err := os.ReadFile(path); err != nil || string(after) == string(before) {
		t.Errorf("the sealed file is the old one: %v", err)
	}
	f, err := os.Open(copied)
	if err != nil {
		t.Fatal(err)
	}
	if !o.InUse(open.ID) {
		t.Error("it is in use, and that is not seen")
	}
	_ = f.Close() // only read
	out, err := o.Done(t.Context(), open.ID)
	if o.going().Files {
		t.Error("busy with a file that is closed")
	}
	if err != nil || !strings.Contains(strings.Join(out.Lines, " "), "The new version is sealed") || exists(copied) {
		t.Errorf("%+v, %v; the copy is there: %v", out, err, exists(copied))
	}
	if _, err := o.Done(t.Context(), open.ID); !isFault(err, "fault.serve.closed") {
		t.Errorf("closed twice: %v", err)
	}
	unlock()
	if err := o.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	copied = seen()
	if raw, err := os.ReadFile(copied); err != nil || !strings.Contains(string(raw), "Bea Verdi") {
		t.Errorf("%q, %v", raw, err)
	}
	if o.closeFiles(); exists(copied) {
		t.Error("the page has ended, and the readable copy is there")
	}
}

// TestServeOpenMember: one file of an archive opens with the keys only, to look at, and its copy goes when the owner is
// done; until then no folder is made of the archive.
func TestServeOpenMember(t *testing.T) {
	seen := asPrograms(t)
	o, shop, home := vaultShop(t)
	folder := oldOrders(t, shop)
	sealed, member := folder+".zip.age", "orders-2019/a.csv"
	if got := custode(t, home, "encrypt", "--archive", folder); got.code != 0 {
		t.Fatalf("archive: %+v", got)
	}
	if err := o.OpenMember(t.Context(), sealed, member); !isFault(err, "fault.serve.locked") {
		t.Fatalf("opened without keys: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	if err := o.OpenMember(t.Context(), sealed, "b.csv"); !isFault(err, "fault.opening.member") {
		t.Errorf("what is not in it: %v", err)
	}
	if err := o.OpenMember(t.Context(), sealed, member); err != nil {
		t.Fatal(err)
	}
	copied := seen()
	if raw, err := os.ReadFile(copied); err != nil || !strings.Contains(string(raw), "Anna Rossi") || filepath.Base(copied) != "a.csv" {
		t.Fatalf("%s: %q, %v", copied, raw, err)
	}
	v, err := o.Vault(t.Context(), web.VaultWish{Most: 50})
	if err != nil || len(v.Open) != 1 || !strings.Contains(strings.Join(v.Open[0].Said, " "), "To look at only") {
		t.Fatalf("%+v, %v", v.Open, err)
	}
	if _, err := o.Unpack(t.Context(), sealed, func(web.Progress) {}); !isFault(err, "fault.opening.twice") {
		t.Errorf("a folder is made while a file of it is open: %v", err)
	}
	if out, err := o.Done(t.Context(), v.Open[0].ID); err != nil || exists(copied) || !exists(sealed) {
		t.Errorf("%+v, %v; the copy is there: %v", out, err, exists(copied))
	}
	t.Setenv("PATH", t.TempDir()) // no program
	for path, open := range map[string]func() error{
		"file.edited": func() error { return o.Open(t.Context(), filepath.Join(shop, "rossi.csv.age")) },
		"file.opened": func() error { return o.OpenMember(t.Context(), sealed, member) },
	} {
		if err := open(); !isFault(err, "fault.opening.program") {
			t.Errorf("%s: there is no program: %v", path, err)
		}
		if said := custode(t, home, "journal", "show", "--json").out; strings.Count(said, `"file.closed"`) != strings.Count(said, `"file.opened"`)+strings.Count(said, `"file.edited"`) {
			t.Errorf("%s: the journal has a copy that is never gone:\n%s", path, said)
		}
	}
}
