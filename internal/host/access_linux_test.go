package host_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"custode/internal/host"
)

func TestAccessDigest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := host.AccessDigest(path)
	if none != ([8]byte{}) {
		t.Errorf("a file without a list has %x", none)
	}
	list := func(uid byte) []byte { // acl_ea: version 2; owner, one user, group, mask, others
		b := []byte{2, 0, 0, 0}
		for _, e := range [][4]byte{{1, 6, 255, 255}, {2, 4, uid, 0}, {4, 0, 255, 255}, {16, 4, 255, 255}, {32, 0, 255, 255}} {
			id := []byte{255, 255, 255, 255}
			if e[0] == 2 {
				id = []byte{e[2], 0, 0, 0}
			}
			b = append(append(b, e[0], 0, e[1], 0), id...)
		}
		return b
	}
	if err := unix.Lsetxattr(path, "system.posix_acl_access", list(33), 0); err != nil {
		t.Skipf("no access lists here: %v", err)
	}
	one := host.AccessDigest(path)
	if err := unix.Lsetxattr(path, "system.posix_acl_access", list(34), 0); err != nil {
		t.Fatal(err)
	}
	if other := host.AccessDigest(path); one == none || other == one {
		t.Errorf("none %x, one %x, another %x", none, one, other)
	}
}
