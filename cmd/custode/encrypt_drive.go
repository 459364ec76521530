package main

import (
	"errors"
	"slices"
	"syscall"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/internal/fault"
)

// mayBeDrive tells the results behind which a drive may be that is gone.
func mayBeDrive(r replace.Result) bool {
	if slices.Contains([]replace.Reason{replace.Vanished, replace.DiskError, replace.NoPermission, replace.Cancelled}, r.Reason) {
		return true
	}
	return errors.Is(r.Err, disk.ErrFailing) || errors.Is(r.Err, disk.ErrNoDrive) || errors.Is(r.Err, syscall.EROFS)
}

// driveGone is the error that a drive of the files is gone, or nil.
func (s *sealing) driveGone() error {
	s.missing = false
	top := s.drives.Gone()
	if s.gone = top != ""; !s.gone {
		return nil
	}
	return &replace.NoDriveError{Path: top, Err: disk.ErrNoDrive}
}

func isNoDrive(err error) bool {
	_, is := errors.AsType[*replace.NoDriveError](err)
	return is
}

// diskFault gives an error of a full disk its sentence, and one of a drive that is
// gone; any other one stays as it is.
func (sh *shell) diskFault(err error, id string) error {
	if gone, is := errors.AsType[*replace.NoDriveError](err); is {
		return fault.On(fault.IO, "fault.no-drive", gone.Path, gone.Err)
	}
	full, is := errors.AsType[*replace.FullError](err)
	if !is {
		return err
	}
	w := sh.words
	return &fault.Error{Code: fault.IO, ID: id, Path: full.Path, Args: []any{w.Bytes(full.Need), w.Bytes(full.Free)}, Err: full.Err}
}
