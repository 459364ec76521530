package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// Errors of the filtered list.
var (
	ErrNoList    = errors.New("web: no filtered list is held")
	ErrOtherList = errors.New("web: another list was filtered since")
)

// mostList is how large a list or mails may be, in bytes: they are held in memory, and nowhere else.
const mostList int64 = 64 << 20

// ImportWish is what is to be known of a file whose choices are taken over.
type ImportWish struct {
	Name              string // of the file
	Purpose, Text     string // what a yes is to, and the text that people saw
	Since, Made       string
	Numbers, Order    string
	Column            string
	AllNo, OnlyCounts bool
}

// ChoicesTaken says what a file said.
type ChoicesTaken struct {
	Title  string
	Events []string
	Left   []string
	Notes  []string
	Dry    bool
}

// FilterWish is what a list is filtered for.
type FilterWish struct{ Name, Purpose, Channel, Column string }

// FilteredList is what came of a list.
type FilteredList struct {
	Name    string // of this list: one that is filtered after it, in another tab, has another
	Title   string
	Removed []string // how many were left out, by reason
	Notes   []string
	Any     bool // somebody may be written to
	Left    bool // somebody was left out
}

// sentFile is a form with one file, in memory.
type sentFile struct {
	fields url.Values
	name   string
	body   []byte
}

func (u *sentFile) field(name string) string { return trimmed(u.fields.Get(name)) }

// uploaded reads a form with one file of at most [mostList]. Nothing of it is written anywhere.
func (v *visit) uploaded() (*sentFile, error) {
	tooBig := refusal{http.StatusRequestEntityTooLarge, "web.choices.too-big"}
	parts, err := v.parts(mostList, tooBig)
	if err != nil {
		return nil, err
	}
	u := &sentFile{fields: url.Values{}}
	for {
		part, err := parts.next()
		if err == io.EOF { //nolint:errorlint // wrapped, it is an end in the middle
			break
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(part)
		}
		if err != nil {
			if errors.As(brokenOff(err), new(refusal)) {
				return nil, refusal{http.StatusBadRequest, "web.choices.cut"}
			}
			return nil, tooBig
		}
		if part.FormName() != "file" {
			if len(b) > mostForm {
				return nil, refusal{http.StatusRequestEntityTooLarge, "web.too-long"}
			}
			u.fields.Add(part.FormName(), string(b))
		} else if name := fileName(part); name != "" {
			u.name, u.body = name, b
		}
	}
	if u.name == "" {
		return nil, refusal{http.StatusUnprocessableEntity, "web.choices.no-file"}
	}
	return u, nil
}

// withList reads the list that is sent. The keys have to be at hand before: what is sent is not kept
// while a passphrase is asked for.
func (v *visit) withList(do func(u *sentFile) error) error {
	there, err := v.office.Held(v.ctx())
	if err != nil {
		return err
	}
	if !there {
		v.readFields()
		return refusal{http.StatusForbidden, "web.choices.locked"}
	}
	u, err := v.uploaded()
	if err != nil {
		return err
	}
	defer clear(u.body)
	return do(u)
}

func importChoices(v *visit) error {
	return v.withList(func(u *sentFile) error {
		w := ImportWish{
			Name: u.name, Purpose: u.field("purpose"), Text: u.field("text"), Since: u.field("since"), Made: u.field("made"), Numbers: u.field("numbers"),
			Order: u.field("order"), Column: u.field("column"), AllNo: u.field("all-no") != "", OnlyCounts: u.field("only") != "",
		}
		taken, err := v.office.ImportChoices(v.ctx(), w, bytes.NewReader(u.body))
		if err != nil {
			return v.refusedChoice(err, choicesView{Where: "import", Import: w})
		}
		return v.page("privacy_choices_taken", http.StatusOK, taken)
	})
}

func filterList(v *visit) error {
	return v.withList(func(u *sentFile) error {
		w := FilterWish{u.name, u.field("purpose"), u.field("channel"), u.field("column")}
		if err := v.office.FilterList(v.ctx(), w, bytes.NewReader(u.body)); err != nil {
			return v.refusedChoice(err, choicesView{Where: "filter", Filter: w})
		}
		return v.see("/privacy/choices/filtered")
	})
}

func showFiltered(v *visit) error {
	l, err := v.office.FilteredList(v.ctx())
	if errors.Is(err, ErrNoList) {
		return refusal{http.StatusNotFound, "web.choices.no-list"}
	}
	if err != nil {
		return err
	}
	return v.page("privacy_choices_filtered", http.StatusOK, l)
}

func giveFiltered(v *visit) error {
	which := v.field("which")
	if which != "list" && which != "removed" {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	d, err := v.office.GiveList(v.ctx(), v.field("name"), which)
	if errors.Is(err, ErrNoList) {
		return refusal{http.StatusNotFound, "web.choices.no-list"}
	}
	if errors.Is(err, ErrOtherList) {
		return refusal{http.StatusConflict, "web.choices.other-list"}
	}
	if err != nil {
		return err
	}
	return v.give(d, false)
}

// count reads a field that is a whole number; what is none is 0.
func (v *visit) count(name string) int {
	n, _ := strconv.Atoi(v.field(name))
	return n
}
