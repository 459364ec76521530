package store

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/journal"
	"custode/playbook/privacy/printed"
)

// TestPrinted: of each kind and language the last counts; each stands in the journal.
func TestPrinted(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	paper := func(kind printed.Kind, lang, path string) printed.Paper {
		return printed.Paper{Kind: kind, Lang: lang, Made: time.Unix(0, 5), Path: path, Digest: [32]byte{1, 2}, Facts: []byte(`{"a":1}`)}
	}
	for _, p := range []printed.Paper{
		paper(printed.Card, "it", "/a.html"), paper(printed.Notice, "it", "/b.html"), paper(printed.Card, "en", "/c.html"),
		paper(printed.Statement, "it", "/d.html"), paper(printed.Card, "it", "/e.html"),
	} {
		if err := s.SavePrinted(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Printed(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []printed.Paper{
		paper(printed.Card, "en", "/c.html"), paper(printed.Card, "it", "/e.html"), paper(printed.Notice, "it", "/b.html"), paper(printed.Statement, "it", "/d.html"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var kinds []string
	if err := s.Journal(ctx, 1, func(e journal.Entry) error {
		kinds = append(kinds, e.Kind)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if k := strings.Join(kinds, " "); k != "notice.printed notice.printed notice.printed statement.printed notice.printed" {
		t.Error(k)
	}
}
