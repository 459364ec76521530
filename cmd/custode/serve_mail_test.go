package main

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestMailOfTheOffice: only what a server took is kept, the password in a file of its own; what was typed and did not
// work comes back without it; and it can be taken away again.
func TestMailOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got := filepath.Join(t.TempDir(), "mail.txt")
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go mailTalk{to: got, open: true}.talk(c)
		}
	}()
	settings := func() string {
		t.Helper()
		raw, err := os.ReadFile(o.sh.settingsPath())
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	before := settings()
	f, wrong, err := o.WholeMail(t.Context(), web.MailForm{To: "anna@gmail.com, bea@example.com"})
	if err != nil || len(wrong) > 0 || f.From != "anna@gmail.com" || f.Server != "smtp.gmail.com:465" || f.User != "anna@gmail.com" || f.Set {
		t.Errorf("%+v %v %v", f, wrong, err)
	}
	for field, f := range map[string]web.MailForm{"to": {To: " , "}, "from": {To: "anna@example.com", From: "anna"}, "server": {To: "anna@example.com", Server: "no server"}} {
		if _, wrong, err := o.WholeMail(t.Context(), f); err != nil || wrong[field] == "" {
			t.Errorf("%s: %v %v", field, wrong, err)
		}
	}
	set := func(f web.MailForm, password string) web.Outcome {
		t.Helper()
		p := secret.FromString(password)
		out, err := o.SetMail(t.Context(), f, p, func(web.Progress) {})
		if err != nil || strings.Contains(strings.Join(out.Lines, " "), password) {
			t.Fatalf("%+v %v", out, err)
		}
		return out
	}
	f = web.MailForm{To: "anna@example.com", From: "shop@example.com", Server: l.Addr().String(), User: "shop"}
	kept := filepath.Join(home, "mail.password")
	if out := set(f, "hush-hush"); out.Next != "/settings/mail" || settings() != before || exists(kept) || strings.Contains(strings.Join(out.Lines, " "), "server:") { // to this server without TLS: nobody gives a password away
		t.Errorf("%+v; kept: %v", out, exists(kept))
	}
	plain := before + "alerts:\n  mail: {to: [old@example.com], from: old@example.com, server: \"" + l.Addr().String() + "\", unencrypted: true}\n"
	if err := os.WriteFile(o.sh.settingsPath(), []byte(plain), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := set(f, "wrong-one"); out.Next != "/settings/mail" || settings() != plain || exists(kept) {
		t.Errorf("%+v; kept: %v", out, exists(kept))
	}
	if typed, err := o.Mail(t.Context()); err != nil || typed.To != f.To || typed.User != "shop" || !typed.Set {
		t.Errorf("what was typed is lost: %+v, %v", typed, err)
	}
	if out := set(f, "hush-hush"); out.Next != "/settings#alerts" || !strings.Contains(strings.Join(out.Lines, " "), "From now on alerts come by mail.") {
		t.Errorf("%+v", out)
	}
	if mail, err := os.ReadFile(got); err != nil || !strings.Contains(string(mail), "anna@example.com") {
		t.Errorf("%s %v", mail, err)
	}
	if raw, err := os.ReadFile(kept); err != nil || string(raw) != "hush-hush\n" {
		t.Errorf("%q %v", raw, err)
	}
	if info, err := os.Stat(kept); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if s, err := o.Settings(t.Context()); err != nil || len(s.Alerts) == 0 || !strings.Contains(s.Alerts[0].Say, "anna@example.com") || strings.Contains(settings(), "hush") {
		t.Errorf("%+v %v", s.Alerts, err)
	}
	if err := o.DropMail(t.Context()); err != nil || exists(kept) || strings.Contains(settings(), "anna@example.com") {
		t.Errorf("%v; kept: %v, %s", err, exists(kept), settings())
	}
	if err := o.DropMail(t.Context()); err != nil { // of a second tab
		t.Error(err)
	}
}
