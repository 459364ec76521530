package job

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/encrypt/proof"
	"custode/encrypt/replace"
	"custode/internal/journal"
)

// tale reads from the rows of the journal what they say of one file.
type tale struct {
	sealed, original string
	events           []proof.Event
	told             bool              // something was said of it
	has              bool              // it counts as sealed
	needles          [][]byte          // a row that holds none of them is about others
	copies           map[string]string // sealed name of a readable copy: its path
	copied           map[string]int64  // sealed name of a copy: the row that sealed it
}

func newTale(sealed, original string) *tale {
	t := &tale{sealed: sealed, original: original, copies: map[string]string{}, copied: map[string]int64{}}
	t.look(original)
	t.look(sealed)
	return t
}

// look has the rows read that name a path.
func (t *tale) look(path string) {
	if b, err := json.Marshal(filepath.Base(path)); err == nil {
		t.needles = append(t.needles, bytes.Trim(b, `"`))
	}
}

type sealedRow struct {
	Sealed []struct {
		Path   string
		SHA256 string
		Kept   bool
	}
	Recipients []string
}

type pathsRow struct{ Paths []string }

type restoredRow struct {
	MadeAt time.Time `json:"made_at"`
}

type tidyRow struct{ Path string }

// verifiedRow says what a verify looked at. One of an older version has no Beside.
type verifiedRow struct {
	WithKey bool `json:"with_key"`
	Roots   []string
	Failed  struct {
		Count int
		First []struct{ Path, Why string }
	}
	Beside *struct {
		Count int
		First []string
	}
}

// copyRow is about a readable copy of one sealed file, or of several.
type copyRow struct {
	Sealed json.RawMessage
	To     string
	Row    int64

	sealed []string
}

func (b *copyRow) list() error {
	var one string
	if json.Unmarshal(b.Sealed, &one) == nil {
		b.sealed = []string{one}
		return nil
	}
	return json.Unmarshal(b.Sealed, &b.sealed)
}

// sealing tells the rows that put a file into the catalogue.
func sealing(kind string) bool {
	return kind == "files.sealed" || kind == "files.resealed" || kind == "files.found"
}

// row takes one row in, if it is about the file.
func (t *tale) row(e journal.Entry, at time.Time) error {
	if !everybodys(e.Kind) && !slices.ContainsFunc(t.needles, func(n []byte) bool { return bytes.Contains(e.Body, n) }) {
		return nil
	}
	r, err := readRow(e, at)
	if err == nil && r.body != nil {
		t.take(r)
	}
	return err
}

// everybodys tells the rows that may be about a file without naming it.
func everybodys(kind string) bool {
	return kind == filesGone || kind == verifiedKind || kind == "home.restored"
}

// rowRead is a row of the journal, read once for however many files it is about. Its body
// is nil where it is about none.
type rowRead struct {
	proof.Event

	kind string
	body any
}

func readRow(e journal.Entry, at time.Time) (rowRead, error) {
	r := rowRead{Event: proof.Event{Row: e.Seq, At: at}, kind: e.Kind}
	switch e.Kind {
	case filesGone:
		r.body = &goneBody{}
	case verifiedKind:
		r.body = &verifiedRow{}
	case "home.restored":
		r.body = &restoredRow{}
	case "files.sealed", "files.resealed", "files.found":
		r.body = &sealedRow{}
	case "files.opened", "files.missing", "files.moved":
		r.body = &pathsRow{}
	case "files.copied", "file.opened", "file.edited", "file.closed":
		r.body = &copyRow{}
	case "files.deleted", "undo.done":
		r.body = &tidyRow{}
	default:
		return r, nil
	}
	if err := json.Unmarshal(e.Body, r.body); err != nil {
		return r, err
	}
	if b, ok := r.body.(*copyRow); ok {
		return r, b.list()
	}
	return r, nil
}

// names are the paths that a row names.
func (r *rowRead) names() (out []string) {
	switch b := r.body.(type) {
	case *sealedRow:
		for _, f := range b.Sealed {
			out = append(out, f.Path)
		}
	case *pathsRow:
		out = b.Paths
	case *copyRow:
		out = b.sealed
	case *tidyRow:
		out = []string{b.Path}
	}
	return out
}

func (t *tale) take(r rowRead) {
	ev := r.Event
	switch b := r.body.(type) {
	case *goneBody:
		t.gone(b, ev)
	case *verifiedRow:
		t.verified(b, ev)
	case *restoredRow:
		ev.Kind, ev.Saved = proof.Restored, b.MadeAt
		t.events = append(t.events, ev)
	case *sealedRow:
		t.sealedIn(r.kind, b, ev)
	case *pathsRow:
		if ev.Kind = (map[string]proof.Kind{"files.opened": proof.Opened, "files.missing": proof.Missing, "files.moved": proof.Moved})[r.kind]; slices.Contains(b.Paths, t.sealed) {
			t.has = false
			t.add(ev)
		}
	case *copyRow:
		t.copy(r.kind, b, ev)
	case *tidyRow:
		t.tidied(b.Path, r.kind == "undo.done", ev)
	}
}

func (t *tale) add(e proof.Event) {
	t.told = true
	t.events = append(t.events, e)
}

func (t *tale) sealedIn(kind string, b *sealedRow, ev proof.Event) {
	for _, f := range b.Sealed {
		if t.copies[f.Path] != "" && !f.Kept {
			t.copied[f.Path] = ev.Row
		}
		if f.Path != t.sealed {
			continue
		}
		kept := proof.Kept
		switch ev.Kind = proof.Sealed; kind {
		case "files.resealed":
			ev.Kind, kept = proof.Renewed, proof.Renewed
		case "files.found":
			ev.Kind, kept = proof.Found, proof.Beside
		}
		if f.Kept {
			ev.Kind = kept
		}
		if ev.Cipher = f.SHA256; kind != "files.found" || len(b.Sealed) == 1 {
			ev.To = b.Recipients // the row has those of its first file
		}
		t.has = true
		t.add(ev)
	}
}

// gone reads which originals went: of the files that some rows sealed.
func (t *tale) gone(b *goneBody, ev proof.Event) {
	if !t.has {
		return
	}
	in := func(row int64, path string) bool {
		return b.From <= row && row <= b.To && !slices.Contains(b.Left, path)
	}
	for path, row := range t.copied {
		if in(row, path) {
			end := ev
			end.Kind, end.Copy = proof.Returned, t.copies[path]
			t.add(end)
			delete(t.copied, path)
		}
	}
	var last int64
	for _, was := range t.events {
		if was.Kind == proof.Sealed {
			last = was.Row
		}
	}
	switch {
	case last > 0 && in(last, t.sealed), slices.Contains(b.Paths, t.sealed):
		ev.Kind = proof.Gone
	case slices.Contains(b.Left, t.sealed):
		ev.Kind = proof.Stayed
	default:
		return
	}
	t.add(ev)
}

// verified reads whether the file was among those that were looked at. A row of an older
// version does not say where it looked, and one that does not name all that failed may
// mean this one.
func (t *tale) verified(b *verifiedRow, ev proof.Event) {
	under := b.Roots == nil || slices.ContainsFunc(b.Roots, func(r string) bool {
		return t.sealed == r || strings.HasPrefix(t.sealed, strings.TrimSuffix(r, string(filepath.Separator))+string(filepath.Separator))
	})
	if !t.has || b.Beside == nil || !under {
		return
	}
	for _, f := range b.Failed.First {
		if f.Path != t.sealed {
			continue
		}
		if ev.Kind = proof.Unsound; f.Why == "missing" {
			ev.Kind = proof.Missing
		}
		t.add(ev)
		return
	}
	if b.Failed.Count > len(b.Failed.First) {
		return
	}
	ev.Kind, ev.WithKey = proof.Sound, b.WithKey
	ev.Plain = slices.Contains(b.Beside.First, t.sealed)
	ev.Looked = ev.Plain || b.Beside.Count == len(b.Beside.First)
	t.add(ev)
}

// copy reads of readable copies.
func (t *tale) copy(kind string, b *copyRow, ev proof.Event) {
	if !slices.Contains(b.sealed, t.sealed) {
		return
	}
	switch ev.Kind, ev.Private = proof.Copied, true; kind {
	case "files.copied":
		ev.Copy, ev.Private = b.To, false
		t.copies[filepath.Join(filepath.Dir(b.To), replace.SealedName(filepath.Base(b.To)))] = b.To
		t.look(b.To)
	case "file.closed":
		ev.Kind, ev.Copy = proof.Returned, "#"+strconv.FormatInt(b.Row, 10)
	default:
		ev.Copy = "#" + strconv.FormatInt(ev.Row, 10)
	}
	t.add(ev)
}

// tidied reads of files that were deleted as too old, and of those brought back.
func (t *tale) tidied(path string, back bool, ev proof.Event) {
	switch {
	case path == t.sealed && !back:
		t.has, ev.Kind = false, proof.Deleted
	case path == t.original && back:
		if ev.Kind = proof.Back; t.has {
			ev.Kind = proof.Stayed
		}
	case path == t.original:
		if ev.Kind = proof.Deleted; t.has {
			ev.Kind = proof.Gone
		}
	case !back && t.copies[filepath.Join(filepath.Dir(path), replace.SealedName(filepath.Base(path)))] == path:
		ev.Kind, ev.Copy = proof.Returned, path
	default:
		return
	}
	t.add(ev)
}
