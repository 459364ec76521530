package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// unsealOffice knows one sealed file.
type unsealOffice struct {
	*vaultOffice

	done []string
}

func (o *unsealOffice) LookUnseal(_ context.Context, path string) (Unsealing, error) {
	if path != "/s/a.pdf.age" {
		return Unsealing{}, fault.New(fault.NoInput, "fault.opening.path")
	}
	return Unsealing{Path: path, Name: "<i>a</i>.pdf.age", One: "This one", All: "All 3"}, nil
}

func (o *unsealOffice) Unseal(_ context.Context, path string, all bool, _ func(Progress)) (Outcome, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = append(o.done, fmt.Sprint(path, " ", all))
	return Outcome{Title: "Readable"}, nil
}

// TestUnseal: nothing is made readable before it was said what that means, and before the passphrase; what
// was chosen is what is done, and no address names the file.
func TestUnseal(t *testing.T) {
	s, v := newVault(t)
	o := &unsealOffice{vaultOffice: v}
	s.o.Office = func(string) Office { return o }
	o.vault.Files = []SealedFile{{Path: "/s/a.pdf.age", Name: "a.pdf", There: true}, {Path: "/s/gone.age", Name: "gone"}}
	if body := want(t, s.get("/vault"), http.StatusOK); strings.Count(body, `action="/vault/unseal"`) != 1 {
		t.Error("offered for a file that is not there, or for none")
	}
	form := url.Values{"file": {"/s/a.pdf.age"}}
	if body := want(t, s.post("/vault/unseal", form), http.StatusOK, "&lt;i&gt;a", "This one", "All 3", "can read it", `name="how" value="all"`); strings.Contains(body, `name="passphrase"`) {
		t.Error("it asks before it says what it means")
	}
	want(t, s.post("/vault/unseal", url.Values{"file": {"/etc/passwd"}}), http.StatusNotFound)
	form.Set("how", "all")
	want(t, s.post("/vault/unseal", form), http.StatusOK, `name="passphrase"`, `name="how" value="all"`, `name="file" value="/s/a.pdf.age"`)
	if len(o.done) > 0 {
		t.Fatalf("done too early: %q", o.done)
	}
	form.Set("passphrase", madeUpPass)
	r := s.post("/vault/unseal", form)
	if to := r.Header.Get("Location"); !strings.HasPrefix(to, "/work/") || strings.Contains(to, "a.pdf") {
		t.Fatalf("%s to %q", r.Status, to)
	}
	s.all.Wait()
	s.post("/vault/unseal", url.Values{"file": {"/s/a.pdf.age"}, "how": {"one"}})
	s.all.Wait()
	if fmt.Sprint(o.done) != "[/s/a.pdf.age true /s/a.pdf.age false]" {
		t.Errorf("%q", o.done)
	}
}
