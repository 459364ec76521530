package job

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/verify"
	"custode/playbook/daily"
)

// SampleStore is what a look at a few sealed files needs.
type SampleStore interface {
	OldestLooks(ctx context.Context, n int, most int64) ([]catalogue.Entry, error)
	SealedFile(ctx context.Context, path string) (e catalogue.Entry, there bool, err error)
	MarkProven(ctx context.Context, paths []string, at time.Time) error
	MarkChecked(ctx context.Context, paths []string, at time.Time) error
}

// The bounds of the sample of a day: the files that nobody has looked at for longest, so that all come
// in turn, and how much of them is read. One larger than sampleFile is left to verify.
const (
	sampleFiles = 5
	sampleBytes = 64 << 20
	sampleFile  = 256 << 20
	sampleAgain = 20 // files that failed the day before, which are looked at again
)

// sampledKind is what the journal calls it.
const sampledKind = "files.sampled"

// sampled is what the journal keeps of a sample.
type sampled struct {
	WithKey bool         `json:"with_key"`
	Looked  int64        `json:"looked_at"`
	Sound   int64        `json:"sound"`
	Failed  []sampledRow `json:"failed"`
	Blind   int64        `json:"not_seen"` // that could not be looked at
}

type sampledRow struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// Sample looks at a few sealed files, once a day: with a key it opens them, without one it holds their
// bytes to the recorded digest. Once more on the same day only where a key is there for the first time.
func Sample(ctx context.Context, st DailyStore, v verify.Verifier, announce Announcer, now time.Time) error {
	if v.FS == nil { // nobody said how
		return nil
	}
	last, at, err := lastSample(ctx, st)
	if err != nil || sameDay(at, now) && (last.WithKey || !v.WithKey()) {
		return err
	}
	list, err := st.OldestLooks(ctx, sampleFiles, sampleFile)
	if err != nil {
		return err
	}
	for _, f := range last.Failed[:min(len(last.Failed), sampleAgain)] {
		e, there, err := st.SealedFile(ctx, f.Path)
		if err != nil {
			return err
		}
		if there && !slices.ContainsFunc(list, func(o catalogue.Entry) bool { return o.Path == e.Path }) {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return nil
	}
	paths := make([]string, len(list))
	for i, e := range list {
		paths[i] = e.Path
	}
	defer announce.say(paths, nil)()
	out := sampled{WithKey: v.WithKey(), Failed: []sampledRow{}}
	var good []string
	budget := int64(sampleBytes)
	for i, e := range list {
		if i > 0 && e.SealedSize > budget {
			continue
		}
		budget -= e.SealedSize
		found := v.Known(ctx, e)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		out.Looked++
		switch found.Trouble {
		case "":
			out.Sound++
			good = append(good, e.Path)
		case verify.NoKey, verify.KeyFailed, verify.Unreadable:
			out.Blind++
		default:
			out.Failed = append(out.Failed, sampledRow{e.Path, string(found.Trouble)})
		}
	}
	mark := st.MarkChecked
	if v.WithKey() {
		mark = st.MarkProven
	}
	if err := mark(ctx, good, now); err != nil {
		return err
	}
	_, err = st.Record(ctx, sampledKind, out)
	return err
}

func sameDay(a, b time.Time) bool {
	return !a.IsZero() && a.In(b.Location()).Format(time.DateOnly) == b.Format(time.DateOnly)
}

// lastSample reads the last one; a zero time: there was none.
func lastSample(ctx context.Context, st BackupStore) (s sampled, at time.Time, err error) {
	e, there, err := st.LastOf(ctx, sampledKind)
	if err != nil || !there {
		return s, at, err
	}
	if err := json.Unmarshal(e.Body, &s); err != nil {
		return s, at, err
	}
	at, err = moment(e)
	return s, at, err
}

// sampleFacts tells of the last sample. A file that failed in it and is out of the catalogue since is none
// any more.
func sampleFacts(ctx context.Context, st SealStore, f *daily.SealFacts) error {
	s, at, err := lastSample(ctx, st)
	if err != nil || at.IsZero() {
		return err
	}
	f.Sampled, f.SampledAt, f.SampledKey, f.SampleBlind = s.Sound, at, s.WithKey, s.Blind
	if at.Before(f.VerifiedAt) { // that looked at all of them
		f.SampleBlind = 0
		return nil
	}
	for _, row := range s.Failed {
		note := "verify." + row.Why
		if _, err := os.Lstat(row.Path); err != nil && row.Why != string(verify.Missing) {
			note = "verify." + string(verify.Missing)
		}
		f.SampleFailed = append(f.SampleFailed, daily.File{Path: row.Path, Note: note})
	}
	return nil
}
