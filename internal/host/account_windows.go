package host

import "golang.org/x/sys/windows"

// AccountID names the user of this process as no language words it: the security identifier, as S-1-5-21-...; "" where
// there is none.
func AccountID() string {
	u, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return ""
	}
	return u.User.Sid.String()
}
