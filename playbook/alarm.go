package playbook

import (
	"time"

	"custode/playbook/fact"
)

// falseAlarm is the fact that no data of people were concerned after all. A false alarm is no
// personal data breach: the register of Art. 33(5) GDPR does not ask for it, and no clock of the
// law runs for it. That it was looked into, and why it was none, stands in the record.
const falseAlarm = "false_alarm"

// Alarm is what a run says that was closed as a false alarm.
type Alarm struct {
	By     string
	At     time.Time
	Reason string
}

// SaidFalse reports whether a person said that it was a false alarm. What custode finds out
// itself never says so.
func (r *Run) SaidFalse() bool {
	return r.Facts.Tri(falseAlarm) == fact.Yes && r.Facts[falseAlarm].Origin == fact.Said
}

// FalseAlarm gives why and by whom a run was closed as a false alarm.
func (r *Run) FalseAlarm() (a Alarm, ok bool) {
	if r.Closed.IsZero() || !r.SaidFalse() {
		return a, false
	}
	for _, e := range r.Events {
		if e.Kind == Closed {
			a = Alarm{By: e.By, At: e.At, Reason: e.Text}
		}
	}
	return a, true
}

// CloseFalse makes the events that end a run as a false alarm, at whatever step it stands.
func (r *Run) CloseFalse(who Who, reason string) ([]Event, error) {
	if !r.Closed.IsZero() {
		return nil, ErrClosed
	}
	return r.closeFalse(who, reason)
}

func (r *Run) closeFalse(who Who, reason string) ([]Event, error) {
	e, err := r.said(who, Closed, "", reason)
	if err == nil && e.Text == "" {
		err = ErrReason
	}
	if err != nil {
		return nil, err
	}
	if r.SaidFalse() {
		return r.number(e), nil
	}
	return r.number(r.factEvent(who, "", falseAlarm, "yes", fact.Said), e), nil
}

// Reopen makes the events that take a closed run up again. A false alarm that is looked into
// again is none any more until somebody says so anew.
func (r *Run) Reopen(who Who, reason string) ([]Event, error) {
	if r.Closed.IsZero() {
		return nil, ErrOpen
	}
	e, err := r.said(who, Reopened, "", reason)
	if err == nil && e.Text == "" {
		err = ErrReason
	}
	if err != nil {
		return nil, err
	}
	if r.SaidFalse() {
		return r.number(e, r.factEvent(who, "", falseAlarm, fact.Unknown, fact.Said)), nil
	}
	return r.number(e), nil
}
