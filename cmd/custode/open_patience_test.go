package main

import (
	"bytes"
	"testing"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/replace"
	"custode/internal/fault"
	"custode/internal/i18n"
)

// TestPatience: what passes is waited for, what does not is not, and the waiting ends.
func TestPatience(t *testing.T) {
	words, err := i18n.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	busy := fault.New(fault.Busy, "fault.busy", "seal", int64(1))
	for _, c := range []struct {
		name  string
		saves []job.Saved
		err   error // of all saves but the last
		tries int
		calls int
		saved bool
	}{
		{"another custode, twice", []job.Saved{{Outcome: job.NotSaved}, {Outcome: job.NotSaved}, {Outcome: job.SavedBeside}}, busy, 5, 3, true},
		{"a program writes", []job.Saved{{Outcome: job.NotSaved, Reason: replace.InUse}, {Outcome: job.SavedBeside}}, nil, 5, 2, true},
		{"for too long", []job.Saved{{Outcome: job.NotSaved}, {Outcome: job.NotSaved}, {Outcome: job.SavedBeside}}, busy, 1, 2, false},
		{"a full disk does not pass", []job.Saved{{Outcome: job.NotSaved, Reason: replace.DiskFull}, {Outcome: job.SavedBeside}}, nil, 5, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said bytes.Buffer
			e := &editing{sh: &shell{err: &said, words: words}}
			n := 0
			saved, _, _ := e.patiently(c.tries, func() (job.Saved, error) {
				s := c.saves[n]
				n++
				if n == len(c.saves) {
					return s, nil
				}
				return s, c.err
			})
			if n != c.calls || (saved.Outcome != job.NotSaved) != c.saved {
				t.Errorf("%d saves, %v", n, saved.Outcome)
			}
		})
	}
}

// A file that another program has open for a moment is not called a bad disk.
func TestWhyNotYet(t *testing.T) {
	busy := fault.New(fault.Busy, "fault.busy", "seal", int64(1))
	for _, c := range []struct {
		reason replace.Reason
		err    error
		want   string
	}{
		{replace.InUse, nil, "in-use"},
		{replace.Changed, nil, "in-use"},
		{replace.DiskFull, nil, "disk-full"},
		{replace.NotRecorded, busy, "busy"},
		{"", busy, "busy"},
		{replace.DiskError, nil, "disk"},
		{replace.Unproven, nil, "disk"},
	} {
		if got := whyNotYet(c.reason, c.err); got != c.want {
			t.Errorf("%q, %v: %q, want %q", c.reason, c.err, got, c.want)
		}
		for _, lang := range []string{"en", "it"} {
			if key := "opening.edit.why." + c.want; wordsOf(t, lang).T(key) == key {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
