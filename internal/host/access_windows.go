package host

import (
	"crypto/sha256"

	"golang.org/x/sys/windows"
)

// AccessDigest is the beginning of the SHA-256 of a file's access list; zero where the
// system does not tell it.
func AccessDigest(path string) (digest [8]byte) {
	sd, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return digest
	}
	sum := sha256.Sum256([]byte(sd.String()))
	copy(digest[:], sum[:])
	return digest
}
