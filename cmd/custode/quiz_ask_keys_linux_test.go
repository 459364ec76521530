package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"custode/training/question"
)

// TestQuizKeys goes the other ways to an answer: numbers only, keys that mean nothing, and
// those that say nothing yet.
func TestQuizKeys(t *testing.T) {
	type way struct {
		name, question, want string
		keys                 []string
		says                 string // what stands there before the last key
	}
	ways := []way{
		{"nothing is chosen at first", "single", `{"chosen":["b"]}`, []string{"\r", down, down, "\r"}, ""},
		{"numbers only", "single", `{"chosen":["a"]}`, []string{"1", "4", "\r"}, ""},
		{"a number that is not there", "single", `{"chosen":["a"]}`, []string{"4", "9", "\r"}, "quiz.ask.live.first"},
		{"keys that mean nothing", "single", `{"chosen":["c"]}`, []string{"x", "é", "\x1b[15~", "\x1b[200~", "\x1bOP", "\x00", "\xff", "\x1bx", "\x1b[C", "1", "\r"}, ""},
		{"up from nowhere", "single", `{"chosen":["a"]}`, []string{up, "\r"}, ""},
		{"all at once", "single", `{"chosen":["d"]}`, []string{"1" + down + "\x1bOB" + "\r"}, ""},
		{"numbers only", "multiple", `{"chosen":["e","c"]}`, []string{"2", "5", "1", "1", "\r"}, ""},
		{"nothing is ticked", "multiple", `{"chosen":["b"]}`, []string{"\r", "\r", " ", "\r"}, ""},
		{"nothing is ticked, told", "multiple", `{"chosen":["c"]}`, []string{"\r", up, " ", "\r"}, "quiz.ask.help.several"},
		{"statement", "true-false", `{"verdict":"true"}`, []string{"k", "j", "\r"}, ""},
		{"numbers only", "order", `{"chosen":["a","d","c","b"]}`, []string{"2", "3", "1", "\r"}, "quiz.ask.live.enter"},
		{"one number back", "order", `{"chosen":["a","b","c","d"]}`, []string{"2", "3", "\x7f", "4", "1", "\r"}, "quiz.ask.live.enter"},
		{"as it stands", "order", `{"chosen":["c","a","d","b"]}`, []string{up, "\r"}, "quiz.ask.live.enter"},
		{"no clue", "spot", `{"verdict":"fraud"}`, []string{"2", "\r", "\r", "\r"}, "quiz.ask.live.no-clue"},
		{"no clue, and then one", "spot", `{"chosen":["link"],"verdict":"fraud"}`, []string{"2", "\r", "\r", up, up, " ", "\r"}, "quiz.ask.help.clues"},
		{"a clue too many", "spot", `{"chosen":["thanks"],"verdict":"fraud"}`, []string{"2", "\r", "6", "1", "1", "\r"}, ""},
		{"genuine", "spot", `{"verdict":"genuine"}`, []string{"1", "\r"}, ""},
	}
	for some := range slices.Chunk(ways, 6) {
		t.Run(some[0].question+", "+some[0].name, func(t *testing.T) {
			t.Parallel()
			var names []string
			want := ""
			for _, c := range some {
				names = append(names, c.question)
				want += c.want + "\n"
			}
			p := sits(t, sitting{lang: "en", way: "live", width: 80, height: 24}, names...)
			for i, c := range some {
				p.sees(p.words.T("quiz.ask.head", strconv.Itoa(i+1), strconv.Itoa(len(some)), ""))
				p.sees("q: stop here.")
				last := len(c.keys) - 1
				p.keys(c.keys[:last]...)
				if c.says != "" {
					p.helped(c.says)
				}
				p.keys(c.keys[last])
				p.goesOn()
			}
			if got := p.ends(0); got != want {
				t.Errorf("got %s, want %s:\n%s", got, want, p.text())
			}
		})
	}
}

// TestQuizEnough leaves at every place in every way: nothing is answered, and the terminal is as
// it was.
func TestQuizEnough(t *testing.T) {
	places := map[string][]string{"single": {down}, "multiple": {"2"}, "true-false": nil, "order": {"\r", down}, "spot": {"2", "\r", "3"}}
	signals := map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt, "SIGHUP": syscall.SIGHUP}
	for name, before := range places {
		for _, way := range []string{"q", "Q", "\x03", "\x04", "\x1b", "SIGTERM", "SIGINT", "SIGHUP"} {
			if way != "q" && name != "single" && (name != "spot" || os.Getenv("CUSTODE_TORTURE") == "") {
				continue
			}
			t.Run(name+" "+strings.Trim(strconv.Quote(way), `"`), func(t *testing.T) {
				t.Parallel()
				p := sits(t, sitting{lang: "it", way: "live", width: 80, height: 24}, name, "single")
				p.sees("q: basta così.")
				p.keys(before...)
				if s, ok := signals[way]; ok {
					if err := p.cmd.Process.Signal(s); err != nil {
						t.Fatal(err)
					}
				} else if _, err := p.tty.WriteString(way); err != nil {
					t.Fatal(err)
				}
				if got := p.ends(0); got != "enough\n" {
					t.Errorf("got %s", got)
				}
				if s := p.text(); strings.Contains(s, "basta così") || strings.Contains(s, "^") || name != "spot" && strings.Contains(s, "> ") {
					t.Errorf("left on the screen:\n%s", s)
				}
			})
		}
	}
	t.Run("after a result", func(t *testing.T) {
		t.Parallel()
		p := sits(t, sitting{lang: "en", way: "live", width: 80, height: 24}, "single", "single")
		p.sees("q: stop here.")
		p.keys("2", "\r")
		p.helped("quiz.ask.help.read")
		p.keys("q")
		if got := p.ends(0); got != `{"chosen":["b"]}`+"\nenough\n" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("in plain lines", func(t *testing.T) {
		t.Parallel()
		for _, way := range []string{"q\n", "\x04", "\x03"} {
			p := sits(t, sitting{lang: "en", way: "plain", width: 80, height: 24}, "single", "single")
			p.sees(p.words.T("quiz.ask.type.single", "4") + ":")
			if _, err := p.tty.WriteString(way); err != nil {
				t.Fatal(err)
			}
			if got := p.ends(0); got != "enough\n" {
				t.Errorf("%q: got %s", way, got)
			}
		}
	})
	t.Run("a panic", func(t *testing.T) {
		t.Parallel()
		p := sits(t, sitting{lang: "en", way: "live", width: 80, height: 24, env: []string{"ASKED_PANIC=1"}}, "single")
		p.sees("q: stop here.")
		p.keys("2", "\r")
		p.ends(70)
	})
}

// TestQuizEarlyEnter types an Enter too many: the result stays until it is read, and the next
// question is not answered by it.
func TestQuizEarlyEnter(t *testing.T) {
	p := sits(t, sitting{lang: "en", way: "live", width: 80, height: 24}, "single", "true-false")
	p.sees("q: stop here.")
	p.keys("2", "\r\r\r")
	p.helped("quiz.ask.help.read")
	time.Sleep(2 * soon)
	p.helped("quiz.ask.help.read")
	p.keys("\r")
	p.helped("quiz.ask.help.two")
	p.keys("\r")
	p.helped("quiz.ask.live.first")
	p.keys("1", "\r")
	p.goesOn()
	if got := p.ends(0); got != `{"chosen":["b"]}`+"\n"+`{"verdict":"true"}`+"\n" {
		t.Errorf("got %s", got)
	}
}

// resized makes the window another size while a question stands in it.
func (p *typist) resized(width, height int) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.screen.resize(width, height)
	if err := unix.IoctlSetWinsize(int(p.tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(height), Col: uint16(width)}); err != nil {
		p.t.Fatal(err)
	}
}

// TestQuizResized makes the window smaller and larger in the middle of a question: what is drawn
// next is whole, and nothing that was there to read is lost.
func TestQuizResized(t *testing.T) {
	for _, reflows := range []bool{false, true} {
		for i, to := range [][2]int{{120, 40}, {60, 24}, {44, 24}, {40, 20}, {30, 12}, {80, 12}, {80, 6}, {24, 5}} {
			for j, name := range []string{"single", "multiple", "order"} {
				if ((i+j)%3 != 0 || reflows == (i%2 == 0)) && os.Getenv("CUSTODE_TORTURE") == "" { // these are many
					continue
				}
				t.Run(fmt.Sprint(name, to, reflows), func(t *testing.T) {
					t.Parallel()
					p := sits(t, sitting{lang: "it", way: "live", width: 80, height: 24, reflows: reflows}, name)
					p.sees("q: basta così.")
					p.keys(down, down)
					p.resized(to[0], to[1])
					p.keys(up, down, " ", "\x1b[C")
					p.mu.Lock()
					now := p.screen.shown()
					p.mu.Unlock()
					whole, last := flat(p.text()), -1
					one := askedQuestions()[name]
					for _, id := range one.shown {
						text := choiceText(&one.q, id)
						if !strings.Contains(whole, flat(text)) && !reflows {
							t.Errorf("%q is gone:\n%s", text, p.text())
						}
						start := strings.TrimSuffix(brief(text, 12), "…") // also where it is shown in short
						if n := strings.Count(whole, start); n != 1 && to[0] > 80 {
							t.Errorf("%q stands there %d times:\n%s", text, n, p.text())
						}
						at := strings.LastIndex(flat(now), start)
						if at <= last && to[1] > 6 {
							t.Errorf("%q is not drawn, or not in its place:\n%s", text, now)
						}
						last = at
					}
					if n := strings.Count(now, ">"); n < 1 {
						t.Errorf("no mark:\n%s", now)
					}
					p.resized(80, 24)
					p.keys(up, "q")
					if got := p.ends(0); got != "enough\n" {
						t.Errorf("got %s", got)
					}
				})
			}
		}
	}
}

func choiceText(q *question.Question, id string) string {
	for _, o := range q.Options {
		if o.ID == id {
			return o.Text.IT
		}
	}
	for _, s := range q.Steps {
		if s.ID == id {
			return s.Text.IT
		}
	}
	return ""
}

// TestQuizSmall has too little room: for the choices in full they stand above in full and below
// in short; with less still, plain lines are used.
func TestQuizSmall(t *testing.T) {
	for _, c := range []struct {
		width, height int
		env           []string
		names, keys   []string
		plain         bool
	}{
		{width: 40, height: 12, names: []string{"scripts", "single", "order"}, keys: []string{"2", "3", "213"}},
		{width: 40, height: 14, names: []string{"order", "multiple"}, keys: []string{"213", "2"}},
		{width: 40, height: 9, names: []string{"single"}, plain: true},
		{width: 39, height: 24, names: []string{"single"}, plain: true},
		{width: 80, height: 10, names: []string{"spot"}, plain: true}, // six parts and their help have no room
		{width: 80, height: 24, names: []string{"single"}, plain: true, env: []string{"TERM=dumb"}},
		{width: 80, height: 24, names: []string{"single"}, plain: true, env: []string{"TERM="}},
		{width: 80, height: 24, names: []string{"single"}, plain: true, env: []string{"CUSTODE_PLAIN=1"}},
		{width: 80, height: 24, names: []string{"single"}, keys: []string{"2"}, env: []string{"CUSTODE_PLAIN=0"}},
		{width: 80, height: 24, names: []string{"single"}, keys: []string{"2"}, env: []string{"NO_COLOR=1"}},
	} {
		t.Run(fmt.Sprint(c.width, c.height, c.names, c.env), func(t *testing.T) {
			t.Parallel()
			p := sits(t, sitting{lang: "en", way: "live", width: c.width, height: c.height, env: c.env}, c.names...)
			if c.plain {
				p.sees("(q: stop):")
				if _, err := p.tty.WriteString("q\n"); err != nil {
					t.Fatal(err)
				}
				if got := p.ends(0); got != "enough\n" {
					t.Errorf("got %s", got)
				}
				return
			}
			for i, k := range c.keys {
				p.sees(p.words.T("quiz.ask.head", strconv.Itoa(i+1), strconv.Itoa(len(c.keys)), ""))
				p.sees("q: stop here.")
				p.keys(k, "\r")
				p.goesOn()
			}
			if got := p.ends(0); strings.Count(got, "chosen") != len(c.keys) {
				t.Errorf("got %s", got)
			}
			if wish := !slices.Contains(c.env, "NO_COLOR=1"); p.screen.painted != wish {
				t.Errorf("painted: %v", p.screen.painted)
			}
			golden(t, fmt.Sprintf("testdata/quiz/small-%d-%d-%d.txt", c.width, c.height, len(c.env)), p.text())
		})
	}
}
