package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/secret"
)

// madeUpMail is a mail that is only held in memory.
type madeUpMail struct {
	Office

	is       MailForm
	wrong    map[string]string
	password string
	dropped  int
}

func (m *madeUpMail) Mail(context.Context) (MailForm, error) { return m.is, nil }

func (m *madeUpMail) WholeMail(_ context.Context, f MailForm) (MailForm, map[string]string, error) {
	f.Server += ":587"
	return f, m.wrong, nil
}

func (m *madeUpMail) SetMail(_ context.Context, f MailForm, p secret.Bytes, _ func(Progress)) (Outcome, error) {
	m.is, m.password = f, string(p.Reveal())
	return Outcome{Title: "Set"}, nil
}

func (m *madeUpMail) DropMail(context.Context) error { m.dropped++; return nil }

// TestMail: what cannot be comes back with why and without the password, which also a locked page does not give back;
// what can is tried as a work.
func TestMail(t *testing.T) {
	s := newSite(t)
	m := &madeUpMail{is: MailForm{To: "<anna@example.com>"}, wrong: map[string]string{"server": "This is no <server>."}}
	s.madeUp.Office = m
	if body := want(t, s.get("/settings/mail"), http.StatusOK, "&lt;anna@example.com&gt;", `type="password"`); strings.Contains(body, "/settings/mail/drop") {
		t.Error("what is not set can be taken away")
	}
	form := url.Values{"to": {"anna@example.com"}, "server": {"smtp.example.com"}, "password": {"hush-hush"}}
	refused := func(status int, parts ...string) {
		t.Helper()
		if body := want(t, s.post("/settings/mail", form), status, parts...); strings.Contains(body, "hush-hush") || m.password != "" {
			t.Errorf("the password comes back, or it was tried: %s", body)
		}
	}
	refused(http.StatusUnprocessableEntity, "This is no &lt;server&gt;.", `value="smtp.example.com:587"`, `aria-describedby="server-help server-wrong"`)
	m.wrong = map[string]string{}
	form.Del("password")
	refused(http.StatusUnprocessableEntity, "The password is wanted")
	form.Set("password", "hush-hush")
	s.forward(idleLocks + 1)
	refused(http.StatusForbidden, "smtp.example.com")
	s.jar = s.admit("en")
	m.wrong = map[string]string{}
	at := s.post("/settings/mail", form).Header.Get("Location")
	s.Server.all.Wait()
	if want(t, s.get(at), http.StatusOK, "Set"); m.password != "hush-hush" || m.is.Server != "smtp.example.com:587" {
		t.Errorf("%+v", m)
	}
	m.is.Set = true
	want(t, s.get("/settings/mail"), http.StatusOK, `action="/settings/mail/drop"`)
	if to := s.post("/settings/mail/drop", nil).Header.Get("Location"); to != "/settings?noted=mail-gone" || m.dropped != 1 {
		t.Error(to, m.dropped)
	}
}
