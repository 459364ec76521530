package scan

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"

	"custode/internal/rawpath"
	"custode/scan/walk"
)

// Readers tells who can read files. The zero value is ready.
type Readers struct{}

// Of tells who can read the file at path, from the entries of its
// access control list that allow reading: Everyone, Users, Authenticated Users
// and Guests are everyone; any other group or user beside the owner, SYSTEM and
// the administrators counts as a group. Entries that deny are passed over, so
// the answer errs on the wide side.
func (*Readers) Of(path string) Access {
	sd, err := windows.GetNamedSecurityInfo(rawpath.Of(path), windows.SE_FILE_OBJECT,
		windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return AccessUnknown
	}
	return listed(sd)
}

// listed tells who can read by an owner and an access list.
func listed(sd *windows.SECURITY_DESCRIPTOR) Access {
	dacl, _, err := sd.DACL()
	switch {
	case errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND), err == nil && dacl == nil: // no list at all: open to all
		return Everyone
	case err != nil:
		return AccessUnknown
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
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || !reads(ace.Mask) {
			continue
		}
		sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart)) //nolint:gosec // the layout of an ACE
		switch {
		case isAny(sid, windows.WinWorldSid, windows.WinBuiltinUsersSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinGuestsSid, windows.WinInteractiveSid):
			return Everyone
		case isAny(sid, windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid, windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid), owner != nil && windows.EqualSid(sid, owner):
		default:
			who = GroupToo
		}
	}
	return who
}

// known is Of: the stamp of a file tells nothing of its list.
func (r *Readers) known(path string, _ walk.Stamp) Access { return r.Of(path) }

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

// MakePrivate gives the command, as an argument list, that leaves a file, or a
// folder with all that inherits from it, to this user, to the system (backups,
// malware protection) and to the administrators: nil if Windows won't say who
// this user is.
func MakePrivate(path string, all bool) []string {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil
	}
	rights := ":F"
	if all {
		rights = ":(OI)(CI)F"
	}
	out := []string{"icacls", path, "/inheritance:r", "/grant:r"}
	for _, sid := range []string{user.User.Sid.String(), "S-1-5-18", "S-1-5-32-544"} {
		out = append(out, "*"+sid+rights)
	}
	return out
}
