package main

import (
	"context"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/alert"
	"custode/internal/host"
)

// said gives as lines what a command would show on a screen that is wide enough.
func said(show func(*page) error) ([]string, error) {
	var b strings.Builder
	if err := show(&page{w: &b, width: 1 << 20}); err != nil {
		return nil, err
	}
	var lines []string
	for l := range strings.Lines(b.String()) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// alertWays says by what ways an alert reaches somebody. No secret is read for it.
func (sh *shell) alertWays(set settings) (ways []web.AlertWay) {
	a, w := set.Alerts, sh.words
	if m := a.Mail; m != nil {
		ways = append(ways, web.AlertWay{By: "mail", Say: w.T("web.settings.alerts.mail", printable(strings.Join(m.To, ", ")), printable(m.From), printable(m.Server))})
	}
	for i, s := range a.Services {
		way := web.AlertWay{By: "service", Place: i}
		if kind := pageServiceKind(s.File); kind != "" {
			way.Say = w.T("web.settings.alerts.service", sh.wayName(kind))
		} else if s.File != "" {
			way.Say = w.T("web.settings.alerts.kept", printable(s.File))
		} else if s.Keyring != "" {
			way.Say = w.T("web.settings.alerts.keyring")
		} else if made, err := alert.NewService(s.URL.Bytes); err == nil {
			way.Say = w.T("web.settings.alerts.service", sh.wayName(made.Name()))
		}
		ways = append(ways, way)
	}
	if sh.onDesktop(set) {
		ways = append(ways, web.AlertWay{By: "screen", Say: w.T("web.settings.alerts.desktop")})
	}
	return ways
}

// onDesktop reports whether alerts are shown on this computer's screen.
func (sh *shell) onDesktop(set settings) bool {
	d := set.Alerts.Desktop
	return d == nil && host.HasDesktop(sh.env) || d != nil && *d
}

// beatWords says when the daily sign of life is sent.
func (sh *shell) beatWords(set settings) string {
	if d := set.beat(); d >= 0 {
		return sh.words.T("web.settings.beat", clockText(int(d.Minutes())))
	}
	return sh.words.T("web.settings.beat.none")
}

// serviceWords says whether the watch and the daily check run by themselves.
func (sh *shell) serviceWords(r web.WatchRun) []string {
	switch {
	case len(r.Said) > 0:
		return r.Said
	case !r.Always:
		return []string{r.Cannot}
	}
	return []string{sh.words.T("service.not-installed")}
}

// TestAlerts implements [web.Setter].
func (o *office) TestAlerts(ctx context.Context, tell func(web.Progress)) (out web.Outcome, err error) {
	sh := o.sh
	set, err := sh.settings()
	if err != nil {
		return out, err
	}
	doc, err := sh.tryAll(ctx, set, func() { tell(web.Progress{Note: sh.words.T("alerts.test.sending")}) })
	if err != nil {
		return out, err
	}
	for i, r := range doc.Channels {
		doc.Channels[i] = sh.triedHere(r)
	}
	out = web.Outcome{Title: sh.words.T("web.settings.test.done"), Next: "/settings#alerts"}
	out.Lines, err = said(func(p *page) error { return sh.showTried(p, doc) })
	return out, err
}
