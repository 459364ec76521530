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

// sealing tells the rows that put a file into the catalogue.
func sealing(kind string) bool {
	return kind == "files.sealed" || kind == "files.resealed" || kind == "files.found"
}

func (t *tale) row(e journal.Entry, at time.Time) error {
	ev := proof.Event{Row: e.Seq, At: at}
	switch e.Kind {
	case "files.gone":
		return t.gone(e, ev)
	case verifiedKind:
		return t.verified(e, ev)
	case "home.restored":
		var b struct {
			MadeAt time.Time `json:"made_at"`
		}
		err := json.Unmarshal(e.Body, &b)
		ev.Kind, ev.Saved = proof.Restored, b.MadeAt
		t.events = append(t.events, ev)
		return err
	}
	if !slices.ContainsFunc(t.needles, func(n []byte) bool { return bytes.Contains(e.Body, n) }) {
		return nil
	}
	switch e.Kind {
	case "files.sealed", "files.resealed", "files.found":
		return t.sealedIn(e, ev)
	case "files.opened", "files.missing", "files.moved":
		var b pathsRow
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		if ev.Kind = (map[string]proof.Kind{"files.opened": proof.Opened, "files.missing": proof.Missing, "files.moved": proof.Moved})[e.Kind]; slices.Contains(b.Paths, t.sealed) {
			t.has = false
			t.add(ev)
		}
	case "files.copied", "file.opened", "file.edited", "file.closed":
		return t.copy(e, ev)
	case "files.deleted", "undo.done":
		var b struct{ Path string }
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		t.tidied(b.Path, e.Kind == "undo.done", ev)
	}
	return nil
}

func (t *tale) add(e proof.Event) {
	t.told = true
	t.events = append(t.events, e)
}

func (t *tale) sealedIn(e journal.Entry, ev proof.Event) error {
	var b sealedRow
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	for _, f := range b.Sealed {
		if t.copies[f.Path] != "" && !f.Kept {
			t.copied[f.Path] = e.Seq
		}
		if f.Path != t.sealed {
			continue
		}
		kept := proof.Kept
		switch ev.Kind = proof.Sealed; e.Kind {
		case "files.resealed":
			ev.Kind, kept = proof.Renewed, proof.Renewed
		case "files.found":
			ev.Kind, kept = proof.Found, proof.Beside
		}
		if f.Kept {
			ev.Kind = kept
		}
		if ev.Cipher = f.SHA256; e.Kind != "files.found" || len(b.Sealed) == 1 {
			ev.To = b.Recipients // the row has those of its first file
		}
		t.has = true
		t.add(ev)
	}
	return nil
}

// gone reads which originals went: of the files that some rows sealed.
func (t *tale) gone(e journal.Entry, ev proof.Event) error {
	if !t.has {
		return nil
	}
	var b goneBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
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
		return nil
	}
	t.add(ev)
	return nil
}

// verified reads whether the file was among those that were looked at. A row of an older
// version does not say where it looked, and one that does not name all that failed may
// mean this one.
func (t *tale) verified(e journal.Entry, ev proof.Event) error {
	if !t.has {
		return nil
	}
	type listed struct {
		Count int
		First []json.RawMessage
	}
	var b struct {
		WithKey bool `json:"with_key"`
		Roots   []string
		Failed  listed
		Beside  *listed
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	under := b.Roots == nil || slices.ContainsFunc(b.Roots, func(r string) bool {
		return t.sealed == r || strings.HasPrefix(t.sealed, strings.TrimSuffix(r, string(filepath.Separator))+string(filepath.Separator))
	})
	if b.Beside == nil || !under {
		return nil
	}
	for _, raw := range b.Failed.First {
		var f struct{ Path, Why string }
		if err := json.Unmarshal(raw, &f); err != nil {
			return err
		}
		if f.Path != t.sealed {
			continue
		}
		if ev.Kind = proof.Unsound; f.Why == "missing" {
			ev.Kind = proof.Missing
		}
		t.add(ev)
		return nil
	}
	if b.Failed.Count > len(b.Failed.First) {
		return nil
	}
	ev.Kind, ev.WithKey = proof.Sound, b.WithKey
	path, err := json.Marshal(t.sealed)
	if err != nil {
		return err
	}
	ev.Plain = slices.ContainsFunc(b.Beside.First, func(raw json.RawMessage) bool { return bytes.Equal(raw, path) })
	ev.Looked = ev.Plain || b.Beside.Count == len(b.Beside.First)
	t.add(ev)
	return nil
}

// copy reads of readable copies.
func (t *tale) copy(e journal.Entry, ev proof.Event) error {
	var b struct {
		Sealed json.RawMessage
		To     string
		Row    int64
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	var one string
	var list []string
	if json.Unmarshal(b.Sealed, &one) == nil {
		list = []string{one}
	} else if err := json.Unmarshal(b.Sealed, &list); err != nil {
		return err
	}
	if !slices.Contains(list, t.sealed) {
		return nil
	}
	switch ev.Kind, ev.Private = proof.Copied, true; e.Kind {
	case "files.copied":
		ev.Copy, ev.Private = b.To, false
		t.copies[filepath.Join(filepath.Dir(b.To), replace.SealedName(filepath.Base(b.To)))] = b.To
		t.look(b.To)
	case "file.closed":
		ev.Kind, ev.Copy = proof.Returned, "#"+strconv.FormatInt(b.Row, 10)
	default:
		ev.Copy = "#" + strconv.FormatInt(e.Seq, 10)
	}
	t.add(ev)
	return nil
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
