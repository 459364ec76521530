package host

import "os"

// Colours reports whether a terminal understands the sequences that colour text and move
// the cursor. A console of Windows does so from Windows 10 on, once it is told to: this
// tells it.
func Colours(terminal *os.File) bool { return colours(terminal) }
