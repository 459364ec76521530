package watch

import (
	"io/fs"
	"strings"
)

// fileID tells one file from another that took its name. Windows tells it only
// of an open file: here all are alike, and a folder that was replaced is not
// noticed.
type fileID struct{}

func identify(fs.FileInfo) fileID { return fileID{} }

// hasModes says that the system tells of permissions as it does of changes; the
// access lists of Windows change in silence.
const hasModes = false

// sameName reports whether two paths name the same file, as far as the names tell.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }
