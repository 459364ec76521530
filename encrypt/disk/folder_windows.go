package disk

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"

	"custode/internal/rawpath"
)

// patience is how long a file that another program holds is tried again.
const patience = 2 * time.Second

// shareAll lets others do what they like with a file that we only read.
const shareAll = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE

// nameSurrogate marks the reparse points that stand for another name: links and
// mount points, not those of OneDrive or of deduplication.
const nameSurrogate = 0x20000000

// attributeTag is the class FileAttributeTagInfo.
const attributeTag = 9

// Open opens a folder.
func (Real) Open(dir string) (Folder, error) {
	abs, err := rawpath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := rawpath.Stat(abs)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: dir, Err: windows.ERROR_DIRECTORY}
	}
	if err != nil {
		return nil, code(err)
	}
	return &folder{path: abs}, nil
}

type folder struct{ path string }

func (d *folder) join(name string) string { return filepath.Join(d.path, name) }

// long gives a path in the form that may be longer than 260 characters, and have names
// that Windows otherwise reads in its own way.
func long(path string) (*uint16, error) { return windows.UTF16PtrFromString(rawpath.Of(path)) }

func (d *folder) fail(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return code(&fs.PathError{Op: op, Path: d.join(name), Err: err})
}

// code adds what callers look for to an error of the system.
func code(err error) error {
	for _, c := range []struct{ is, errno error }{
		{ErrBusy, windows.ERROR_SHARING_VIOLATION},
		{ErrBusy, windows.ERROR_LOCK_VIOLATION},
		{ErrFull, windows.ERROR_DISK_FULL},
		{ErrFull, windows.ERROR_HANDLE_DISK_FULL},
		{ErrFull, windows.ERROR_DISK_QUOTA_EXCEEDED},
		{ErrLongName, windows.ERROR_FILENAME_EXCED_RANGE},
		{ErrLongName, windows.ERROR_BUFFER_OVERFLOW},
		{fs.ErrPermission, windows.ERROR_WRITE_PROTECT},
		{ErrFailing, windows.ERROR_CRC},
		{ErrFailing, windows.ERROR_IO_DEVICE},
		{ErrFailing, windows.ERROR_GEN_FAILURE},
		{ErrNoDrive, windows.ERROR_BAD_NETPATH},
		{ErrNoDrive, windows.ERROR_BAD_NET_NAME},
		{ErrNoDrive, windows.ERROR_NETNAME_DELETED},
		{ErrNoDrive, windows.ERROR_UNEXP_NET_ERR},
		{ErrNoDrive, windows.ERROR_NETWORK_UNREACHABLE},
		{ErrNoDrive, windows.ERROR_HOST_UNREACHABLE},
		{ErrNoDrive, windows.ERROR_SEM_TIMEOUT},
		{ErrNoDrive, windows.ERROR_DEV_NOT_EXIST},
		{ErrNoDrive, windows.ERROR_DEVICE_NOT_CONNECTED},
		{ErrNoDrive, windows.ERROR_NOT_READY},
		{ErrNoDrive, windows.ERROR_INVALID_DRIVE},
	} {
		if errors.Is(err, c.errno) {
			return coded{c.is, err}
		}
	}
	return err
}

// patient tries again for a while what virus scanners, indexers and OneDrive get
// in the way of.
func patient(fn func() error) error {
	var waited time.Duration
	for pause := 10 * time.Millisecond; ; pause *= 2 {
		err := fn()
		held := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
			errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !held || waited+pause > patience {
			return err
		}
		time.Sleep(pause)
		waited += pause
	}
}

func (d *folder) List() ([]string, error) {
	f, err := rawpath.Open(d.path)
	if err != nil {
		return nil, code(err)
	}
	names, err := f.Readdirnames(-1)
	return names, errors.Join(code(err), f.Close())
}

func (d *folder) Look(name string) (ID, error) {
	path, err := long(d.join(name))
	if err != nil {
		return ID{}, d.fail("lstat", name, err)
	}
	h, err := windows.CreateFile(path, windows.FILE_READ_ATTRIBUTES, shareAll, nil, windows.OPEN_EXISTING,
		windows.FILE_FLAG_OPEN_REPARSE_POINT|windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return ID{}, d.fail("lstat", name, err)
	}
	defer windows.CloseHandle(h) //nolint:errcheck // only looked at
	who, err := id(h)
	return who, d.fail("lstat", name, err)
}

func id(h windows.Handle) (ID, error) {
	var st windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(h, &st); err != nil {
		return ID{}, err
	}
	out := ID{
		Dev: uint64(st.VolumeSerialNumber), Ino: uint64(st.FileIndexHigh)<<32 | uint64(st.FileIndexLow),
		Size: int64(st.FileSizeHigh)<<32 | int64(st.FileSizeLow), MTime: st.LastWriteTime.Nanoseconds(),
		Links: uint64(st.NumberOfLinks), Mode: 0o600,
		Away: st.FileAttributes&(windows.FILE_ATTRIBUTE_OFFLINE|windows.FILE_ATTRIBUTE_RECALL_ON_OPEN|windows.FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS) != 0,
	}
	out.Allocated = out.Size
	if st.FileAttributes&windows.FILE_ATTRIBUTE_READONLY != 0 {
		out.Mode, out.ReadOnly = 0o400, true
	}
	if st.FileAttributes&windows.FILE_ATTRIBUTE_DIRECTORY != 0 {
		out.Mode |= fs.ModeDir
	}
	if basic := make([]byte, 40); windows.GetFileInformationByHandleEx(h, windows.FileBasicInfo, &basic[0], uint32(len(basic))) == nil {
		out.CTime = int64(binary.LittleEndian.Uint64(basic[24:])) //nolint:gosec // only compared
	}
	if st.FileAttributes&windows.FILE_ATTRIBUTE_REPARSE_POINT != 0 {
		tag := make([]byte, 8)
		err := windows.GetFileInformationByHandleEx(h, attributeTag, &tag[0], uint32(len(tag)))
		if err != nil || binary.LittleEndian.Uint32(tag[4:])&nameSurrogate != 0 {
			out.Mode |= fs.ModeSymlink
		}
	}
	return out, nil
}

// open opens a regular file that is the one which was looked at.
func (d *folder) open(name string, access, share uint32) (*file, error) {
	seen, err := d.Look(name)
	if err != nil {
		return nil, err
	}
	if !seen.Mode.IsRegular() {
		return nil, d.fail("open", name, ErrSpecial)
	}
	path, err := long(d.join(name))
	if err != nil {
		return nil, d.fail("open", name, err)
	}
	h, err := windows.CreateFile(path, access, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, d.fail("open", name, err)
	}
	f := &file{File: os.NewFile(uintptr(h), d.join(name)), in: d, name: name, removable: access&windows.DELETE != 0}
	if got, err := f.Look(); err != nil || !got.SameFile(seen) {
		_ = f.Close()
		return nil, d.fail("open", name, ErrChanged)
	}
	return f, nil
}

// Open shares the file with nobody. Who may not remove it may still read it.
func (d *folder) Open(name string) (File, error) {
	f, err := d.open(name, windows.GENERIC_READ|windows.DELETE, 0)
	if errors.Is(err, fs.ErrPermission) {
		f, err = d.open(name, windows.GENERIC_READ, 0)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d *folder) OpenAgain(name string) (File, error) {
	var f *file
	err := patient(func() (err error) {
		f, err = d.open(name, windows.GENERIC_READ, shareAll)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d *folder) Create(name string) (File, error) {
	path, err := long(d.join(name))
	if err != nil {
		return nil, d.fail("create", name, err)
	}
	h, err := windows.CreateFile(path, windows.GENERIC_READ|windows.GENERIC_WRITE|windows.WRITE_DAC, windows.FILE_SHARE_READ, nil,
		windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, d.fail("create", name, err)
	}
	return &file{File: os.NewFile(uintptr(h), d.join(name)), in: d, name: name}, nil
}

func (d *folder) SyncFile(name string) error {
	return patient(func() error {
		f, err := d.open(name, windows.GENERIC_READ|windows.GENERIC_WRITE, shareAll)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}

func (d *folder) Publish(from, to string) error {
	return d.move("publish", from, to, windows.MOVEFILE_WRITE_THROUGH)
}

func (d *folder) Swap(from, to string, was ID) error {
	now, err := d.Look(to)
	switch {
	case err != nil:
		return err
	case !now.Same(was):
		return d.fail("swap", to, ErrChanged)
	}
	return d.move("swap", from, to, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

func (d *folder) move(op, from, to string, flags uint32) error {
	src, err := long(d.join(from))
	if err != nil {
		return d.fail(op, from, err)
	}
	dst, err := long(d.join(to))
	if err != nil {
		return d.fail(op, to, err)
	}
	return d.fail(op, to, patient(func() error { return windows.MoveFileEx(src, dst, flags) }))
}

func (d *folder) Remove(name string) error {
	path, err := long(d.join(name))
	if err != nil {
		return d.fail("remove", name, err)
	}
	return d.fail("remove", name, patient(func() error { return windows.DeleteFile(path) }))
}

// Sync has nothing to do: NTFS keeps names in its journal, and Publish waits for it.
func (d *folder) Sync() error { return nil }

func (d *folder) Free() (int64, error) {
	path, err := long(d.path)
	if err != nil {
		return 0, d.fail("free", "", err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, d.fail("free", "", err)
	}
	return int64(min(free, 1<<62)), nil //nolint:gosec // it fits
}

func (d *folder) Close() error { return nil }
