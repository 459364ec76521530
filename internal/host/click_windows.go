package host

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

func kernel(name string) *windows.LazyProc {
	return windows.NewLazySystemDLL("kernel32.dll").NewProc(name)
}

func clicked(Env) bool {
	for _, which := range []uint32{windows.STD_INPUT_HANDLE, windows.STD_OUTPUT_HANDLE, windows.STD_ERROR_HANDLE} {
		h, err := windows.GetStdHandle(which)
		if err != nil || h == 0 || h == windows.InvalidHandle {
			continue // it has none
		}
		if kind, err := windows.GetFileType(h); err == nil && (kind == windows.FILE_TYPE_PIPE || kind == windows.FILE_TYPE_DISK) {
			return false
		}
	}
	var list [2]uint32
	n, _, _ := kernel("GetConsoleProcessList").Call(uintptr(unsafe.Pointer(&list[0])), uintptr(len(list)))
	return n <= 1 // 0: it has no console; more: that of the shell that started it
}

func leaveConsole() { _, _, _ = kernel("FreeConsole").Call() }
