package walk

import "io/fs"

// StampOf gives the stamp of a file that was looked at by other means than a walk.
func StampOf(info fs.FileInfo) Stamp { return stamp(info) }
