package main

import (
	"time"

	"custode/internal/paper"
	"custode/playbook/daily"
)

// reportSubject marks a PDF as a report of ours, so that it may be replaced.
const reportSubject = "custode report"

// reportDoc makes the report a document for the PDF: the same words in the same order as on the page.
func (sh *shell) reportDoc(v reportView, made time.Time) paper.Doc {
	w := sh.words
	d := paper.Doc{
		Lang: v.Lang, Title: w.T("check.title", v.Shop), Note: v.At, Foot: w.T("report.note") + "\n" + w.T("report.receipt", v.Receipt),
		Author: v.Shop, Subject: reportSubject, Page: w.T("play.pages"), Made: made,
	}
	if v.Owner != nil {
		d.Blocks = sh.ownerBlocks(v)
	}
	if v.Auditor == nil {
		return d
	}
	if v.Owner != nil {
		d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Break}, say(paper.Heading, w.T("report.auditor", v.Shop)))
	} else {
		d.Title = w.T("report.auditor", v.Shop)
	}
	d.Blocks = append(d.Blocks, sh.auditorBlocks(v)...)
	return d
}

func say(k paper.Kind, s string) paper.Block { return paper.Block{Kind: k, Text: paper.Say(s)} }

func (sh *shell) tagged(s daily.Status, title string) string {
	return sh.words.T("check.tag."+string(s)) + ": " + title
}

func (sh *shell) ownerBlocks(v reportView) []paper.Block {
	w, o := sh.words, v.Owner
	out := []paper.Block{say(paper.Para, w.T("check.status."+string(v.Status))+" "+v.Score+". "+o.Counts)}
	add := func(b ...paper.Block) { out = append(out, b...) }
	if f := o.First; f != nil {
		add(say(paper.Heading, w.T("report.first", f.Minutes)), say(paper.Para, sh.tagged(f.Status, f.Title)))
		row := func(key, value string) paper.Row { return paper.Row{Label: w.T(key), Value: paper.Say(value)} }
		var rows []paper.Row
		if f.Do != "" {
			rows = append(rows, row("report.do", f.Do))
		}
		if f.Command != "" {
			rows = append(rows, row("report.type", f.Command))
		}
		if len(f.Files) > 0 {
			r := paper.Row{Label: w.T("report.files"), Items: f.Files}
			if f.MoreFiles != "" {
				r.Items = append(r.Items[:len(r.Items):len(r.Items)], f.MoreFiles)
			}
			rows = append(rows, r)
		}
		add(paper.Block{Kind: paper.Fields, Rows: append(rows, row("check.why", f.Why))})
	} else {
		add(say(paper.Heading, w.T("report.nothing")), say(paper.Para, w.T("report.nothing.more")))
	}
	if len(o.Next) > 0 {
		add(say(paper.Heading, w.T("report.then")), sh.nextTable(o.Next))
	}
	for _, s := range []string{o.More, o.PutOff} {
		if s != "" {
			add(say(paper.Para, s))
		}
	}
	if o.Questions != "" {
		add(say(paper.Para, o.Questions+" "+o.Answer))
	}
	if o.TrendSays != "" {
		add(say(paper.Heading, w.T("report.trend")), say(paper.Para, o.TrendSays))
	}
	groups := ""
	for i, g := range o.Groups {
		if i > 0 {
			groups += " · "
		}
		groups += g.Name + " " + g.Count
	}
	add(say(paper.Heading, w.T("report.order")), say(paper.Para, groups))
	if o.Fine != "" {
		add(paper.Block{Kind: paper.Fields, Rows: []paper.Row{{Label: w.T("report.fine"), Value: paper.Say(o.Fine)}}})
	}
	add(paper.Block{Kind: paper.Sign, Items: []paper.Text{paper.Say(w.T("report.seen-by")), paper.Say(w.T("report.date"))}})
	return out
}

func (sh *shell) nextTable(next []itemView) paper.Block {
	w := sh.words
	b := paper.Block{
		Kind: paper.Table, Widths: []int{44, 44, 12},
		Head: []string{w.T("report.col.item"), w.T("report.col.do"), w.T("report.col.time")},
	}
	for _, it := range next {
		do := it.Command
		if do == "" {
			do = it.Do
		}
		b.Cells = append(b.Cells, []string{sh.tagged(it.Status, it.Title), do, it.Minutes})
	}
	return b
}

func (sh *shell) auditorBlocks(v reportView) []paper.Block {
	w, a := sh.words, v.Auditor
	out := []paper.Block{
		say(paper.Para, w.T("report.auditor.note", v.At)),
		say(paper.Para, w.T("check.status."+string(v.Status))+" "+v.Score+". "+w.T("report.rules")),
	}
	t := paper.Block{Kind: paper.Table, Widths: []int{12, 34, 32, 22}, Head: []string{
		w.T("report.col.status"), w.T("report.col.item"), w.T("report.col.evidence"), w.T("report.col.standards"),
	}}
	if a.HasAges {
		t.Widths = []int{12, 30, 28, 12, 18}
		t.Head = append(t.Head[:3:3], w.T("report.col.since"), t.Head[3])
	}
	for _, g := range a.Groups {
		t.Cells = append(t.Cells, []string{"", g.Name})
		for _, it := range g.Items {
			cells := []string{w.T("check.tag." + string(it.Status)), joined(it.Title, it.Notes), it.Evidence}
			if a.HasAges {
				cells = append(cells, it.Since)
			}
			t.Cells = append(t.Cells, append(cells, it.Maps))
		}
	}
	sources := paper.Block{Kind: paper.Table, Widths: []int{12, 44, 44}, Head: []string{
		w.T("report.col.short"), w.T("report.col.source"), w.T("report.col.checked"),
	}}
	for _, s := range a.Sources {
		sources.Cells = append(sources.Cells, []string{s.Short, s.Title + ", " + s.Place, s.Checked})
	}
	out = append(out, t, say(paper.Heading, w.T("report.sources")), sources)
	return append(out, say(paper.Para, w.T("check.receipt", v.Receipt)))
}

func joined(title, notes string) string {
	if notes == "" {
		return title
	}
	return title + " (" + notes + ")"
}
