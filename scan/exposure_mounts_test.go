//go:build !windows

package scan

import (
	"bufio"
	"slices"
	"strings"
	"testing"
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
