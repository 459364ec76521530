package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"custode/internal/fault"
)

// Watcher tells what the watch does and noticed, and takes what a person says to it.
type Watcher interface {
	// Watch tells how it stands, with a part of the alerts.
	Watch(ctx context.Context, want WatchWish) (Watch, error)
	// Alert is the whole of one, with a part of its files; a fault.NoInput where there is none.
	Alert(ctx context.Context, id, skip, most int64) (Alert, error)
	// SettleAlert notes that a person has looked at an alert and that all is well. It fails with
	// [ErrLooked] where somebody has, and with [ErrWorse] where it is not as that person saw it.
	SettleAlert(ctx context.Context, id int64, s Settled) error
	// OpenIncident begins the incident of an alert and gives its number. It fails with the
	// fault "fault.alerts.incident" where there is one.
	OpenIncident(ctx context.Context, id int64) (int64, error)
}

// Why nobody may settle an alert.
var (
	ErrLooked = errors.New("web: somebody has looked at this alert")
	ErrWorse  = errors.New("web: the alert is not as it was seen")
)

// WatchWish is which part is wanted.
type WatchWish struct {
	Skip, Most int64 // of the alerts
	Week       bool  // the chart is of seven days, not of one
}

// Watch is the watch as its page shows it.
type Watch struct {
	Status      string // ok, attention, act
	Runs        string // whether it runs, since when
	Lines       []string
	Run         WatchRun
	Unsent      string
	Unseen, All int64 // alerts: that nobody has looked at, and of all
	Alerts      []AlertLine
	Chart       template.HTML // a drawing of ours
	ChartWords  string
	Hours       []WatchHour // the chart as a table; hours of which there is nothing to say are left out
	Gaps        []string
	GapsHead    string
	Folders     []WatchFolder
	Decoys      Decoys
}

// WatchHour is one row of the chart's table.
type WatchHour struct {
	At                   string
	Changed, Read, Noted int64
	Blind                bool
}

// WatchFolder is what is seen of a folder.
type WatchFolder struct{ Path, Sees, Why string }

// AlertLine is an alert in a list.
type AlertLine struct {
	ID          int64
	Status, Tag string // how grave; of one that was looked at: ok
	Title, At   string
	What        string
	Looked      string // by whom, when and what was noted; "" nobody
}

// Alert is one alert.
type Alert struct {
	AlertLine

	State    string // how it stands; it changes where it gets worse
	On       bool   // it goes on
	Reported bool   // a person told it, not the watch
	Means    string // what it tells and what not, where that is easily misread
	Steps    []string
	Habit    string // what could be called normal from now on; "" nothing
	CanOpen  bool   // a plan fits
	Incident int64  // that it has become; 0 none
	Timeline []Moment
	Rows     []Row
	Files    []AlertFile
	All      int64 // files that are named
	More     string
	Tally    string // how many were sealed at that moment
}

// Moment is a point of a story.
type Moment struct{ At, What string }

// Row is a thing with its name.
type Row struct{ Name, What string }

// AlertFile is a file of an alert.
type AlertFile struct{ Path, Then string }

// Settled is what a person says of an alert.
type Settled struct {
	State  string // in which that person saw it
	Note   string
	Normal bool // its habit is normal from now on
}

const mostNote = 1000 // letters of a note

func watchRoutes() []route {
	return []route{
		{"GET", "/watch", present, showWatch, false},
		{"GET", "/watch/{id}", present, showAlert, false},
		{"POST", "/watch/{id}/settle", present, settleAlert, false},
		{"POST", "/watch/{id}/incident", present, openIncident, false},
	}
}

// watchView is the page of the watch.
type watchView struct {
	Watch

	Week         bool
	New, Looked  []AlertLine
	Pager        leaf
	First        bool // the first leaf, on which all stands
	Noted, Other string
}

func showWatch(v *visit) error {
	week := v.field("span") == "week"
	w, err := v.office.Watch(v.ctx(), WatchWish{Skip: v.skip(), Most: leafHolds, Week: week})
	if err != nil {
		return err
	}
	view := watchView{Watch: w, Week: week, First: v.leafNumber() == 1, Noted: v.field("noted")}
	if _, err := strconv.ParseInt(view.Noted, 10, 64); err != nil {
		view.Noted = ""
	}
	for _, a := range w.Alerts {
		if a.Looked == "" {
			view.New = append(view.New, a)
		} else {
			view.Looked = append(view.Looked, a)
		}
	}
	view.Pager = v.leafOf("/watch", w.All, url.Values{"span": {v.field("span")}})
	return v.page("watch", http.StatusOK, view)
}

// alertView is the page of one alert.
type alertView struct {
	Alert

	Wrong   *failView // why something was not done
	Typed   string    // a note that was not taken
	Normal  bool
	Pager   leaf
	Page    string // of the incident; "" there is none yet
	MayNote bool
}

func (v *visit) alertID() (int64, error) {
	return v.id("id", refusal{http.StatusNotFound, "web.watch.no-alert"})
}

func showAlert(v *visit) error {
	id, err := v.alertID()
	if err != nil {
		return err
	}
	return v.alertPage(http.StatusOK, id, &alertView{})
}

// alertPage draws the page of an alert, with what went wrong beside it.
func (v *visit) alertPage(status int, id int64, view *alertView) error {
	a, err := v.office.Alert(v.ctx(), id, v.skip(), leafHolds)
	if err != nil {
		return err
	}
	view.Alert, view.MayNote = a, a.Looked == "" && a.Incident == 0
	if a.Incident != 0 {
		view.Page = incidentPath(a.Incident)
	}
	view.Pager = v.leafOf("/watch/"+strconv.FormatInt(id, 10), a.All, nil)
	return v.page("alert", status, view)
}

func settleAlert(v *visit) error {
	id, err := v.alertID()
	if err != nil {
		return err
	}
	s := Settled{State: v.field("state"), Note: v.field("note"), Normal: v.field("normal") != ""}
	if len([]rune(s.Note)) > mostNote {
		return refusal{http.StatusRequestEntityTooLarge, "web.too-long"}
	}
	not := func(why string) error {
		return v.alertPage(http.StatusConflict, id, &alertView{Wrong: &failView{What: v.words.T(why), Do: v.words.T(why + ".hint")}, Typed: s.Note, Normal: s.Normal})
	}
	switch err := v.office.SettleAlert(v.ctx(), id, s); {
	case errors.Is(err, ErrLooked):
		return not("web.watch.looked-already")
	case errors.Is(err, ErrWorse):
		return not("web.watch.changed")
	case err != nil:
		return err
	}
	return v.see("/watch?noted=" + strconv.FormatInt(id, 10))
}

func openIncident(v *visit) error {
	id, err := v.alertID()
	if err != nil {
		return err
	}
	n, err := v.office.OpenIncident(v.ctx(), id)
	var f *fault.Error
	if errors.As(err, &f) && f.ID == "fault.alerts.incident" {
		wrong := faultView(v.words, f)
		wrong.Do = "" // the page shows where it goes on
		return v.alertPage(http.StatusConflict, id, &alertView{Wrong: &wrong})
	}
	if err != nil {
		return err
	}
	return v.see(incidentPath(n))
}
