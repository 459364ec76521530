package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"custode/internal/secret"
)

// sheetOffice knows one recovery sheet, which is made up.
type sheetOffice struct {
	*madeUp

	lost bool
	set  []string // passphrases
}

const rightSheet = "the right one"

func (o *sheetOffice) Recovering(_ context.Context, which string) (Recovery, error) {
	switch which {
	case "":
		return Recovery{Lost: o.lost}, nil
	case "typed":
		return Recovery{Lost: o.lost, Which: which, Whole: true, Words: secret.FromString("one-two-three")}, nil
	}
	return Recovery{}, ErrSheetGone
}

func (o *sheetOffice) TypeRecovery(ctx context.Context, _ string, lines [SheetLines]secret.Bytes, _ bool) (r Recovery, err error) {
	switch string(lines[0].Reveal()) {
	case rightSheet:
		return o.Recovering(ctx, "typed")
	case "another":
		r.Mixed = "the sheet of another shop"
	default:
		r.Lines[0].Wrong, r.Lines[1].Right, r.Which = "a mistake", true, "half"
	}
	return r, nil
}

func (o *sheetOffice) Recover(_ context.Context, which string, w KeyWish) ([]string, error) {
	switch p := string(w.Passphrase.Reveal()); {
	case which != "typed":
		return nil, ErrSheetGone
	case len(p) < 10:
		return nil, ErrShort
	default:
		o.set = append(o.set, p)
	}
	return []string{"Ada is back."}, nil
}

func newRecovery(t *testing.T) (*site, *sheetOffice) {
	t.Helper()
	s := newSite(t)
	o := &sheetOffice{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	s.forward(idleLocks + time.Second)
	return s, o
}

// TestRecoverLocked: the page is locked, and stays so until a passphrase is set with the sheet: neither some
// lines, nor the sheet of others, nor a name that was never given lets anybody in. No page shows what was typed.
func TestRecoverLocked(t *testing.T) {
	s, o := newRecovery(t)
	want(t, s.get("/"), http.StatusForbidden, `href="/recover"`)
	want(t, s.get("/recover"), http.StatusOK, `name="sheet4"`)
	body := want(t, s.post("/recover/sheet", url.Values{"sheet1": {"QPZRY"}, "sheet2": {"9X8GF"}}), http.StatusUnprocessableEntity, "a mistake", `name="typed" value="half"`)
	if strings.Contains(body, "QPZRY") || strings.Contains(body, "9X8GF") || strings.Contains(body, `name="sheet2"`) {
		t.Errorf("shown again: %s", body)
	}
	want(t, s.post("/recover", url.Values{"typed": {"half"}, "passphrase-new": {"a good long one"}, "passphrase-again": {"a good long one"}}), http.StatusConflict, "not kept any more", `href="/recover"`)
	want(t, s.post("/recover", url.Values{"passphrase-new": {"a good long one"}, "passphrase-again": {"a good long one"}}), http.StatusUnprocessableEntity, `name="sheet1"`)
	want(t, s.post("/recover/sheet", url.Values{"sheet1": {rightSheet}}), http.StatusOK, "one-two-three", `name="typed" value="typed"`)
	for _, c := range []struct{ pass, again, says string }{
		{"fuffi", "fuffi", "too short"},
		{"fuffi the cat", "fuffi the dog", "not the same"},
	} {
		body := want(t, s.post("/recover", url.Values{"typed": {"typed"}, "passphrase-new": {c.pass}, "passphrase-again": {c.again}}), http.StatusUnprocessableEntity, c.says, "one-two-three")
		if strings.Contains(body, "fuffi") {
			t.Errorf("%q is shown", c.pass)
		}
	}
	want(t, s.post("/recover", url.Values{"typed": {"typed"}, "take": {"words"}, "which": {"others"}}), http.StatusConflict, "others now")
	want(t, s.get("/"), http.StatusForbidden)
	want(t, s.post("/recover", url.Values{"typed": {"typed"}, "take": {"words"}, "which": {"typed"}}), http.StatusOK, "Ada is back.", `href="/vault"`)
	want(t, s.get("/"), http.StatusOK)
	if len(o.set) != 1 || o.set[0] != "one-two-three" {
		t.Errorf("set %q", o.set)
	}
}

// TestRecoverPace: sheets that are not the one are slowed down, and neither the right one nor a slip of the pen
// is looked at meanwhile; a slip of the pen alone costs nothing.
func TestRecoverPace(t *testing.T) {
	s, _ := newRecovery(t)
	for range 2 * freeTries {
		want(t, s.post("/recover/sheet", url.Values{"sheet1": {"QPZRY"}}), http.StatusUnprocessableEntity)
	}
	for range freeTries {
		want(t, s.post("/recover/sheet", url.Values{"sheet1": {"another"}}), http.StatusUnprocessableEntity, "of another shop")
	}
	want(t, s.post("/recover/sheet", url.Values{"sheet1": {rightSheet}}), http.StatusTooManyRequests, "Too many tries")
	s.forward(mostWait)
	want(t, s.post("/recover/sheet", url.Values{"sheet1": {rightSheet}}), http.StatusOK)
}

// TestRecoverLost: where no keys are left every sheet would do, so that it lets nobody in who is locked out.
func TestRecoverLost(t *testing.T) {
	s, o := newRecovery(t)
	o.lost = true
	for _, r := range []*http.Response{
		s.get("/recover"),
		s.post("/recover/sheet", url.Values{"sheet1": {rightSheet}}),
		s.post("/recover", url.Values{"typed": {"typed"}, "take": {"words"}, "which": {"typed"}, "name": {"Eve"}}),
	} {
		want(t, r, http.StatusUnauthorized)
	}
	if len(o.set) > 0 {
		t.Errorf("set %q", o.set)
	}
	s.jar = s.admit("en")
	want(t, s.get("/recover"), http.StatusOK, "New keys are made")
	want(t, s.post("/recover/sheet", url.Values{"sheet1": {rightSheet}}), http.StatusOK, `name="name"`)
}
