package walk

import (
	"fmt"
	"io/fs"
)

// Stamp is what tells one state of a file from another. CTimeNS, Inode, Dev and
// UID are 0 on Windows.
type Stamp struct {
	Size, MTimeNS, CTimeNS int64
	Inode, Dev             uint64
	Mode                   uint32 // as fs.FileMode
	UID                    uint32
}

// StampOf gives the stamp of a file that was looked at by other means than a walk.
func StampOf(info fs.FileInfo) Stamp { return stamp(info) }

// Same reports whether two stamps are of one state of one file. The number of
// the device is left out: it changes with a restart on btrfs, NFS and USB sticks.
func (s Stamp) Same(o Stamp) bool {
	s.Dev, o.Dev = 0, 0
	return s == o
}

// String names the state, for messages and tests.
func (s State) String() string {
	switch s {
	case File:
		return "file"
	case Skipped:
		return "skipped"
	case Special:
		return "special"
	case Link:
		return "link"
	case Unreadable:
		return "unreadable"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}
