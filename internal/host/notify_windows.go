package host

import (
	"context"
	"unsafe"

	"golang.org/x/sys/windows"
)

// notify shows a box on the desktop of this session and does not wait for it to be
// closed. A toast would want a registered program; this wants nothing, and stays.
func notify(_ context.Context, _ Env, title, text string, urgent bool) error {
	head, err := windows.UTF16FromString(title)
	if err != nil {
		return err
	}
	body, err := windows.UTF16FromString(text)
	if err != nil {
		return err
	}
	const (
		thisSession = ^uintptr(0) & 0xffffffff // WTS_CURRENT_SESSION
		icon        = windows.MB_ICONWARNING
		day         = 24 * 60 * 60 // seconds until it goes by itself
	)
	style := uintptr(icon)
	if urgent {
		style |= windows.MB_SETFOREGROUND
	}
	var answer uint32
	send := windows.NewLazySystemDLL("wtsapi32.dll").NewProc("WTSSendMessageW")
	if send.Find() != nil {
		return ErrNoScreen
	}
	// Lengths are in bytes, without the zero at the end.
	ok, _, _ := send.Call(0, thisSession,
		uintptr(unsafe.Pointer(&head[0])), uintptr(2*(len(head)-1)),
		uintptr(unsafe.Pointer(&body[0])), uintptr(2*(len(body)-1)),
		style, day, uintptr(unsafe.Pointer(&answer)), 0)
	if ok == 0 {
		return ErrNoScreen
	}
	return nil
}

func hasDesktop(Env) bool { return true }
