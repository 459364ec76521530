package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// vaultOffice is an office whose vault is made up.
type vaultOffice struct {
	*madeUp

	mu       sync.Mutex
	vault    Vault
	wish     VaultWish
	verified []bool // with the keys or not
}

func (o *vaultOffice) Vault(_ context.Context, w VaultWish) (Vault, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wish = w
	return o.vault, nil
}

func (o *vaultOffice) Held(context.Context) (bool, error) {
	o.madeUp.mu.Lock()
	defer o.madeUp.mu.Unlock()
	return o.open, nil
}

func (o *vaultOffice) Verify(_ context.Context, with bool, tell func(Progress)) (Outcome, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.verified = append(o.verified, with)
	tell(Progress{Done: 1, Total: 2})
	return Outcome{Title: "All is well", Next: "/vault"}, nil
}

// newVault is a site with such an office.
func newVault(t *testing.T) (*site, *vaultOffice) {
	t.Helper()
	s := newSite(t)
	o := &vaultOffice{madeUp: s.madeUp, vault: Vault{Keys: true, Total: "3 files", All: 120}}
	s.o.Office = func(string) Office { return o }
	return s, o
}

// inDetails finds what is folded on a page.
var inDetails = regexp.MustCompile(`(?s)<details.*?</details>`)

// TestVaultList: a name with marks of HTML stays a name, pages lead to each other, and what is looked
// for stands in no address.
func TestVaultList(t *testing.T) {
	s, o := newVault(t)
	o.vault.Files = []SealedFile{{Path: "/x", Name: "<b>Rossi</b>.pdf", Folder: "Clienti", Sealed: "Sealed today.", Opens: true, There: true}}
	body := want(t, s.get("/vault"), http.StatusOK, "&lt;b&gt;Rossi", `href="/vault?page=2"`)
	if folded := inDetails.FindAllString(body, -1); strings.Count(strings.Join(folded, ""), "<form") != 2 || strings.Contains(strings.Join(folded, ""), `action="/vault/open"`) {
		t.Errorf("only what is rarely needed is folded: to verify, and to take a seal off; to open is not: %q", folded)
	}
	if strings.Contains(body, "<b>Rossi") {
		t.Error("a name became markup")
	}
	o.vault.Copies = "A copy was left."
	want(t, s.get("/vault?page=3"), http.StatusOK, `href="/vault?page=2"`, `href="/vault/left">See and decide<`)
	if o.wish.Skip != 100 || o.wish.Most != 50 {
		t.Errorf("wished %+v", o.wish)
	}
	r := s.post("/vault/find", url.Values{"q": {"Rossi Anna"}})
	if to := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || strings.Contains(to, "Rossi") {
		t.Errorf("%d to %q", r.StatusCode, to)
	}
	body = want(t, s.get("/vault"), http.StatusOK, `value="Rossi Anna"`)
	if strings.Contains(body, "?q=") || o.wish.Holding != "Rossi Anna" {
		t.Errorf("looked for %q", o.wish.Holding)
	}
	s.post("/vault/find", nil)
	if s.get("/vault"); o.wish.Holding != "" {
		t.Errorf("still narrowed by %q", o.wish.Holding)
	}
}

// TestVaultAsks: what needs the keys asks for the passphrase and then goes on, with what the form
// said; guessing is slowed, and no page shows what was typed.
func TestVaultAsks(t *testing.T) {
	s, o := newVault(t)
	want(t, s.post("/vault/verify", url.Values{"with": {"keys"}}), http.StatusOK, `name="passphrase"`, `name="with" value="keys"`, `action="/vault/verify"`)
	for range freeTries {
		body := want(t, s.post("/vault/verify", url.Values{"with": {"keys"}, "passphrase": {"my cat Fuffi"}}), http.StatusForbidden, `name="with" value="keys"`)
		if strings.Contains(body, "Fuffi") {
			t.Error("what was typed is shown")
		}
	}
	want(t, s.post("/vault/verify", url.Values{"with": {"keys"}, "passphrase": {madeUpPass}}), http.StatusTooManyRequests)
	if len(o.verified) > 0 || o.open {
		t.Fatal("opened too early")
	}
	s.forward(mostWait)
	r := s.post("/vault/verify", url.Values{"with": {"keys"}, "passphrase": {madeUpPass}})
	if r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	r = s.post("/vault/verify", url.Values{"with": {"keys"}})
	if to := r.Header.Get("Location"); !strings.HasPrefix(to, "/work/") {
		t.Fatalf("asked again: %d, %q", r.StatusCode, to)
	}
	s.all.Wait()
	s.post("/vault/verify", nil)
	s.all.Wait()
	if fmt.Sprint(o.verified) != "[true true false]" {
		t.Errorf("verified with keys: %v", o.verified)
	}
	want(t, s.get(r.Header.Get("Location")), http.StatusOK, "All is well")
}

// TestSecretsAreNotKept: a form that comes while the page is locked is given back without the
// passphrase and the lines of the sheet.
func TestSecretsAreNotKept(t *testing.T) {
	s, _ := newVault(t)
	s.post("/lock", nil)
	body := want(t, s.post("/vault/verify", url.Values{"with": {"keys"}, "passphrase": {"my cat Fuffi"}, "sheet1": {"QPZRY 9X8GF 2TVDW S0"}}), http.StatusForbidden, `name="kept.with"`)
	for _, secret := range []string{"Fuffi", "QPZRY"} {
		if strings.Contains(body, secret) {
			t.Errorf("%s is given back", secret)
		}
	}
}
