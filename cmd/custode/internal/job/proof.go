package job

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"custode/encrypt/bundle"
	"custode/encrypt/catalogue"
	"custode/encrypt/proof"
	"custode/encrypt/replace"
	"custode/encrypt/unseal"
	"custode/internal/journal"
	"custode/scan"
)

// ProofStore is what a proof rests on.
type ProofStore interface {
	Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error
	Verify(ctx context.Context, receipt *journal.Head) (journal.Head, *journal.Finding, error)
	SealedFile(ctx context.Context, path string) (catalogue.Entry, bool, error)
	Files(ctx context.Context, root string, fn func(scan.File) error) error
}

// FileThen is what the journal says of a file at a moment.
type FileThen struct {
	proof.Answer

	Sealed   string    // the path of the sealed file
	Original string    // of what was sealed
	Scanned  time.Time // a scan read it, in the clear; zero: none that is still known
	Archive  string    // the sealed folder that the rows are about; "": the file itself
	From     string    // where the sealed file had lain before it was moved
	Begun    time.Time
	Head     journal.Head
	Finding  *journal.Finding // what is wrong with the journal
}

// ProveAt tells whether a file was sealed at a moment. Path is that of the sealed file,
// or of what was sealed. Only the journal is asked; the catalogue gives the name.
func ProveAt(ctx context.Context, st ProofStore, path string, at time.Time) (FileThen, error) {
	out := FileThen{Sealed: filepath.Join(filepath.Dir(path), replace.SealedName(filepath.Base(path))), Original: path}
	if name := unseal.Name(filepath.Base(path)); name != "" {
		out.Sealed, out.Original = path, filepath.Join(filepath.Dir(path), name)
		e, there, err := st.SealedFile(ctx, path)
		if err != nil {
			return out, err
		}
		if there && e.Original != "" {
			out.Original = e.OriginalPath()
		}
	}
	var err error
	if out.Head, out.Finding, err = st.Verify(ctx, nil); err != nil {
		return out, err
	}
	m := &proof.Moment{At: at}
	tales := []*tale{newTale(out.Sealed, out.Original)}
	for dir := filepath.Dir(out.Original); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		tales = append(tales, newTale(dir+bundle.Ext, dir))
	}
	err = st.Journal(ctx, 1, func(e journal.Entry) error {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err != nil {
			return err
		}
		if out.Begun.IsZero() {
			out.Begun = at
		}
		m.Row(e.Seq, at)
		for _, t := range tales {
			if err := t.row(e, at); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return out, err
	}
	own := tales[0]
	for _, t := range tales[1:] {
		if !own.told && t.told {
			own, out.Archive = t, t.sealed
			break
		}
	}
	if err := out.before(ctx, st, own); err != nil {
		return out, err
	}
	if out.Answer = proof.At(m, own.events); out.Archive != "" && out.Why != proof.Before {
		out.State, out.Why = proof.Unknown, proof.InArchive
	}
	if out.Finding != nil || out.Head.Seq == 0 {
		out.State, out.Why = proof.Unknown, proof.Broken
	}
	return out, out.scanned(ctx, st)
}

// scanned asks the last scan about a file that no row seals up to the moment. It stands in
// the database and not in the journal, and can only tell that a file was readable.
func (p *FileThen) scanned(ctx context.Context, st ProofStore) error {
	if p.State != proof.Unknown || p.Why != proof.Nothing {
		return nil
	}
	return st.Files(ctx, p.Original, func(f scan.File) error {
		if f.Path == p.Original && f.State == scan.Examined && !f.Gone && !f.ReadAt.IsZero() {
			p.Scanned, p.State, p.Why = f.ReadAt, proof.Readable, proof.Scanned
		}
		return nil
	})
}

// before puts in front what the rows tell of the same sealed file, bit for bit, where it
// lay before it was moved.
func (p *FileThen) before(ctx context.Context, st ProofStore, t *tale) error {
	var found *proof.Event
	for _, e := range t.events {
		if e.Kind != proof.Restored {
			found = &e
			break
		}
	}
	if found == nil || found.Kind != proof.Found && found.Kind != proof.Beside {
		return nil
	}
	lay := map[string]bool{}
	from := ""
	err := st.Journal(ctx, 1, func(e journal.Entry) error {
		switch {
		case e.Seq < found.Row && sealing(e.Kind) && bytes.Contains(e.Body, []byte(found.Cipher)):
			var b sealedRow
			if err := json.Unmarshal(e.Body, &b); err != nil {
				return err
			}
			for _, f := range b.Sealed {
				if f.SHA256 == found.Cipher && f.Path != t.sealed {
					lay[f.Path] = true
				}
			}
		case e.Seq > found.Row && e.Kind == "files.moved" && from == "":
			var b pathsRow
			if err := json.Unmarshal(e.Body, &b); err != nil {
				return err
			}
			for _, path := range b.Paths {
				if lay[path] {
					from = path
				}
			}
		}
		return nil
	})
	if err != nil || from == "" {
		return err
	}
	old := newTale(from, filepath.Join(filepath.Dir(from), unseal.Name(filepath.Base(from))))
	err = st.Journal(ctx, 1, func(e journal.Entry) error {
		if e.Seq >= found.Row {
			return nil
		}
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err == nil {
			err = old.row(e, at)
		}
		return err
	})
	events := old.events
	for _, e := range t.events {
		if e.Row >= found.Row {
			events = append(events, e)
		}
	}
	p.From, t.events = from, events
	return err
}
