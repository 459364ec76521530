package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/internal/i18n"
)

// typist sits at a terminal in front of a program that asks questions.
type typist struct {
	t     *testing.T
	words *i18n.Words
	asked string // the file with the answers

	cmd    *exec.Cmd
	tty    *os.File // the person's side
	other  *os.File // the program's, so that what it leaves behind can be read
	shut   chan struct{}
	before unix.Termios

	mu     sync.Mutex
	screen monitor
	wrote  int // bytes so far
}

// sitting is how a program is started.
type sitting struct {
	lang, way     string // way: plain or live
	width, height int
	env           []string
	reflows       bool
}

// sits starts it.
func sits(t *testing.T, o sitting, names ...string) *typist {
	t.Helper()
	words, err := i18n.Load(o.lang)
	if err != nil {
		t.Fatal(err)
	}
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &typist{t: t, words: words, asked: filepath.Join(t.TempDir(), "asked"), tty: ptmx, shut: make(chan struct{})}
	p.screen = monitor{width: o.width, height: o.height, reflows: o.reflows}
	fd := int(ptmx.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = errors.Join(unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0), unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(o.height), Col: uint16(o.width)}))
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = itself(t, "", append([]string{o.lang, o.way}, names...)...)
	exe := filepath.Join(filepath.Dir(p.cmd.Path), "askquiz")
	if err := os.Rename(p.cmd.Path, exe); err != nil {
		t.Fatal(err)
	}
	p.cmd.Path = exe
	p.cmd.Args[0] = exe
	p.cmd.Env = append(p.cmd.Env, "TERM=xterm", "NO_COLOR=", "CUSTODE_PLAIN=", "ASKED="+p.asked)
	p.cmd.Env = append(p.cmd.Env, o.env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	p.other, p.before = tty, p.modes()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = ptmx.Close(); _ = tty.Close() })
	go func() {
		defer close(p.shut)
		for part := make([]byte, 4096); ; {
			n, err := ptmx.Read(part)
			p.mu.Lock()
			_, _ = p.screen.Write(part[:n])
			p.wrote += n
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return p
}

// modes is how the terminal is set.
func (p *typist) modes() unix.Termios {
	p.t.Helper()
	m, err := unix.IoctlGetTermios(int(p.tty.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return *m
}

func (p *typist) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.screen.text()
}

// flat is what is on the screen in one line, what custode fills in left out.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// sees waits until the last lines hold something.
func (p *typist) sees(what string) {
	p.t.Helper()
	p.until(func() bool { return strings.Contains(flat(p.text()), flat(what)) }, "does not show "+what)
}

// helped waits until the last thing on the screen is that sentence.
func (p *typist) helped(key string, args ...any) {
	p.t.Helper()
	want, _, _ := strings.Cut(flat(p.words.T(key, args...)), "%!")
	p.until(func() bool { return strings.HasSuffix(flat(p.text()), want) }, "does not end with "+want)
}

func (p *typist) until(met func() bool, what string) {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); !met(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("%s:\n%s", what, p.text())
		}
	}
}

// keys presses keys. Before each it waits for what the one before has changed.
func (p *typist) keys(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		before := p.written()
		if _, err := p.tty.WriteString(k); err != nil {
			p.t.Fatal(err)
		}
		p.until(func() bool { return p.written() != before }, fmt.Sprintf("%q changes nothing", k))
		time.Sleep(10 * time.Millisecond)
	}
}

func (p *typist) written() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wrote
}

// goesOn has read a result.
func (p *typist) goesOn() {
	p.t.Helper()
	p.helped("quiz.ask.help.read")
	time.Sleep(soon + 100*time.Millisecond)
	p.keys("\r")
}

// ends waits for the end, and gives what the answers were.
func (p *typist) ends(code int) string {
	p.t.Helper()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit %d, want %d:\n%s", got, code, p.text())
	}
	if p.modes() != p.before {
		p.t.Error("the terminal is not as it was")
	}
	_ = p.other.Close()
	<-p.shut // all is read
	p.mu.Lock()
	if p.screen.hidden {
		p.t.Error("the cursor is hidden")
	}
	for _, odd := range p.screen.odd {
		p.t.Errorf("it wrote %s", odd)
	}
	p.mu.Unlock()
	raw, err := os.ReadFile(p.asked)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(raw)
}

const (
	up, down, end = "\x1b[A", "\x1b[B", "\x1b[F"
	fraudKeys     = "2"
)

var fiveTypes = []string{"single", "multiple", "true-false", "order", "spot", "genuine"}

const fiveAnswers = `{"chosen":["d"]}
{"chosen":["e","a","d"]}
{"verdict":"false"}
{"chosen":["a","c","b","d"]}
{"chosen":["hello","hurry","link"],"verdict":"fraud"}
{"verdict":"genuine"}
`

// TestQuizTranscripts asks one question of each type in both ways, in both languages, on a
// wide terminal and on a small one, and keeps what is left to read on each.
func TestQuizTranscripts(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		for _, size := range [][2]int{{80, 24}, {40, 20}} {
			plain := sitting{lang: lang, way: "plain", width: size[0], height: size[1]}
			live := plain
			live.way = "live"
			name := fmt.Sprintf("%d-%s", size[0], lang)
			t.Run("plain-"+name, func(t *testing.T) {
				t.Parallel()
				p := sits(t, plain, fiveTypes...)
				lines := []string{"3", "", "2 3 4", "", "2", "", "2143", "", "2; 3 4 5", "", "1", ""}
				lines[6] = "2 1 4 3"
				typed := 0
				for i, line := range lines {
					head := ""
					if i%2 == 0 {
						head = strings.TrimSpace(p.words.T("quiz.ask.head", strconv.Itoa(i/2+1), "6", ""))
					}
					p.until(func() bool { // the question is there whole, not the one before it
						_, shown, ok := strings.Cut(p.text(), head)
						shown = strings.TrimRight(shown, " \n")
						return ok && p.written() != typed && (strings.HasSuffix(shown, "):") || strings.HasSuffix(shown, "\n>"))
					}, "asks nothing")
					typed = p.written()
					p.keys(line + "\n")
				}
				if got := p.ends(0); got != fiveAnswers {
					t.Errorf("answers: %s", got)
				}
				golden(t, "testdata/quiz/plain-"+name+".txt", p.text())
			})
			t.Run("live-"+name, func(t *testing.T) {
				t.Parallel()
				p := sits(t, live, fiveTypes...)
				p.helped("quiz.ask.help.single", "4")
				p.keys(down, down, down, down, down, "k", up, "\r") // round, and to the third
				p.goesOn()
				p.helped("quiz.ask.help.several")
				p.keys(down, " ", "j", " ", "4", "\r")
				p.goesOn()
				p.helped("quiz.ask.help.two")
				p.keys("2", "\r")
				p.goesOn()
				p.helped("quiz.ask.help.order")
				p.keys(down, "\r", up, "\r", end, "\x1b[H", end, up, " ", up, up, down, " ", end, "\r")
				p.goesOn()
				p.helped("quiz.ask.help.two")
				p.keys(fraudKeys, "\r")
				p.helped("quiz.ask.help.clues")
				p.keys("3", "4", "5", "\r")
				p.goesOn()
				p.helped("quiz.ask.help.two")
				p.keys("1", "\r")
				p.goesOn()
				if got := p.ends(0); got != fiveAnswers {
					t.Errorf("answers: %s", got)
				}
				golden(t, "testdata/quiz/live-"+name+".txt", p.text())
			})
		}
	}
}
