package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"custode/internal/secret"
)

// holderOffice notes who was let in and removed, and which passphrase was set.
type holderOffice struct {
	*keyOffice

	did []string
}

func (o *holderOffice) LookRemove(_ context.Context, name string) (Removal, error) {
	return Removal{Name: name, Ask: "Take it away from " + name + "?"}, nil
}

func (o *holderOffice) Remove(_ context.Context, name string) (Outcome, error) {
	o.did = append(o.did, "removed "+name)
	return Outcome{Title: "Gone", Next: "/vault/keys"}, nil
}

func (o *holderOffice) LetIn(_ context.Context, w KeyWish) (Outcome, error) {
	o.did = append(o.did, w.Name+": "+string(w.Passphrase.Reveal()))
	return Outcome{Title: "In", Next: "/vault/keys"}, nil
}

func (o *holderOffice) ChangePassphrase(_ context.Context, old secret.Bytes, w KeyWish) (Outcome, error) {
	if string(old.Reveal()) != madeUpPass {
		return Outcome{}, ErrWrong
	}
	o.did = append(o.did, "now "+string(w.Passphrase.Reveal()))
	return Outcome{Title: "Changed", Next: "/vault/keys"}, nil
}

func (o *holderOffice) LookRekey(_ context.Context, what Change) (Rekeying, error) {
	return Rekeying{What: what, Ask: "All of them?", Seen: "these keys"}, nil
}

func (o *holderOffice) Rekey(_ context.Context, what Change, seen string, _ func(Progress)) (Outcome, error) {
	o.did = append(o.did, string(what)+" of "+seen)
	return Outcome{Title: "Sealed anew"}, nil
}

func newHolders(t *testing.T) (*site, *holderOffice) {
	t.Helper()
	s, k := newKeys(t)
	k.made = []string{"Ada"} // there are keys
	o := &holderOffice{keyOffice: k}
	s.o.Office = func(string) Office { return o }
	return s, o
}

// TestHolders: somebody is let in and removed only with the keys, after it was asked whether it is meant; the
// passphrase of the owner opens the form and is no passphrase of who is let in.
func TestHolders(t *testing.T) {
	s, o := newHolders(t)
	want(t, s.get("/vault/keys"), http.StatusOK, "Bea", `name="what" value="key"`)
	want(t, s.post("/vault/keys/add", nil), http.StatusOK, `name="passphrase"`)
	want(t, s.post("/vault/keys/add", url.Values{"passphrase": {madeUpPass}}), http.StatusOK, "one-two-three-four-five-six", `name="name"`)
	want(t, s.post("/vault/keys/add", url.Values{"name": {"Anna"}, "passphrase-new": {"a cat of hers"}, "passphrase-again": {"a dog of hers"}}), http.StatusUnprocessableEntity, "not the same", `value="Anna"`)
	want(t, s.post("/vault/keys/add", url.Values{"name": {"Anna"}, "passphrase-new": {"a cat of hers"}, "passphrase-again": {"a cat of hers"}}), http.StatusOK, "In")
	want(t, s.post("/vault/keys/remove", url.Values{"name": {"Bea"}}), http.StatusOK, "Take it away from Bea?", `name="sure"`)
	want(t, s.post("/vault/keys/remove", url.Values{"name": {"Bea"}, "sure": {"yes"}}), http.StatusOK, "Gone")
	if w := []string{"Anna: a cat of hers", "removed Bea"}; !slices.Equal(o.did, w) {
		t.Errorf("%q, want %q", o.did, w)
	}
}

// TestPassphrase: the present one is wanted, and who guesses it is slowed down; nothing that was typed is shown.
func TestPassphrase(t *testing.T) {
	s, o := newHolders(t)
	want(t, s.get("/vault/passphrase"), http.StatusOK, `name="passphrase-old"`)
	form := url.Values{"passphrase-old": {"guessed"}, "passphrase-new": {"the new fuffi"}, "passphrase-again": {"the new fuffi"}}
	for range freeTries {
		if body := want(t, s.post("/vault/passphrase", form), http.StatusForbidden, "is not that"); strings.Contains(body, "fuffi") || strings.Contains(body, "guessed") {
			t.Error("what was typed is shown")
		}
	}
	form.Set("passphrase-old", madeUpPass)
	want(t, s.post("/vault/passphrase", form), http.StatusTooManyRequests, "Too many tries")
	s.forward(mostWait)
	want(t, s.post("/vault/passphrase", form), http.StatusOK, "Changed")
	want(t, s.post("/vault/passphrase", url.Values{"passphrase-old": {madeUpPass}, "take": {"words"}, "which": {"second"}}), http.StatusOK, "Changed")
	if w := []string{"now the new fuffi", "now one-two-three-four-five-six"}; !slices.Equal(o.did, w) {
		t.Errorf("%q, want %q", o.did, w)
	}
}

// TestRekey: new keys are made of those that were seen, with the keys, once it is meant.
func TestRekey(t *testing.T) {
	s, o := newHolders(t)
	want(t, s.post("/vault/keys/change", url.Values{"what": {"all"}}), http.StatusBadRequest)
	want(t, s.post("/vault/keys/change", url.Values{"what": {"sheet"}}), http.StatusOK, "All of them?", `name="seen" value="these keys"`)
	form := url.Values{"what": {"sheet"}, "seen": {"these keys"}, "sure": {"yes"}}
	want(t, s.post("/vault/keys/change", form), http.StatusOK, `name="passphrase"`, `name="seen" value="these keys"`)
	if len(o.did) > 0 {
		t.Fatalf("done without the keys: %q", o.did)
	}
	form.Set("passphrase", madeUpPass)
	r := s.post("/vault/keys/change", form)
	s.all.Wait()
	want(t, s.get(r.Header.Get("Location")), http.StatusOK, "Sealed anew")
	if w := []string{"sheet of these keys"}; !slices.Equal(o.did, w) {
		t.Errorf("%q, want %q", o.did, w)
	}
}
