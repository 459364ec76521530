package main

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook/privacy/choice"
)

// filteredList is a mailing list that was filtered. It holds contacts, so it is in memory only, and
// gone when the page is locked.
type filteredList struct {
	name          string
	doc           choiceFilteredDoc
	known         int
	list, removed []byte
}

// onOpenChoices opens the choices with the keys.
func (o *office) onOpenChoices(ctx context.Context, fn func(d *chooser) error) error {
	return o.onChoices(ctx, func(d *chooser) error {
		if d.ids == nil {
			return fault.New(fault.NoPerm, "fault.serve.locked")
		}
		return fn(d)
	})
}

// ImportChoices implements [web.Chooser].
func (o *office) ImportChoices(ctx context.Context, w web.ImportWish, in io.Reader) (out web.ChoicesTaken, err error) {
	err = o.onOpenChoices(ctx, func(d *chooser) error {
		opt, shown, err := d.intakeOptions(w.Name, choiceImportOptions{
			purpose: w.Purpose, typed: w.Text, since: w.Since, made: w.Made, numbers: w.Numbers, order: w.Order, column: w.Column, allNo: w.AllNo,
		})
		if err != nil {
			return err
		}
		doc, err := d.takeIn(ctx, in, opt, shown, w.OnlyCounts)
		if err != nil {
			return err
		}
		out = d.takenSaid(doc)
		return nil
	})
	return out, err
}

// takenSaid says what a file said.
func (d *chooser) takenSaid(doc choiceImportedDoc) web.ChoicesTaken {
	w := d.sh.words
	out := web.ChoicesTaken{Title: w.T("choice.imported", w.N("choice.rows", int64(doc.Rows)), w.T("choice.tool."+doc.Tool)), Dry: doc.DryRun}
	for _, what := range byCount(doc.Events) {
		out.Events = append(out.Events, w.Int(int64(doc.Events[what]))+" "+w.T("choice.what."+what))
	}
	for _, why := range byCount(doc.Left) {
		out.Left = append(out.Left, w.Int(int64(doc.Left[why]))+" "+flagless(w.T("intake.left."+why))+" ("+d.whereLeft(doc, why)+")")
	}
	if doc.Undated > 0 {
		out.Notes = append(out.Notes, w.N("web.choices.undated", int64(doc.Undated)))
	}
	if doc.DryRun {
		out.Notes = append(out.Notes, w.T("choice.imported.dry"))
	} else {
		out.Notes = append(out.Notes, w.N("choice.imported.new", int64(doc.New)))
	}
	return out
}

var flagWords = regexp.MustCompile(` \(--[^)]*\)`)

// flagless is a sentence without the flag of a terminal that it names in parentheses.
func flagless(s string) string { return flagWords.ReplaceAllString(s, "") }

// FilterList implements [web.Chooser].
func (o *office) FilterList(ctx context.Context, w web.FilterWish, in io.Reader) error {
	opt := choiceFilterOptions{purpose: w.Purpose, channel: w.Channel, column: w.Column, out: "-"} // it is given out
	if err := opt.about(); err != nil {
		return err
	}
	o.mu.Lock()
	locked := o.locked
	o.mu.Unlock()
	return o.onOpenChoices(ctx, func(d *chooser) error {
		var out, removed bytes.Buffer
		doc, known, err := d.filter(ctx, opt, func(l choice.List) (choice.Tally, error) { return l.Filter(in, &out, &removed) })
		if err != nil {
			return err
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.locked != locked {
			return fault.New(fault.NoPerm, "fault.serve.locked")
		}
		o.list = &filteredList{web.Token(), doc, known, out.Bytes(), removed.Bytes()}
		return nil
	})
}

func (c *counter) heldList() (*filteredList, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil {
		return nil, web.ErrNoList
	}
	return c.list, nil
}

// FilteredList implements [web.Chooser].
func (o *office) FilteredList(ctx context.Context) (out web.FilteredList, err error) {
	l, err := o.heldList()
	if err != nil {
		return out, err
	}
	err = o.onChoices(ctx, func(d *chooser) error {
		w, doc := d.sh.words, l.doc
		out.Name = l.name
		about := d.about(choice.Question{Purpose: choice.Purpose(doc.Purpose), Channel: choice.Channel(doc.Channel)})
		out.Title = capital(about) + ": " + w.T("choice.filtered", w.N("choice.rows", int64(doc.Rows)), w.N("choice.let", int64(doc.Let)))
		for _, reason := range byCount(doc.Removed) {
			out.Removed = append(out.Removed, w.Int(int64(doc.Removed[reason]))+" "+w.T("choice.reason."+reason))
		}
		out.Any, out.Left = doc.Let > 0, doc.Let < doc.Rows
		if l.known == 0 {
			out.Notes = []string{w.T("web.choices.nobody-asked")}
		} else {
			out.Notes = []string{w.T("choice.soon")}
		}
		return nil
	})
	return out, err
}

// GiveList implements [web.Chooser].
func (o *office) GiveList(_ context.Context, listed, which string) (web.Download, error) {
	l, err := o.heldList()
	if err == nil && l.name != listed { // who agreed to what may differ
		err = web.ErrOtherList
	}
	if err != nil {
		return web.Download{}, err
	}
	name, body := strings.Join([]string{"list", l.doc.Purpose, l.doc.Channel}, "-"), l.list
	if which == "removed" {
		name, body = name+"-left-out", l.removed
	}
	return download(name+".csv", body), nil
}
