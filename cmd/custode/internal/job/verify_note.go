package job

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"custode/encrypt/catalogue"
	"custode/encrypt/unseal"
	"custode/encrypt/verify"
	"custode/internal/rawpath"
)

// take counts one file, and notes many at a time.
func (v *verifying) take(ctx context.Context, d verified) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v.out.Bytes += d.Found.Bytes
	if !d.known && d.Trouble == "" {
		if same, err := v.elsewhere(ctx, d); same || err != nil {
			return err
		}
	}
	if d.beside != "" {
		if v.open++; len(v.beside) < listedRows {
			v.beside = append(v.beside, d.Path)
		}
	}
	switch {
	case !d.known && d.Trouble == verify.Overwritten:
		return nil // only its name is that of a sealed file
	case !d.known:
		v.out.Unknown++
	default:
		v.out.Files++
	}
	switch {
	case d.Trouble != "" && (d.known || v.WithKey()):
		if v.out.Failed = append(v.out.Failed, d.Found); !d.known && d.Trouble == verify.NoKey {
			v.foreign++
		}
		return nil
	case d.Anew != nil && d.known:
		v.out.Anew++
	case d.Anew != nil:
		v.out.TakenIn++
	}
	if d.known {
		v.out.OK++
		v.good = append(v.good, d.Path)
	}
	if d.Anew != nil {
		now := v.Now()
		if d.Anew.ProvenAt, d.Anew.CheckedAt = now, now; !d.known {
			d.Anew.SealedAt = now
			_, err := rawpath.Lstat(d.Anew.OriginalPath())
			d.Anew.Kept = err == nil && d.Anew.OriginalPath() != d.Anew.Path
		}
		v.anew = append(v.anew, *d.Anew)
	}
	if len(v.good)+len(v.anew) < batchFiles {
		return nil
	}
	return v.flush(ctx)
}

// elsewhere finds out whether a file that the catalogue does not know by its name is
// one that it knows from another place: moved from there, or a copy. Since when and
// for whom it is sealed is known then, key or no key.
func (v *verifying) elsewhere(ctx context.Context, d verified) (bool, error) {
	same, err := v.st.SealedAs(ctx, d.Cipher)
	if err != nil || len(same) == 0 {
		return false, err
	}
	e := same[0]
	moved := false
	for _, old := range same {
		if _, err := rawpath.Lstat(old.Path); errors.Is(err, fs.ErrNotExist) && !slices.Contains(v.left, old.Path) {
			e, moved = old, true
			v.left = append(v.left, old.Path)
			break
		}
	}
	if e.Path = d.Path; e.Original == "" || !moved {
		e.Original = cmp.Or(unseal.Name(filepath.Base(d.Path)), e.Original)
	}
	if e.CheckedAt = v.Now(); v.WithKey() {
		e.ProvenAt = e.CheckedAt
	}
	_, err = rawpath.Lstat(e.OriginalPath())
	e.Kept = err == nil
	if v.anew = append(v.anew, e); moved {
		v.out.Moved++
		return true, nil
	}
	v.out.Unknown++
	v.out.TakenIn++
	return true, nil
}

// moved takes out the old places of files that were moved.
func (v *verifying) moved(ctx context.Context) error {
	if len(v.left) == 0 {
		return nil
	}
	was := len(v.out.Failed)
	v.out.Failed = slices.DeleteFunc(v.out.Failed, func(f verify.Found) bool {
		return f.Trouble == verify.Missing && slices.Contains(v.left, f.Path)
	})
	v.out.OK += int64(was - len(v.out.Failed))
	return v.st.Reopened(context.WithoutCancel(ctx), "files.moved", v.left)
}

func (v *verifying) flush(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if len(v.anew) > 0 {
		if err := v.st.TakeIn(ctx, v.anew); err != nil {
			return err
		}
		v.anew = nil
	}
	mark := v.st.MarkChecked
	if v.WithKey() {
		mark = v.st.MarkProven
	}
	good := v.good
	v.good = nil
	return mark(ctx, good, v.Now())
}

// listedRows is how many files of a kind the journal's row of a verify names.
const listedRows = 100

// lyingBeside gives the original of a sealed file where it lies beside it.
func lyingBeside(e catalogue.Entry) string {
	path := e.OriginalPath()
	if e.Original == "" || path == e.Path {
		return ""
	}
	if _, err := rawpath.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}

// failures is what the journal keeps of those that failed: the first hundred.
func (v *verifying) failures() any {
	type row struct {
		Path string `json:"path"`
		Why  string `json:"why"`
	}
	var first []row
	for _, f := range v.out.Failed[:min(len(v.out.Failed), listedRows)] {
		first = append(first, row{f.Path, string(f.Trouble)})
	}
	return map[string]any{"count": len(v.out.Failed), "first": first}
}
