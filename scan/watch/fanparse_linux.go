package watch

import (
	"time"

	"golang.org/x/sys/unix"
)

// rawFan is one record of fanotify. Folders and files are named by handles: the
// identity of the file system, then type and bytes of the handle, as one string.
type rawFan struct {
	mask      uint64
	fd        int32 // of groups that give open files
	pid       int32
	dir, name string // "" both where the event has no name; name "." is the folder itself
	toDir, to string // the new name of a rename
	file      string // the file itself, where the kernel tells it
	who       *process
	at, idle  time.Time
}

const (
	fanMetaSize = 24
	fanInfoHead = 4             // type, padding, length
	fanFIDHead  = 4 + 8 + 4 + 4 // … and file system, bytes of the handle, type of the handle
)

// parseFan takes one record from what was read, and returns the rest.
func parseFan(b []byte) (rawFan, []byte, error) {
	if len(b) < fanMetaSize {
		return rawFan{}, nil, errRecord
	}
	size, head := uint64(order.Uint32(b)), uint64(order.Uint16(b[6:]))
	if b[4] != unix.FANOTIFY_METADATA_VERSION || head < fanMetaSize || size < head || size > uint64(len(b)) {
		return rawFan{}, nil, errRecord
	}
	r := rawFan{mask: order.Uint64(b[8:]), fd: int32(order.Uint32(b[16:])), pid: int32(order.Uint32(b[20:]))} //nolint:gosec // as the kernel wrote them
	for info := b[head:size]; len(info) > 0; {
		if len(info) < fanInfoHead {
			return rawFan{}, nil, errRecord
		}
		n := int(order.Uint16(info[2:]))
		if n < fanInfoHead || n > len(info) {
			return rawFan{}, nil, errRecord
		}
		if err := r.info(info[0], info[:n]); err != nil {
			return rawFan{}, nil, err
		}
		info = info[n:]
	}
	return r, b[size:], nil
}

// info takes in one record of what an event is about; unknown ones are for newer
// programs.
func (r *rawFan) info(kind byte, b []byte) error {
	switch kind {
	case unix.FAN_EVENT_INFO_TYPE_FID, unix.FAN_EVENT_INFO_TYPE_DFID, unix.FAN_EVENT_INFO_TYPE_DFID_NAME,
		unix.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME, unix.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME:
	default:
		return nil
	}
	if len(b) < fanFIDHead {
		return errRecord
	}
	n := int64(order.Uint32(b[12:]))
	if n > int64(len(b)-fanFIDHead) {
		return errRecord
	}
	key := handleKey(b[4:12], b[16:20], b[fanFIDHead:fanFIDHead+n])
	name := cString(b[fanFIDHead+n:])
	switch kind {
	case unix.FAN_EVENT_INFO_TYPE_FID:
		r.file = key
	case unix.FAN_EVENT_INFO_TYPE_DFID:
		r.dir, r.name = key, "."
	case unix.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME:
		r.toDir, r.to = key, name
	default:
		r.dir, r.name = key, name
	}
	return nil
}

func handleKey(fsid, kind, handle []byte) string {
	b := make([]byte, 0, len(fsid)+len(kind)+len(handle))
	return string(append(append(append(b, fsid...), kind...), handle...))
}

const keyHead = 8 + 4 // file system and type of the handle in a key

// keyOf is the key of the file that path names, if its file system has handles.
func keyOf(path string) (string, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return "", err
	}
	h, _, err := unix.NameToHandleAt(unix.AT_FDCWD, path, 0)
	if err != nil {
		return "", err
	}
	var kind [4]byte
	order.PutUint32(kind[:], uint32(h.Type())) //nolint:gosec // as the kernel gave it
	return handleKey(fsidBytes(st.Fsid), kind[:], h.Bytes()), nil
}

func fsidBytes(id unix.Fsid) []byte {
	var b [8]byte
	order.PutUint32(b[:], uint32(id.Val[0]))  //nolint:gosec // as the kernel gave it
	order.PutUint32(b[4:], uint32(id.Val[1])) //nolint:gosec // as the kernel gave it
	return b[:]
}

// openKey opens the file that a key names, on the file system that is at mount.
func openKey(key, mount string) (int, error) {
	if len(key) < keyHead {
		return -1, errRecord
	}
	at, err := unix.Open(mount, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(at)
	kind := int32(order.Uint32([]byte(key[8:keyHead]))) //nolint:gosec // as the kernel gave it
	return unix.OpenByHandleAt(at, unix.NewFileHandle(kind, []byte(key[keyHead:])), unix.O_PATH|unix.O_CLOEXEC)
}
