//go:build !linux && !windows

package host

// AccessDigest is not asked here: the list shows in the file's permissions and times only.
func AccessDigest(string) (digest [8]byte) { return digest }
