package job_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/playbook/daily"
)

// openFile is a bench with a file of contacts in the clear, which a scan has seen.
func openFile(t *testing.T) (*bench, job.Shop) {
	t.Helper()
	b := newBench(t)
	if err := os.WriteFile(filepath.Join(b.dir, "a.txt"), []byte("anna@example.com"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.scan(t)
	return b, job.Shop{Folders: []string{b.dir}}
}

func checked(t *testing.T, b *bench, shop job.Shop, now time.Time) job.Check {
	t.Helper()
	c, err := job.Daily(t.Context(), b.store, shop, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func itemOf(t *testing.T, c job.Check, id string) daily.Item {
	t.Helper()
	for _, it := range c.Items {
		if it.ID == id {
			return it
		}
	}
	t.Fatalf("no item %s", id)
	return daily.Item{}
}

// noon of a day from today: scans are of now.
func noon(days int) time.Time {
	n := time.Now().AddDate(0, 0, days)
	return time.Date(n.Year(), n.Month(), n.Day()+1, 12, 0, 0, 0, n.Location())
}

// TestHistory: checks of several days know each other: since when, the score before, and the days between.
func TestHistory(t *testing.T) {
	b, shop := openFile(t)
	first := checked(t, b, shop, noon(0))
	if first.Before != nil || !first.From.IsZero() || len(first.Runs) != 1 || !first.Since["data.plaintext"].Equal(noon(0)) {
		t.Errorf("%+v", first.History)
	}
	second := checked(t, b, shop, noon(1))
	if second.Before == nil || second.Before.Score != first.Score || !second.From.IsZero() || !second.Since["data.plaintext"].Equal(noon(0)) {
		t.Errorf("%+v", second.History)
	}
	if err := os.Remove(filepath.Join(b.dir, "a.txt")); err != nil {
		t.Fatal(err)
	}
	fourth := checked(t, b, shop, noon(4))
	if d := fourth.From.Format(time.DateOnly) + fourth.To.Format(time.DateOnly); d != noon(2).Format(time.DateOnly)+noon(3).Format(time.DateOnly) {
		t.Errorf("the gap is %s", d)
	}
	if !fourth.Since["data.plaintext"].Equal(noon(4)) || len(fourth.Runs) != 3 || fourth.Runs[2].Score != fourth.Score {
		t.Errorf("%+v", fourth.History)
	}
	if run, there, err := job.LastCheck(t.Context(), b.store, noon(4).Add(19*time.Hour), 20*time.Hour); !there || err != nil || run.Score != fourth.Score {
		t.Error(run, there, err)
	}
	if _, there, err := job.LastCheck(t.Context(), b.store, noon(4).Add(21*time.Hour), 20*time.Hour); there || err != nil {
		t.Error("a check of 21 hours ago is younger than 20", err)
	}
	if _, there, err := job.LastCheck(t.Context(), b.store, noon(-9), 20*time.Hour); there || err != nil {
		t.Error("a check that is still to come is younger than 20 hours", err)
	}
}

// TestPutOff: what may be put off and what not; it is amber then, earns nothing, and is what it
// was on the day after the last.
func TestPutOff(t *testing.T) {
	b, shop := openFile(t)
	now := noon(0)
	before := checked(t, b, shop, now)
	for _, c := range []struct {
		name, id, because string
		until             time.Time
		want              error
	}{
		{"no such item", "data.nothing", "x", now, job.ErrNoItem},
		{"one that is not looked at here", "seal.auto", "x", now, job.ErrNoItem},
		{"the record itself", "self.log", "x", now, job.ErrFixed},
		{"alerts", "watch.alerts", "x", now, job.ErrFixed},
		{"in order", "scan.age", "x", now, job.ErrFine},
		{"yesterday", "data.plaintext", "x", now.AddDate(0, 0, -1), job.ErrUntil},
		{"too long", "data.plaintext", "x", now.AddDate(0, 0, 181), job.ErrUntil},
		{"no reason", "data.plaintext", "  ", now, job.ErrReason},
		{"a reason of two lines", "data.plaintext", "a\nb", now, job.ErrReason},
		{"a novel", "data.plaintext", strings.Repeat("è", 201), now, job.ErrReason},
		{"the longest of both", "data.plaintext", strings.Repeat("è", 200), now.AddDate(0, 0, 180), nil},
		{"until tomorrow", "data.plaintext", " waits for a drive ", now.AddDate(0, 0, 1), nil},
	} {
		if _, err := (job.PutOff{daily.Snooze{Until: c.until, Because: c.because, By: "anna"}, c.id}).Do(t.Context(), b.store, shop, now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for day, off := range []bool{true, true, false} {
		c := checked(t, b, shop, noon(day))
		it := itemOf(t, c, "data.plaintext")
		if (it.Snooze != nil) != off || it.Status != daily.Attention || it.Worth != daily.Attention || c.Score != before.Score {
			t.Errorf("day %d: score %d, was %d: %+v", day, c.Score, before.Score, it)
		}
		if off && (it.Snooze.Because != "waits for a drive" || it.Snooze.By != "anna" || it.Snooze.Was != daily.Attention) {
			t.Errorf("%+v", it.Snooze)
		}
		if !c.Since["data.plaintext"].Equal(now) {
			t.Errorf("day %d: since %v", day, c.Since["data.plaintext"])
		}
	}
	if _, err := (job.PutOff{daily.Snooze{Until: noon(9), Because: "x"}, "data.plaintext"}).Do(t.Context(), b.store, shop, noon(2)); err != nil {
		t.Fatal(err)
	}
	if was, err := job.Resume(t.Context(), b.store, "data.plaintext", "anna"); !was || err != nil {
		t.Error(was, err)
	}
	if was, err := job.Resume(t.Context(), b.store, "data.plaintext", "anna"); was || err != nil {
		t.Error(was, err)
	}
	if _, err := job.Resume(t.Context(), b.store, "data.nothing", "anna"); !errors.Is(err, job.ErrNoItem) {
		t.Error(err)
	}
	if it := itemOf(t, checked(t, b, shop, noon(2)), "data.plaintext"); it.Snooze != nil {
		t.Errorf("%+v", it)
	}
}

// TestTellNews: a hundred checks of a day send one message, and the same problem none on the next.
func TestTellNews(t *testing.T) {
	b, shop := openFile(t)
	messages := 0
	tell := func(now time.Time) (told []string) {
		t.Helper()
		n, err := job.TellNews(t.Context(), b.store, checked(t, b, shop, now), func(news []daily.Item) (string, string) {
			for _, it := range news {
				told = append(told, it.ID)
			}
			return "news", strings.Join(told, " ")
		})
		if err != nil || n != len(told) {
			t.Fatal(n, told, err)
		}
		waiting, err := b.store.WaitingMessages(t.Context())
		if n > 0 {
			messages++
		}
		if err != nil || len(waiting) != messages {
			t.Fatalf("%d messages, want %d: %v", len(waiting), messages, err)
		}
		return told
	}
	if got := tell(noon(0)); !strings.Contains(strings.Join(got, " "), "data.plaintext") {
		t.Errorf("told of %v", got)
	}
	for i := range 100 {
		if got := tell(noon(0).Add(time.Duration(i) * time.Minute)); len(got) > 0 {
			t.Fatalf("check %d tells of %v", i, got)
		}
	}
	if got := tell(noon(1)); len(got) > 0 {
		t.Errorf("the next day tells of %v", got)
	}
	if err := os.Rename(filepath.Join(b.dir, "a.txt"), filepath.Join(b.dir, "b")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tell(noon(1)), " "); got != "scan.age" {
		t.Errorf("of a file that went is told %q", got)
	}
}
