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
	list, rest, err := inTurn(ctx, st, last.Failed)
	if err != nil || len(list) == 0 {
		return err
	}
	paths := make([]string, len(list))
	for i, e := range list {
		paths[i] = e.Path
	}
	defer announce.say(paths, nil)()
	out := sampled{WithKey: v.WithKey(), Failed: append([]sampledRow{}, rest...)}
	var good []string
	budget := int64(sampleBytes)
	for i, e := range list {
		if i > 0 && e.SealedSize > budget {
			if at := failedAt(last.Failed, e.Path); at >= 0 { // no look has cleared it
				out.Failed = append(out.Failed, last.Failed[at])
			}
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

// inTurn gives the files of a day: those that nobody has looked at for longest, and some of those that
// failed before. These hold up nobody: they come besides. rest are the failed ones that are not looked at
// today; they come first another day.
func inTurn(ctx context.Context, st SampleStore, failed []sampledRow) (list []catalogue.Entry, rest []sampledRow, err error) {
	oldest, err := st.OldestLooks(ctx, sampleFiles+len(failed), sampleFile)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range oldest {
		if len(list) < sampleFiles && failedAt(failed, e.Path) < 0 {
			list = append(list, e)
		}
	}
	again := 0
	for _, f := range failed {
		e, there, err := st.SealedFile(ctx, f.Path)
		switch {
		case err != nil:
			return nil, nil, err
		case !there:
		case again < sampleAgain:
			again++
			list = append(list, e)
		default:
			rest = append(rest, f)
		}
	}
	return list, rest, nil
}

func failedAt(failed []sampledRow, path string) int {
	return slices.IndexFunc(failed, func(f sampledRow) bool { return f.Path == path })
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
	f.Sampled, f.SampledAt, f.SampledKey = s.Sound, at, s.WithKey
	if !at.Before(f.VerifiedAt) { // that would have looked at them
		f.SampleBlind = s.Blind
	}
	for _, row := range s.Failed {
		e, there, err := st.SealedFile(ctx, row.Path)
		if err != nil {
			return err
		}
		if !there || local(e.CheckedAt).After(at) || local(e.ProvenAt).After(at) { // sound since
			continue
		}
		note := "verify." + row.Why
		if _, err := os.Lstat(row.Path); err != nil && row.Why != string(verify.Missing) {
			note = "verify." + string(verify.Missing)
		}
		f.SampleFailed = append(f.SampleFailed, daily.File{Path: row.Path, Note: note})
	}
	return nil
}
