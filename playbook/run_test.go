package playbook

import (
	"errors"
	"slices"
	"testing"
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

const testPlan = `
schema: playbook/v1
id: test
version: 1.0.0
title: {en: Test, it: Prova}
when: {en: Use this in tests., it: Usa questo nelle prove.}
words: {en: [test], it: [prova]}
steps:
  - {id: begin, type: start, next: look}
  - {id: look, type: action, phase: verify, role: staff, say: {en: Look., it: Guarda.}, asks: [place], sources: ["GDPR:33(1)"], next: encrypted}
  - id: encrypted
    type: decision
    phase: assess
    role: owner
    say: {en: Was it encrypted?, it: Era cifrato?}
    asks: [data_encrypted]
    on: {"yes": keys, "no": both, unknown: both}
    cautious: "no"
    sources: ["GDPR:33(1)"]
  - {id: keys, type: action, phase: contain, role: owner, say: {en: Look for the key., it: Cerca la chiave.}, sources: ["GDPR:33(1)"], next: again}
  - {id: both, type: parallel, branches: [left, right], next: again}
  - {id: left, type: action, phase: contain, role: staff, say: {en: Left., it: Sinistra.}, sources: ["GDPR:33(1)"], next: left2}
  - {id: left2, type: action, phase: contain, role: staff, say: {en: Left again., it: Ancora sinistra.}, sets: {remote_wiped: "yes"}, sources: ["GDPR:33(1)"], next: again}
  - {id: right, type: action, phase: contain, role: staff, say: {en: Right., it: Destra.}, sources: ["GDPR:33(1)"], next: again}
  - {id: again, type: repeat, body: search, until: recovered == yes, max: 2, next: rest}
  - {id: search, type: action, phase: recover, role: staff, say: {en: Search., it: Cerca.}, asks: [recovered], sources: ["GDPR:33(1)"], next: again}
  - {id: rest, type: wait, for: 48h, phase: learn, role: owner, say: {en: Rest., it: Riposa.}, sources: ["GDPR:33(1)"], next: note}
  - {id: note, type: action, phase: learn, role: owner, say: {en: Register., it: Registra.}, asks: [registered], sources: ["GDPR:33(5)"], next: end}
  - {id: end, type: end}
`

type fixture struct {
	t    *testing.T
	r    *Run
	book *fact.Book
	by   map[string]*plan.Plan
	now  time.Time
}

func begin(t *testing.T) *fixture {
	t.Helper()
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Parse(book, []byte(testPlan))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, book: book, by: map[string]*plan.Plan{p.Digest: p}, now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.FixedZone("", 3600))}
	f.take(Begin(f.who("anna"), []*plan.Plan{p}))
	return f
}

func (f *fixture) who(name string) Who {
	f.now = f.now.Add(time.Minute)
	return Who{name, f.now}
}

func (f *fixture) take(more []Event) {
	f.t.Helper()
	var events []Event
	if f.r != nil {
		events = slices.Clone(f.r.Events)
	}
	r, err := Replay(f.book, f.by, append(events, more...))
	if err != nil {
		f.t.Fatal(err)
	}
	f.r = r
}

func (f *fixture) done(step string, given Answers) {
	f.t.Helper()
	events, err := f.r.Done(f.who("anna"), step, given, "")
	if err != nil {
		f.t.Fatalf("%s: %v", step, err)
	}
	f.take(events)
}

// decide decides where the rules said yes to both questions.
func (f *fixture) decide(reason string, given Answers) ([]Event, error) {
	return f.r.Decide(f.who("a"), given, reason, map[string]string{"authority_decision": "yes", "people_decision": "yes"})
}

func (f *fixture) open(want ...string) {
	f.t.Helper()
	var got []string
	for _, n := range f.r.Path().Open {
		got = append(got, n.ID)
	}
	if !slices.Equal(got, want) {
		f.t.Fatalf("open: %v, want %v", got, want)
	}
}

func (f *fixture) state(id string) StepState {
	f.t.Helper()
	for _, s := range f.r.Steps() {
		if s.ID == id {
			return s
		}
	}
	f.t.Fatalf("no step %s", id)
	return StepState{}
}

func TestRun(t *testing.T) {
	f := begin(t)
	f.open("look")
	if s := f.state("right"); s.State != StateTodo {
		t.Errorf("right is %s before the decision", s.State)
	}
	f.done("look", Answers{"place": "the shop"})
	f.open("encrypted")
	f.done("encrypted", Answers{"data_encrypted": "unknown"})
	f.open("left", "right")
	if s := f.state("keys"); s.State != StateNot {
		t.Errorf("keys is %s after the decision", s.State)
	}
	f.done("right", nil)
	f.done("left", nil)
	f.open("left2")
	f.done("left2", nil)
	if f.r.Facts.Tri("remote_wiped") != fact.Yes {
		t.Error("a step did not set its fact")
	}
	f.open("search")
	f.done("search", Answers{"recovered": "no"})
	f.open("search#2")
	if n := f.r.Path().Open[0]; n.Round != 2 || n.Most != 2 {
		t.Errorf("round %d of %d", n.Round, n.Most)
	}
	f.done("search#2", Answers{"recovered": "no"})
	f.open("rest")
	if since := f.r.Path().Open[0].Since; !since.Equal(f.now) {
		t.Errorf("rest since %v, want %v", since, f.now)
	}
	f.done("rest", nil)
	if _, err := f.r.Close(f.who("anna"), ""); !errors.Is(err, ErrRegister) {
		t.Errorf("closed without the register: %v", err)
	}
	f.done("note", Answers{"registered": "yes"})
	if !f.r.Path().Complete {
		t.Error("not complete")
	}
	events, err := f.r.Close(f.who("anna"), "")
	if err != nil {
		t.Fatal(err)
	}
	f.take(events)
	if _, err := f.r.Done(f.who("anna"), "keys", nil, ""); !errors.Is(err, ErrClosed) {
		t.Errorf("done after it was closed: %v", err)
	}
	if events, err = f.r.Reopen(f.who("anna"), "the bag was found"); err != nil {
		t.Fatal(err)
	}
	f.take(events)
	if !f.r.Closed.IsZero() {
		t.Error("still closed")
	}
}

// A correction opens the way that it leads to; what was done stays done.
func TestCorrection(t *testing.T) {
	f := begin(t)
	f.done("look", Answers{"place": "the shop"})
	f.done("encrypted", Answers{"data_encrypted": "yes"})
	f.done("keys", nil)
	f.open("search")
	events, err := f.r.Know(f.who("bruno"), Answers{"data_encrypted": "no"}, fact.Said)
	if err != nil {
		t.Fatal(err)
	}
	f.take(events)
	f.open("left", "right")
	if s := f.state("keys"); s.State != StateDone || !s.Early {
		t.Errorf("keys: %+v", s)
	}
	f.done("left", nil)
	f.done("left2", nil)
	f.done("right", nil)
	f.open("search")
	if got := len(f.r.Events); f.r.Events[got-1].Seq != int64(got) {
		t.Error("numbers have gaps")
	}
}

// What custode knows does not overwrite what a person said, and is confirmed at its step.
func TestKnown(t *testing.T) {
	f := begin(t)
	know := func(given Answers, origin fact.Origin) {
		t.Helper()
		events, err := f.r.Know(f.who("custode"), given, origin)
		if err != nil {
			t.Fatal(err)
		}
		f.take(events)
	}
	know(Answers{"data_encrypted": "yes", "people_count": "10"}, fact.Scan)
	f.done("look", Answers{"place": "the shop"})
	f.open("encrypted") // not passed by itself
	s, _ := f.r.Find("encrypted")
	if ask, confirm := f.r.Unasked(Node{ID: s.ID, Step: s}); len(ask) != 0 || !slices.Equal(confirm, []string{"data_encrypted"}) {
		t.Errorf("asked %v, to confirm %v", ask, confirm)
	}
	f.done("encrypted", nil)
	if v := f.r.Facts["data_encrypted"]; v.Origin != fact.Said || v.Text != "yes" {
		t.Errorf("confirmed: %+v", v)
	}
	know(Answers{"data_encrypted": "no", "people_count": "12"}, fact.Alert)
	if f.r.Facts["data_encrypted"].Text != "yes" || f.r.Facts["people_count"].Text != "12" {
		t.Errorf("%+v", f.r.Facts)
	}
}

// A decision whose fact a person gave before its turn is not asked again.
func TestSaidBefore(t *testing.T) {
	f := begin(t)
	events, err := f.r.Know(f.who("anna"), Answers{"data_encrypted": "yes"}, fact.Said)
	if err != nil {
		t.Fatal(err)
	}
	f.take(events)
	f.done("look", Answers{"place": "unknown"})
	f.open("keys")
	if _, err := f.r.Done(f.who("anna"), "encrypted", nil, ""); !errors.Is(err, ErrAlready) {
		t.Errorf("done twice: %v", err)
	}
}

func TestRefused(t *testing.T) {
	f := begin(t)
	for _, c := range []struct {
		what string
		fn   func() ([]Event, error)
		want error
	}{
		{"a step that there is not", func() ([]Event, error) { return f.r.Done(f.who("a"), "nowhere", nil, "") }, ErrNoStep},
		{"a step that nobody does", func() ([]Event, error) { return f.r.Done(f.who("a"), "begin", nil, "") }, ErrNoStep},
		{"a round that is not there", func() ([]Event, error) { return f.r.Done(f.who("a"), "search#2", Answers{"recovered": "no"}, "") }, ErrNoStep},
		{"a step of a call that is none", func() ([]Event, error) { return f.r.Done(f.who("a"), "look/place", nil, "") }, ErrNoStep},
		{"without its fact", func() ([]Event, error) { return f.r.Done(f.who("a"), "look", nil, "") }, ErrUnasked},
		{"a fact that there is not", func() ([]Event, error) { return f.r.Done(f.who("a"), "look", Answers{"place": "x", "shoe": "43"}, "") }, fact.ErrNoFact},
		{"a value that is none", func() ([]Event, error) {
			return f.r.Done(f.who("a"), "encrypted", Answers{"data_encrypted": "perhaps"}, "")
		}, fact.ErrValue},
		{"skipped without a reason", func() ([]Event, error) { return f.r.Skip(f.who("a"), "look", "  ") }, ErrReason},
		{"an empty note", func() ([]Event, error) { return f.r.Note(f.who("a"), "", "\n") }, ErrEmpty},
		{"a note too long", func() ([]Event, error) { return f.r.Note(f.who("a"), "", string(make([]byte, 5000))) }, ErrLong},
		{"a note of no step", func() ([]Event, error) { return f.r.Note(f.who("a"), "nowhere", "x") }, ErrNoStep},
		{"reopened while open", func() ([]Event, error) { return f.r.Reopen(f.who("a"), "x") }, ErrOpen},
		{"decided without a reason", func() ([]Event, error) {
			return f.decide("", Answers{"people_decision": "yes", "authority_decision": "no"})
		}, ErrReason},
		{"decided on something else", func() ([]Event, error) { return f.decide("x", Answers{"data_encrypted": "no"}) }, fact.ErrValue},
		{"decided unknown", func() ([]Event, error) { return f.decide("x", Answers{"people_decision": "unknown"}) }, fact.ErrValue},
	} {
		if events, err := c.fn(); !errors.Is(err, c.want) || events != nil {
			t.Errorf("%s: %v, %d events; want %v", c.what, err, len(events), c.want)
		}
	}
	f.done("look", Answers{"place": "x"})
	var at *StepError
	if _, err := f.r.Done(f.who("bruno"), "look", Answers{"place": "y"}, ""); !errors.As(err, &at) || !errors.Is(err, ErrAlready) || at.By != "anna" || at.At.IsZero() {
		t.Errorf("done by two: %v", err)
	}
}

// A step may be done ahead of its turn; when its turn comes it is passed.
func TestAhead(t *testing.T) {
	f := begin(t)
	f.done("right", nil)
	f.open("look")
	if s := f.state("right"); s.State != StateDone || !s.Early {
		t.Errorf("right: %+v", s)
	}
	f.done("look", Answers{"place": "x"})
	f.done("encrypted", Answers{"data_encrypted": "no"})
	f.open("left")
}

// The clock of the computer set back is noted, and nothing is lost by it.
func TestClockSetBack(t *testing.T) {
	f := begin(t)
	f.done("look", Answers{"place": "x"})
	f.now = f.now.AddDate(0, 0, -1)
	f.done("encrypted", Answers{"data_encrypted": "no"})
	i := slices.IndexFunc(f.r.Events, func(e Event) bool { return e.Kind == Clock })
	if i < 0 || f.r.Events[i].Value != "23h58m0s" && f.r.Events[i].Value != "23h59m0s" {
		t.Fatalf("not noted: %+v", f.r.Events)
	}
	f.open("left", "right")
}

func TestReplayRefuses(t *testing.T) {
	f := begin(t)
	f.done("look", Answers{"place": "x"})
	for name, events := range map[string][]Event{
		"none": nil, "without a beginning": f.r.Events[1:], "with a gap": slices.Delete(slices.Clone(f.r.Events), 1, 2),
		"one twice": append(slices.Clone(f.r.Events), f.r.Events[len(f.r.Events)-1]),
	} {
		if _, err := Replay(f.book, f.by, events); !errors.Is(err, ErrEvents) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Replay(f.book, nil, f.r.Events); !errors.Is(err, ErrPlans) {
		t.Errorf("without plans: %v", err)
	}
}

// TestNextRoundAsksAnew: an answer of the first round is none of the second.
func TestNextRoundAsksAnew(t *testing.T) {
	f := begin(t)
	f.done("look", Answers{"place": "counter"})
	f.done("encrypted", Answers{"data_encrypted": "yes"})
	f.done("keys", nil)
	f.done("search", Answers{"recovered": "no"})
	f.open("search#2")
	if ask, _ := f.r.Unasked(f.r.Path().Open[0]); !slices.Equal(ask, []string{"recovered"}) {
		t.Errorf("the second round asks %v", ask)
	}
	if _, err := f.r.Done(f.who("anna"), "search#2", nil, ""); !errors.Is(err, ErrUnasked) {
		t.Errorf("done without an answer: %v", err)
	}
	f.done("search#2", Answers{"recovered": "no"})
	f.open("rest")
}

// TestSkippedIsDoneLater: who skipped a step by mistake, or could not do it then, does it later.
func TestSkippedIsDoneLater(t *testing.T) {
	f := begin(t)
	events, err := f.r.Skip(f.who("anna"), "look", "nobody there")
	if err != nil {
		t.Fatal(err)
	}
	f.take(events)
	if _, err := f.r.Skip(f.who("anna"), "look", "again"); !errors.Is(err, ErrAlready) {
		t.Errorf("skipped twice: %v", err)
	}
	f.done("look", Answers{"place": "counter"})
	if s := f.state("look"); s.State != StateDone || s.Text != "" || f.r.Facts.Text("place") != "counter" {
		t.Errorf("%+v", s)
	}
	if _, err := f.r.Done(f.who("anna"), "look", nil, ""); !errors.Is(err, ErrAlready) {
		t.Errorf("done twice: %v", err)
	}
	f.open("encrypted")
}

func TestRoundBefore(t *testing.T) {
	for id, want := range map[string]string{"a": "", "a/b": "", "a#2": "a", "a#3": "a#2", "a#2#2": "a#2", "x/a#10": "x/a#9", "a#2/b": "a/b", "a#3/b/c": "a#2/b/c"} {
		if got := roundBefore(id); got != want {
			t.Errorf("%s follows %q, want %q", id, got, want)
		}
	}
}

// TestKnownBefore: what was learnt later was not known when it was decided.
func TestKnownBefore(t *testing.T) {
	f := begin(t)
	f.done("look", Answers{"place": "counter"})
	events, err := f.decide("", Answers{"authority_decision": "yes"})
	if err != nil {
		t.Fatal(err)
	}
	f.take(events)
	f.done("encrypted", Answers{"data_encrypted": "yes"})
	then := f.r.KnownBefore(events[0].Seq)
	if _, late := then["data_encrypted"]; late || then.Text("place") != "counter" || then.Text("authority_decision") != "" {
		t.Errorf("%v", then)
	}
}
