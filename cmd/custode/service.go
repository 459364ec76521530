package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/i18n"
	"custode/scan/watch/lookout"
)

type serviceOptions struct{ json, dry bool }

// serviceCommand lets the system start the watch.
func serviceCommand(sh *shell) *cli.Command {
	t := sh.words.T
	sub := func(name string, dry bool, run func(context.Context, serviceOptions) error) *cli.Command {
		var o serviceOptions
		flags := []cli.Flag{sh.jsonFlag(&o.json)}
		if dry {
			flags = append(flags, &cli.BoolFlag{Name: "dry-run", Usage: t("flag.service.dry-run." + name), Destination: &o.dry})
		}
		return &cli.Command{
			Name: name, Usage: t("cmd.service." + name), UsageText: "custode service " + name, Description: t("cmd.service." + name + ".more"), Flags: flags,
			Action: func(c *cli.Context) error {
				if err := none(c); err != nil {
					return err
				}
				return run(c.Context, o)
			},
		}
	}
	return &cli.Command{
		Name: "service", Usage: t("cmd.service"), UsageText: t("cmd.service.use"), Description: t("cmd.service.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			sub("install", true, sh.serviceInstall), sub("remove", true, sh.serviceRemove), sub("status", false, sh.serviceStatus),
		},
	}
}

// serviceDoc is the document of all three.
type serviceDoc struct {
	Schema string `json:"schema"`
	Unit   string `json:"unit"`
	Path   string `json:"path"`
	System bool   `json:"system"`
	State  string `json:"state"` // running, starting, failed, stopped, not-installed; would-install, would-remove
	Since  string `json:"since"`
	Exit   int    `json:"exit"`
	Why    string `json:"why"`   // of a failure: exit-code, signal, watchdog, timeout, ...
	Again  bool   `json:"again"` // systemd starts it again by itself
	Text   string `json:"text"`  // with --dry-run, what would be written

	Check timerDoc `json:"check"` // the daily check
}

func (u unit) doc(state string) serviceDoc {
	d := serviceDoc{Schema: "custode.service/1", Unit: u.name, Path: u.path, System: u.system, State: state}
	d.Check = timerDoc{Unit: u.parts()[2].name, State: state}
	return d
}

func (sh *shell) serviceInstall(ctx context.Context, o serviceOptions) error {
	u, err := sh.starter()
	if err != nil {
		return err
	}
	if _, other := sh.otherOwner(); !other { // root reads nothing in another user's home
		if _, err := sh.settings(); err != nil { // a service that cannot start helps nobody
			return err
		}
	}
	if o.dry {
		return sh.serviceWouldBe(u, o)
	}
	if err := u.start(ctx); err != nil {
		return err
	}
	if o.json {
		return sh.json(u.doc("starting"))
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	u.installed(sh, p)
	p.wrap("", w.T("service.check.daily"))
	p.wrap("", w.T("service.look", sh.command("custode", "service", "status")))
	return p.fail
}

// serviceWouldBe shows what would be installed.
func (sh *shell) serviceWouldBe(u starter, o serviceOptions) error {
	text := u.preview()
	if o.json {
		d := u.doc("would-install")
		d.Text = text
		return sh.json(d)
	}
	p := sh.page(sh.out, sh.outTerm)
	for l := range strings.Lines(text) {
		p.line(strings.TrimSuffix(l, "\n"))
	}
	return p.fail
}

func (u unit) preview() string {
	var all strings.Builder
	for _, part := range u.parts() {
		all.WriteString("# " + part.path + "\n" + part.text())
	}
	return all.String()
}

func (u unit) installed(sh *shell, p *page) {
	w := sh.words
	p.wrap("", p.green(w.T("service.installed"))+" "+w.T("service.wrote", printable(u.path)))
	if u.system {
		p.wrap("", w.T("service.system"))
	} else {
		p.wrap("", w.T("service.user", sh.command("custode", "service", "remove"), strings.ReplaceAll(shellLine([]string{"sudo", "custode", "--home", u.home, "service", "install"}), " ", unbroken)))
		p.hanging(p.dim(w.T("app.hint"))+" ", w.T("service.linger", sh.command("loginctl", "enable-linger")))
	}
}

func (u unit) gone(w *i18n.Words, how string) string {
	return w.T("service."+how, printable(u.path))
}

func (u unit) can(ctx context.Context) error {
	if !u.systemd().Runs(ctx) {
		return fault.New(fault.CannotMake, u.noSystemd())
	}
	return nil
}

// start puts the units in place and lets systemd start them, now and always.
func (u unit) start(ctx context.Context) error {
	parts := u.parts()
	states, err := looks(parts)
	if err != nil {
		return err
	}
	if err := u.safeProgram(); err != nil {
		return err
	}
	if err := u.can(ctx); err != nil {
		return err
	}
	return putInPlace(ctx, parts, states)
}

// end stops the units and removes them, or with dry only looks; there tells whether there is any.
func (u unit) end(ctx context.Context, dry bool) (there bool, err error) {
	parts := u.parts()
	states, err := looks(parts)
	if err != nil {
		return false, err
	}
	there = slices.ContainsFunc(states, func(s unitState) bool { return s != unitNone })
	if !there || dry {
		return there, nil
	}
	return true, takeAway(ctx, parts, states)
}

// noSystemd names the fault that systemd does not run, for this user or at all.
func (u unit) noSystemd() string {
	if u.system {
		return "fault.service.no-systemd"
	}
	return "fault.service.no-user-systemd"
}

func (sh *shell) serviceRemove(ctx context.Context, o serviceOptions) error {
	u, err := sh.starter()
	if err != nil {
		return err
	}
	there, err := u.end(ctx, o.dry)
	if err != nil {
		return err
	}
	state, say := "not-installed", sh.words.T("service.not-installed")
	switch {
	case !there:
	case o.dry:
		state, say = "would-remove", u.gone(sh.words, "would-remove")
	default:
		say = u.gone(sh.words, "removed")
	}
	if o.json {
		return sh.json(u.doc(state))
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", say)
	return p.fail
}

// unitProperties are what systemd is asked about the unit.
const unitProperties = "ActiveState,SubState,Result,ExecMainStatus,StatusText,StateChangeTimestamp"

// serviceStatus says whether the service runs: 1 if not.
func (sh *shell) serviceStatus(ctx context.Context, o serviceOptions) error {
	d, state, text, err := sh.askService(ctx)
	if err != nil {
		return err
	}
	if o.json {
		err = sh.json(d)
	} else {
		err = sh.showService(sh.page(sh.out, sh.outTerm), d, state, text)
	}
	if err == nil && d.State != "running" {
		err = errListed
	}
	return err
}

// askService asks the system about the service.
func (sh *shell) askService(ctx context.Context) (d serviceDoc, state unitState, text string, err error) {
	u, err := sh.starter()
	if err != nil {
		return d, state, "", err
	}
	return u.ask(ctx, sh)
}

func (u unit) ask(ctx context.Context, sh *shell) (d serviceDoc, state unitState, text string, err error) {
	if state, err = u.look(); err != nil {
		return d, state, "", err
	}
	d = u.doc("not-installed")
	if state != unitNone {
		if err := u.can(ctx); err != nil {
			return d, state, "", err
		}
		out, err := u.systemd().Do(ctx, "show", "--timestamp=unix", "--property="+unitProperties, u.name)
		if err != nil {
			return d, state, "", fault.On(fault.IO, "fault.service.systemctl", u.path, nil)
		}
		text = d.take(out)
	}
	if d.Check, err = u.timerDoc(ctx); d.Check.State == "waiting" {
		d.Check.Next = sh.nextCheck(ctx)
	}
	return d, state, text, err
}

// take reads what systemctl show says, and gives what the watch says of itself.
func (d *serviceDoc) take(out string) (status string) {
	v := map[string]string{}
	for l := range strings.Lines(out) {
		if key, value, ok := strings.Cut(strings.TrimSpace(l), "="); ok {
			v[key] = value
		}
	}
	switch v["ActiveState"] {
	case "active", "reloading":
		d.State = "running"
	case "activating":
		d.State = "starting"
		if v["SubState"] == "auto-restart" {
			d.State = "failed"
		}
	case "failed":
		d.State = "failed"
	default:
		d.State = "stopped"
	}
	if d.State == "failed" {
		d.Exit, _ = strconv.Atoi(v["ExecMainStatus"])
		d.Why, d.Again = v["Result"], v["ActiveState"] == "activating"
	}
	if s, err := strconv.ParseInt(strings.TrimPrefix(v["StateChangeTimestamp"], "@"), 10, 64); err == nil && s > 0 {
		d.Since = time.Unix(s, 0).UTC().Format(time.RFC3339)
	}
	return v["StatusText"]
}

func (sh *shell) showService(p *page, d serviceDoc, state unitState, text string) error {
	w := sh.words
	since := ""
	if at, err := time.Parse(time.RFC3339, d.Since); err == nil {
		since = " " + w.T("service.since", w.DateTime(at.Local()))
	}
	logs := []string{"journalctl"}
	if !d.System {
		logs = append(logs, "--user")
	}
	logs = append(logs, "-u", d.Unit, "-n", "20")
	switch d.State {
	case "running":
		p.wrap("", p.green(w.T("service.running"))+since)
		if text != "" {
			p.wrap("", printable(text))
		}
	case "starting":
		p.wrap("", p.amber(w.T("service.starting"))+since)
	case "failed":
		head, hint := w.T("service.failed", strconv.Itoa(d.Exit)), w.T("service.failed.do", sh.command(logs...))
		if key := "service.why." + d.Why; w.Has(key) {
			head = w.T(key)
		} else if key := "service.exit." + strconv.Itoa(d.Exit); w.Has(key) {
			hint = w.T(key) + " " + hint
		}
		if d.Again {
			head += " " + w.T("service.again")
		}
		p.wrap("", p.red(head)+since)
		p.hanging(p.dim(w.T("app.hint"))+" ", hint)
	case "stopped":
		p.wrap("", p.amber(w.T("service.stopped"))+since)
		p.hanging(p.dim(w.T("app.hint"))+" ", w.T("service.stopped.do", sh.command("custode", "service", "install")))
	default:
		p.wrap("", p.amber(w.T("service.not-installed")))
		p.hanging(p.dim(w.T("app.hint"))+" ", w.T("service.stopped.do", sh.command("custode", "service", "install")))
	}
	switch state {
	case unitForeign:
		p.hanging(p.amber(w.T("app.note"))+" ", w.T("service.changed", printable(d.Path)))
	case unitOlder:
		p.hanging(p.amber(w.T("app.note"))+" ", w.T("service.older", sh.command("custode", "service", "install")))
	case unitNone, unitOurs:
	}
	sh.showTimer(p, d.Check)
	return p.fail
}

// tellSystem tells who started the watch, if that is systemd, that it lives and how it
// goes: once a minute, from where everything of the watch meets.
func (v *watching) tellSystem(s lookout.Status) {
	text := v.sh.words.T("service.says", v.sh.words.N("service.folders", int64(len(s.Coverage))), v.sh.words.N("service.files", int64(s.Files)))
	_ = host.TellReady(v.sh.env, text) // systemd starts a watch anew that is not heard; nothing else can be done about it
	_ = host.TellAlive(v.sh.env)
}
