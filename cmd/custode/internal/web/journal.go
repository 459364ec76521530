package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"custode/internal/fault"
)

// Journaler reads the journal.
type Journaler interface {
	// Journal gives the entries of a page, the newest first.
	Journal(ctx context.Context, want JournalWish) (Journal, error)
	// CheckJournal proves that the journal is whole, and holds what a receipt saw unless that is "":
	// the sentences that say so. What is wrong with it is an error.
	CheckJournal(ctx context.Context, receipt string) ([]string, error)
	// NoteReceipt notes that somebody has the receipt elsewhere.
	NoteReceipt(ctx context.Context) error
}

// JournalWish is which entries are wanted.
type JournalWish struct {
	Kind string
	Day  time.Time // its beginning, in the zone of this computer; zero: all days
	Skip int64
	Most int64
}

// Journal is a part of the journal, as a page shows it.
type Journal struct {
	Receipt string // of the whole journal, now; "": it is empty
	All     int64  // how many entries there are of what was wanted
	Days    []JournalDay
	Kinds   []Choice // what there is in the journal
}

// JournalDay are the entries of a day.
type JournalDay struct {
	Day     string
	Entries []JournalEntry
}

// JournalEntry is one entry in words.
type JournalEntry struct {
	Number   string
	At, What string
}

func journalRoutes() []route {
	return []route{
		{"GET", "/journal", present, showJournal, false},
		{"GET", "/journal/check", present, checkJournal, false},
		{"POST", "/journal/receipt", present, noteReceipt, false},
	}
}

// journalView is the page of the journal.
type journalView struct {
	Journal

	Kind, Day string
	WrongDay  bool
	Noted     bool
	Typed     string // a receipt
	Sound     []string
	Wrong     *failView // what is wrong with the journal, or with the receipt that was typed
	Pager     leaf
}

func showJournal(v *visit) error {
	view := journalView{Noted: v.field("noted") != ""}
	return v.journalPage(http.StatusOK, &view)
}

// journalPage draws the page of the journal, with what was found beside it.
func (v *visit) journalPage(status int, view *journalView) error {
	view.Kind, view.Day = v.field("kind"), v.field("day")
	want := JournalWish{Kind: view.Kind, Most: leafHolds, Skip: v.skip()}
	if view.Day != "" {
		day, err := time.ParseInLocation(time.DateOnly, view.Day, v.now().Location())
		if view.WrongDay = err != nil || day.Year() < 1970; !view.WrongDay { // the year 1 would be all days
			want.Day = day
		}
	}
	j, err := v.office.Journal(v.ctx(), want)
	if err != nil {
		return err
	}
	view.Journal = j
	view.Pager = v.leafOf("/journal", j.All, url.Values{"kind": {view.Kind}, "day": {view.Day}})
	return v.page("journal", status, view)
}

// checkJournal changes nothing, so that its address may be loaded again.
func checkJournal(v *visit) error {
	view := journalView{Typed: v.field("receipt")}
	lines, err := v.office.CheckJournal(v.ctx(), view.Typed)
	var f *fault.Error
	status := http.StatusOK
	switch {
	case err == nil:
		view.Sound = lines
	case errors.As(err, &f) && (f.Code == fault.Data || f.Code == fault.Usage):
		wrong := faultView(v.words, f)
		view.Wrong, status = &wrong, statusOf(f.Code)
	default:
		return err
	}
	return v.journalPage(status, &view)
}

func noteReceipt(v *visit) error {
	if err := v.office.NoteReceipt(v.ctx()); err != nil {
		return err
	}
	return v.see("/journal?noted=1")
}
