package host

import (
	"bufio"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// HandBack gives the memory back that only the start, or a comparison, needed: garbage, and
// the parts of the program's own file that were used. The kernel would keep those in the
// program's memory for as long as it lives; they stay in its cache of files, and what is
// used again is back at the first touch.
func HandBack() {
	debug.FreeOSMemory()
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close() // opened for reading
	var from, to uintptr
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) >= 6 && strings.Contains(f[0], "-"):
			from, to = 0, 0
			if (f[1] == "r-xp" || f[1] == "r--p") && strings.HasPrefix(f[5], "/") {
				from, to = spanOf(f[0])
			}
		case len(f) >= 2 && f[0] == "Anonymous:" && f[1] == "0" && to > from:
			// Nothing in it differs from the file.
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED)
		}
	}
}

// spanOf reads "55d0c0a00000-55d0c0b00000".
func spanOf(s string) (from, to uintptr) {
	a, b, _ := strings.Cut(s, "-")
	low, err := strconv.ParseUint(a, 16, 64)
	if err != nil {
		return 0, 0
	}
	high, err := strconv.ParseUint(b, 16, 64)
	if err != nil {
		return 0, 0
	}
	return uintptr(low), uintptr(high)
}
