//go:build !windows

package scan

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNetworkMounts reads lines as Linux writes them: shares of other computers,
// and what looks like them.
func TestNetworkMounts(t *testing.T) {
	text := `36 35 98:0 / / rw,noatime master:1 - ext4 /dev/sda1 rw
40 36 0:44 / /mnt/server rw,relatime shared:2 - cifs //nas/shop rw
41 36 0:45 / /mnt/il\040server rw - nfs4 nas:/shop rw
42 36 0:46 / /home/anna/nfs rw - ext4 /dev/sdb1 rw
43 36 0:47 / /mnt/web rw - fuse.sshfs anna@example.com:/ rw
44 36 0:48 / /mnt/c rw - 9p C:\134 rw
nonsense
45 36 - nfs
`
	want := []string{"/mnt/server", "/mnt/il server", "/mnt/web"}
	if got := networkAmong(bufio.NewScanner(strings.NewReader(text))); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestShared: what lies below a share lies on another computer, whatever else is said
// of its folder.
func TestShared(t *testing.T) {
	p := Places{network: []string{"/mnt/server", "/home/anna/Dropbox"}, looked: true}
	for path, want := range map[string]bool{
		"/mnt/server/a.csv": true, "/mnt/server/clienti/a.csv": true, "/home/anna/Dropbox/a.csv": true,
		"/mnt/server2/a.csv": false, "/mnt/a.csv": false, "/a.csv": false,
	} {
		if p.Shared(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}

// TestFixedDisk builds what Linux tells of disks: built in, on USB, a card, a
// drive for cartridges, one of which nothing is told.
func TestFixedDisk(t *testing.T) {
	sys := t.TempDir()
	for minor, c := range []struct {
		device, removable string
		want              bool
	}{
		{"devices/pci/ata1/block/sda/sda1", "0", true},
		{"devices/pci/usb1/1-1/block/sdb/sdb1", "0", false},
		{"devices/pci/mmc_host/mmc0/block/mmcblk0", "0", false},
		{"devices/pci/ata2/block/sr0", "1", false},
		{"devices/virtual/block/none", "", false},
	} {
		dir := filepath.Join(sys, filepath.FromSlash(c.device))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		disk := dir
		if strings.HasSuffix(c.device, "1") {
			disk = filepath.Dir(dir)
		}
		if c.removable != "" {
			if err := os.WriteFile(filepath.Join(disk, "removable"), []byte(c.removable+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.MkdirAll(filepath.Join(sys, "dev", "block"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(dir, filepath.Join(sys, "dev", "block", "8:"+strconv.Itoa(minor))); err != nil {
			t.Fatal(err)
		}
		if got := fixedDisk(sys, unix.Mkdev(8, uint32(minor))); got != c.want {
			t.Errorf("%s: %t", c.device, got)
		}
	}
	if fixedDisk(sys, unix.Mkdev(9, 9)) {
		t.Error("a device that is not there is built in")
	}
}
