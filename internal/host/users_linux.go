package host

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Users names the programs that have files open, by the paths of the files: of other
// processes of this user, for root of all. Where the system does not tell there is
// nothing to name.
func Users(paths []string) map[string]string {
	type file struct{ dev, ino uint64 }
	wanted := map[file]string{}
	for _, path := range paths {
		var st unix.Stat_t
		if unix.Stat(path, &st) == nil {
			wanted[file{uint64(st.Dev), st.Ino}] = path //nolint:unconvert // 32 bits on some machines
		}
	}
	out := map[string]string{}
	if len(wanted) == 0 {
		return out
	}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		if process == "/proc/"+strconv.Itoa(os.Getpid()) {
			continue
		}
		fds, err := os.ReadDir(filepath.Join(process, "fd"))
		if err != nil {
			continue
		}
		for _, fd := range fds {
			var st unix.Stat_t
			if unix.Stat(filepath.Join(process, "fd", fd.Name()), &st) != nil {
				continue
			}
			path, ok := wanted[file{uint64(st.Dev), st.Ino}] //nolint:unconvert // the same
			if !ok {
				continue
			}
			if name, err := os.ReadFile(filepath.Join(process, "comm")); err == nil {
				out[path] = called(strings.TrimSpace(string(name)))
			}
		}
	}
	return out
}

// called gives a program the name by which people know it.
func called(process string) string {
	if name := names[process]; name != "" {
		return name
	}
	return process
}

var names = map[string]string{
	"soffice.bin": "LibreOffice", "oosplash": "LibreOffice", "thunderbird-bin": "Thunderbird", "thunderbird": "Thunderbird",
	"firefox-bin": "Firefox", "firefox": "Firefox", "chrome": "Chrome", "gnucash": "GnuCash", "keepassxc": "KeePassXC",
}
