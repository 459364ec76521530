package main

import (
	"cmp"
	"context"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"custode/internal/alert"
	"custode/internal/fault"
)

// alertsTestCommand sends a message through every channel now.
func alertsTestCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "test", Usage: t("cmd.alerts.test"), UsageText: "custode alerts test", Description: t("cmd.alerts.test.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.alertsTest(c.Context, asJSON)
		},
	}
}

// tried is what became of a message on one channel.
type tried struct {
	Name  string `json:"name"`
	To    string `json:"to"` // receivers of the mail; else ""
	Sent  bool   `json:"sent"`
	Cause string `json:"cause"`
	Code  int    `json:"code"`
	Error string `json:"error"`
	Do    string `json:"do"`

	shown    string // the name on the page; "": Name
	optional bool   // nobody has asked for it: a desktop that is not there
}

type alertsTestDoc struct {
	Schema      string   `json:"schema"`
	Channels    []tried  `json:"channels"`
	OpenSecrets []string `json:"open_secrets"`
}

func (sh *shell) alertsTest(ctx context.Context, asJSON bool) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	p := sh.page(sh.err, sh.errTerm)
	doc, err := sh.tryAll(ctx, set, func() {
		if sh.errTerm {
			p.wrap("", p.dim(sh.words.T("alerts.test.sending")))
		}
	})
	if err != nil {
		return err
	}
	if asJSON {
		err = sh.json(doc)
	} else {
		err = sh.showTried(sh.page(sh.out, sh.outTerm), doc)
	}
	for _, r := range doc.Channels {
		if err == nil && !r.Sent && !r.optional {
			err = errListed
		}
	}
	return err
}

// tryAll sends a message on every channel at once, and calls begun before.
func (sh *shell) tryAll(ctx context.Context, set settings, begun func()) (alertsTestDoc, error) {
	list := sh.channels(set)
	if len(list) == 0 {
		return alertsTestDoc{}, fault.On(fault.Config, "fault.alerts.no-channel", sh.settingsPath(), nil)
	}
	begun()
	m := sh.testMessage(set)
	results := make([]tried, len(list))
	var all sync.WaitGroup
	for i, c := range list {
		all.Go(func() { results[i] = sh.try(ctx, set, c, m) })
	}
	all.Wait()
	return alertsTestDoc{Schema: "custode.alerts-test/1", Channels: results, OpenSecrets: append([]string{}, sh.openSecrets(set.Alerts)...)}, ctx.Err()
}

// testMessage says what it is in its first words: whoever gets it must not be frightened.
func (sh *shell) testMessage(set settings) alert.Message {
	w, now := sh.words, sh.now()
	computer, err := os.Hostname()
	if err != nil {
		computer = w.T("alerts.test.computer")
	}
	return alert.Message{
		ID: "test-" + strconv.FormatInt(now.UnixNano(), 36), Severity: alert.High, At: now,
		Subject: w.T("alerts.test.subject", set.Shop),
		Body:    w.T("alerts.test.body", printable(computer), w.DateTime(now)) + "\n",
	}
}

func (sh *shell) try(ctx context.Context, set settings, c alert.Channel, m alert.Message) tried {
	r := tried{Name: c.Name(), Sent: true}
	if r.Name == "mail" {
		r.To = strings.Join(set.Alerts.Mail.To, ", ")
	}
	var err error
	if d, ok := c.(desktopChannel); ok {
		err = d.show(ctx, m) // Send would not tell of one that is not there
	} else {
		err = c.Send(ctx, m)
	}
	if err == nil {
		return r
	}
	cause, code := alert.Why(err)
	r.optional = cause == alert.NoDesktop && set.Alerts.Desktop == nil
	r.Sent, r.Cause, r.Code = false, string(cause), code
	r.Error, r.Do = sh.words.T("alerts.why."+r.Cause), sh.words.T("alerts.do."+r.Cause)
	if r.Name == "mail" && sh.words.Has("alerts.do.mail."+r.Cause) {
		r.Do = sh.words.T("alerts.do.mail." + r.Cause)
	}
	return r
}

// showTried says for each channel whether the message arrived, and what to do if not.
func (sh *shell) showTried(p *page, doc alertsTestDoc) error {
	w := sh.words
	for _, r := range doc.Channels {
		name := printable(cmp.Or(r.shown, r.Name))
		switch {
		case r.Sent && r.Name == "mail":
			p.hanging(p.green("✓ "), p.bold(name)+": "+w.T("alerts.test.mail", printable(r.To)))
		case r.Sent && r.Name == "desktop":
			p.hanging(p.green("✓ "), p.bold(name)+": "+w.T("alerts.test.desktop"))
		case r.Sent:
			p.hanging(p.green("✓ "), p.bold(name)+": "+w.T("alerts.test.service"))
		case r.optional:
			p.hanging(p.dim("– "), p.dim(name+": "+w.T("alerts.test.no-desktop")))
		default:
			why := r.Error
			if r.Code > 0 {
				why += " (" + w.T("alerts.test.code", strconv.Itoa(r.Code)) + ")"
			}
			p.hanging(p.red("✗ "), p.bold(name)+": "+w.T("alerts.test.failed", why))
			p.hanging("  "+p.dim(w.T("app.hint"))+" ", r.Do)
		}
	}
	for _, f := range doc.OpenSecrets {
		p.hanging(p.amber(w.T("app.note"))+" ", w.T("alerts.test.open", sh.command("chmod", "600", f)))
	}
	return p.fail
}
