package walk

import (
	"io/fs"
	"syscall"
)

const noATime = syscall.O_NOATIME

func stamp(info fs.FileInfo) Stamp {
	s := Stamp{Size: info.Size(), MTimeNS: info.ModTime().UnixNano(), Mode: uint32(info.Mode())}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.CTimeNS = st.Ctim.Nano()
		s.Inode, s.Dev, s.UID = st.Ino, uint64(st.Dev), st.Uid //nolint:unconvert // Dev has fewer bits on some processors
	}
	return s
}
