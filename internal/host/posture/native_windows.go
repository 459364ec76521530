package posture

import (
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

func (c *Computer) native() { c.Registry, c.Volume, c.Token = hives{}, protection, token }

// hives is the registry.
type hives struct{}

// open opens a key of the 64-bit view, in which Windows itself keeps its settings.
func (hives) open(key string, access uint32) (registry.Key, error) {
	root := registry.LOCAL_MACHINE
	rest, ok := strings.CutPrefix(key, `HKLM\`)
	if !ok {
		root, rest = registry.CURRENT_USER, strings.TrimPrefix(key, `HKCU\`)
	}
	k, err := registry.OpenKey(root, rest, access|registry.WOW64_64KEY)
	return k, plain(err)
}

// plain gives errors the names that package fs has for them.
func plain(err error) error {
	switch {
	case errors.Is(err, registry.ErrNotExist):
		return fs.ErrNotExist
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return fs.ErrPermission
	}
	return err
}

// Number reads a number.
func (h hives) Number(key, name string) (uint64, error) {
	k, err := h.open(key, registry.QUERY_VALUE)
	if err != nil {
		return 0, err
	}
	defer k.Close() // only read
	n, _, err := k.GetIntegerValue(name)
	return n, plain(err)
}

// Text reads a text.
func (h hives) Text(key, name string) (string, error) {
	k, err := h.open(key, registry.QUERY_VALUE)
	if err != nil {
		return "", err
	}
	defer k.Close() // only read
	s, _, err := k.GetStringValue(name)
	return s, plain(err)
}

// Bytes reads bytes.
func (h hives) Bytes(key, name string) ([]byte, error) {
	k, err := h.open(key, registry.QUERY_VALUE)
	if err != nil {
		return nil, err
	}
	defer k.Close() // only read
	b, _, err := k.GetBinaryValue(name)
	return b, plain(err)
}

// Keys lists the keys below one.
func (h hives) Keys(key string) ([]string, error) {
	k, err := h.open(key, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil, err
	}
	defer k.Close() // only read
	list, err := k.ReadSubKeyNames(-1)
	return list, plain(err)
}

// token tells the rights of this process, which are those of its user.
func token() (Rights, bool) {
	t := windows.GetCurrentProcessToken()
	var kind, size uint32
	err := windows.GetTokenInformation(t, windows.TokenElevationType, (*byte)(unsafe.Pointer(&kind)), uint32(unsafe.Sizeof(kind)), &size)
	if err != nil {
		return Rights{}, false
	}
	const whole, split, reduced = 1, 2, 3
	r := Rights{Admin: Yes, By: "Administrators"}
	switch kind {
	case split, reduced: // an administrator, whom UAC asks
		return r, true
	case whole:
		sid, err := windows.CreateWellKnownSid(windows.WinBuiltinAdministratorsSid)
		if err != nil {
			return Rights{}, false
		}
		member, err := windows.Token(0).IsMember(sid)
		if err != nil {
			return Rights{}, false
		}
		if !member {
			return Rights{Admin: No}, true
		}
		r.Always = true
		return r, true
	}
	return Rights{}, false
}

// The shell's interface to a thing in Explorer, and where in its table the calls stand.
var (
	idShellItem2 = windows.GUID{Data1: 0x7e9fb0d3, Data2: 0x919f, Data3: 0x4307, Data4: [8]byte{0xab, 0x2e, 0x9b, 0x18, 0x60, 0x31, 0x0c, 0x93}}

	shell32  = windows.NewLazySystemDLL("shell32.dll")
	propsys  = windows.NewLazySystemDLL("propsys.dll")
	itemFrom = shell32.NewProc("SHCreateItemFromParsingName")
	keyFrom  = propsys.NewProc("PSGetPropertyKeyFromName")
)

const (
	callRelease  = 2
	callGetInt32 = 15
	calls        = 21
)

// shellItem is an object of COM: its first word points to the table of its calls.
type shellItem struct{ table *[calls]uintptr }

// protection asks the shell for the property by which Explorer draws a lock on a drive; no
// administrator is needed for it.
func protection(root string) (int, bool) {
	if itemFrom.Find() != nil || keyFrom.Find() != nil {
		return 0, false
	}
	runtime.LockOSThread() // COM is of a thread
	defer runtime.UnlockOSThread()
	switch err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED|windows.COINIT_DISABLE_OLE1DDE); {
	case err == nil, errors.Is(err, syscall.Errno(1)): // begun, or begun before
		defer windows.CoUninitialize()
	default:
		return 0, false
	}
	name, err1 := windows.UTF16PtrFromString("System.Volume.BitLockerProtection")
	path, err2 := windows.UTF16PtrFromString(root)
	if err1 != nil || err2 != nil {
		return 0, false
	}
	var property struct {
		set windows.GUID
		id  uint32
	}
	if r, _, _ := keyFrom.Call(uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&property))); r != 0 {
		return 0, false
	}
	var it *shellItem
	r, _, _ := itemFrom.Call(uintptr(unsafe.Pointer(path)), 0, uintptr(unsafe.Pointer(&idShellItem2)), uintptr(unsafe.Pointer(&it)))
	if r != 0 || it == nil {
		return 0, false
	}
	defer syscall.SyscallN(it.table[callRelease], uintptr(unsafe.Pointer(it)))
	var state int32
	r, _, _ = syscall.SyscallN(it.table[callGetInt32], uintptr(unsafe.Pointer(it)), uintptr(unsafe.Pointer(&property)), uintptr(unsafe.Pointer(&state)))
	return int(state), r == 0
}
