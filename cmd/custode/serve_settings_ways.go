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
func (sh *shell) alertWays(set settings) (ways []string) {
	a, w := set.Alerts, sh.words
	if m := a.Mail; m != nil {
		ways = append(ways, w.T("web.settings.alerts.mail", printable(strings.Join(m.To, ", ")), printable(m.From), printable(m.Server)))
	}
	for _, s := range a.Services {
		switch {
		case s.File != "":
			ways = append(ways, w.T("web.settings.alerts.kept", printable(s.File)))
		case s.Keyring != "":
			ways = append(ways, w.T("web.settings.alerts.keyring"))
		default:
			if made, err := alert.NewService(s.URL.Bytes); err == nil {
				ways = append(ways, w.T("web.settings.alerts.service", made.Name()))
			}
		}
	}
	if a.Desktop == nil && host.HasDesktop(sh.env) || a.Desktop != nil && *a.Desktop {
		ways = append(ways, w.T("web.settings.alerts.desktop"))
	}
	return ways
}

// beatWords says when the daily sign of life is sent.
func (sh *shell) beatWords(set settings) string {
	if d := set.beat(); d >= 0 {
		return sh.words.T("web.settings.beat", clockText(int(d.Minutes())))
	}
	return sh.words.T("web.settings.beat.none")
}

// serviceWords says whether the watch and the daily check run by themselves.
func (o *office) serviceWords(ctx context.Context) []string {
	r := o.watchRun(ctx, false)
	switch {
	case len(r.Said) > 0:
		return r.Said
	case !r.Always:
		return []string{r.Cannot}
	}
	return []string{o.sh.words.T("service.not-installed")}
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
	out = web.Outcome{Title: sh.words.T("web.settings.test.done"), Next: "/settings"}
	out.Lines, err = said(func(p *page) error { return sh.showTried(p, doc) })
	return out, err
}
