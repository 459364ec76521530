package main

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/scan/watch"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// TestLastHours holds what happened to its hour: what was before or after all of them is left out.
func TestLastHours(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 29, 9, 20, 0, 0, rome)
	h := lastHours(now, 24)
	if h.from != time.Date(2026, 11, 28, 10, 0, 0, 0, rome) {
		t.Fatalf("from %v", h.from)
	}
	for _, x := range []struct {
		at   time.Time
		verb string
	}{{now, "read"}, {now.Add(-time.Hour), "write"}, {now.Add(-time.Hour), "delete"}, {h.from, "read"}, {h.from.Add(-time.Nanosecond), "read"}, {now.Add(time.Hour), "read"}} {
		h.activity(lookout.Activity{At: x.at, Verb: x.verb, Files: 3})
	}
	h.blindness(lookout.Blind{Blind: watch.Blind{From: now.Add(-90 * time.Minute), To: now.Add(-21 * time.Minute)}})
	h.blindness(lookout.Blind{Blind: watch.Blind{From: h.from, To: h.from.Add(shortBlind - 1)}})
	if h.each[23] != (hour{read: 3}) || h.each[22] != (hour{changed: 6, blind: true}) || h.each[21] != (hour{blind: true}) || h.each[0] != (hour{read: 3}) {
		t.Errorf("%+v", h.each)
	}
	if all, most := h.sum(); all.changed != 6 || all.read != 6 || most != 22 {
		t.Errorf("%+v, most %d", all, most)
	}
	if _, most := lastHours(now, 24).sum(); most != -1 {
		t.Errorf("of nothing: %d", most)
	}
	twice := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC).In(rome) // half past two, the second time
	if h := lastHours(twice, 2); !h.start(1).Equal(time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)) || h.at(twice) != &h.each[1] {
		t.Errorf("the second hour begins %v", h.start(1))
	}
}

// saveAlert puts an alert of a bulk reading into a home, with its habit.
func saveAlert(t *testing.T, o *office, shop string) int64 {
	t.Helper()
	_, st, err := o.sh.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	at := o.sh.now() // after the scan
	who := rules.Who{User: "maria", Program: "/usr/bin/tar"}
	c := cases.Case{Run: "r", Incident: rules.Incident{
		Serial: 1, Rule: rules.Bulk, Severity: rules.High, Folder: shop, Who: who, Opened: at, Last: at.Add(2 * time.Second), Counts: rules.Counts{Files: 412, Read: 412}, Paths: []string{shop + "/Clienti/clienti.csv"},
	}}
	id, err := st.SaveCase(t.Context(), c, rules.Began)
	if err == nil {
		err = st.SaveHabits(t.Context(), lookout.Habits{Since: at, List: []rules.Habit{{Folder: shop, User: "maria", Program: "/usr/bin/tar", Verbs: rules.Read, First: at, Last: at}}})
	}
	if err == nil {
		err = st.SaveActivity(t.Context(), []lookout.Activity{{At: at, Folder: shop, User: "maria", Program: "/usr/bin/tar", Verb: "read", Files: 412, Paths: []string{shop + "/Clienti/clienti.csv"}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestWatchOfTheOffice(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	w, err := o.Watch(t.Context(), web.WatchWish{Most: 50})
	if err != nil || w.Status != "attention" || w.Runs != "The watch has never run here." || w.Run.Where != web.WatchNowhere || w.All != 0 || len(w.Hours) != 0 || w.Decoys.Title != "No decoys are placed." {
		t.Fatalf("%+v %v", w, err)
	}
	id := saveAlert(t, o, shop)
	w, err = o.Watch(t.Context(), web.WatchWish{Most: 50, Week: true})
	if err != nil || w.Unseen != 1 || len(w.Alerts) != 1 || !strings.Contains(w.Alerts[0].What, "read 412 customer files") || len(w.Hours) == 0 || w.Hours[len(w.Hours)-1].Noted != 1 || !strings.Contains(w.ChartWords, "412") {
		t.Fatalf("%+v %v", w, err)
	}
	a, err := o.Alert(t.Context(), id, 0, 50)
	if err != nil || !a.CanOpen || a.Incident != 0 || len(a.Files) != 1 || a.Files[0].Then != "readable then" || a.More == "" || !strings.Contains(a.Habit, "maria") || strings.Contains(strings.Join(a.Steps, ""), "custode ") {
		t.Fatalf("%+v %v", a, err)
	}
	if len(a.Timeline) < 3 || !strings.Contains(a.Timeline[0].What+a.Timeline[1].What, "The user maria (program tar) read 412 files (clienti.csv)") {
		t.Errorf("%+v", a.Timeline)
	}
	if _, err := o.Alert(t.Context(), 99, 0, 50); !isFault(err, "fault.alerts.unknown") {
		t.Error(err)
	}
	if rest, err := o.Alert(t.Context(), id, 1000, 50); err != nil || len(rest.Files) != 0 {
		t.Errorf("%+v %v", rest.Files, err)
	}

	if err := o.SettleAlert(t.Context(), id, web.Settled{State: "note "}); !errors.Is(err, web.ErrWorse) {
		t.Error(err)
	}
	if err := o.SettleAlert(t.Context(), id, web.Settled{State: a.State, Note: "the tax adviser", Normal: true}); err != nil {
		t.Fatal(err)
	}
	if err := o.SettleAlert(t.Context(), id, web.Settled{State: a.State}); !errors.Is(err, web.ErrLooked) {
		t.Error(err)
	}
	a, err = o.Alert(t.Context(), id, 0, 50)
	if err != nil || !strings.Contains(a.Looked, "the tax adviser") || a.Habit != "" {
		t.Errorf("%+v %v", a, err)
	}
}

// TestOpenIncidentOnce: however many tabs ask at once, there is one incident, and it knows the alert.
func TestOpenIncidentOnce(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	id := saveAlert(t, o, shop)
	var all sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		all.Go(func() { _, errs[i] = o.OpenIncident(t.Context(), id) })
	}
	all.Wait()
	opened := 0
	for _, err := range errs {
		switch {
		case err == nil:
			opened++
		case !isFault(err, "fault.alerts.incident"):
			t.Error(err)
		}
	}
	a, err := o.Alert(t.Context(), id, 0, 50)
	if err != nil || opened != 1 || a.Incident != 1 || !strings.Contains(a.Looked, "became incident 1") {
		t.Errorf("%d opened: %+v %v", opened, a, err)
	}
}
