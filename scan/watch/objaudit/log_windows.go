package objaudit

import (
	"context"
	"errors"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The calls of the event log.
var (
	wevtapi      = windows.NewLazySystemDLL("wevtapi.dll")
	evtSubscribe = wevtapi.NewProc("EvtSubscribe")
	evtNext      = wevtapi.NewProc("EvtNext")
	evtRender    = wevtapi.NewProc("EvtRender")
	evtClose     = wevtapi.NewProc("EvtClose")
)

// What the calls take and give.
const (
	fromNowOn = 1       // EvtSubscribeToFutureEvents
	tellLost  = 0x10000 // EvtSubscribeStrict: what was overwritten before it was read is told
	asXML     = 1       // EvtRenderEventXml: no word of it is in the language of the system
	atOnce    = 64
	errStale  = windows.Errno(15011) // ERROR_EVT_QUERY_RESULT_STALE
	waitEvent = 250                  // milliseconds
)

// query selects successful uses of files. 9007199254740992 is the keyword of a success.
const query = `*[System[Provider[@Name='Microsoft-Windows-Security-Auditing'] and EventID=4663 and band(Keywords,9007199254740992)]` +
	` and EventData[Data[@Name='ObjectType']='File']]`

// Log is the Security log of Windows, from now on.
type Log struct {
	subscription, signal windows.Handle
	buffer               []uint16

	mu      sync.Mutex
	marks   Marks
	folders []string
}

// Elevated says whether this process may use it.
func Elevated() bool { return windows.GetCurrentProcessToken().IsElevated() }

// Open turns the auditing of files on and subscribes to the log; file is where it is noted what was set.
func Open(file string) (*Log, error) {
	for _, call := range []*windows.LazyProc{evtSubscribe, evtNext, evtRender, evtClose, auditQuery, auditSet, auditFree} {
		if err := call.Find(); err != nil {
			return nil, err
		}
	}
	if err := privilege("SeSecurityPrivilege"); err != nil {
		return nil, err
	}
	l := &Log{marks: Marks{Settings: settings{}, File: file}, buffer: make([]uint16, mostEvent/2)}
	if err := l.subscribe(); err != nil {
		return nil, err
	}
	if err := l.marks.On(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Log) subscribe() (err error) {
	if l.signal, err = windows.CreateEvent(nil, 1, 1, nil); err != nil {
		return err
	}
	channel, err := windows.UTF16PtrFromString("Security")
	if err != nil {
		return err
	}
	xpath, err := windows.UTF16PtrFromString(query)
	if err != nil {
		return err
	}
	for _, flags := range []uintptr{fromNowOn | tellLost, fromNowOn} {
		var h uintptr
		h, _, err = evtSubscribe.Call(0, uintptr(l.signal), uintptr(unsafe.Pointer(channel)), uintptr(unsafe.Pointer(xpath)), 0, 0, 0, flags)
		if h != 0 {
			l.subscription = windows.Handle(h)
			return nil
		}
	}
	_ = windows.CloseHandle(l.signal)
	return err
}

// Names are the drives of this computer.
func (*Log) Names() Names {
	devices := map[string]string{}
	var target [1024]uint16
	for c := 'A'; c <= 'Z'; c++ {
		letter := string(c) + ":"
		name, err := windows.UTF16PtrFromString(letter)
		if err != nil {
			continue
		}
		if n, err := windows.QueryDosDevice(name, &target[0], uint32(len(target))); err == nil && n > 0 {
			devices[letter] = windows.UTF16ToString(target[:])
		}
	}
	return NewNames(devices)
}

// Add has a folder and all below it audited. Windows writes that to each file below.
func (l *Log) Add(folder string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.marks.Add(folder); err != nil {
		return err
	}
	l.folders = append(l.folders, folder)
	return nil
}

// Drop has it no longer audited.
func (l *Log) Drop(folder string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var rest []string
	for _, f := range l.folders {
		if f != folder {
			rest = append(rest, f)
		}
	}
	l.folders = rest
	return l.marks.Only(rest)
}

// Next waits for events and gives them as XML; lost says that the log was overwritten before all was read.
func (l *Log) Next(ctx context.Context) (events []string, lost bool, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		if _, err := windows.WaitForSingleObject(l.signal, waitEvent); err != nil {
			return nil, false, err
		}
		events, lost, err = l.take()
		if err != nil || lost || len(events) > 0 {
			return events, lost, err
		}
	}
}

// take gives what is there.
func (l *Log) take() (events []string, lost bool, err error) {
	var list [atOnce]windows.Handle
	var n uint32
	ok, _, err := evtNext.Call(uintptr(l.subscription), atOnce, uintptr(unsafe.Pointer(&list[0])), 0, 0, uintptr(unsafe.Pointer(&n)))
	if ok == 0 {
		switch {
		case errors.Is(err, windows.ERROR_NO_MORE_ITEMS), errors.Is(err, windows.ERROR_TIMEOUT):
			return nil, false, windows.ResetEvent(l.signal)
		case errors.Is(err, errStale):
			return nil, true, nil
		}
		return nil, false, err
	}
	for _, h := range list[:n] {
		if text, ok := l.render(h); ok {
			events = append(events, text)
		} else {
			lost = true
		}
		_, _, _ = evtClose.Call(uintptr(h)) // it was read
	}
	return events, lost, nil
}

// render gives an event as XML; false: it is larger than one of a file can be.
func (l *Log) render(h windows.Handle) (string, bool) {
	var used, properties uint32
	size := uint32(2 * len(l.buffer)) //nolint:gosec // 64 KiB
	ok, _, _ := evtRender.Call(0, uintptr(h), asXML, uintptr(size), uintptr(unsafe.Pointer(&l.buffer[0])), uintptr(unsafe.Pointer(&used)), uintptr(unsafe.Pointer(&properties)))
	if ok == 0 || used > size {
		return "", false
	}
	return windows.UTF16ToString(l.buffer[:used/2]), true
}

// Long is a path with the full names of its parts, as far as it is there.
func (*Log) Long(path string) string {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return path
	}
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetLongPathName(name, &buf[0], uint32(len(buf))) //nolint:gosec // 32 Ki
	if err != nil || n == 0 || int(n) > len(buf) {
		return path
	}
	return windows.UTF16ToString(buf)
}

// Process says when a process was started, in units of its system, 0 where it is gone; and whether it runs where services do,
// beside everybody's desktop.
func (*Log) Process(pid uint32) (start uint64, service bool) {
	var session uint32
	service = windows.ProcessIdToSessionId(pid, &session) == nil && session == 0
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, pid)
	if err != nil {
		return 0, service
	}
	defer windows.CloseHandle(h) //nolint:errcheck // opened to look
	var began, exit, kernel, user windows.Filetime
	if windows.GetProcessTimes(h, &began, &exit, &kernel, &user) != nil {
		return 0, service
	}
	return uint64(began.HighDateTime)<<32 | uint64(began.LowDateTime), service
}

// Close takes back what was set.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.marks.Off()
	if l.subscription != 0 {
		_, _, _ = evtClose.Call(uintptr(l.subscription)) // nobody reads any more
		_ = windows.CloseHandle(l.signal)
		l.subscription = 0
	}
	return err
}

// privilege lets this process do what its user may do only when asked for.
func privilege(name string) error {
	var token windows.Token
	if err := windows.OpenProcessToken(windows.CurrentProcess(), windows.TOKEN_ADJUST_PRIVILEGES|windows.TOKEN_QUERY, &token); err != nil {
		return err
	}
	defer token.Close() // used for this only
	text, err := windows.UTF16PtrFromString(strings.TrimSpace(name))
	if err != nil {
		return err
	}
	p := windows.Tokenprivileges{PrivilegeCount: 1}
	if err := windows.LookupPrivilegeValue(nil, text, &p.Privileges[0].Luid); err != nil {
		return err
	}
	p.Privileges[0].Attributes = windows.SE_PRIVILEGE_ENABLED
	return windows.AdjustTokenPrivileges(token, false, &p, 0, nil, nil)
}
