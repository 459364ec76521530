package job

import (
	"context"
	"os"

	"custode/encrypt/verify"
)

// take counts one file, and notes many at a time.
func (v *verifying) take(ctx context.Context, d verified) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v.out.Bytes += d.Found.Bytes
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
		v.out.Failed = append(v.out.Failed, d.Found)
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
			_, err := os.Lstat(d.Anew.OriginalPath())
			d.Anew.Kept = err == nil && d.Anew.OriginalPath() != d.Anew.Path
		}
		v.anew = append(v.anew, *d.Anew)
	}
	if len(v.good)+len(v.anew) < batchFiles {
		return nil
	}
	return v.flush(ctx)
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

// failures is what the journal keeps of those that failed: the first hundred.
func (v *verifying) failures() any {
	type row struct {
		Path string `json:"path"`
		Why  string `json:"why"`
	}
	var first []row
	for _, f := range v.out.Failed[:min(len(v.out.Failed), 100)] {
		first = append(first, row{f.Path, string(f.Trouble)})
	}
	return map[string]any{"count": len(v.out.Failed), "first": first}
}
