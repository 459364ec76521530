package bundle

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"filippo.io/age"

	"custode/encrypt/disk"
	"custode/encrypt/inplace"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/internal/rawpath"
)

// Why a member was not unpacked, besides the reasons of package replace.
const (
	UnsafeName   replace.Reason = "unsafe-name"   // it would lie outside of the folder, or this system has no such names
	IsLink       replace.Reason = "link"          // a link or a device: no archive of ours has any
	BadMember    replace.Reason = "bad-member"    // its content is not what the archive says of it
	FolderExists replace.Reason = "folder-exists" // there is another folder of that name
	NotArchive   replace.Reason = "not-archive"   // a sealed file, but no zip
)

// Unpacked is what became of a bundle.
type Unpacked struct {
	Path         string // the folder
	Files, Bytes int64
	Left         int64 // members that were told to UnpackOptions.Left: they are in the bundle alone
	Gone         bool  // the bundle is gone
	Before       bool  // the folder was there, with all that the bundle holds
	Reason       replace.Reason
	Err          error
}

// UnpackOptions of Unpack. FS and With are needed.
type UnpackOptions struct {
	FS   disk.System
	With []age.Identity
	To   string // the folder to make; "": beside the bundle, by the name that it had
	Keep bool   // leave the bundle

	// Record is called when the folder is durable and proven, before the bundle goes.
	Record func(ctx context.Context, u Unpacked) error
	Left   func(Left) // is told of each member that was not unpacked: its name
	Bytes  func(n int64)
	Name   func() string
}

// Unpack makes a folder of a bundle again, with every member. The members are
// written to a temporary folder, flushed, read back and compared; that folder gets
// its name, which must be free; then the bundle goes. If a member can't be unpacked
// it is told, and the bundle stays. If the folder is there already and holds all
// that the bundle holds, an earlier run came so far: it is flushed, and the bundle
// goes. Errors are those of ctx, of Record, and replace.FullError.
func Unpack(ctx context.Context, bundle string, o UnpackOptions) (Unpacked, error) {
	if o.Name == nil {
		o.Name = inplace.RandomName
	}
	bundle = filepath.Clean(bundle)
	u := &unpacking{UnpackOptions: o, windows: runtime.GOOS == "windows"}
	err := u.open(ctx, bundle)
	if err == nil {
		defer u.close()
		err = u.unpack(ctx)
	}
	if err == nil {
		return u.res, nil
	}
	return u.failed(ctx, err)
}

type unpacking struct {
	UnpackOptions

	windows bool
	from    disk.Tree // the folder of the bundle
	name    string    // of the bundle
	file    disk.File
	who     disk.ID
	a       *Archive
	one     string // the folder that all members are in, or ""

	to     disk.Tree // where the new folder goes
	target string
	res    Unpacked
}

var errRecord = errors.New("record")

func (u *unpacking) failed(ctx context.Context, err error) (Unpacked, error) {
	switch {
	case errors.Is(err, errRecord):
		u.res.Reason, u.res.Err = replace.NotRecorded, err
		return u.res, err
	case ctx.Err() != nil:
		return u.res, ctx.Err()
	case errors.Is(err, disk.ErrFull):
		full := &replace.FullError{Path: u.res.Path, Need: u.who.Size, Err: err}
		if u.to != nil {
			full.Free, _ = u.to.Free()
		}
		u.res.Reason, u.res.Err = replace.DiskFull, full
		return u.res, full
	}
	u.res.Err = err
	for is, why := range map[error]replace.Reason{
		ErrNotBundle:      NotArchive,
		seal.ErrNotSealed: replace.NotSealed, seal.ErrNoMatch: replace.NoKey, seal.ErrDamaged: replace.Damaged,
		seal.ErrTruncated: replace.CutOff, seal.ErrIdentity: replace.KeyFailed,
	} {
		if errors.Is(err, is) {
			u.res.Reason = why
			return u.res, nil
		}
	}
	if u.res.Reason == "" {
		u.res.Reason = reasonOf(err)
	}
	return u.res, nil
}

func (u *unpacking) open(ctx context.Context, bundle string) (err error) {
	dir, name := filepath.Split(bundle)
	u.name = name
	if u.from, err = disk.OpenTree(u.FS, filepath.Clean(dir)); err != nil {
		return err
	}
	if u.file, err = u.from.Open(name); err == nil {
		if u.who, err = u.file.Look(); err == nil {
			u.a, err = Open(u.file, u.who.Size, u.With...)
		}
	}
	if err == nil {
		u.one, err = u.top(ctx)
	}
	if err == nil {
		err = u.where(dir)
	}
	if err != nil {
		u.close()
	}
	return err
}

func (u *unpacking) close() {
	if u.file != nil {
		_ = u.file.Close()
	}
	if u.to != nil && u.to != u.from {
		_ = u.to.Close()
	}
	_ = u.from.Close()
}

// top is the folder that all members are in.
func (u *unpacking) top(ctx context.Context) (one string, err error) {
	first := true
	for m, err := range u.a.Members(ctx) {
		if err != nil {
			return "", err
		}
		t, rest := cutTop(m.Name)
		if first {
			one, first = t, false
		}
		if t != one || rest == "" && !m.Folder() || t == "" {
			one = ""
		}
	}
	return one, nil
}

// where finds the name of the new folder.
func (u *unpacking) where(dir string) (err error) {
	if u.To != "" {
		dir, u.target = filepath.Split(filepath.Clean(u.To))
		if u.to, err = disk.OpenTree(u.FS, filepath.Clean(dir)); err != nil {
			return err
		}
	} else {
		u.to = u.from
		stem, ok := strings.CutSuffix(u.name, Ext)
		if u.target = stem; !ok || stem == "" {
			u.target = u.one
		}
	}
	if u.target == "" || u.target == "." || u.target == ".." {
		return disk.ErrSpecial
	}
	u.res.Path = filepath.Join(dir, u.target)
	return nil
}

func (u *unpacking) unpack(ctx context.Context) error {
	names, err := u.to.List()
	if err != nil {
		return err
	}
	for _, n := range names {
		if inplace.IsTemporary(n) {
			clean(u.to, n)
		}
	}
	if slices.ContainsFunc(names, func(s string) bool { return folded(s) == folded(u.target) }) {
		return u.compare(ctx)
	}
	tmp := inplace.Temporary(u.Name())
	if err := u.to.MakeFolder(tmp); err != nil {
		return err
	}
	published := false
	defer func() {
		if !published {
			removeAll(u.to, tmp)
		}
	}()
	if err := u.fill(ctx, tmp); err != nil {
		return err
	}
	if err := u.to.PublishFolder(tmp, u.target); err != nil {
		if errors.Is(err, fs.ErrExist) {
			u.res.Reason = FolderExists
		}
		return err
	}
	published = true
	return u.settle(ctx)
}

// settle removes the bundle, if all of it is in the folder.
func (u *unpacking) settle(ctx context.Context) error {
	if err := u.to.Sync(); err != nil {
		u.res.Reason = replace.NotDurable
		return err
	}
	if u.Record != nil {
		if err := u.Record(context.WithoutCancel(ctx), u.res); err != nil {
			return errors.Join(errRecord, err)
		}
	}
	if u.Keep || u.res.Left > 0 {
		return nil
	}
	if err := u.file.Remove(u.who); err != nil {
		u.res.Reason = replace.NotRemovable
		return err
	}
	u.res.Gone = true
	return nil
}

// left tells of a member that stays in the bundle alone.
func (u *unpacking) left(m Member, why replace.Reason, err error) {
	u.res.Left++
	if u.Left != nil {
		u.Left(Left{m.Name, why, err, true})
	}
}

// inFolder gives the name of a member in the new folder, or why it has no place there.
func (u *unpacking) inFolder(m Member) (string, replace.Reason) {
	name := m.Name
	if u.one != "" {
		_, name = cutTop(name)
	}
	switch {
	case m.special:
		return "", IsLink
	case name != "" && !inside(name), u.windows && strings.IndexFunc(name, badOnWindows) >= 0, u.windows && reserved(name):
		return "", UnsafeName
	}
	return name, ""
}

// badOnWindows tells what no name has there: among them what separates folders,
// drives and streams.
func badOnWindows(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"\|?*`, r) }

// odd gives the rule by which a file of this name stays out of an archive that is made
// on a system: a Windows that reads the folder of a Linux server meets names there that
// it could not be given again.
func odd(system string) func(name string) bool {
	if system == "windows" {
		return reserved
	}
	return func(string) bool { return false }
}

// reserved tells names with a part that is a device on Windows, or that it would change.
func reserved(name string) bool {
	return slices.ContainsFunc(strings.Split(strings.TrimSuffix(name, "/"), "/"), rawpath.Reserved)
}
