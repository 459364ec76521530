package intake_test

import (
	"fmt"
	"io"
	"testing"

	"custode/playbook/privacy/choice/intake"
)

// endless writes the rows of an export one after the other, so that none of them lies in memory.
type endless struct {
	rows, at int
	rest     []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		switch {
		case e.at > e.rows:
			return 0, io.EOF
		case e.at == 0:
			e.rest = []byte("Email,Klaviyo ID,First Name,Phone Number,Email Marketing Consent,Email Marketing Consent Timestamp,Email Suppressions\n")
		default:
			e.rest = fmt.Appendf(nil, "customer.%d@example.com,%d,Anna,,%s,2024-05-01T08:00:00Z,[]\n", e.at, e.at, []string{"SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED"}[e.at%3])
		}
		e.at++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// BenchmarkRead reads an export of many rows.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	for b.Loop() {
		tally, err := intake.Read(&endless{rows: rows}, usual(), func(intake.Row) error { return nil })
		if err != nil || tally.Rows != rows {
			b.Fatal(err, tally)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
