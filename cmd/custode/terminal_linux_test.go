package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/internal/i18n"
)

// person sits at a terminal of 80 columns and answers what custode asks. A question
// that is not expected is never answered, and the test fails with what the screen shows.
type person struct {
	t       *testing.T
	words   *i18n.Words
	env     []string
	answers int // questions that were answered, over all commands

	cmd  *exec.Cmd
	mu   sync.Mutex
	told []byte // all that the screen showed, of the running command
	seen int    // of it, until the last answer
	shut chan struct{}
	tty  *os.File
}

// patience is how long a person waits for a question, or for the end: scrypt takes half a
// minute under the race detector on a busy machine.
const patience = 3 * time.Minute

// types starts a command in a terminal.
func (p *person) types(args ...string) {
	p.t.Helper()
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	fd := int(ptmx.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = errors.Join(unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0), unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}))
	}
	if err != nil {
		p.t.Fatal(err)
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = itself(p.t, "", args...)
	p.cmd.Env = append(p.cmd.Env, p.env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	_ = tty.Close()
	p.tty, p.told, p.seen, p.shut = ptmx, nil, 0, make(chan struct{})
	go func(shut chan struct{}) {
		defer close(shut)
		for part := make([]byte, 4096); ; {
			n, err := ptmx.Read(part)
			p.mu.Lock()
			p.told = append(p.told, part[:n]...)
			p.mu.Unlock()
			if err != nil { // EIO: nobody has the terminal open any more
				return
			}
		}
	}(p.shut)
}

// screen is what was shown from a place on, in one line.
func (p *person) screen(from int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(strings.Fields(string(p.told[from:])), " ")
}

// asked waits for the question with that identifier, and gives what the screen showed
// with it. What custode fills in may be anything.
func (p *person) asked(id string) string {
	p.t.Helper()
	parts := regexp.MustCompile(`%!.\(MISSING\)`).Split(p.words.T(id), -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(strings.Join(strings.Fields(parts[i]), " "))
	}
	question := regexp.MustCompile(strings.Join(parts, ".*"))
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if question.MatchString(p.screen(p.seen)) {
			p.mu.Lock()
			defer p.mu.Unlock()
			shown := string(p.told[p.seen:])
			p.seen = len(p.told)
			return shown
		}
		select {
		case <-p.shut:
			p.t.Fatalf("%v ended without asking %q: %s", p.cmd.Args[1:], id, p.screen(0))
		default:
		}
		if time.Now().After(end) {
			_ = p.cmd.Process.Kill()
			p.t.Fatalf("%v does not ask %q: %s", p.cmd.Args[1:], id, p.screen(0))
		}
	}
}

// answers a question, with one line or several, and gives what stood in front of it.
func (p *person) answer(id string, with func(shown string) string) string {
	p.t.Helper()
	shown := p.asked(id)
	p.answers++
	if _, err := p.tty.WriteString(with(shown) + "\n"); err != nil {
		p.t.Fatal(err)
	}
	return shown
}

// ends waits for the end of the command, wants its exit code, and gives what the
// screen showed after the last answer.
func (p *person) ends(code int) string {
	p.t.Helper()
	select {
	case <-p.shut:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		p.t.Fatalf("%v does not end, a question that nobody expects? %s", p.cmd.Args[1:], p.screen(0))
	}
	_ = p.tty.Close()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Fatalf("%v: exit %d, want %d: %s", p.cmd.Args[1:], got, code, p.screen(0))
	}
	for line := range strings.SplitSeq(string(p.told), "\n") {
		line = regexp.MustCompile("\x1b\\[[?0-9;]*[a-zA-Z]").ReplaceAllString(line[strings.LastIndexByte(strings.TrimRight(line, "\r"), '\r')+1:], "")
		if cells(strings.TrimSpace(line)) > 80 && !strings.Contains(line, string(filepath.Separator)) {
			p.t.Errorf("%v: wider than the terminal: %s", p.cmd.Args[1:], line)
		}
	}
	if shown := p.screen(0); strings.Contains(shown, "%!") {
		p.t.Errorf("%v: a sentence was filled in wrongly: %s", p.cmd.Args[1:], shown)
	}
	return p.screen(p.seen)
}

// desktop puts a made-up desktop in front of the person: what it is asked to open, it
// copies to the file that is given back.
func (p *person) desktop(dir string) (opened string) {
	p.t.Helper()
	bin, opened := filepath.Join(dir, "bin"), filepath.Join(dir, "opened")
	put(p.t, filepath.Join(bin, "xdg-open"), "#!/bin/sh\ncp \"$1\" '"+opened+".part' && mv '"+opened+".part' '"+opened+"'\n")
	if err := os.Chmod(filepath.Join(bin, "xdg-open"), 0o700); err != nil {
		p.t.Fatal(err)
	}
	p.env = append(p.env, "DISPLAY=:0", "PATH="+bin+":"+os.Getenv("PATH"))
	return opened
}

// looksAt gives the content of what the desktop has opened, and forgets it.
func (p *person) looksAt(opened string) string {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		raw, err := os.ReadFile(opened)
		if err == nil {
			_ = os.Remove(opened)
			return string(raw)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			p.t.Fatal(err)
		}
	}
	p.t.Fatal("nothing was opened")
	return ""
}
