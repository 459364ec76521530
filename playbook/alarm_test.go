package playbook

import (
	"errors"
	"testing"

	"custode/playbook/fact"
)

// TestFalseAlarm: it is closed at any step with the reason, without the register; taken up again
// it is an incident like any other.
func TestFalseAlarm(t *testing.T) {
	f := begin(t)
	if _, err := f.r.CloseFalse(f.who("anna"), "\n"); !errors.Is(err, ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	events, err := f.r.CloseFalse(f.who("bruno"), "it lay under the seat, locked")
	if err != nil {
		t.Fatal(err)
	}
	f.take(events)
	a, ok := f.r.FalseAlarm()
	if !ok || a.By != "bruno" || a.Reason != "it lay under the seat, locked" || !a.At.Equal(f.r.Closed) || f.r.Closed.IsZero() {
		t.Errorf("%+v, %v", a, ok)
	}
	if f.r.Facts.Tri("registered") == fact.Yes {
		t.Error("a register entry was confirmed that nobody has read")
	}
	if s := f.state("look"); s.State != StateNot {
		t.Errorf("look is %s", s.State)
	}
	if _, err := f.r.CloseFalse(f.who("anna"), "again"); !errors.Is(err, ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
	if events, err = f.r.Reopen(f.who("anna"), "a customer called"); err != nil {
		t.Fatal(err)
	}
	f.take(events)
	f.open("look")
	if _, ok := f.r.FalseAlarm(); ok {
		t.Error("still a false alarm")
	}
	if _, err := f.r.Close(f.who("anna"), "enough"); !errors.Is(err, ErrRegister) {
		t.Errorf("closed without the register: %v", err)
	}
}

// TestSaidFalse: only a person says that it was one, and who says it by mistake takes it back.
func TestSaidFalse(t *testing.T) {
	f := begin(t)
	know := func(v string, origin fact.Origin) {
		t.Helper()
		events, err := f.r.Know(f.who("anna"), Answers{falseAlarm: v}, origin)
		if err != nil {
			t.Fatal(err)
		}
		f.take(events)
	}
	know("yes", fact.Alert)
	f.open("look")
	know("yes", fact.Said)
	f.open()
	if _, err := f.r.Done(f.who("anna"), "look", Answers{"place": "x"}, ""); !errors.Is(err, ErrNot) {
		t.Errorf("a step of a false alarm: %v", err)
	}
	if _, err := f.r.Close(f.who("anna"), ""); !errors.Is(err, ErrReason) {
		t.Errorf("closed without a reason: %v", err)
	}
	know("no", fact.Said)
	f.open("look")
}
