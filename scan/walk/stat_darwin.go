package walk

import (
	"io/fs"
	"syscall"
)

const noATime = 0 // there is no such flag

func stamp(info fs.FileInfo) Stamp {
	s := Stamp{Size: info.Size(), MTimeNS: info.ModTime().UnixNano(), Mode: uint32(info.Mode())}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.CTimeNS = st.Ctimespec.Nano()
		s.Inode, s.Dev, s.UID = st.Ino, uint64(st.Dev), st.Uid //nolint:gosec // a number that names a disk, no quantity
	}
	return s
}
