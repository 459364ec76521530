package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"strings"
)

// Checker makes the daily check.
type Checker interface {
	// Today is the check of today: held anew if wanted, or if something has happened since the last.
	Today(ctx context.Context, anew bool) (Today, error)
}

// Today is the daily check as the page shows it.
type Today struct {
	Shop, At       string
	Status         string // ok, attention, act, unknown
	Score, Counts  string
	Gap            string // days without a check
	First          *Thing // the one thing to do first; nil: nothing
	Then           []Thing
	Questions      []Thing // that only the owner can answer
	Fine           []Thing
	Trend          template.HTML // a drawing of ours
	TrendWords     string
	Receipt, Below string
}

// Thing is one item of the check.
type Thing struct {
	ID, Group      string
	Status, Tag    string // Tag is the status as a word
	Title, Why, Do string
	Minutes        string
	Command        string
	Files          []string
	More           string // how many files more
	Page           string // of ours, where it is done; "" none
	Acts           Acts
}

// todayView is the page of today, with what was just done, and a form that was refused.
type todayView struct {
	Today

	Noted string // one of notes
	Tried tried
}

// thingView is one thing on the page.
type thingView struct {
	Thing

	Tried tried
	Big   bool // the one to do first
}

// Of gives what the page shows of a thing.
func (v todayView) Of(t Thing, big bool) thingView { return thingView{t, v.Tried, big} }

func todayRoutes() []route {
	return []route{
		{"GET", "/{$}", present, showToday, false},
		{"POST", "/check", present, checkAnew, false},
	}
}

func showToday(v *visit) error { return v.todayPage(http.StatusOK, v.noted(), tried{}) }

// todayPage draws the page of today.
func (v *visit) todayPage(status int, noted string, f tried) error {
	t, err := v.office.Today(v.ctx(), false)
	if err != nil {
		return err
	}
	if t.First != nil {
		t.First.Page = pageOf(*t.First)
	}
	for _, list := range [][]Thing{t.Then, t.Questions} {
		for i := range list {
			list[i].Page = pageOf(list[i])
		}
	}
	return v.page("today", status, todayView{t, noted, f})
}

func checkAnew(v *visit) error {
	if _, err := v.office.Today(v.ctx(), true); err != nil {
		return err
	}
	return v.see("/")
}

// pageOf is where a thing of the check is done: by what its command does, by itself, or by its group; "": in a terminal.
func pageOf(t Thing) string {
	if t.Command != "" && !strings.HasPrefix(t.Command, "custode ") { // one of the system's
		return ""
	}
	for _, c := range []struct{ does, page string }{
		{"keys recover", "/recover"},
		{"open --leftovers", "/vault/left"},
		{"keys rotate", "/vault/keys"},
		{"keys init", "/vault/keys"},
		{"keys drill", "/vault/sheet"},
		{"privacy map", "/privacy/map"},
		{"privacy purge", "/data/unneeded"},
		{"journal verify", "/journal"},
		{"check --all", "/settings#folders-head"}, // what is with the folders
	} {
		if strings.Contains(t.Command+" ", " "+c.does+" ") {
			return c.page
		}
	}
	at := map[string]string{
		"watch": "/watch", "watch.canaries": "/watch#decoys", "data": "/data", "staff": "/team", "privacy": "/privacy",
		"keys.recovery": "/vault/sheet", "sealed.sound": "/vault", "keys.second": "/vault", "response.clock": "/incident", "response.contacts": "/incident/contacts", "response.drill": "/exercise",
		"backup.home": "/settings#backup-head", "backup.restore": "/settings#copies-head", "self.receipt": "/journal",
		"scan.excluded": "/settings#folders-head", "privacy.choices": "/privacy/choices",
	}
	return cmp.Or(at[t.ID], at[t.Group])
}
