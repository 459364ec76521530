package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"custode/internal/paper"
	"custode/playbook/letter"
)

// Doc draws the report.
func (a After) Doc() (paper.Doc, error) {
	w, err := newWriter(a.Lang, a.Zone)
	if err != nil {
		return paper.Doc{}, err
	}
	zone := "UTC" + a.Now.In(w.zone).Format("-07:00")
	d := paper.Doc{
		Lang: w.lang, Title: w.say("report_title", "plan", a.Plan), Note: w.say("report_note", "zone", zone), Author: a.Shop,
		Above: paper.Say(a.Shop), Page: w.say("page"), Made: a.Now,
		Foot: w.say("report_foot", "run", a.Run, "now", w.at(a.Now), "head", a.Head),
	}
	if a.Drill {
		d.Mark = w.say("drill")
	}
	d.Blocks = append(d.Blocks, a.brief(w)...)
	d.Blocks = append(d.Blocks, a.decisions(w)...)
	d.Blocks = append(d.Blocks, a.lists(w)...)
	if a.Record.Kind.ID != "" && a.Alarm == nil {
		d.Blocks = append(d.Blocks, heading(w.say("record")))
		d.Blocks = append(d.Blocks, record(a.Record, letter.Options{Sources: true})...)
	}
	var signs []paper.Text
	for s := range strings.SplitSeq(w.say("sign"), "|") {
		signs = append(signs, paper.Say(strings.TrimSpace(s)))
	}
	d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Sign, Items: signs})
	return d, nil
}

func (a After) brief(w *writer) []paper.Block {
	closed, took := w.say("not_closed"), w.std.Duration(a.Now.Sub(a.Begun))
	if !a.Closed.IsZero() {
		closed, took = w.at(a.Closed), w.std.Duration(a.Closed.Sub(a.Begun))
	}
	rows := []paper.Row{
		{Label: w.say("number"), Value: paper.Say(a.Run)},
		{Label: w.say("begun"), Value: paper.Say(w.at(a.Begun))},
		{Label: w.say("closed"), Value: paper.Say(closed)},
		{Label: w.say("took"), Value: paper.Say(took)},
		{Label: w.say("plan"), Value: paper.Say(a.Plan + " " + a.Version)},
		{Label: w.say("digest"), Value: paper.Say(a.PlanDigest)},
		{Label: w.say("head"), Value: paper.Say(a.Head)},
	}
	if a.Alarm != nil {
		rows = append(rows, a.Alarm.rows(w)...)
	}
	if a.Score != nil {
		items := append([]string{w.say("points", "n", strconv.Itoa(a.Score.Points))}, a.Score.Reasons...)
		rows = append(rows, paper.Row{Label: w.say("score"), Items: items})
	}
	out := []paper.Block{heading(w.say("brief")), {Kind: paper.Fields, Rows: rows}}
	if len(a.Deadlines) == 0 {
		return out
	}
	var cells [][]string
	for _, d := range a.Deadlines {
		due := w.at(d.Due)
		if d.Due.IsZero() {
			due = w.say("not_yet")
		}
		cells = append(cells, []string{d.Name, d.Article, due, w.met(d, a.Now)})
	}
	return append(out, heading(w.say("deadlines")), w.table([]string{w.say("limit"), "Art.", w.say("due"), w.say("met")}, []int{3, 2, 3, 3}, cells))
}

func (w *writer) met(d Deadline, now time.Time) string {
	switch {
	case !d.Met.IsZero() && (d.Due.IsZero() || !d.Met.After(d.Due)):
		return w.say("met_at", "at", w.at(d.Met))
	case !d.Met.IsZero():
		return w.say("met_late", "at", w.at(d.Met))
	case d.Due.IsZero():
		return w.say("not_begun")
	case now.After(d.Due):
		return w.say("not_met")
	}
	return w.say("running")
}

func (a After) decisions(w *writer) []paper.Block {
	out := []paper.Block{heading(w.say("decisions"))}
	if len(a.Decisions) == 0 {
		return append(out, paper.Block{Kind: paper.Para, Text: paper.Say(w.say("none"))})
	}
	for _, d := range a.Decisions {
		reason := paper.Say(d.Reason)
		if strings.TrimSpace(d.Reason) == "" {
			reason = w.gap(w.say("ask_reason"))
		}
		differs := paper.Say(w.say("differs_no"))
		if d.Differs {
			differs = paper.Say(w.say("differs_yes", "why", d.Reason))
			if strings.TrimSpace(d.Reason) == "" {
				differs = w.gap(w.say("ask_why"))
			}
		}
		rows := []paper.Row{
			{Label: w.say("decided"), Value: paper.Say(d.What + ": " + d.Choice)},
			{Label: w.say("when_who"), Value: paper.Say(w.say("by", "at", w.at(d.At), "who", d.By))},
			{Label: w.say("reason"), Value: reason},
		}
		if len(d.Rules) > 0 {
			rows = append(rows, paper.Row{Label: w.say("rules"), Items: d.Rules}, paper.Row{Label: w.say("differs"), Value: differs})
		}
		out = append(out, paper.Block{Kind: paper.Fields, Rows: rows})
	}
	return out
}

// lists gives what is drawn as tables.
func (a After) lists(w *writer) []paper.Block {
	var timeline, evidence, letters [][]string
	for _, e := range a.Timeline {
		timeline = append(timeline, []string{fmt.Sprint(e.Seq), w.at(e.At), e.By, e.What})
	}
	for _, e := range a.Evidence {
		evidence = append(evidence, []string{e.Name, e.Digest, w.std.Bytes(e.Size), w.say("by", "at", w.at(e.At), "who", e.By), strings.Join(e.Custody, "; ")})
	}
	for _, l := range a.Letters {
		letters = append(letters, []string{l.Name, w.at(l.At), w.meters(l.Meters)})
	}
	out := []paper.Block{
		heading(w.say("timeline")), w.table(append([]string{"#"}, w.heads("time", "who", "what")...), []int{2, 6, 5, 14}, timeline),
		heading(w.say("evidence")), w.table([]string{w.say("file"), "SHA-256", w.say("size"), w.say("kept"), w.say("custody")}, []int{5, 8, 4, 6, 5}, evidence),
		heading(w.say("letters")), w.table(w.heads("letter", "made", "complete"), []int{5, 4, 6}, letters),
	}
	if len(a.Costs) > 0 {
		out = append(out, heading(w.say("costs")), a.costs(w))
	}
	return append(out, heading(w.say("lessons")), a.lessons(w))
}

func (a After) costs(w *writer) paper.Block {
	var cells [][]string
	sum := 0.0
	for _, c := range a.Costs {
		cells = append(cells, []string{c.What, w.hours(c.Hours), c.Amount})
		sum += c.Hours
	}
	cells = append(cells, []string{w.say("total"), w.hours(sum), ""})
	return w.table(w.heads("what", "hours", "amount"), []int{6, 2, 3}, cells)
}

func (w *writer) hours(h float64) string {
	if h == 0 {
		return ""
	}
	s := strconv.FormatFloat(h, 'f', -1, 64)
	if w.lang == "it" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func (a After) lessons(w *writer) paper.Block {
	var cells [][]string
	for _, l := range a.Lessons {
		due, who, state := w.say("no_date"), w.say("nobody"), w.say("todo")
		if !l.Due.IsZero() {
			due = w.std.Date(l.Due.In(w.zone))
		}
		if l.Who != "" {
			who = l.Who
		}
		switch {
		case l.Done:
			state = w.say("done")
		case !l.Due.IsZero() && a.Now.After(l.Due):
			state = w.say("overdue")
		}
		cells = append(cells, []string{l.What, who, due, state})
	}
	return w.table(w.heads("task", "who", "until", "state"), []int{7, 3, 3, 2}, cells)
}
