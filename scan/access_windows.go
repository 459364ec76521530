package scan

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// Readers tells who can read files. The zero value is ready.
type Readers struct{}

// Of tells who can read the file at path, from the entries of its
// access control list that allow reading: Everyone, Users, Authenticated Users
// and Guests are everyone; any other group or user beside the owner, SYSTEM and
// the administrators counts as a group. Entries that deny are passed over, so
// the answer errs on the wide side.
func (*Readers) Of(path string) Access {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT,
		windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return AccessUnknown
	}
	dacl, _, err := sd.DACL()
	if err != nil || dacl == nil { // no list at all: open to all
		return Everyone
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return AccessUnknown
	}
	who := OwnerOnly
	for i := range uint32(dacl.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(dacl, i, &ace); err != nil {
			return AccessUnknown
		}
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || !reads(ace.Mask) {
			continue
		}
		sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart)) //nolint:gosec // the layout of an ACE
		switch {
		case isAny(sid, windows.WinWorldSid, windows.WinBuiltinUsersSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinGuestsSid, windows.WinInteractiveSid):
			return Everyone
		case isAny(sid, windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid), owner != nil && windows.EqualSid(sid, owner):
		default:
			who = GroupToo
		}
	}
	return who
}

func reads(mask windows.ACCESS_MASK) bool {
	const readData = 1
	return mask&(readData|windows.GENERIC_READ|windows.GENERIC_ALL) != 0
}

func isAny(sid *windows.SID, known ...windows.WELL_KNOWN_SID_TYPE) bool {
	for _, k := range known {
		if sid.IsWellKnown(k) {
			return true
		}
	}
	return false
}

// MakePrivate gives the command, as an argument list, that leaves a file to
// its owner alone: no inherited entries, the owner in full (S-1-3-4 is "owner
// rights"); of a folder with all that is in it, which inherits from it.
func MakePrivate(path string, all bool) []string {
	if all {
		return []string{"icacls", path, "/inheritance:r", "/grant:r", "*S-1-3-4:(OI)(CI)F"}
	}
	return []string{"icacls", path, "/inheritance:r", "/grant:r", "*S-1-3-4:F"}
}
