package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
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
	Off            []Thing // that the owner has put off
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

	Noted  string // one of notes
	Tried  tried
	Broken []BrokenOff
}

// thingView is one thing on the page.
type thingView struct {
	Thing

	Tried tried
	Big   bool // the one to do first
}

// Of gives what the page shows of a thing.
func (v todayView) Of(t Thing, big bool) thingView { return thingView{t, v.Tried, big} }

// atOnce is how many things to do are shown after the first one; those that have to be done now are all shown.
const atOnce = 3

// Next are the things that are shown after the first one.
func (v todayView) Next() []Thing { return v.Then[:v.split()] }

// Later are the others, which are folded: a page as long as all of them is read by nobody.
func (v todayView) Later() []Thing { return v.Then[v.split():] }

// split is where Then is folded: they stand by urgency. A fold for one is none.
func (v todayView) split() int {
	n := min(atOnce, len(v.Then))
	for n < len(v.Then) && v.Then[n].Status == "act" {
		n++
	}
	if n == len(v.Then)-1 {
		n++
	}
	return n
}

// TriedIn tells whether the form that was refused is one of these things': what holds them has to be open.
func (v todayView) TriedIn(list []Thing) bool {
	return v.Tried.ID != "" && slices.ContainsFunc(list, func(t Thing) bool { return t.ID == v.Tried.ID })
}

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
	for _, list := range [][]Thing{t.Then, t.Questions, t.Off} {
		for i := range list {
			list[i].Page = pageOf(list[i])
		}
	}
	return v.pageOfWork("today", status, func(broken []BrokenOff) any { return todayView{t, noted, f, broken} })
}

func checkAnew(v *visit) error {
	if _, err := v.office.Today(v.ctx(), true); err != nil {
		return err
	}
	return v.see("/")
}

// pageOf is where a thing of the check is done: by what its command does, by itself, or by its group; "": on none.
func pageOf(t Thing) string {
	if t.ID == "data.access" && (t.Status == "act" || t.Status == "attention") {
		return "/data/others"
	}
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
		{"check --all", "/settings#folders"}, // what is with the folders
	} {
		if strings.Contains(t.Command+" ", " "+c.does+" ") {
			return c.page
		}
	}
	at := map[string]string{
		"watch": "/watch", "watch.canaries": "/watch#decoys", "data": "/data", "staff": "/team", "privacy": "/privacy",
		"keys.recovery": "/vault/sheet", "sealed.sound": "/vault", "keys.second": "/vault", "response.clock": "/incident", "response.contacts": "/incident/contacts", "response.drill": "/exercise",
		"sealed.kept": "/data", "backup.home": "/settings#backup", "backup.restore": "/settings#copies", "self.receipt": "/journal",
		"scan.excluded": "/settings#folders", "privacy.choices": "/privacy/choices", "privacy.notice": "/privacy#papers-head",
	}
	return cmp.Or(at[t.ID], at[t.Group])
}
