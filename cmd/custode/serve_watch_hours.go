package main

import (
	"context"
	"html/template"
	"strings"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/cmd/custode/internal/web/chart"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
)

// hourly is what happened in each of some hours, up to now.
type hourly struct {
	from time.Time // of the first
	each []hour
}

// hour is what happened in one hour. Files are counted once in ten seconds for each who touched them.
type hour struct {
	changed, read, alerts int64
	blind                 bool // the watch could not see for a part of it
}

// lastHours are the hours up to that of now, which has only begun.
func lastHours(now time.Time, n int) *hourly {
	this := time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), 0, 0, 0, now.Location())
	if this.After(now) || now.Sub(this) >= time.Hour { // an hour that there is twice
		this = now.Truncate(time.Hour)
	}
	return &hourly{this.Add(-time.Duration(n-1) * time.Hour), make([]hour, n)}
}

// at is the hour of a moment; nil: it is none of them.
func (h *hourly) at(t time.Time) *hour {
	d := t.Sub(h.from)
	if d < 0 || int(d/time.Hour) >= len(h.each) {
		return nil
	}
	return &h.each[d/time.Hour]
}

// start is when an hour begins.
func (h *hourly) start(i int) time.Time { return h.from.Add(time.Duration(i) * time.Hour) }

func (h *hourly) activity(a lookout.Activity) {
	switch x := h.at(a.At); {
	case x == nil:
	case a.Verb == watchedRead:
		x.read += int64(a.Files)
	default:
		x.changed += int64(a.Files)
	}
}

// shortBlind is how short a time without seeing may be to be left out of a drawing.
const shortBlind = time.Minute

func (h *hourly) blindness(b lookout.Blind) {
	for i := range h.each {
		from, to := h.start(i), h.start(i+1)
		if b.From.After(from) {
			from = b.From
		}
		if b.To.Before(to) {
			to = b.To
		}
		h.each[i].blind = h.each[i].blind || to.Sub(from) >= shortBlind
	}
}

// sum adds the hours up, and finds the busiest; -1: nothing happened.
func (h *hourly) sum() (all hour, most int) {
	most = -1
	for i, x := range h.each {
		all.changed, all.read, all.alerts = all.changed+x.changed, all.read+x.read, all.alerts+x.alerts
		if n := x.changed + x.read; n > 0 && (most < 0 || n > h.each[most].changed+h.each[most].read) {
			most = i
		}
	}
	return all, most
}

// Hours of a day and of a week.
const (
	dayHours  = 24
	weekHours = 7 * dayHours
)

// hours draws what happened by the hour, and says it.
func (sh *shell) hours(ctx context.Context, st state, v *web.Watch, week bool) error {
	n := dayHours
	if week {
		n = weekHours
	}
	h := lastHours(sh.now().Local(), n)
	err := st.Activity(ctx, h.from, func(a lookout.Activity) error { h.activity(a); return nil })
	if err != nil {
		return err
	}
	if err := st.Blinds(ctx, h.from, func(b lookout.Blind) error { h.blindness(b); return nil }); err != nil {
		return err
	}
	err = st.Cases(ctx, h.from.Add(-1), func(c cases.Case) error {
		if x := h.at(c.Opened); x != nil {
			x.alerts++
		}
		return nil
	})
	if err != nil {
		return err
	}
	w := sh.words
	all, most := h.sum()
	parts := []string{w.T("web.watch.sum", w.Int(all.changed), w.Int(all.read)), w.N("web.watch.sum.alerts", all.alerts)}
	if most >= 0 {
		at := h.start(most)
		parts = append(parts, w.T("web.watch.sum.most", w.DateTime(at), at.Add(time.Hour).Format("15:04"), w.Int(h.each[most].changed+h.each[most].read)))
	}
	v.ChartWords = strings.Join(parts, " ")
	columns := make([]chart.Column, n)
	for i, x := range h.each {
		columns[i] = chart.Column{Label: sh.hourLabel(h.start(i), week), Base: x.changed, Upon: x.read, Mark: x.alerts > 0, Unknown: x.blind}
		if x != (hour{}) {
			v.Hours = append(v.Hours, web.WatchHour{At: w.DateTime(h.start(i)), Changed: x.changed, Read: x.read, Noted: x.alerts, Blind: x.blind})
		}
	}
	v.Chart = template.HTML(chart.SVG(columns, chart.Words{ID: "hours", Title: w.T("web.watch.hours"), Desc: v.ChartWords, Number: w.Int})) //nolint:gosec // a drawing of ours, in which every text is escaped
	return nil
}

// hourLabel stands under an hour of a chart: the time, four times a day; of a week the day, at its noon.
func (sh *shell) hourLabel(at time.Time, week bool) string {
	switch {
	case week && at.Hour() == 12:
		day, _, _ := strings.Cut(sh.words.Date(at), " ")
		return day
	case !week && at.Hour()%6 == 0:
		return at.Format("15:04")
	}
	return ""
}
