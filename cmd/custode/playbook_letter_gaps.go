package main

import (
	"context"
	"strings"

	"custode/playbook"
	"custode/playbook/letter"
)

// meter says how many of the mandatory fields of a letter are known.
func (d *responder) meter(l letter.Letter) string {
	have, want := 0, 0
	for _, m := range l.Complete() {
		have, want = have+m.Have, want+m.Want
	}
	w := d.sh.words
	return w.T("play.letter.meter", w.Int(int64(have)), w.Int(int64(want)))
}

func (d *responder) letterRow(l letter.Letter, r *playbook.Run) letterRowDoc {
	row := letterRowDoc{Kind: l.Kind.ID, Name: l.Kind.Name.In(l.Lang), Complete: []meterDoc{}}
	for _, m := range l.Complete() {
		one := meterDoc{Article: m.Article, Have: m.Have, Want: m.Want, Missing: []string{}}
		for _, g := range m.Missing {
			one.Missing = append(one.Missing, g.Field)
		}
		row.Complete = append(row.Complete, one)
	}
	for _, t := range r.Letters() {
		if t.Kind != l.Kind.ID {
			continue
		}
		if t.What == "sent" {
			row.Sent = stamp(t.At)
		} else {
			row.Prepared = stamp(t.At)
		}
	}
	return row
}

// sayNameless says which gaps there are because the watch ran without root.
func (d *responder) sayNameless(ctx context.Context, p *page, r *playbook.Run, l letter.Letter) error {
	var missing []string
	for _, g := range l.Gaps() {
		missing = append(missing, g.Facts...)
	}
	say, err := d.namelessWords(ctx, r, missing)
	if err != nil || say == "" {
		return err
	}
	p.gap()
	p.wrap("", p.amber(say))
	return nil
}

// namelessWords says which of the missing facts nobody can say since the watch ran without root;
// "" where there is none.
func (d *responder) namelessWords(ctx context.Context, r *playbook.Run, missing []string) (string, error) {
	keys, err := d.nameless(ctx, r, missing)
	if err != nil || len(keys) == 0 {
		return "", err
	}
	var labels []string
	for _, key := range keys {
		def, _ := d.book.Find(key)
		labels = append(labels, def.Label.In(d.sh.words.Lang))
	}
	return d.sh.words.T("play.letter.nameless", strings.Join(labels, ", ")), nil
}

// gaps says what is still missing in a letter, and how to give it.
func (d *responder) gaps(p *page, l letter.Letter) {
	w := d.sh.words
	gaps := l.Gaps()
	if len(gaps) == 0 {
		p.wrap("", p.green(w.T("play.letter.whole")))
		return
	}
	p.gap()
	p.wrap("", w.N("play.letter.gaps", int64(len(gaps))))
	for _, g := range gaps {
		key := ""
		if len(g.Facts) > 0 {
			key = "  " + p.dim("["+g.Facts[0]+"]")
		}
		mark := "  "
		if g.Mandatory {
			mark = "* "
		}
		p.hanging("  "+mark, g.Label+key)
	}
	p.wrap("", w.T("play.letter.fill", d.sh.command("custode", "playbook", "facts", w.T("play.letter.pair"))))
}
