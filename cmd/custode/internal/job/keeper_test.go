package job_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/internal/alert"
	"custode/internal/journal"
	"custode/scan/watch"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// plainTeller says the rule.
type plainTeller struct{}

func (plainTeller) Case(c cases.Case, what string, _ journal.Head) (subject, body string) {
	return string(c.Rule) + " " + what, "body\n"
}

func (plainTeller) Together(list []alert.Message, _ bool) (subject, body string) {
	var all []string
	for _, m := range list {
		all = append(all, m.Subject)
	}
	return "together: " + strings.Join(all, ", "), "body\n"
}

func (plainTeller) Heartbeat(job.Heartbeat) (subject, body string) { return "heartbeat", "body\n" }

// mailbox is a channel that may be away.
type mailbox struct {
	mu   sync.Mutex
	away bool
	got  []string
}

func (*mailbox) Name() string { return "mail" }

func (m *mailbox) Send(_ context.Context, msg alert.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away {
		return errors.New("away")
	}
	m.got = append(m.got, msg.Subject)
	return nil
}

// fullDisk is a store whose disk may have no room.
type fullDisk struct {
	*store.Store

	is bool
}

var errFull = errors.New("no room")

func (f *fullDisk) SaveCase(ctx context.Context, c cases.Case, what string) (int64, error) {
	if f.is {
		return 0, errFull
	}
	return f.Store.SaveCase(ctx, c, what)
}

func (f *fullDisk) SaveBlind(ctx context.Context, b lookout.Blind) error {
	if f.is {
		return errFull
	}
	return f.Store.SaveBlind(ctx, b)
}

type kept struct {
	*job.Keeper

	disk *fullDisk
	box  *mailbox
	now  time.Time
}

func newKept(t *testing.T) *kept {
	t.Helper()
	k := &kept{box: &mailbox{}, now: time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return k.now }
	st, err := store.Open(t.Context(), t.TempDir(), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	k.disk = &fullDisk{Store: st}
	post := &job.Post{Store: k.disk, Teller: plainTeller{}, Channels: []alert.Channel{k.box}, Beat: -1, Now: clock}
	k.Keeper = &job.Keeper{Store: k.disk, Teller: plainTeller{}, Post: post, Now: clock}
	return k
}

func (k *kept) news(t *testing.T, serial uint64, severity rules.Severity) {
	t.Helper()
	i := rules.Incident{Serial: serial, Rule: rules.Unreadable, Severity: severity, Folder: "/shop", Opened: k.now, Last: k.now, Paths: []string{"/shop/a"}}
	if err := k.Take(t.Context(), lookout.Entry{At: k.now, Run: "r", News: &rules.News{What: rules.Began, Incident: i}}); err != nil {
		t.Fatal(err)
	}
}

func (k *kept) cases(t *testing.T) (n int) {
	t.Helper()
	if err := k.disk.Cases(t.Context(), time.Time{}, func(cases.Case) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFullDisk: while nothing can be written people are told all the same, and what was
// told is written once there is room.
func TestFullDisk(t *testing.T) {
	k := newKept(t)
	k.disk.is = true
	k.news(t, 1, rules.Critical)
	if len(k.box.got) != 1 || k.box.got[0] != "unreadable opened" {
		t.Fatalf("sent: %q", k.box.got)
	}
	gap := lookout.Blind{Blind: watch.Blind{From: k.now, To: k.now.Add(time.Second), Why: watch.Overflow, Lost: 3}}
	if err := k.Take(t.Context(), lookout.Entry{At: k.now, Run: "r", Blind: &gap}); err != nil {
		t.Fatal(err)
	}
	k.disk.is = false
	k.news(t, 2, rules.High)
	gaps := 0
	if err := k.disk.Blinds(t.Context(), time.Time{}, func(lookout.Blind) error { gaps++; return nil }); err != nil {
		t.Fatal(err)
	}
	if n := k.cases(t); n != 2 || gaps != 1 {
		t.Errorf("%d incidents and %d gaps are kept, want 2 and 1", n, gaps)
	}
	if _, f, err := k.disk.Verify(t.Context(), nil); err != nil || f != nil {
		t.Errorf("the journal: %v %v", f, err)
	}
}

// TestMailAwayForADay: nothing is lost, a critical message is never held back by others,
// and no more than five ordinary ones come in a day.
func TestMailAwayForADay(t *testing.T) {
	k := newKept(t)
	k.box.away = true
	for i := range uint64(8) {
		k.news(t, i+1, rules.High)
	}
	k.news(t, 9, rules.Critical)
	for range 24 * 12 {
		k.now = k.now.Add(5 * time.Minute)
		if err := k.Post.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.box.got) != 0 {
		t.Fatalf("sent: %q", k.box.got)
	}
	late, err := k.disk.FailedDeliveries(t.Context(), time.Time{})
	if err != nil || len(late) == 0 {
		t.Errorf("nobody is told that nothing arrives: %v", err)
	}
	k.box.away = false
	for range 24 * 12 {
		k.now = k.now.Add(5 * time.Minute)
		if err := k.Post.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	all := strings.Join(k.box.got, "\n")
	if n := strings.Count(all, "unreadable opened"); n < 9 {
		t.Errorf("%d of 9 alerts arrived:\n%s", n, all)
	}
	alone := 0
	for _, s := range k.box.got {
		if s == "unreadable opened" {
			alone++
		}
	}
	if alone > alert.PerDay+1 {
		t.Errorf("%d messages, not counting the digest:\n%s", alone, all)
	}
	if late, err := k.disk.FailedDeliveries(t.Context(), time.Time{}); err != nil || len(late) != 0 {
		t.Errorf("still late: %v %v", late, err)
	}
}
