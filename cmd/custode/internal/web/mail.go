package web

import (
	"context"
	"net/http"

	"custode/internal/secret"
)

// Mailer sets the mail by which alerts reach somebody.
type Mailer interface {
	// Mail is the mail that is set, or what was typed last and did not work.
	Mail(ctx context.Context) (MailForm, error)
	// WholeMail fills in what was left empty and can be guessed, and tells in words what cannot be, by field.
	WholeMail(ctx context.Context, f MailForm) (whole MailForm, wrong map[string]string, err error)
	// SetMail sends a test, and keeps the settings and the password once a server has taken it; else nothing is
	// changed, which is an outcome, too.
	SetMail(ctx context.Context, f MailForm, password secret.Bytes, tell func(Progress)) (Outcome, error)
	// DropMail takes the mail out of the settings, and erases the password that SetMail kept.
	DropMail(ctx context.Context) error
}

// MailForm is the mail of alerts without its password, which is shown nowhere.
type MailForm struct {
	To                 string // with commas between
	From, Server, User string
	Set                bool // one is set
}

func mailRoutes() []route {
	return []route{
		{"GET", "/settings/mail", present, showMail, false},
		{"POST", "/settings/mail", present, setMail, false},
		{"POST", "/settings/mail/drop", present, dropMail, false},
	}
}

type mailView struct {
	MailForm

	Wrong map[string]string // by field
}

func showMail(v *visit) error {
	f, err := v.office.Mail(v.ctx())
	if err != nil {
		return err
	}
	return v.page("settings_mail", http.StatusOK, mailView{MailForm: f})
}

// setMail tries what was typed. The password is typed each time: kept with other settings, it could be sent to a
// server of somebody else's.
func setMail(v *visit) error {
	password := v.secret("password")
	whole, wrong, err := v.office.WholeMail(v.ctx(), MailForm{To: v.field("to"), From: v.field("from"), Server: v.field("server"), User: v.field("user")})
	if err == nil && password.Len() == 0 {
		wrong["password"] = v.words.T("web.mail.no-password")
	}
	if err != nil || len(wrong) > 0 {
		password.Wipe()
	}
	switch {
	case err != nil:
		return err
	case len(wrong) > 0:
		return v.page("settings_mail", http.StatusUnprocessableEntity, mailView{whole, wrong})
	}
	return v.begin(v.words.T("web.mail.trying"), "/settings/mail", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		defer password.Wipe()
		return v.office.SetMail(ctx, whole, password, tell)
	})
}

func dropMail(v *visit) error {
	if err := v.office.DropMail(v.ctx()); err != nil {
		return err
	}
	return v.see("/settings?noted=mail-gone")
}
