package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/alert"
	"custode/internal/fault"
	"custode/internal/safefile"
	"custode/internal/secret"
)

type alertsMailOptions struct {
	json                     bool
	to                       cli.StringSlice
	from, server, user, file string
}

// alertsMailCommand sets the mail of alerts, once a mail has been sent with it.
func alertsMailCommand(sh *shell) *cli.Command {
	var o alertsMailOptions
	t := sh.words.T
	return &cli.Command{
		Name: "mail", Usage: t("cmd.alerts.mail"), UsageText: t("cmd.alerts.mail.use"), Description: t("cmd.alerts.mail.more"),
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "to", Usage: t("flag.alerts.mail-to"), Destination: &o.to},
			&cli.StringFlag{Name: "from", Usage: t("flag.alerts.mail-from"), Destination: &o.from},
			&cli.StringFlag{Name: "server", Usage: t("flag.alerts.mail-server"), Destination: &o.server},
			&cli.StringFlag{Name: "user", Usage: t("flag.alerts.mail-user"), Destination: &o.user},
			&cli.StringFlag{Name: "password-file", Usage: t("flag.alerts.mail-password"), Destination: &o.file},
			sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.alertsMail(c.Context, o)
		},
	}
}

// outgoing are the servers for outgoing mail of providers, by the domains of addresses.
var outgoing = map[string]string{
	"aruba.it": "smtps.aruba.it:465", "btinternet.com": "mail.btinternet.com:465", "fastmail.com": "smtp.fastmail.com:465",
	"gmail.com": "smtp.gmail.com:465", "googlemail.com": "smtp.gmail.com:465", "gmx.com": "mail.gmx.com:587", "gmx.net": "mail.gmx.net:587",
	"hotmail.com": "smtp-mail.outlook.com:587", "hotmail.it": "smtp-mail.outlook.com:587", "icloud.com": "smtp.mail.me.com:587",
	"libero.it": "smtp.libero.it:465", "live.com": "smtp-mail.outlook.com:587", "live.it": "smtp-mail.outlook.com:587", "me.com": "smtp.mail.me.com:587",
	"outlook.com": "smtp-mail.outlook.com:587", "outlook.it": "smtp-mail.outlook.com:587", "pec.it": "smtps.pec.aruba.it:465",
	"tiscali.it": "smtp.tiscali.it:465", "virgilio.it": "out.virgilio.it:465", "yahoo.com": "smtp.mail.yahoo.com:465", "yahoo.it": "smtp.mail.yahoo.com:465",
}

// outgoingServer guesses the server for an address.
func outgoingServer(address string) string {
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if s, ok := outgoing[domain]; ok {
		return s
	}
	return "smtp." + domain + ":587"
}

type alertsMailDoc struct {
	Schema  string `json:"schema"`
	Mail    tried  `json:"mail"`
	Written bool   `json:"written"`
	File    string `json:"password_file"`
}

func (sh *shell) alertsMail(ctx context.Context, o alertsMailOptions) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	m, password, err := sh.askMail(ctx, set, o)
	if err != nil {
		return err
	}
	defer password.Wipe()
	m.File, m.Keyring = sh.mailPasswordPath(), ""
	if field, id, args := m.wrong(); id != "" {
		return fault.New(fault.Usage, "fault.alerts.mail."+strings.SplitN(field, "[", 2)[0], args...)
	}
	doc, err := sh.tryMail(ctx, set, m, password)
	if err != nil {
		return err
	}
	if doc.Mail.Sent {
		if err := sh.keepSecret(m.File, password); err != nil {
			return err
		}
		set.Alerts.Mail = &m
		if err := sh.writeSettings(set); err != nil {
			return err
		}
		doc.Written = true
	}
	if err := sh.showMail(doc, o.json); err != nil {
		return err
	}
	if !doc.Written {
		return errListed
	}
	return nil
}

// mailPasswordPath is where the password of the mail is kept.
func (sh *shell) mailPasswordPath() string { return filepath.Join(sh.home, "mail.password") }

// tryMail sends a test by a mail that is not among the settings yet.
func (sh *shell) tryMail(ctx context.Context, set settings, m mailSettings, password secret.Bytes) (alertsMailDoc, error) {
	set.Alerts.Mail = &m
	host, port, _ := alert.Server(m.Server)
	doc := alertsMailDoc{Schema: "custode.alerts-mail/1", File: m.File}
	doc.Mail = sh.try(ctx, set, &alert.Mail{Host: host, Port: port, User: m.User, Password: password, From: m.From, To: m.To, Plain: m.Unencrypted}, sh.testMessage(set))
	return doc, ctx.Err()
}

// keepSecret writes a password, or the address of a service, into a file that only this user can read.
func (sh *shell) keepSecret(path string, s secret.Bytes) error {
	if err := safefile.Write(path, append(slices.Clone(s.Reveal()), '\n'), 0o600); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.settings.write", path, err)
	}
	return nil
}

func (sh *shell) showMail(doc alertsMailDoc, asJSON bool) error {
	if asJSON {
		return sh.json(doc)
	}
	return sh.tellMail(sh.page(sh.out, sh.outTerm), doc)
}

func (sh *shell) tellMail(p *page, doc alertsMailDoc) error {
	w := sh.words
	p.fail = sh.showTried(p, alertsTestDoc{Channels: []tried{doc.Mail}})
	if !doc.Written {
		p.wrap("", w.T("alerts.mail.not"))
		return p.fail
	}
	p.wrap("", p.green(w.T("alerts.mail.written"))+" "+w.T("alerts.mail.where", printable(doc.File)))
	return p.fail
}

// askMail takes the mail's settings from the options, and asks for what they lack.
func (sh *shell) askMail(ctx context.Context, set settings, o alertsMailOptions) (m mailSettings, password secret.Bytes, err error) {
	if set.Alerts.Mail != nil {
		m = *set.Alerts.Mail
	}
	if to := o.to.Value(); len(to) > 0 {
		m.To = to
	}
	ask := func(given, question, suggested string, good func(string) bool) string {
		if given != "" || err != nil {
			return given
		}
		if !sh.inTerm {
			if suggested == "" {
				err = fault.New(fault.Usage, "fault.alerts.mail-terminal")
			}
			return suggested
		}
		given, err = sh.asker(ctx).text(sh.words.T(question), suggested, func(s string) (string, string) {
			if !good(s) {
				return "", sh.words.T("alerts.mail.ask.wrong")
			}
			return s, ""
		})
		return given
	}
	if len(o.to.Value()) == 0 {
		m.To = addresses(ask("", "alerts.mail.ask.to", strings.Join(m.To, ", "), func(s string) bool { return allAddresses(addresses(s)) }))
	}
	first := ""
	if len(m.To) > 0 {
		first = m.To[0]
	}
	if m.From == "" {
		m.From = first
	}
	m.From = ask(o.from, "alerts.mail.ask.from", m.From, alert.Address)
	if m.Server == "" {
		m.Server = outgoingServer(alert.Bare(m.From))
	}
	m.Server = ask(o.server, "alerts.mail.ask.server", m.Server, func(s string) bool { _, _, ok := alert.Server(s); return ok })
	if m.User = o.user; m.User == "" {
		m.User = alert.Bare(m.From)
	}
	if err != nil {
		return m, password, err
	}
	if o.file != "" {
		password, err = sh.keptSecret(o.file, "")
		if err != nil {
			err = fault.On(fault.CodeOf(err, fault.NoInput), "fault.alerts.secret-read", o.file, err)
		}
		return m, password, err
	}
	if !sh.inTerm {
		return m, password, fault.New(fault.Usage, "fault.alerts.mail-terminal")
	}
	p := sh.page(sh.err, sh.errTerm)
	p.wrap("", sh.words.T("alerts.mail.ask.app"))
	password, err = sh.asker(ctx).secret(sh.words.T("alerts.mail.ask.password", printable(m.User)))
	return m, password, err
}

// addresses are those of a line, with commas between them.
func addresses(line string) (out []string) {
	for a := range strings.SplitSeq(line, ",") {
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}

func allAddresses(list []string) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(a string) bool { return !alert.Address(a) })
}
