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

// oldOrders is a folder in a shop that can be put away.
func oldOrders(t *testing.T, shop string) (folder string) {
	t.Helper()
	folder = filepath.Join(shop, "orders-2019")
	if err := os.MkdirAll(filepath.Join(folder, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a.csv": "name,mail\nAnna Rossi,anna@example.com\n", "in/note.txt": "a note\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestArchiveOnPage: a folder is put away as it was agreed to and not otherwise; what was broken off is told of and
// gone on with; a folder with custode's own home in it is none.
func TestArchiveOnPage(t *testing.T) {
	o, shop, home := vaultShop(t)
	folder, tell := oldOrders(t, shop), func(web.Progress) {}
	sealed := folder + ".zip.age"
	if got := custode(t, home, "scan", shop); got.code > 1 {
		t.Fatalf("scan: %+v", got)
	}
	if _, err := o.PlanArchive(t.Context(), filepath.Dir(home)); !isFault(err, "fault.encrypt.archive.home") {
		t.Errorf("custode's own home: %v", err)
	}
	plan, err := o.PlanArchive(t.Context(), folder)
	if err != nil || plan.Wrong != "" || plan.Keys != "" || plan.Unlock || plan.To != "orders-2019.zip.age" || !strings.HasPrefix(plan.Goes, "2 files") || plan.Stays.Say != "" || !strings.Contains(strings.Join(plan.Holds, " "), "1 file holds personal data") {
		t.Fatalf("%+v %v", plan, err)
	}
	if raw, err := os.ReadFile(filepath.Join(shop, "rossi.csv.age")); err != nil || os.WriteFile(filepath.Join(folder, "b.csv.age"), raw, 0o600) != nil {
		t.Fatal(err)
	}
	if some, err := o.PlanArchive(t.Context(), folder); err != nil || !strings.HasPrefix(some.Goes, "2 files") || len(some.Stays.List) != 1 || !strings.Contains(strings.Join(some.Does, " "), "the folder is still there") {
		t.Errorf("with one that is sealed already: %+v %v", some, err)
	}
	if err := os.Remove(filepath.Join(folder, "b.csv.age")); err != nil {
		t.Fatal(err)
	}
	a, err := o.archivingOf(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	defer a.st.Close()
	if a.o.keep = true; a.planName() == plan.Name {
		t.Error("a plan by which the folder stays counts as one by which it goes")
	}
	if err := os.WriteFile(filepath.Join(folder, "new.txt"), []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Archive(t.Context(), folder, plan.Name, tell); !isFault(err, "fault.web.changed") || exists(sealed) {
		t.Fatalf("another plan than was agreed to: %v", err)
	}
	if err := o.sh.writeBegun([]begun{{ID: "one", Does: doesArchive, Since: time.Now(), Files: rawNames{folder}}}); err != nil {
		t.Fatal(err)
	}
	broken, err := o.BrokenOff(t.Context())
	if err != nil || len(broken) != 1 || !strings.Contains(broken[0].Say, "Putting a folder away") {
		t.Fatalf("%+v %v", broken, err)
	}
	if needs, err := o.NeedsKeys(t.Context(), "one"); err != nil || !needs {
		t.Errorf("the keys may be needed for what was there before: %v", err)
	}
	out, err := o.Finish(t.Context(), "one", tell)
	if err != nil || out.Title != "The folder is one sealed file" || exists(folder) || !exists(sealed) {
		t.Fatalf("%+v %v", out, err)
	}
	if broken, err := o.BrokenOff(t.Context()); err != nil || len(broken) > 0 {
		t.Errorf("told of still: %+v %v", broken, err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	v, err := o.Vault(t.Context(), web.VaultWish{Most: 50})
	if err != nil || !slices.ContainsFunc(v.Files, func(f web.SealedFile) bool { return f.Path == sealed }) {
		t.Errorf("%+v %v", v.Files, err)
	}
}

// TestInsideOnPage: what is in an archive is shown with the keys alone, by pages and by name; a folder is made of it
// again, and not over one that is there.
func TestInsideOnPage(t *testing.T) {
	o, shop, home := vaultShop(t)
	folder, tell := oldOrders(t, shop), func(web.Progress) {}
	sealed := folder + ".zip.age"
	if got := custode(t, home, "encrypt", "--archive", folder); got.code != 0 || exists(folder) {
		t.Fatalf("archive: %+v", got)
	}
	if _, err := o.Inside(t.Context(), sealed, web.VaultWish{Most: 50}); !isFault(err, "fault.serve.locked") {
		t.Fatalf("looked into without keys: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Inside(t.Context(), filepath.Join(shop, "rossi.csv.age"), web.VaultWish{Most: 50}); !isFault(err, "fault.decrypt.not-archive") {
		t.Errorf("what is no archive: %v", err)
	}
	in, err := o.Inside(t.Context(), sealed, web.VaultWish{Most: 1, Skip: 1})
	if err != nil || in.All != 2 || len(in.Files) != 1 || in.Files[0].Shown != "orders-2019/in/note.txt" {
		t.Errorf("%+v %v", in, err)
	}
	if in, err = o.Inside(t.Context(), sealed, web.VaultWish{Most: 50, Holding: "A.CSV"}); err != nil || in.All != 1 || in.Files[0].Name != "orders-2019/a.csv" {
		t.Errorf("%+v %v", in, err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if v, err := o.LookUnpack(t.Context(), sealed); err != nil || v.Wrong == "" {
		t.Errorf("a folder is there: %+v %v", v, err)
	}
	if out, err := o.Unpack(t.Context(), sealed, tell); err != nil || out.Title != "No folder was made" || !exists(sealed) {
		t.Errorf("%+v %v", out, err)
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	out, err := o.Unpack(t.Context(), sealed, tell)
	raw, readErr := os.ReadFile(filepath.Join(folder, "a.csv"))
	if err != nil || readErr != nil || !strings.Contains(string(raw), "Anna Rossi") || exists(sealed) || out.Title != "The folder is there again" {
		t.Errorf("%+v %v %v", out, err, readErr)
	}
	if broken, err := o.BrokenOff(t.Context()); err != nil || len(broken) > 0 {
		t.Errorf("told of as broken off: %+v %v", broken, err)
	}
}

// TestFindSealed: where nothing is known of sealed files, as on a new computer, they are found with the keys.
func TestFindSealed(t *testing.T) {
	o, shop, home := vaultShop(t)
	for _, name := range []string{"custode.db", "custode.db-wal", "custode.db-shm"} {
		_ = os.Remove(filepath.Join(home, name))
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	if v, err := o.Vault(t.Context(), web.VaultWish{Most: 50}); err != nil || v.Total != "" || !v.Keys {
		t.Fatalf("%+v %v", v, err)
	}
	if _, err := o.Verify(t.Context(), true, func(web.Progress) {}); err != nil {
		t.Fatal(err)
	}
	v, err := o.Vault(t.Context(), web.VaultWish{Most: 50})
	if err != nil || len(v.Files) != 3 || filepath.Dir(v.Files[0].Path) != shop || !v.Files[0].There {
		t.Errorf("%+v %v", v, err)
	}
}
