package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// TestCasePage: what nobody has looked at comes first, the gravest before; then the newest; in parts. It is never too old.
func TestCasePage(t *testing.T) {
	s := open(t, t.TempDir())
	if list, all, unseen, err := s.CasePage(t.Context(), 0, 50); len(list) != 0 || all != 0 || unseen != 0 || err != nil {
		t.Fatalf("%v %d %d %v", list, all, unseen, err)
	}
	at := ticking()
	for i, c := range []struct {
		severity rules.Severity
		hours    int
		looked   bool
	}{{rules.Critical, 1, true}, {rules.Note, 2, false}, {rules.Critical, 3, false}, {rules.High, 4, false}, {rules.High, 5, true}} {
		in := rules.Incident{Serial: uint64(i + 1), Rule: rules.Bulk, Severity: c.severity, Opened: at.Add(time.Duration(c.hours) * time.Hour), Paths: []string{"/x"}}
		id, err := s.SaveCase(t.Context(), cases.Case{Incident: in, Run: "r"}, rules.Began)
		if err == nil && c.looked {
			err = s.AckCase(t.Context(), id, "anna", "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		skip, most int64
		want       string
	}{{0, 50, "3 4 2 5 1"}, {0, 2, "3 4"}, {2, 2, "2 5"}, {4, 2, "1"}, {9, 2, ""}} {
		list, all, unseen, err := s.CasePage(t.Context(), c.skip, c.most)
		var ids []string
		for _, x := range list {
			ids = append(ids, fmt.Sprint(x.ID))
		}
		if got := strings.Join(ids, " "); err != nil || got != c.want || all != 5 || unseen != 3 {
			t.Errorf("after %d, %d: %q of %d, %d unseen, %v; want %q", c.skip, c.most, got, all, unseen, err, c.want)
		}
	}
	var walked []string
	err := s.Cases(t.Context(), at.Add(4*time.Hour), func(c cases.Case) error { walked = append(walked, fmt.Sprint(c.ID)); return nil })
	if got := strings.Join(walked, " "); got != "5 4 3 2" || err != nil {
		t.Errorf("what is new or was never looked at: %s, %v", got, err)
	}
}
