package job

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/undo"
	"custode/playbook/privacy/trim"
	"custode/scan"
)

// TidyStore is what the store remembers of files whose content was changed.
type TidyStore interface {
	SaveUndo(ctx context.Context, k undo.Kept) (id int64, err error)
	DropUndo(ctx context.Context, id int64) error
	UndoDone(ctx context.Context, id int64, path string) error
	Tidied(ctx context.Context, d undo.Done) error
	Undos(ctx context.Context) ([]undo.Kept, error)
	Undo(ctx context.Context, id int64) (undo.Kept, error)
	Known(ctx context.Context, dir string, names []string) (map[string]scan.File, error)
	SealedFile(ctx context.Context, path string) (catalogue.Entry, bool, error)
	SaveSealed(ctx context.Context, entries []catalogue.Entry) error
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
}

// Tidy makes files hold less.
type Tidy struct {
	Store    TidyStore
	Home     string
	To       []age.Recipient // of the copies
	Key      catalogue.Key
	Days     int // that a copy is kept
	Now      func() time.Time
	Announce Announcer
	FS       disk.System // nil: the disk
}

// TidyPlan is what would become of one file.
type TidyPlan struct {
	Path   string
	Bytes  int64
	Table  *trim.Plan // nil: it is no table, or only its age counts
	Whole  bool       // all of it goes
	Sealed bool
	Newest time.Time // day of the newest record, or of the last change; zero: not looked for
	By     string    // what told Newest: "records", "file"

	was    disk.ID
	before [32]byte
	entry  string
}

// Nothing reports whether there is nothing to do.
func (p *TidyPlan) Nothing() bool { return !p.Whole && (p.Table == nil || p.Table.Hit == 0) }

// Why a file is not trimmed, besides undo.RefusedError and the errors of package trim.
var (
	ErrRowsSealed = errors.New("rows of a sealed file")
	ErrNoTable    = errors.New("no table: only as a whole")
	ErrNoAge      = errors.New("it cannot be told how old it is")
)

func (t Tidy) disk() disk.System {
	if t.FS != nil {
		return t.FS
	}
	return disk.Real{}
}

// IsTable tells by the name whether a file is read as a table.
func IsTable(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv", ".tsv", ".tab":
		return true
	}
	return false
}

// Plan reads a file and counts. Whole: it goes as a whole if it is too old, or stays.
func (t Tidy) Plan(ctx context.Context, path string, o trim.Options, whole bool) (*TidyPlan, error) {
	p := &TidyPlan{Path: path}
	var err error
	if p.was, p.Sealed, err = undo.Look(t.disk(), path, replace.Age{}.Sealed); err != nil {
		return nil, err
	}
	p.Bytes = p.was.Size
	switch {
	case p.Sealed && !whole:
		return nil, ErrRowsSealed
	case !p.Sealed && IsTable(path):
		err = t.table(ctx, p, o, whole)
	case !whole:
		return nil, ErrNoTable
	default:
		err = t.old(ctx, p, o)
	}
	if err == nil && p.before == [32]byte{} && p.Whole {
		err = t.read(ctx, p, func(io.Reader) error { return nil })
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// PlanGone plans that a file goes, however old it is. Unread: it is only looked at, for somebody to decide; such
// a plan is not applied.
func (t Tidy) PlanGone(ctx context.Context, path string, unread bool) (*TidyPlan, error) {
	p := &TidyPlan{Path: path}
	var err error
	if p.was, p.Sealed, err = undo.Look(t.disk(), path, replace.Age{}.Sealed); err != nil {
		return nil, err
	}
	p.Bytes = p.was.Size
	if err := t.old(ctx, p, trim.Options{}); err != nil && !errors.Is(err, ErrNoAge) {
		return nil, err
	}
	p.Whole = true
	if !unread {
		err = t.read(ctx, p, func(io.Reader) error { return nil })
	}
	return p, err
}

// Mark tells one plan from another: of another file, of one that has changed, or with another outcome.
func (p *TidyPlan) Mark() string {
	hit, column := 0, ""
	if p.Table != nil {
		hit, column = p.Table.Hit, p.Table.Column
	}
	return fmt.Sprintf("%q %d %d %t %d %q", p.Path, p.was.Size, p.was.MTime, p.Whole, hit, column)
}

// table counts the rows.
func (t Tidy) table(ctx context.Context, p *TidyPlan, o trim.Options, whole bool) error {
	err := t.read(ctx, p, func(in io.Reader) (err error) {
		p.Table, err = o.Read(in)
		return err
	})
	if whole && (errors.Is(err, trim.ErrNoDates) || errors.Is(err, trim.ErrBirth)) {
		return t.old(ctx, p, o)
	}
	if err != nil || o.To != "" || p.Table.Rows == 0 {
		return err
	}
	if whole && p.Table.Newest == "" {
		p.Table = nil
		return t.old(ctx, p, o)
	}
	if p.Newest, err = time.Parse(time.DateOnly, p.Table.Newest); err != nil {
		return nil //nolint:nilerr // no row has a date
	}
	p.By = "records"
	p.Whole = p.Table.All() || whole && p.Newest.Before(o.Before)
	if whole && !p.Whole {
		p.Table = nil // and its rows stay
	}
	return nil
}

// old decides about a whole file.
func (t Tidy) old(ctx context.Context, p *TidyPlan, o trim.Options) (err error) {
	p.Newest, p.By = time.Unix(0, p.was.MTime), "file"
	if p.Sealed {
		err = t.sealedAge(ctx, p)
	} else {
		err = t.scannedAge(ctx, p)
	}
	y, m, d := p.Newest.Date()
	p.Newest = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	p.Whole = err == nil && p.Newest.Before(o.Before)
	return err
}

// sealedAge is that of what was sealed, as the catalogue has it.
func (t Tidy) sealedAge(ctx context.Context, p *TidyPlan) error {
	e, there, err := t.Store.SealedFile(ctx, p.Path)
	if err != nil {
		return err
	}
	if !there || e.MTime.IsZero() {
		return ErrNoAge
	}
	raw, err := json.Marshal(e)
	p.Newest, p.entry = e.MTime, string(raw)
	return err
}

// scannedAge is that of the newest record, if the last scan saw the file as it is and
// knows one: of its month the last day counts.
func (t Tidy) scannedAge(ctx context.Context, p *TidyPlan) error {
	name := filepath.Base(p.Path)
	known, err := t.Store.Known(ctx, filepath.Dir(p.Path), []string{name})
	f, there := known[name]
	if err != nil || !there || f.Stamp.Size != p.was.Size || f.Stamp.MTimeNS != p.was.MTime {
		return err
	}
	if at, records := f.Age(); records {
		p.Newest, p.By = at.AddDate(0, 1, -1), "records"
	}
	return nil
}

// read reads a file to its end while it is what it was, and takes its digest.
func (t Tidy) read(ctx context.Context, p *TidyPlan, fn func(in io.Reader) error) error {
	sum := sha256.New()
	err := t.reading(ctx, p, func(in io.Reader) error {
		in = io.TeeReader(in, sum)
		if err := fn(in); err != nil {
			return err
		}
		_, err := io.Copy(io.Discard, in)
		return err
	})
	if err == nil {
		p.before = [32]byte(sum.Sum(nil))
	}
	return err
}

func (t Tidy) reading(ctx context.Context, p *TidyPlan, fn func(in io.Reader) error) error {
	d, err := t.disk().Open(filepath.Dir(p.Path))
	if err != nil {
		return &undo.RefusedError{Reason: replace.Cause(err), Err: err}
	}
	defer func() { _ = d.Close() }() // only read
	f, err := d.Open(filepath.Base(p.Path))
	if err != nil {
		return &undo.RefusedError{Reason: replace.Cause(err), Err: err}
	}
	defer f.Close() // only read
	if err := fn(stopping{ctx, io.NewSectionReader(f, 0, p.was.Size)}); err != nil {
		return err
	}
	now, err := f.Look()
	if err == nil && !now.Same(p.was) {
		err = disk.ErrChanged
	}
	if err != nil {
		return &undo.RefusedError{Reason: replace.Cause(err), Err: err}
	}
	return nil
}

// stopping reads until the user stops.
type stopping struct {
	ctx context.Context //nolint:containedctx // lives as long as one file is read
	in  io.Reader
}

func (s stopping) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.in.Read(b)
}
