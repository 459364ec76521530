package main

import (
	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/report"
)

func playCloseCommand(sh *shell) *cli.Command {
	var o doOptions
	t := sh.words.T
	return &cli.Command{
		Name: "close", Usage: t("cmd.play.close"), UsageText: t("cmd.play.close.use"), Description: t("cmd.play.close.more"),
		Flags: sh.runFlags(&o.runOptions,
			&cli.StringFlag{Name: "because", Usage: t("flag.play.because"), Destination: &o.reason},
			&cli.BoolFlag{Name: "false-alarm", Usage: t("flag.play.false-alarm"), Destination: &o.alarm},
		),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.actOn(c.Context, o.runOptions, "", func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
				return d.closing(r, o)
			})
		},
	}
}

// closing ends a run. An exercise is for practising what comes after an alarm that was none.
func (d *responder) closing(r *playbook.Run, o doOptions) ([]playbook.Event, error) {
	switch alarm := o.alarm || r.SaidFalse(); {
	case alarm && o.drill:
		return nil, fault.New(fault.Usage, "fault.play.alarm-drill")
	case alarm:
		return r.CloseFalse(d.who(), o.reason)
	case o.drill:
		return r.EndExercise(d.who(), o.reason)
	}
	return r.Close(d.who(), o.reason)
}

func playReopenCommand(sh *shell) *cli.Command {
	var o doOptions
	t := sh.words.T
	return &cli.Command{
		Name: "reopen", Usage: t("cmd.play.reopen"), UsageText: "custode playbook reopen",
		Flags: sh.runFlags(&o.runOptions, &cli.StringFlag{Name: "because", Usage: t("flag.play.because"), Destination: &o.reason}),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.actOn(c.Context, o.runOptions, "", func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
				return r.Reopen(d.who(), o.reason)
			})
		},
	}
}

// ended says that no step is left.
func (d *responder) ended(p *page, r *playbook.Run) {
	w := d.sh.words
	if !r.Closed.IsZero() {
		d.wasFalse(p, r)
		return
	}
	if r.SaidFalse() {
		p.wrap("", w.T("play.alarm.said"))
		p.wrap("", w.T("play.complete.do", d.sh.command(append(d.base("close"), "--because", "…")...)))
		return
	}
	p.wrap("", p.green(w.T("play.complete")))
	p.wrap("", w.T("play.complete.do", d.sh.command(d.base("close")...)))
}

// wasFalse says of a closed incident that it was a false alarm and why, and whom else to tell.
func (d *responder) wasFalse(p *page, r *playbook.Run) {
	a, ok := r.FalseAlarm()
	if !ok {
		return
	}
	w := d.sh.words
	p.wrap("", w.T("play.alarm.was", shownText(a.Reason)))
	for _, key := range []string{"authority_notified_at", "people_told_at"} {
		if r.Facts[key].Known() {
			p.wrap("", p.amber(w.T("play.alarm."+key)))
		}
	}
}

// howFalse says how an incident ends that turns out to be none. Once somebody knows that data of
// people are concerned it is not offered any more; the command still takes it.
func (d *responder) howFalse(p *page, r *playbook.Run) {
	if _, aware := r.Facts.Time("aware_at"); aware || d.o.drill {
		return
	}
	p.wrap("", d.sh.words.T("play.how.alarm", d.sh.command(append(d.base("close"), "--false-alarm", "--because", "…")...)))
}

// alarm is what a report says of a false alarm.
func alarm(r *playbook.Run) *report.Alarm {
	a, ok := r.FalseAlarm()
	if !ok {
		return nil
	}
	return &report.Alarm{At: a.At, By: a.By, Reason: a.Reason}
}
