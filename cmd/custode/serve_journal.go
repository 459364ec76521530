package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/journal"
)

// Journal implements [web.Journaler].
func (o *office) Journal(ctx context.Context, want web.JournalWish) (web.Journal, error) {
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return web.Journal{}, err
	}
	defer st.Close() // every write was committed
	part := journal.Part{Kind: want.Kind, Skip: want.Skip, Most: want.Most}
	if !want.Day.IsZero() {
		part.From, part.To = want.Day, want.Day.AddDate(0, 0, 1)
	}
	var j web.Journal
	list, all, err := st.Newest(ctx, part)
	if err != nil {
		return j, err
	}
	head, err := st.Head(ctx)
	if err != nil {
		return j, err
	}
	if j.All = all; head.Seq > 0 {
		j.Receipt = head.Receipt()
	}
	for _, e := range list {
		day, line := o.sh.journalLine(e)
		if n := len(j.Days); n == 0 || j.Days[n-1].Day != day {
			j.Days = append(j.Days, web.JournalDay{Day: day})
		}
		d := &j.Days[len(j.Days)-1]
		d.Entries = append(d.Entries, line)
	}
	kinds, err := st.Kinds(ctx)
	if err != nil {
		return j, err
	}
	for _, k := range kinds {
		j.Kinds = append(j.Kinds, web.Choice{ID: k, Name: capital(o.sh.whatWords(journal.Entry{Kind: k})), On: k == want.Kind})
	}
	slices.SortFunc(j.Kinds, func(a, b web.Choice) int { return cmp.Compare(a.Name, b.Name) })
	return j, nil
}

// journalLine says an entry in words, and on which day it was made.
func (sh *shell) journalLine(e journal.Entry) (day string, line web.JournalEntry) {
	line = web.JournalEntry{Number: sh.words.Int(e.Seq), What: capital(sh.whatWords(e))}
	at, err := time.Parse(time.RFC3339Nano, e.At)
	if err != nil { // an entry that was tampered with
		return printable(e.At), line
	}
	at = at.Local()
	line.At = at.Format("15:04")
	return sh.words.Date(at), line
}

// capital is a sentence that begins with a capital letter, but for our name.
func capital(s string) string {
	if strings.HasPrefix(s, "custode ") {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// CheckJournal implements [web.Journaler].
func (o *office) CheckJournal(ctx context.Context, receipt string) ([]string, error) {
	head, finding, err := o.sh.proveJournal(ctx, receipt)
	if err != nil {
		return nil, err
	}
	if finding != nil {
		return nil, findingFault(finding)
	}
	w := o.sh.words
	lines := []string{w.N("journal.sound", head.Seq)}
	if receipt != "" {
		lines = append(lines, w.T("journal.receipt-fits"))
	}
	return lines, nil
}

// NoteReceipt implements [web.Journaler].
func (o *office) NoteReceipt(ctx context.Context) error {
	_, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	_, err = st.Record(ctx, job.ReceiptTaken, map[string]any{})
	return err
}
