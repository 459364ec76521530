package host

import (
	"crypto/sha256"
	"io"
	"os"
	"time"
)

// Self is the SHA-256 of the program that runs.
func Self() (digest [32]byte, err error) {
	name, err := os.Executable()
	if err != nil {
		return digest, err
	}
	f, err := os.Open(name)
	if err != nil {
		return digest, err
	}
	defer f.Close() // opened for reading
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return digest, err
	}
	h.Sum(digest[:0])
	return digest, nil
}

// Booted tells when the computer started; zero where it does not tell.
func Booted() time.Time { return booted() }

// Packaged reports whether a program is as the system's package manager installed it:
// false also where nothing tells, which is so everywhere but on Debian and its kin.
func Packaged(program string) bool { return packaged(program) }
