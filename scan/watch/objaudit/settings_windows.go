package objaudit

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The calls of the audit policy.
var (
	advapi32   = windows.NewLazySystemDLL("advapi32.dll")
	auditQuery = advapi32.NewProc("AuditQuerySystemPolicy")
	auditSet   = advapi32.NewProc("AuditSetSystemPolicy")
	auditFree  = advapi32.NewProc("AuditFree")
)

// The numbers of the policy "File System" and of the group that it is in, whatever a language calls them.
var (
	fileSystem   = windows.GUID{Data1: 0x0cce921d, Data2: 0x69ae, Data3: 0x11d9, Data4: [8]byte{0xbe, 0xd3, 0x50, 0x50, 0x54, 0x50, 0x30, 0x30}}
	objectAccess = windows.GUID{Data1: 0x6997984a, Data2: 0x797a, Data3: 0x11d9, Data4: [8]byte{0xbe, 0xd3, 0x50, 0x50, 0x54, 0x50, 0x30, 0x30}}
)

// policy is AUDIT_POLICY_INFORMATION.
type policy struct {
	sub   windows.GUID
	what  uint32
	group windows.GUID
}

// What is audited, a set; none is said by a bit of its own.
const (
	success = 1
	failure = 2
	none    = 4
)

// settings are those of this computer.
type settings struct{}

func (settings) read() (what uint32, err error) {
	var p *policy
	sub := fileSystem
	ok, _, err := auditQuery.Call(uintptr(unsafe.Pointer(&sub)), 1, uintptr(unsafe.Pointer(&p)))
	if ok&0xff == 0 || p == nil {
		return 0, err
	}
	what = p.what
	_, _, _ = auditFree.Call(uintptr(unsafe.Pointer(p))) // its memory
	return what, nil
}

// Policy tells whether the successful uses of files are audited.
func (s settings) Policy() (bool, error) {
	what, err := s.read()
	return what&success != 0, err
}

// SetPolicy turns that on or off. Whether failures are audited stays as it is.
func (s settings) SetPolicy(on bool) error {
	what, err := s.read()
	if err != nil {
		return err
	}
	what &= failure
	if on {
		what |= success
	}
	if what == 0 {
		what = none
	}
	p := policy{sub: fileSystem, what: what, group: objectAccess}
	ok, _, err := auditSet.Call(uintptr(unsafe.Pointer(&p)), 1)
	if ok&0xff == 0 {
		return err
	}
	return nil
}

// List reads the list of a folder.
func (settings) List(folder string) (List, error) {
	sd, err := windows.GetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT, windows.SACL_SECURITY_INFORMATION)
	switch {
	case errors.Is(err, windows.ERROR_FILE_NOT_FOUND), errors.Is(err, windows.ERROR_PATH_NOT_FOUND):
		return nil, fs.ErrNotExist
	case err != nil:
		return nil, err
	}
	acl, _, err := sd.SACL()
	switch {
	case errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND), err == nil && acl == nil:
		return nil, nil
	case err != nil:
		return nil, err
	}
	head := unsafe.Slice((*byte)(unsafe.Pointer(acl)), listHead)
	size := binary.LittleEndian.Uint16(head[2:])
	return append(List{}, unsafe.Slice((*byte)(unsafe.Pointer(acl)), size)...), nil
}

// SetList writes the list of a folder, and so what the files below it have from there. Their own entries stay.
func (settings) SetList(folder string, l List) error {
	var acl *windows.ACL
	if len(l) >= listHead {
		acl = (*windows.ACL)(unsafe.Pointer(&l[0]))
	}
	return windows.SetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT, windows.SACL_SECURITY_INFORMATION, nil, nil, nil, acl)
}
