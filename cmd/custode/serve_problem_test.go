package main

import (
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/journal"
)

// TestProblemBecomesAlert: what somebody reports is an alert, once; the check counts it, the journal
// and the message have none of its words, and the incident begins with them.
func TestProblemBecomesAlert(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	if n := len(o.Problems()); n != 5 {
		t.Errorf("%d problems", n)
	}
	p := web.Problem{Kind: "recipient", Text: "the list of orders went to\nthe wrong Bianchi", Name: "Luca", Page: "abc"}
	for range 2 { // a double click
		if err := o.ReportProblem(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.ReportProblem(t.Context(), web.Problem{Kind: "files", Page: "def"}); err != nil {
		t.Fatal(err)
	}
	if err := o.ReportProblem(t.Context(), web.Problem{Kind: "nothing"}); !isFault(err, "fault.bug") {
		t.Error(err)
	}
	w, err := o.Watch(t.Context(), web.WatchWish{Most: 50})
	if err != nil || w.Unseen != 2 || w.Alerts[0].Title != "Somebody reported files that look wrong" || !strings.Contains(w.Alerts[0].What, "gave no name") || !strings.Contains(w.Alerts[1].What, "Luca") || !strings.Contains(w.Alerts[1].What, "wrong Bianchi") {
		t.Fatalf("%+v %v", w.Alerts, err)
	}
	today, err := o.Today(t.Context(), true)
	if err != nil || !slices.ContainsFunc(today.Then, func(th web.Thing) bool { return strings.Contains(th.Title, "1 grave alert") && th.Status == "act" }) {
		t.Errorf("%+v %v", today.Then, err)
	}
	if r := custode(t, home, "alerts", "show", "1"); r.code != 0 || !strings.Contains(r.out, "the list of orders went") || !strings.Contains(r.out, "open-incident 1") || strings.Contains(r.out, "Over:") {
		t.Errorf("%+v", r)
	}

	_, st, err := o.sh.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	reported := 0
	err = st.Journal(t.Context(), 1, func(e journal.Entry) error {
		if e.Kind == "problem.reported" {
			reported++
		}
		if strings.Contains(string(e.Body), "Bianchi") || strings.Contains(string(e.Body), "Luca") {
			t.Errorf("the journal has the words: %s", e.Body)
		}
		return nil
	})
	if err != nil || reported != 2 {
		t.Errorf("%d in the journal, %v", reported, err)
	}
	waiting, err := st.WaitingMessages(t.Context())
	if err != nil || len(waiting) != 2 {
		t.Errorf("%d messages wait, %v", len(waiting), err)
	}
	for _, m := range waiting {
		if strings.Contains(m.Subject+m.Body, "Bianchi") {
			t.Errorf("the message has the words: %s", m.Body)
		}
	}

	run, err := o.OpenIncident(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	d, err := o.sh.responder(t.Context(), runOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	r, err := d.in.Run(t.Context(), run)
	if err != nil || r.Facts["what_happened"].Text != "The list of orders went to the wrong Bianchi." || r.Facts["occurred_from"].Known() || !r.Facts["detected_at"].Known() {
		t.Errorf("%+v %v", r.Facts, err)
	}
	if a, err := o.Alert(t.Context(), 1, 0, 50); err != nil || a.Incident != run {
		t.Errorf("%+v %v", a, err)
	}
	if rows, err := d.in.Store.Runs(t.Context()); err != nil || len(rows) != 1 || rows[0].Plan != "misdirected-message" {
		t.Errorf("%+v %v", rows, err)
	}
}
