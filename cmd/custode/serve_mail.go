package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/alert"
	"custode/internal/fault"
	"custode/internal/secret"
)

// Mail implements [web.Mailer].
func (o *office) Mail(context.Context) (web.MailForm, error) {
	set, err := o.sh.settings()
	if err != nil {
		return web.MailForm{}, err
	}
	var f web.MailForm
	if m := set.Alerts.Mail; m != nil {
		f = web.MailForm{To: strings.Join(m.To, ", "), From: m.From, Server: m.Server, User: m.User, Set: true}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if t := o.mailTyped; t != nil {
		f.To, f.From, f.Server, f.User = t.To, t.From, t.Server, t.User
	}
	return f, nil
}

// WholeMail implements [web.Mailer].
func (o *office) WholeMail(_ context.Context, f web.MailForm) (web.MailForm, map[string]string, error) {
	wrong := map[string]string{}
	set, err := o.sh.settings()
	if err != nil {
		return f, wrong, err
	}
	f.Set = set.Alerts.Mail != nil
	m := o.sh.mailOf(set, f)
	if field, id, args := m.wrong(); id != "" {
		field, _, _ = strings.Cut(field, "[")
		say := "fault.alerts.mail." + field
		if id == "mail-address" {
			say = "fault.alerts.mail.from"
		}
		if field == "unencrypted" { // the page has no field for it
			field = "server"
		}
		wrong[field] = capital(o.sh.words.T(say, args...)) + "."
	}
	f.From, f.Server, f.User = m.From, m.Server, m.User
	return f, wrong, nil
}

// mailOf is the mail of a form, with what was left empty guessed as the command guesses it.
func (sh *shell) mailOf(set settings, f web.MailForm) mailSettings {
	m := mailSettings{To: addresses(f.To), From: f.From, Server: f.Server, User: f.User}
	if set.Alerts.Mail != nil {
		m.Unencrypted = set.Alerts.Mail.Unencrypted
	}
	if m.From == "" && len(m.To) > 0 {
		m.From = m.To[0]
	}
	if m.Server == "" && m.From != "" {
		m.Server = outgoingServer(alert.Bare(m.From))
	}
	if m.User == "" {
		m.User = alert.Bare(m.From)
	}
	m.File = sh.mailPasswordPath()
	return m
}

// SetMail implements [web.Mailer].
func (o *office) SetMail(ctx context.Context, f web.MailForm, password secret.Bytes, tell func(web.Progress)) (out web.Outcome, err error) {
	sh := o.sh
	set, err := sh.settings()
	if err != nil {
		return out, err
	}
	o.mu.Lock()
	o.mailTyped = &f
	o.mu.Unlock()
	tell(web.Progress{Note: sh.words.T("alerts.test.sending")})
	m := sh.mailOf(set, f)
	doc, err := sh.tryMail(ctx, set, m, password)
	if err != nil {
		return out, err
	}
	doc.Mail = sh.triedHere(doc.Mail)
	out = web.Outcome{Title: sh.words.T("web.mail.not"), Next: "/settings/mail"}
	if doc.Mail.Sent {
		if err := sh.keepSecret(m.File, password); err != nil {
			return out, err
		}
		if _, err := o.changeSettings(ctx, func(set *settings) bool { set.Alerts.Mail = &m; return true }); err != nil {
			return out, err
		}
		doc.Written = true
		out.Title, out.Next = sh.words.T("web.mail.set"), "/settings#alerts"
		o.mu.Lock()
		o.mailTyped = nil
		o.mu.Unlock()
	}
	out.Lines, err = said(func(p *page) error { return sh.tellMail(p, doc) })
	return out, err
}

// DropMail implements [web.Mailer].
func (o *office) DropMail(ctx context.Context) error {
	o.mu.Lock()
	o.mailTyped = nil
	o.mu.Unlock()
	if _, err := o.changeSettings(ctx, func(set *settings) bool { set.Alerts.Mail = nil; return true }); err != nil {
		return err
	}
	path := o.sh.mailPasswordPath()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.settings.write", path, err)
	}
	return nil
}
