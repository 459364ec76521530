package inplace

import (
	"errors"
	"fmt"
	"syscall"

	"custode/encrypt/disk"
)

// A drive that gives errors for so many files in a row is left alone: it was
// unplugged, or it is dying, and each further attempt makes that worse.
const mostFailing = 20

// NoDriveError says that a drive is gone in the middle of a run: unplugged, or on
// another computer that does not answer any more. What was not reached stays as it is.
type NoDriveError struct {
	Path string // the folder that was worked on
	Err  error
}

func (e *NoDriveError) Error() string { return fmt.Sprintf("%s: the drive is gone: %v", e.Path, e.Err) }

// Unwrap gives the drive's own error.
func (e *NoDriveError) Unwrap() error { return e.Err }

// Look is disk.Folder.Look, and notices that the drive is gone.
func (p *Place) Look(name string) (disk.ID, error) {
	who, err := p.Folder.Look(name)
	if err != nil {
		p.run.heedGone(p.dir, err)
	}
	return who, err
}

// heed looks at what became of a file. A drive that can only be read in the middle of
// a run is failing: the system has closed it.
func (p *Place) heed(j *Job) {
	e, err := p.run, j.Err
	e.mu.Lock()
	switch {
	case err == nil:
		if e.written == nil {
			e.written = map[uint64]bool{}
		}
		e.written[j.Who.Dev] = true
	case errors.Is(err, syscall.EROFS) && e.written[j.Who.Dev]:
		err = errors.Join(disk.ErrFailing, err)
	}
	e.mu.Unlock()
	e.heed(p.dir, err)
}

// heed ends the run where an error says that the drive is gone, or is the last of many
// in a row. Err may be nil.
func (e *Engine) heed(dir string, err error) {
	e.heedGone(dir, err)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !errors.Is(err, disk.ErrFailing) && !errors.Is(err, disk.ErrNoDrive) {
		e.failing = 0
		return
	}
	if e.failing++; e.failing >= mostFailing && e.stop == nil {
		e.stop = &NoDriveError{Path: dir, Err: err}
	}
}

// heedGone asks once more: a server also says of one folder or file that it is gone.
func (e *Engine) heedGone(dir string, err error) {
	if !errors.Is(err, disk.ErrNoDrive) {
		return
	}
	if e.mu.Lock(); e.stop != nil {
		e.mu.Unlock()
		return
	}
	e.mu.Unlock()
	d, again := e.FS.Open(dir)
	if again == nil {
		_, again = d.List()
		again = errors.Join(again, d.Close())
	}
	if again != nil {
		e.End(&NoDriveError{Path: dir, Err: err})
	}
}
