package host

import (
	"bytes"
	"crypto/md5" //nolint:gosec // it is what the package manager keeps
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func booted() time.Time {
	var up unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &up) != nil {
		return time.Time{}
	}
	return time.Now().Add(-time.Duration(up.Nano())) //nolint:forbidigo // of the system, as the other clock is
}

// dpkgInfo is where Debian keeps which files a package has, and their MD5 sums
// (deb-md5sums(5)).
const dpkgInfo = "/var/lib/dpkg/info"

func packaged(program string) bool { return packagedIn(dpkgInfo, program) }

func packagedIn(info, program string) bool {
	names := []string{program}
	if rest, ok := strings.CutPrefix(program, "/usr/"); ok { // the same since the merge of /bin into /usr/bin
		names = append(names, "/"+rest)
	} else {
		names = append(names, "/usr"+program)
	}
	lists, err := filepath.Glob(filepath.Join(info, "*.list"))
	if err != nil {
		return false
	}
	for _, list := range lists {
		raw, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for _, name := range names {
			if !bytes.Contains(raw, []byte("\n"+name+"\n")) {
				continue
			}
			sums, err := os.ReadFile(strings.TrimSuffix(list, ".list") + ".md5sums")
			return err == nil && sound(sums, name, program)
		}
	}
	return false
}

// sound reports whether the file is what its package says.
func sound(sums []byte, name, program string) bool {
	f, err := os.Open(program)
	if err != nil {
		return false
	}
	defer f.Close() // opened for reading
	h := md5.New()  //nolint:gosec // it is what the package manager keeps
	if _, err := io.Copy(h, f); err != nil {
		return false
	}
	return bytes.Contains(append([]byte("\n"), sums...), []byte("\n"+hex.EncodeToString(h.Sum(nil))+"  "+strings.TrimPrefix(name, "/")+"\n"))
}
