package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/term"

	"custode/internal/i18n"
	"custode/training"
)

var quizTopics = map[string]i18n.Text{"devices": both("Devices and updates", "Dispositivi e aggiornamenti"), "phishing": both("Phishing e-mail", "E-mail di phishing")}

// sit asks questions one after the other, and writes the answers to w, one a line.
func sit(ctx context.Context, sh *shell, plain bool, names []string, w io.Writer) error {
	z, err := sh.quizScreen(plain, quizTopics)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	for i, name := range names {
		one := askedQuestions()[name]
		a, err := z.askQuestion(ctx, &one.q, one.shown, i+1, len(names))
		if err == nil {
			_ = enc.Encode(a)
			err = z.tellResult(ctx, &one.q, one.shown, a, training.Grade(&one.q, a))
		}
		if errors.Is(err, errEnough) {
			_, _ = io.WriteString(w, "enough\n")
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// askQuizMain is a program that sits: askquiz LANG plain|live QUESTION ... The answers go to
// the file that ASKED names.
func askQuizMain() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	sh := &shell{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now, width: 80,
		inTerm: terminal(os.Stdin), outTerm: terminal(os.Stdout), errTerm: terminal(os.Stderr),
	}
	var err error
	if sh.words, err = i18n.Load(os.Args[1]); err != nil {
		panic(err)
	}
	w := io.Discard
	if path := os.Getenv("ASKED"); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		w = f
	}
	if os.Getenv("ASKED_PANIC") != "" {
		w = panicking{}
	}
	os.Exit(func() (code int) {
		defer func() {
			if r := recover(); r != nil {
				code = sh.exit(panicked(r))
			}
		}()
		return sh.exit(sit(ctx, sh, os.Args[2] == "plain", os.Args[3:], w))
	}())
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("on purpose") }

// piped asks questions through pipes, what is typed standing there already.
func piped(t *testing.T, lang string, width int, typed string, names ...string) (shown, answers string) {
	t.Helper()
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	_, _ = feed.WriteString(typed)
	_ = feed.Close()
	words, err := i18n.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	var out, got strings.Builder
	sh := &shell{in: in, out: &out, err: &out, env: func(string) string { return "" }, now: time.Now, width: width, words: words}
	if err := sit(t.Context(), sh, false, names, &got); err != nil {
		t.Fatal(err)
	}
	return out.String(), got.String()
}

// TestQuizTyped types answers to each type of question in all ways that are understood, and in
// some that are not: these are told, and asked again.
func TestQuizTyped(t *testing.T) {
	for _, c := range []struct{ name, typed, want, told string }{
		{"single", "2\n", `{"chosen":["b"]}`, ""},
		{"single", "  3 \r\n", `{"chosen":["d"]}`, ""},
		{"single", "4.\n", `{"chosen":["a"]}`, ""},
		{"single", "5\n0\n\n1 2\n-1\nb\n99999999999999999999\n1\n", `{"chosen":["c"]}`, "quiz.ask.wrong.single"},
		{"multiple", "5 2 3\n", `{"chosen":["e","a","c"]}`, ""},
		{"multiple", "1, 2 and 2\n", `{"chosen":["b","e"]}`, ""},
		{"multiple", "235\n", `{"chosen":["e","a","c"]}`, ""},
		{"multiple", "1 e 5\n", `{"chosen":["b","c"]}`, ""},
		{"multiple", "0\n\nall\n1 6\n4\n", `{"chosen":["d"]}`, "quiz.ask.wrong.several"},
		{"true-false", "2\n", `{"verdict":"false"}`, ""},
		{"true-false", "T\n", `{"verdict":"true"}`, ""},
		{"true-false", "False\n", `{"verdict":"false"}`, ""},
		{"true-false", "3\nyes\n1\n", `{"verdict":"true"}`, "quiz.ask.wrong.single"},
		{"order", "2 4 1 3\n", `{"chosen":["a","b","c","d"]}`, ""},
		{"order", "2413\n", `{"chosen":["a","b","c","d"]}`, ""},
		{"order", "1 2 3\n1 2 3 3\n1 2 3 4 4\n\n1 2 3 5\n1,2,3,4\n", `{"chosen":["c","a","d","b"]}`, "quiz.ask.wrong.order"},
		{"spot", "1\n", `{"verdict":"genuine"}`, ""},
		{"spot", "2\n4 1\n", `{"chosen":["from","hurry"],"verdict":"fraud"}`, ""},
		{"spot", "2; 5 4\n", `{"chosen":["hurry","link"],"verdict":"fraud"}`, ""},
		{"spot", "2 1\n", `{"chosen":["from"],"verdict":"fraud"}`, ""},
		{"spot", "fraud: 1 5\n", `{"chosen":["from","link"],"verdict":"fraud"}`, ""},
		{"spot", "f\n0\n", `{"verdict":"fraud"}`, ""},
		{"spot", "2\n7\n\nlink\n5\n", `{"chosen":["link"],"verdict":"fraud"}`, "quiz.ask.wrong.clues"},
		{"spot", "3\n1 2\n1\n", `{"verdict":"genuine"}`, "quiz.ask.wrong.verdict"},
		{"spot", "2; 9\n2; 5\n", `{"chosen":["link"],"verdict":"fraud"}`, "quiz.ask.wrong.clues"},
		{"single", "q\n", `enough`, ""},
		{"single", " STOP\n", `enough`, ""},
		{"single", "", `enough`, ""},
		{"single", "7\n", `enough`, "quiz.ask.wrong.single"},
		{"spot", "2\n", `enough`, ""},
		{"spot", "2\nq\n", `enough`, ""},
		{"single", "2", `{"chosen":["b"]}`, ""}, // the last line has no end
	} {
		t.Run(c.name+" "+c.typed, func(t *testing.T) {
			t.Parallel()
			shown, got := piped(t, "en", 80, c.typed, c.name)
			if got != c.want+"\n" {
				t.Errorf("got %s, want %s: %s", got, c.want, shown)
			}
			en, err := i18n.Load("en")
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"single", "several", "order", "verdict", "clues"} {
				key = "quiz.ask.wrong." + key
				sentence, _, _ := strings.Cut(strings.ReplaceAll(en.T(key, "@"), "%!", "@"), "@")
				if said := strings.Contains(strings.Join(strings.Fields(shown), " "), strings.Join(strings.Fields(sentence), " ")); said != (key == c.told) {
					t.Errorf("%s: said %v: %s", key, said, shown)
				}
			}
		})
	}
	if _, got := piped(t, "it", 80, "falso\nv\nt; 1\nbasta\n", "true-false", "true-false", "spot", "spot"); got != `{"verdict":"false"}`+"\n"+`{"verdict":"true"}`+"\n"+`{"chosen":["from"],"verdict":"fraud"}`+"\nenough\n" {
		t.Errorf("in Italian: %s", got)
	}
}

// TestQuizTame holds what is shown to plain text, whatever a question says.
func TestQuizTame(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		shown, got := piped(t, lang, 40, "2\n1\n", "tricks", "scripts")
		if strings.Count(got, "chosen") != 2 {
			t.Fatalf("%s %s", got, shown)
		}
		if i := strings.IndexFunc(shown, func(r rune) bool { return r != '\n' && printable(string(r)) != string(r) }); i >= 0 {
			t.Errorf("it wrote %q", shown[i:])
		}
	}
	if got := tame("a\tb\r\nc\x1b[31m\u202e\xff\n"); got != "a b\nc\\x1b[31m\\u202e\ufffd" {
		t.Errorf("%q", got)
	}
}

// TestQuizWidth holds every line to the width, in any script.
func TestQuizWidth(t *testing.T) {
	for name := range askedQuestions() {
		for _, width := range []int{40, 80} {
			for _, lang := range []string{"en", "it"} {
				shown, _ := piped(t, lang, width, "2\n1 2\n", name)
				for line := range strings.Lines(shown) {
					if columns(strings.TrimRight(line, "\n")) > min(width, maxWidth) {
						t.Errorf("%s %d %s: %s", name, width, lang, line)
					}
				}
			}
		}
	}
}

func TestFolded(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 8, []string{"one two", "three"}},
		{"one\n\ntwo", 8, []string{"one", "", "two"}},
		{"报警名单放在哪里", 9, []string{"报警名单", "放在哪里"}},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 8, []string{strings.Repeat("e\u0301", 8), "e\u0301"}},
		{"https://login.example.com/a", 17, []string{"https://login", ".example.com/a"}},
		{"see https://a.example", 12, []string{"see", "https://a", ".example"}},
		{"aaaaaaa👩‍🍳", 10, []string{"aaaaaaa", "👩‍🍳"}},
	} {
		if diff := cmp.Diff(c.want, folded(c.text, c.width)); diff != "" {
			t.Errorf("%q in %d: %s", c.text, c.width, diff)
		}
	}
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{{"short", 10, "short"}, {"a longer text", 8, "a longe…"}, {"报警名单", 5, "报警…"}, {"a\nb", 9, "a b"}, {"one two", 5, "one…"}} {
		if got := brief(c.text, c.width); got != c.want || columns(got) > c.width {
			t.Errorf("%q in %d: %q", c.text, c.width, got)
		}
	}
}

// FuzzKeys wants the decoder to go on whatever it is given.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{"\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b[[A", "q", "\x1b\x1b", "é", "\x1b[200~1\x1b[201~", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			_, n := decode(b)
			if n < 0 || n > len(b) {
				t.Fatalf("%q: %d", b, n)
			}
			if n == 0 {
				return
			}
			b = b[n:]
		}
	})
}

func TestKeys(t *testing.T) {
	for in, want := range map[string]press{
		"\x1b[A": {key: keyUp}, "\x1bOA": {key: keyUp}, "\x1b[1;5B": {key: keyDown}, "\x1b[H": {key: keyFirst}, "\x1b[4~": {key: keyLast}, "\x1b[Z": {key: keyUp},
		"\x1bOM": {key: keyEnter}, "\r": {key: keyEnter}, "\n": {key: keyEnter}, " ": {key: keySpace}, "j": {key: keyDown}, "k": {key: keyUp}, "\t": {key: keyDown},
		"q": {key: keyLeave}, "\x03": {key: keyLeave}, "\x04": {key: keyLeave}, "\x1b\x1b": {key: keyLeave}, "7": {key: keyDigit, digit: 7}, "\x7f": {key: keyBack},
		"x": {}, "é": {}, "\x1bx": {}, "\x1b[15~": {}, "\x1b[[B": {}, "\x00": {}, "\xff": {},
	} {
		got, n := decode([]byte(in))
		if got != want || n != len(in) && in != "\x1b\x1b" {
			t.Errorf("%q: %+v in %d bytes", in, got, n)
		}
	}
	for _, in := range []string{"\x1b", "\x1b[", "\x1b[1;", "\x1bO", "\xc3", "\x1b\xc3"} {
		if got, n := decode([]byte(in)); n != 0 {
			t.Errorf("%q is taken for %+v", in, got)
		}
	}
}

// TestKeysInPieces has keys come in pieces, as over a slow line: what belongs to an Esc that
// comes soon belongs to it, and an Esc alone leaves.
func TestKeysInPieces(t *testing.T) {
	for _, c := range []struct {
		pieces []string
		want   []press
	}{
		{[]string{"\x1b", "[", "B", "2"}, []press{{key: keyDown}, {keyDigit, 2}}},
		{[]string{"\x1b[1", ";5A\r"}, []press{{key: keyUp}, {key: keyEnter}}},
		{[]string{"\xc3", "\xa9 "}, []press{{}, {key: keySpace}}},
		{[]string{"\x1b"}, []press{{key: keyLeave}}},
		{[]string{"1\x1b"}, []press{{keyDigit, 1}, {key: keyLeave}}},
		{nil, []press{{key: keyLeave}, {key: keyLeave}}},
	} {
		in, feed, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		k := keyReader{in: in, got: make(chan chunk, 1)}
		go func() {
			for _, s := range c.pieces {
				_, _ = feed.WriteString(s)
				time.Sleep(lull / 5)
			}
			if c.pieces == nil {
				_ = feed.Close()
			}
		}()
		for i, want := range c.want {
			if got := k.next(t.Context()); got != want {
				t.Errorf("%q: key %d is %+v, want %+v", c.pieces, i, got, want)
			}
		}
		_ = feed.Close()
	}
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(lull, cancel)
	k := keyReader{in: in, got: make(chan chunk, 1)}
	if got := k.next(ctx); got.key != keyLeave {
		t.Errorf("told to end, it goes on with %+v", got)
	}
}

// TestOrdering takes steps up, moves and types them.
func TestOrdering(t *testing.T) {
	for keys, want := range map[string]string{
		"":        "1234",
		"d":       "1234",
		"edde":    "2314",
		"eddddde": "2341", // it stops at the end
		"eue":     "1234",
		"ddseus":  "1234", // taken up and put down with either key
		"ddsus":   "1324",
		"241":     "2413", // the last one is clear
		"31":      "3124",
		"33":      "3124", // typed already
		"3b4":     "4312",
		"905":     "1234",
		"3ee":     "3124",
		"edb2":    "2134",
		"Lb":      "1234",
		"elf":     "1234",
	} {
		o := ordering{order: []int{0, 1, 2, 3}}
		for _, k := range keys {
			switch k {
			case 'd':
				o.take(press{key: keyDown})
			case 'u':
				o.take(press{key: keyUp})
			case 'e':
				o.take(press{key: keyEnter})
			case 's':
				o.take(press{key: keySpace})
			case 'b':
				o.take(press{key: keyBack})
			case 'l', 'L':
				o.take(press{key: keyLast})
			case 'f':
				o.take(press{key: keyFirst})
			default:
				o.take(press{keyDigit, int(k - '0')})
			}
		}
		got := ""
		for _, i := range o.order {
			got += strconv.Itoa(i + 1)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", keys, got, want)
		}
	}
}
