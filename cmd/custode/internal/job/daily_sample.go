package job

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/verify"
	"custode/internal/rawpath"
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
	sampleAgain = 20 // files that failed before, and as many that could not be looked at, which come again
)

// sampledKind is what the journal calls it.
const sampledKind = "files.sampled"

// sampled is what the journal keeps of a sample.
type sampled struct {
	WithKey bool         `json:"with_key"`
	Looked  int64        `json:"looked_at"`
	Sound   int64        `json:"sound"`
	Failed  []sampledRow `json:"failed"`
	Blind   int64        `json:"not_seen"`         // that could not be looked at
	Unseen  []sampledRow `json:"unseen,omitempty"` // which they are, but those that failed before
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
	turn, err := inTurn(ctx, st, last)
	list := turn.list
	if err != nil || len(list) == 0 {
		return err
	}
	paths := make([]string, len(list))
	for i, e := range list {
		paths[i] = e.Path
	}
	defer announce.say(paths, nil)()
	out := sampled{WithKey: v.WithKey(), Failed: append([]sampledRow{}, turn.failed...), Unseen: turn.unseen, Blind: int64(len(turn.unseen))}
	var good []string
	budget := int64(sampleBytes)
	for i, e := range list {
		if i > 0 && e.SealedSize > budget {
			out.carry(last, e.Path)
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
			out.unseen(last, sampledRow{e.Path, string(found.Trouble)})
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

// carry keeps what was wrong with a file that is not looked at today: no look has cleared it.
func (s *sampled) carry(last sampled, path string) {
	if at := rowOf(last.Failed, path); at >= 0 {
		s.Failed = append(s.Failed, last.Failed[at])
	}
	if at := rowOf(last.Unseen, path); at >= 0 {
		s.Unseen, s.Blind = append(s.Unseen, last.Unseen[at]), s.Blind+1
	}
}

// unseen notes a file that could not be looked at. What was wrong with it before stays wrong.
func (s *sampled) unseen(last sampled, row sampledRow) {
	s.Blind++
	if at := rowOf(last.Failed, row.Path); at >= 0 {
		s.Failed = append(s.Failed, last.Failed[at])
		return
	}
	s.Unseen = append(s.Unseen, row)
}

// turn is whose day it is. Those of failed and unseen are not looked at today; they come first another day.
type turn struct {
	list           []catalogue.Entry
	failed, unseen []sampledRow
}

// inTurn gives the files of a day: those that nobody has looked at for longest, and some of those that
// failed before or could not be looked at. These hold up nobody: they come besides.
func inTurn(ctx context.Context, st SampleStore, last sampled) (t turn, err error) {
	oldest, err := st.OldestLooks(ctx, sampleFiles+len(last.Failed)+len(last.Unseen), sampleFile)
	if err != nil {
		return t, err
	}
	for _, e := range oldest {
		if len(t.list) < sampleFiles && rowOf(last.Failed, e.Path) < 0 && rowOf(last.Unseen, e.Path) < 0 {
			t.list = append(t.list, e)
		}
	}
	if t.failed, err = t.again(ctx, st, last.Failed); err == nil {
		t.unseen, err = t.again(ctx, st, last.Unseen)
	}
	return t, err
}

// again puts the first of some files on the list, those that are in the catalogue still, and gives the rest.
func (t *turn) again(ctx context.Context, st SampleStore, rows []sampledRow) (rest []sampledRow, err error) {
	n := 0
	for _, row := range rows {
		e, there, err := st.SealedFile(ctx, row.Path)
		switch {
		case err != nil:
			return nil, err
		case !there:
		case n < sampleAgain:
			n++
			t.list = append(t.list, e)
		default:
			rest = append(rest, row)
		}
	}
	return rest, nil
}

func rowOf(rows []sampledRow, path string) int {
	return slices.IndexFunc(rows, func(f sampledRow) bool { return f.Path == path })
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
		if _, err := rawpath.Lstat(row.Path); err != nil && row.Why != string(verify.Missing) {
			note = "verify." + string(verify.Missing)
		}
		f.SampleFailed = append(f.SampleFailed, daily.File{Path: row.Path, Note: note})
	}
	return nil
}
