package watch

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// procStat is what /proc/PID/stat and status say of a process.
type procStat struct {
	parent, session int
	terminal        bool
	start           uint64
	uid             uint32 // as whom files are opened
}

var errProc = errors.New("watch: /proc says something else than expected")

// readProc asks the kernel about a process, first as whom it opens files: it may be
// gone at any moment. What could still be read then is given, start being 0.
func readProc(pid int, buf []byte) (procStat, error) {
	at := "/proc/" + strconv.Itoa(pid)
	b, err := readSmall(at+"/status", buf)
	if err != nil {
		return procStat{}, err
	}
	st, err := parseStatus(b)
	if err != nil {
		return procStat{}, err
	}
	if b, err = readSmall(at+"/stat", buf); err != nil {
		return st, nil //nolint:nilerr // it is gone by now
	}
	uid := st.uid
	st, err = parseStat(b)
	st.uid = uid
	return st, err
}

// held is who for a process that is held: what it is now, however short ago it was
// asked.
func (p *processes) held(pid int, now time.Time) *process {
	p.mu.Lock()
	if e := p.byPID[pid]; e != nil && e.p != nil {
		p.refresh(pid, e, now)
	}
	p.mu.Unlock()
	return p.who(pid, now)
}

// readSmall reads a file of /proc in one go.
func readSmall(path string, buf []byte) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return nil, err
	}
	return buf[:n], nil
}

// parseStat reads "42 (name) S 1 42 42 34816 …"; a name may hold anything, also
// brackets and blanks.
func parseStat(b []byte) (procStat, error) {
	i := bytes.LastIndexByte(b, ')')
	if i < 0 {
		return procStat{}, errProc
	}
	f := strings.Fields(string(b[i+1:]))
	if len(f) < 20 {
		return procStat{}, errProc
	}
	var st procStat
	var tty int
	var err [4]error
	st.parent, err[0] = strconv.Atoi(f[1])
	st.session, err[1] = strconv.Atoi(f[3])
	tty, err[2] = strconv.Atoi(f[4])
	st.start, err[3] = strconv.ParseUint(f[19], 10, 64)
	st.terminal = tty != 0
	return st, errors.Join(err[:]...)
}

// parseStatus reads the fourth number of "Uid:", as whom files are opened, and the
// parent.
func parseStatus(b []byte) (procStat, error) {
	uid, err := strconv.ParseUint(statusField(b, "\nUid:", 3), 10, 32)
	if err != nil {
		return procStat{}, errProc
	}
	parent, err := strconv.Atoi(statusField(b, "\nPPid:", 0))
	return procStat{uid: uint32(uid), parent: parent}, err
}

// statusField is one of the numbers behind a name.
func statusField(b []byte, name string, i int) string {
	_, rest, _ := bytes.Cut(b, []byte(name))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	if f := bytes.Fields(line); i < len(f) {
		return string(f[i])
	}
	return ""
}

// interpreters run programs that are text; python3.13 is one too.
var interpreters = []string{"sh", "bash", "dash", "zsh", "ksh", "busybox", "python", "perl", "ruby", "node", "php", "lua", "tclsh", "pwsh"}

// interprets reports whether a program runs scripts.
func interprets(program string) bool {
	name := strings.TrimRight(filepath.Base(program), "0123456789.")
	return slices.Contains(interpreters, name)
}

// scriptOf is the script that an interpreter was started with: the first argument
// that is no option, where it names a file. Nothing else of the arguments is kept.
func scriptOf(pid int, buf []byte) string {
	at := "/proc/" + strconv.Itoa(pid)
	b, err := readSmall(at+"/cmdline", buf)
	if err != nil {
		return ""
	}
	name := scriptArg(b)
	if name == "" {
		return ""
	}
	if !filepath.IsAbs(name) {
		cwd, err := os.Readlink(at + "/cwd")
		if err != nil {
			return ""
		}
		name = filepath.Join(cwd, name)
	}
	var st unix.Stat_t
	if unix.Stat(name, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return ""
	}
	return name
}

// scriptArg is the first argument, if it is neither an option nor the text of one
// ("-c" takes a program as its argument).
func scriptArg(cmdline []byte) string {
	args := bytes.Split(cmdline, []byte{0})
	for _, a := range args[min(1, len(args)):] {
		switch {
		case len(a) == 0:
			return ""
		case a[0] != '-':
			return string(a)
		case !bytes.HasPrefix(a, []byte("--")) && bytes.ContainsAny(a[1:], "ce"):
			return ""
		}
	}
	return ""
}
