package host

import (
	"os"

	"golang.org/x/sys/windows"
)

func colours(terminal *os.File) bool {
	const wanted = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	h := windows.Handle(terminal.Fd())
	var mode uint32
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return mode&wanted == wanted || windows.SetConsoleMode(h, mode|wanted) == nil
}
