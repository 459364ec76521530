package job

import (
	"context"
	"time"

	"custode/internal/alert"
	"custode/internal/journal"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// ReportStore keeps what people report.
type ReportStore interface {
	SaveReport(ctx context.Context, c cases.Case) (int64, error)
	Head(ctx context.Context) (journal.Head, error)
	AddMessage(ctx context.Context, m alert.Queued) (int64, error)
}

// Problem is what a person tells.
type Problem struct {
	Kind rules.Why // one of those of package cases
	Told cases.Told
	At   time.Time
}

// Report keeps a problem that a person tells as an alert, and queues the message to the owner, in
// which the words of that person do not stand: a watch that runs sends it.
func Report(ctx context.Context, st ReportStore, tell Teller, p Problem) (int64, error) {
	c := cases.Case{Run: string(cases.Reported), Closed: p.At, Told: p.Told, Incident: rules.Incident{
		Rule: cases.Reported, Why: p.Kind, Severity: rules.High, Opened: p.At, Last: p.At,
	}}
	if p.Kind == cases.StrangeFiles {
		c.Severity = rules.Critical // minutes count
	}
	var err error
	if c.ID, err = st.SaveReport(ctx, c); err != nil {
		return 0, err
	}
	head, err := st.Head(ctx)
	if err != nil {
		return c.ID, err
	}
	c.Told.Text = ""
	m := alert.Queued{Incident: c.ID, Kind: alert.Opened, Message: alert.Message{Severity: severity(c.Severity), At: p.At}}
	m.Subject, m.Body = tell.Case(c, rules.Began, head)
	_, err = st.AddMessage(ctx, m)
	return c.ID, err
}
