package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
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

// Choice is one line of a list from which one is chosen.
type Choice struct {
	ID, Name string
	On       bool
}

const journalEach = 50 // entries of a page

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
	want := JournalWish{Kind: view.Kind, Most: journalEach, Skip: (v.leafNumber() - 1) * journalEach}
	if view.Day != "" {
		day, err := time.ParseInLocation(time.DateOnly, view.Day, v.now().Location())
		if view.WrongDay = err != nil; err == nil {
			want.Day = day
		}
	}
	j, err := v.office.Journal(v.ctx(), want)
	if err != nil {
		return err
	}
	view.Journal = j
	view.Pager = v.leafOf("/journal", j.All, journalEach, url.Values{"kind": {view.Kind}, "day": {view.Day}})
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

// leaf is where in a long list a page is: what the template "pager" lays out.
type leaf struct {
	Page, Last    int64
	Before, After string // addresses; "": there is none
}

// leafNumber is the number of the page that is asked for, 1 for the first.
func (v *visit) leafNumber() int64 {
	n, err := strconv.ParseInt(v.field("page"), 10, 32)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// leafOf says where in a list of so many things the page that is asked for is. The addresses of the
// others carry what the list is narrowed by.
func (v *visit) leafOf(path string, all, each int64, by url.Values) leaf { //nolint:unparam // how many is each list's own business
	l := leaf{Page: v.leafNumber(), Last: (all + each - 1) / each}
	at := func(n int64) string {
		q := url.Values{"page": {strconv.FormatInt(n, 10)}}
		for k, some := range by {
			if len(some) > 0 && some[0] != "" {
				q[k] = some
			}
		}
		return path + "?" + q.Encode()
	}
	if l.Page > 1 && l.Last > 0 {
		l.Before = at(min(l.Page-1, l.Last))
	}
	if l.Page < l.Last {
		l.After = at(l.Page + 1)
	}
	return l
}
