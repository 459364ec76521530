package main

import (
	"bytes"
	"fmt"
	"time"

	"custode/internal/paper"
	"custode/internal/pdf"
	"custode/internal/source"
	"custode/playbook/daily"
)

// pdfReport makes the report a PDF, for who can't print a page or has to send one.
func (sh *shell) pdfReport(v reportView) ([]byte, error) {
	var b bytes.Buffer
	err := pdf.Write(&b, sh.reportDoc(v), v.Paper)
	return b.Bytes(), err
}

// reportDoc is the report as a document.
func (sh *shell) reportDoc(v reportView) paper.Doc {
	w := sh.words
	d := paper.Doc{
		Lang: w.Lang, Title: w.T("check.title", v.Shop), Note: v.At, Author: v.Shop, Label: reportKeyword,
		Foot: w.T("check.receipt", v.Receipt) + " " + w.T("report.note"), Page: w.T("report.page"), Made: sh.now().Truncate(time.Second),
	}
	if v.Owner {
		d.Blocks = append(d.Blocks, sh.ownerBlocks(v)...)
	}
	if v.Owner && v.Auditor {
		d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Break})
	}
	if v.Auditor {
		d.Blocks = append(d.Blocks, sh.auditorBlocks(v)...)
	}
	return d
}

// tagged puts the word of a status before a text, so that it is seen without colours.
func tagged(tag, text string) paper.Text {
	return paper.Text{{S: tag, Gap: true}, {S: " " + text}}
}

func (sh *shell) ownerBlocks(v reportView) []paper.Block {
	w := sh.words
	blocks := []paper.Block{{Kind: paper.Para, Text: tagged(w.T("check.status."+string(v.Status)), v.Score+". "+v.Counts)}}
	if len(v.First) > 0 {
		blocks = append(blocks, headline(w.T("report.first")))
		for i, it := range v.First {
			blocks = append(blocks, sh.thing(i+1, it)...)
		}
	}
	var then []paper.Text
	for _, l := range v.Then {
		then = append(then, tagged(l.Tag, l.Title))
	}
	for _, s := range []string{v.More, v.Fine, v.Asks} {
		if s != "" {
			then = append(then, paper.Say(s))
		}
	}
	if len(then) > 0 {
		blocks = append(blocks, headline(w.T("report.then")), paper.Block{Kind: paper.List, Small: true, Items: then})
	}
	if v.Below != "" {
		blocks = append(blocks, paper.Block{Kind: paper.Para, Small: true, Text: paper.Say(v.Below)})
	}
	return blocks
}

// thing is one of the things to do first, in detail.
func (sh *shell) thing(n int, it itemView) []paper.Block {
	w := sh.words
	title := paper.Text{{S: fmt.Sprintf("%d. %s", n, w.T("check.tag."+string(it.Status))), Gap: true}, {S: " " + it.Title}}
	blocks := []paper.Block{{Kind: paper.Para, Text: title}}
	var files []paper.Text
	for _, f := range it.Files {
		files = append(files, paper.Say(f))
	}
	if it.More != "" {
		files = append(files, paper.Say(it.More))
	}
	if len(files) > 0 {
		blocks = append(blocks, paper.Block{Kind: paper.List, Small: true, Items: files})
	}
	text := w.T("check.why") + " " + it.Why
	if it.Do != "" {
		text += "\n" + w.T("check.do") + " " + w.T("check.do.minutes", it.Minutes, it.Do)
	}
	about := paper.Say(text)
	if it.Command != "" {
		about = append(about, paper.Span{S: "\n" + it.Command})
	}
	return append(blocks, paper.Block{Kind: paper.Para, Small: true, Text: about})
}

func headline(s string) paper.Block { return paper.Block{Kind: paper.Heading, Text: paper.Say(s)} }

func (sh *shell) auditorBlocks(v reportView) []paper.Block {
	w := sh.words
	small := func(s string) paper.Block {
		return paper.Block{Kind: paper.Para, Small: true, Text: paper.Say(s)}
	}
	blocks := []paper.Block{headline(w.T("report.evidence")), small(w.T("report.evidence.what", v.Score) + " " + v.Counts)}
	if v.Caps != "" {
		blocks = append(blocks, small(v.Caps))
	}
	table := paper.Block{Kind: paper.Table, Small: true, Widths: []int{13, 42, 32, 26}, Head: []string{w.T("report.state"), w.T("report.what"), w.T("report.rests"), w.T("report.serves")}}
	for _, g := range v.Groups {
		for _, l := range g.Lines {
			what, rests := l.Title+" ("+l.ID+")", l.Rests
			if l.CountsAs != "" {
				what += "; " + l.CountsAs
			}
			if l.Since != "" {
				rests += "; " + l.Since
			}
			table.Cells = append(table.Cells, []string{l.Tag, what, rests, l.Serves})
		}
	}
	return append(blocks, table, small(w.T("report.how")), small(w.T("report.standards", v.Checked)))
}

// checked is the day since when the numbers of the standards that items serve have been held
// against their sources: that of the source that was looked at first.
func (sh *shell) checked(items []daily.Item) string {
	list, err := source.Load()
	if err != nil {
		return "" // it is built in, and tested
	}
	first := ""
	for _, it := range items {
		for _, m := range it.MapsTo {
			if s, ok := list.Find(daily.SourceOf(m)); ok && (first == "" || s.Checked < first) {
				first = s.Checked
			}
		}
	}
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return first
	}
	return sh.words.Date(day)
}
