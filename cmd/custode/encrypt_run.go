package main

import (
	"context"
	"errors"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/replace"
)

// portion is how many files are handed to the sealer together: enough to keep it
// busy, little enough to hold in memory.
const portion = 2000

// run seals portion by portion.
func (s *sealing) run(ctx context.Context) error {
	start := s.sh.now()
	defer func() { s.result.took = s.sh.now().Sub(start) }()
	o := job.ProtectOptions{
		To: s.ring.Recipients(), Fingerprints: s.ring.Fingerprints(), Key: s.key, Keep: s.keep != "", Now: s.sh.now, Announce: s.sh.announce,
		Done: func(r replace.Result) {
			s.missing = s.missing || mayBeDrive(r)
			s.result.add(r)
			s.told(1, 0)
		},
		Bytes: func(n int64) { s.told(0, n) },
	}
	u, there, err := s.sh.keyAtHand(ctx, s.ring, s.o.passphraseFile)
	if err != nil {
		return err
	}
	if there { // only needed where an earlier run was killed between two steps
		defer u.Wipe()
		o.With = u.Identities()
	}
	if s.sh.errTerm {
		add, end := s.sh.byteBar("progress.seal", s.toSeal().bytes)
		o.Bytes = add
		defer end()
	}
	var list []string
	seal := func() error {
		if len(list) == 0 {
			return nil
		}
		totals, err := job.Protect(ctx, s.st, list, o)
		s.result.sum(totals)
		list = list[:0]
		if err == nil && s.missing {
			err = s.driveGone()
		}
		s.gone = s.gone || isNoDrive(err)
		return s.sh.diskFault(err, "fault.encrypt.full")
	}
	if o.Linked, err = s.linked(ctx); err != nil {
		return err
	}
	for turn := range o.Linked.Turns() {
		err = s.choose(ctx, func(c job.Choice) error {
			if !s.seals(c) || o.Linked.Turn(c.Path) != turn {
				return nil
			}
			if list = append(list, c.Path); len(list) < portion {
				return nil
			}
			return seal()
		})
		if err == nil {
			err = seal()
		}
		if err != nil {
			return err
		}
	}
	if int64(s.result.totals.Files) < s.toSeal().files { // fewer than were there to begin with
		return s.sh.diskFault(s.driveGone(), "")
	}
	return nil
}

// told tells whoever wants to know that so many files more were dealt with, or so many bytes.
func (s *sealing) told(files int, bytes int64) {
	if s.tell != nil {
		s.tell(files, bytes)
	}
}

// linked counts the names of the files that have several, if they are to be sealed.
func (s *sealing) linked(ctx context.Context) (*job.Linked, error) {
	if s.o.hardlinks == "" {
		return nil, nil
	}
	l := job.NewLinked(nil)
	err := s.choose(ctx, func(c job.Choice) error {
		if s.seals(c) {
			l.Add(c.Path)
		}
		return nil
	})
	return l, errors.Join(err, l.Close())
}
