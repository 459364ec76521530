package disk

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

type file struct {
	*os.File

	in        *folder
	name      string
	removable bool
}

func (f *file) handle() windows.Handle { return windows.Handle(f.Fd()) }

func (f *file) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	return n, code(err)
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	return n, code(err)
}

func (f *file) Sync() error { return code(f.File.Sync()) }

func (f *file) Look() (ID, error) {
	who, err := id(f.handle())
	return who, f.in.fail("fstat", f.name, err)
}

// Hold has nothing to do: nobody can open the file since Open.
func (f *file) Hold() error { return nil }

func (f *file) Held() bool { return true }

func (f *file) Reserve(int64) error { return nil }

func (f *file) ReadBack() (ReadBack, error) { return nil, ErrUnsupported }

// Remove goes by the open file: no other can be hit. The name is gone with Close.
func (f *file) Remove(want ID) error {
	now, err := f.Look()
	switch {
	case err != nil:
		return err
	case !now.Same(want):
		return f.in.fail("remove", f.name, ErrChanged)
	case !f.removable:
		return f.in.fail("remove", f.name, fs.ErrPermission)
	}
	yes := byte(1)
	return f.in.fail("remove", f.name, windows.SetFileInformationByHandle(f.handle(), windows.FileDispositionInfo, &yes, 1))
}

// Keep copies the marks of where the file came from, the access list and the times of
// creation and change.
func (f *file) Keep(old File) (missed Missed) {
	from, ok := old.(*file)
	if !ok {
		return MissedTimes | MissedAccess
	}
	if !f.keepMarks(from) {
		missed |= MissedExtra
	}
	list, err := windows.GetSecurityInfo(from.handle(), windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		missed |= MissedAccess
	} else if dacl, _, err := list.DACL(); err != nil ||
		windows.SetSecurityInfo(f.handle(), windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION, nil, nil, dacl, nil) != nil {
		missed |= MissedAccess
	}
	var created, changed windows.Filetime
	if windows.GetFileTime(from.handle(), &created, nil, &changed) != nil || windows.SetFileTime(f.handle(), &created, nil, &changed) != nil {
		missed |= MissedTimes
	}
	return missed
}

// Restore leaves the access list, which stands for permissions here, as Keep made it.
func (f *file) Restore(_ fs.FileMode, mtime int64) (missed Missed) {
	changed := windows.NsecToFiletime(mtime)
	if windows.SetFileTime(f.handle(), nil, nil, &changed) != nil {
		missed |= MissedTimes
	}
	return missed
}
