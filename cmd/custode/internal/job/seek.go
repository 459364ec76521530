package job

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/seal"
	"custode/internal/fault"
	"custode/scan"
	"custode/scan/seek"
	"custode/scan/walk"
)

// SeekStore is what a search for one person needs of the store.
type SeekStore interface {
	DecoyList
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
}

// SeekOptions say whom to look for, and where.
type SeekOptions struct {
	Roots      []string // the data folders
	Exclude    []string // custode's own home
	Exclusions []scan.Exclusion
	Terms      []seek.Term
	Country    string         // of the shop
	Identities []age.Identity // what opens sealed files; nil: no key is at hand
	Workers    int            // 0: as many as there are processors
	// Show, when not nil, is told of each record that is about the person, one at a
	// time. It is content: it goes to the owner, and is kept nowhere.
	Show     func(path string, r seek.Record)
	Announce Announcer
	Progress func(files, bytes int64, now bool) // told after each file; now when the number is the last
}

// Seeking is what a search found. It holds no content but the names of files.
type Seeking struct {
	Files, Bytes int64 // looked at
	Opened       int64 // of these were sealed
	// Found are the files with places about the person, by path.
	Found                 []seek.File
	Sure, Likely, Perhaps int64 // places in all files
	// Unseen are the files that were not looked at, or not whole, by path: the first
	// ten thousand. A search that has any did not see everything.
	Unseen     []seek.File
	UnseenMore int64
	// LeftOut counts what rules leave out, as in a scan, by the rule: what programs
	// fetched or made, the system's own.
	LeftOut map[string]int64
	// Pictures are the documents that were looked at and hold pictures besides: what
	// those show is not known.
	Pictures int64
}

// The limits of what is held of a search.
const (
	maxSeen   = 100_000 // files with places
	maxUnseen = 10_000

	// SealedInMemory is the largest armored file, in bytes, that is opened: as it is
	// wrapped in text, all of it is opened in memory. Others are of any size.
	SealedInMemory = 256 << 20
)

// Seek looks for one person in the data folders, and in the sealed files if a key
// is at hand. It reads sealed files piece by piece from memory, writes nothing
// anywhere and notes nothing. The error for a term that cannot be looked for is
// that of seek.New.
func Seek(ctx context.Context, st SeekStore, o SeekOptions) (*Seeking, error) {
	s, err := seek.New(o.Terms, o.Country)
	if err != nil {
		return nil, err
	}
	if err := present(o.Roots, true); err != nil {
		return nil, err
	}
	so := seek.Options{Show: o.Show, Workers: o.Workers, Walk: scan.Options{Exclude: o.Exclude, Exclusions: o.Exclusions}.Walk()}
	if so.Roots, err = walk.Roots(ctx, o.Roots, so.Walk); err != nil {
		return nil, err
	}
	if so.Walk.Decoys, err = KnownDecoys(ctx, st); err != nil {
		return nil, err
	}
	err = st.SealedFiles(ctx, "", func(e catalogue.Entry) error {
		so.Files = append(so.Files, e.Path)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(o.Identities) > 0 {
		so.Unseal = func(ctx context.Context, at io.ReaderAt, size int64) (seek.Content, error) {
			return unsealed(ctx, at, size, o.Identities)
		}
	}
	defer o.Announce.say(nil, so.Roots)()
	out := &Seeking{LeftOut: map[string]int64{}}
	err = s.Run(ctx, so, func(f seek.File) error {
		out.take(f)
		if o.Progress != nil {
			o.Progress(out.Files, out.Bytes, false)
		}
		return nil
	})
	if o.Progress != nil {
		o.Progress(out.Files, out.Bytes, true)
	}
	if errors.Is(err, scan.ErrPanic) {
		return nil, &fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{scan.ErrPanic.Error()}, Err: err}
	}
	if err != nil {
		return nil, err
	}
	byPath := func(a, b seek.File) int { return strings.Compare(a.Path, b.Path) }
	slices.SortFunc(out.Found, byPath)
	slices.SortFunc(out.Unseen, byPath)
	return out, nil
}

// take counts a file.
func (k *Seeking) take(f seek.File) {
	if f.State == scan.Skipped {
		switch f.Reason { //nolint:exhaustive // the others are no files
		case scan.ByRule:
			k.LeftOut[f.Rule]++
		case scan.IsSpecial, scan.IsLink:
			k.LeftOut[string(f.Reason)]++
		}
		return
	}
	if f.State == scan.Examined || f.All() > 0 {
		k.Files++
		k.Bytes += f.Bytes
	}
	if f.Opened {
		k.Opened++
	}
	if f.All() > 0 {
		k.Sure, k.Likely, k.Perhaps = k.Sure+f.Sure, k.Likely+f.Likely, k.Perhaps+f.Perhaps
		if len(k.Found) < maxSeen {
			k.Found = append(k.Found, f)
		}
	}
	if f.Pictures > 0 {
		k.Pictures++
	}
	if f.State != scan.Examined {
		if len(k.Unseen) == maxUnseen {
			k.UnseenMore++
			return
		}
		f.Result = seek.Result{}
		k.Unseen = append(k.Unseen, f)
	}
}

// unsealed gives any place of what a sealed file holds, without writing it down.
func unsealed(ctx context.Context, at io.ReaderAt, size int64, with []age.Identity) (seek.Content, error) {
	r, err := seal.Open(at, size, with...)
	if errors.Is(err, seal.ErrArmored) {
		if size > SealedInMemory {
			return nil, seek.ErrBig
		}
		var all bytes.Buffer
		_, err = seal.DecryptTo(ctx, &all, io.NewSectionReader(at, 0, size), with, seal.Options{NoPlain: true, NoCipher: true, Workers: 1})
		if err == nil {
			return bytes.NewReader(all.Bytes()), nil
		}
	}
	switch {
	case err == nil:
		return r, nil
	case errors.Is(err, seal.ErrNoMatch), errors.Is(err, seal.ErrIdentity):
		return nil, seek.ErrNoKey
	case errors.Is(err, seal.ErrDamaged), errors.Is(err, seal.ErrTruncated), errors.Is(err, seal.ErrNotSealed):
		return nil, seek.ErrBroken
	}
	return nil, err
}
