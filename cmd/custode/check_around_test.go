package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/internal/journal"
	"custode/playbook/privacy/datamap"
	"custode/scan"
	"custode/scan/detect"
)

// countedState counts what is costly to read in a large shop.
type countedState struct {
	state

	sealed, files, journal int
}

func (s *countedState) SealedFindings(ctx context.Context, root string, fn func(path, original string, found []detect.Finding, changed time.Time) error) error {
	s.sealed++
	return s.state.SealedFindings(ctx, root, fn)
}

func (s *countedState) Files(ctx context.Context, root string, fn func(scan.File) error) error {
	s.files++
	return s.state.Files(ctx, root, fn)
}

func (s *countedState) Verify(ctx context.Context, receipt *journal.Head) (journal.Head, *journal.Finding, error) {
	s.journal++
	return s.state.Verify(ctx, receipt)
}

// TestGatheredOnce: one check gathers what lies in the data folders once, though the notices that were
// printed are held to it too; and an incident begins without the facts of a whole check.
func TestGatheredOnce(t *testing.T) {
	_, home, _ := shopAndHome(t)
	if r := custode(t, home, "privacy", "map", "--yes", "--trade", "hairdresser"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	sh := officeOf(t, home).sh
	decl, err := sh.declaration()
	if err != nil {
		t.Fatal(err)
	}
	decl.Controller.Mail = "bottega@example.com"
	raw, err := datamap.Encode(decl, "")
	if err != nil {
		t.Fatal(err)
	}
	putFile(t, sh.privacyPath(), raw)
	if r := custode(t, home, "privacy", "notice", "--out", filepath.Join(t.TempDir(), "notice.html")); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	set, st, err := sh.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	counted := &countedState{state: st}
	c, err := sh.judge(t.Context(), counted, set)
	if err != nil || counted.sealed != 1 {
		t.Errorf("gathered %d times, %v", counted.sealed, err)
	}
	for _, it := range c.Items {
		if strings.HasPrefix(it.ID, "privacy.") && it.Status == "unknown" {
			t.Errorf("not judged: %+v", it)
		}
	}
	*counted = countedState{state: st}
	d := &responder{sh: sh, set: set, st: counted}
	if _, err := d.measures(t.Context(), time.Now()); err != nil || counted.files+counted.sealed+counted.journal != 0 {
		t.Errorf("of an incident's start: %+v, %v", counted, err)
	}
}
