package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/ring"
	"custode/internal/secret"
	"custode/playbook/privacy/request"
)

// TestRequestDocuments holds every document about requests to its schema, and all that custode
// keeps to the promise that who asks is nowhere in the clear.
func TestRequestDocuments(t *testing.T) {
	data, home := t.TempDir(), t.TempDir()
	const name, contact = "Quetzalcoatl Uniquename", "quetzal@example.com"
	if err := os.WriteFile(filepath.Join(data, "list.csv"), []byte("Nome,Email\n"+name+","+contact+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--shop", "Da Maria", "--data", data); r.code != 0 {
		t.Fatal(r)
	}
	_, _, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	pass := filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(pass, []byte("one two three four\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) string {
		t.Helper()
		r := custode(t, home, append([]string{"privacy", "requests"}, args...)...)
		if r.code != want || r.err != "" {
			t.Errorf("%q: exit %d, want %d; stderr %q", args, r.code, want, r.err)
		}
		conform(t, r.out)
		return r.out
	}
	for _, right := range []string{"access", "rectification", "erasure", "restriction", "portability", "objection", "objection-marketing"} {
		if out := run(0, "new", "--right", right, "--how", "mail", "--name", name, "--contact", contact, "--json"); strings.Contains(out, "uetzal") {
			t.Errorf("%s names who asks: %s", right, out)
		}
	}
	run(0, "identity", "1", "asked", "--json")
	run(0, "identity", "1", "answered", "--json")
	run(0, "extend", "1", "--reasons", "many", "--json")
	if out := run(0, "search", "1", "--passphrase-file", pass, "--json"); strings.Contains(out, "uetzal") || !strings.Contains(out, `"sure": 1`) {
		t.Error(out)
	}
	for _, kind := range []string{"acknowledgement", "identity", "extension", "answer"} {
		if out := run(0, "letter", "1", kind, "--passphrase-file", pass, "--json"); !strings.Contains(out, name) {
			t.Errorf("%s names nobody: %s", kind, out)
		}
	}
	run(0, "letter", "1", "refusal", "--ground", "excessive", "--json", "--lang", "it")
	run(0, "letter", "1", "--sent", "--json")
	run(0, "close", "1", "--how", "answered", "--json")
	if out := run(0, "show", "1", "--json"); strings.Contains(out, "uetzal") || !strings.Contains(out, `"who_state": "locked"`) {
		t.Error(out)
	}
	if out := run(0, "show", "1", "--passphrase-file", pass, "--json"); !strings.Contains(out, contact) {
		t.Error(out)
	}
	if out := run(0, "list", "--json"); strings.Contains(out, "uetzal") || !strings.Contains(out, `"open": 6`) {
		t.Error(out)
	}
	err = filepath.Walk(home, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, bad := range []string{"uetzal", "Uniquename"} {
			if strings.Contains(string(raw), bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSearchable: a name that cannot be looked for, which nobody can change any more, does not keep the rest of a request
// from being looked for; what is typed besides is told.
func TestSearchable(t *testing.T) {
	got := searchable(termsOf(request.Who{Name: "Zoe \u2665", Contact: "zoe@example.com"}), "IT")
	if len(got) != 1 || got[0].Text != "zoe@example.com" {
		t.Errorf("%v", got)
	}
	if got := searchable(termsOf(request.Who{Name: "Zita Esempio"}), "IT"); len(got) != 1 {
		t.Errorf("%v", got)
	}
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	if err := o.MayLookFor(web.SearchTerms{Names: []string{"Zita Esempio", "Zita"}}); !isFault(err, "fault.request.term") {
		t.Error(err)
	}
	if err := o.MayLookFor(web.SearchTerms{Names: []string{"Zita Esempio"}, Emails: []string{"zita@example.com"}}); err != nil {
		t.Error(err)
	}
}
