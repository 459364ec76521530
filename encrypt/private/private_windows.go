package private

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"

	"custode/internal/rawpath"
)

const parts = windows.OWNER_SECURITY_INFORMATION | windows.DACL_SECURITY_INFORMATION

// Look tells who may reach a file or folder.
func Look(path string) (was string, err error) {
	sd, _, err := at(path)
	if err != nil {
		return "", err
	}
	_, list, found := strings.Cut(sd.String(), "D:") // an owner's SID has no colon
	if !found {
		return "", nil // no list: everybody
	}
	return "D:" + list, nil
}

// Closed reports whether its list names nobody else.
func Closed(path string) (bool, error) {
	sd, _, err := at(path)
	if err != nil {
		return false, err
	}
	return closed(sd)
}

// Close leaves it to its owner, this user, the system (backups, malware protection) and the administrators.
// ErrStays: the disk took it, and did not do it.
func Close(path string) error {
	sd, folder, err := at(path)
	if err != nil {
		return err
	}
	sids, err := allowed(sd)
	if err != nil {
		return err
	}
	flags := ""
	if folder {
		flags = "OICI"
	}
	text := "D:P"
	for _, sid := range sids {
		text += "(A;" + flags + ";FA;;;" + sid + ")"
	}
	if err := set(path, text); err != nil {
		return err
	}
	is, err := Closed(path)
	if err == nil && !is {
		err = ErrStays
	}
	return err
}

// Restore gives it the list that it had. ErrOpened: it is not closed any more, and stays as it is.
func Restore(path, was string) error {
	is, err := Closed(path)
	if err != nil {
		return err
	}
	if !is {
		return ErrOpened
	}
	if was == "" {
		was = "D:NO_ACCESS_CONTROL"
	}
	return set(path, was)
}

// at reads the owner and the list, and tells whether it is a folder.
func at(path string) (sd *windows.SECURITY_DESCRIPTOR, folder bool, err error) {
	info, err := os.Lstat(rawpath.Of(path))
	if err != nil {
		return nil, false, err
	}
	if kind := info.Mode().Type(); kind != 0 && kind != fs.ModeDir {
		return nil, false, ErrLink
	}
	sd, err = windows.GetNamedSecurityInfo(rawpath.Of(path), windows.SE_FILE_OBJECT, parts)
	if err != nil {
		return nil, false, &fs.PathError{Op: "read the access list of", Path: path, Err: err}
	}
	return sd, info.IsDir(), nil
}

// set sets a list. One that is not protected inherits from its folder again.
func set(path, text string) error {
	sd, err := windows.SecurityDescriptorFromString(text)
	if err != nil {
		return errText
	}
	list, _, err := sd.DACL()
	if err != nil {
		return errText
	}
	control, _, err := sd.Control()
	if err != nil {
		return errText
	}
	what := windows.SECURITY_INFORMATION(windows.DACL_SECURITY_INFORMATION | windows.UNPROTECTED_DACL_SECURITY_INFORMATION)
	if control&windows.SE_DACL_PROTECTED != 0 {
		what = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	}
	if err := windows.SetNamedSecurityInfo(rawpath.Of(path), windows.SE_FILE_OBJECT, what, nil, nil, list, nil); err != nil {
		return &fs.PathError{Op: "set the access list of", Path: path, Err: err}
	}
	return nil
}

// allowed are those who keep their access, each once: never by a name, which another Windows has otherwise.
func allowed(sd *windows.SECURITY_DESCRIPTOR) (sids []string, err error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	sids = []string{user.User.Sid.String()}
	owner, _, err := sd.Owner()
	if err != nil {
		return nil, err
	}
	more := []string{"S-1-5-18", "S-1-5-32-544"}
	if owner != nil {
		more = append(more, owner.String())
	}
	for _, sid := range more {
		if !slices.Contains(sids, sid) {
			sids = append(sids, sid)
		}
	}
	return sids, nil
}

// closed reports whether a list lets in nobody but those.
func closed(sd *windows.SECURITY_DESCRIPTOR) (bool, error) {
	list, _, err := sd.DACL()
	if errors.Is(err, windows.ERROR_OBJECT_NOT_FOUND) || err == nil && list == nil { // no list at all
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sids, err := allowed(sd)
	if err != nil {
		return false, err
	}
	for i := range uint32(list.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &ace); err != nil {
			return false, err
		}
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE {
			continue
		}
		if !slices.Contains(sids, (*windows.SID)(unsafe.Pointer(&ace.SidStart)).String()) { //nolint:gosec // the layout of an ACE
			return false, nil
		}
	}
	return true, nil
}
