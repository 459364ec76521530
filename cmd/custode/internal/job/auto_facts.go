package job

import (
	"context"
	"encoding/json"
	"time"

	"custode/internal/journal"
	"custode/playbook/daily"
)

// AutoRan is the kind of the journal's entry of a look at all folders of automatic
// sealing.
const AutoRan = "files.looked"

// AutoFactStore is where it stands what was sealed automatically.
type AutoFactStore interface {
	LastOf(ctx context.Context, kinds ...string) (journal.Entry, bool, error)
	Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error
}

// autoFacts tells when automatic sealing ran, and what it sealed since the last check.
func autoFacts(ctx context.Context, st AutoFactStore, waits string) (*daily.AutoFacts, error) {
	a := &daily.AutoFacts{Waits: waits}
	ran, there, err := st.LastOf(ctx, AutoRan)
	if err != nil {
		return nil, err
	}
	if there {
		a.Ran, _ = time.Parse(time.RFC3339Nano, ran.At) // an entry without a time is as none
	}
	check, there, err := st.LastOf(ctx, "check.done")
	if err != nil {
		return nil, err
	}
	from := int64(1)
	if there {
		from = check.Seq + 1
	}
	return a, st.Journal(ctx, from, func(e journal.Entry) error {
		var body struct {
			Auto   bool              `json:"auto"`
			Sealed []json.RawMessage `json:"sealed"`
		}
		if e.Kind == "files.sealed" && json.Unmarshal(e.Body, &body) == nil && body.Auto {
			a.Sealed += int64(len(body.Sealed))
		}
		return nil
	})
}
