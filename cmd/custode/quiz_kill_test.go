package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/training"
	"custode/training/bank"
)

// TestQuizKilled kills quizzes at random: every answer whose result was shown is there
// afterwards, once, and the next quiz goes on.
func TestQuizKilled(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home, pinFile := t.TempDir(), filepath.Join(t.TempDir(), "pin")
	if err := os.WriteFile(pinFile, []byte("2580\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The PIN is chosen before the first kill: on a slow machine none might live to do it.
	for _, args := range [][]string{{"init", "--yes", "--data", t.TempDir()}, {"staff", "add", "Anna"}, {"quiz", "take", "Anna", "--plain", "--pin-file", pinFile}} {
		if r := custode(t, home, args...); r.code != 0 {
			t.Fatalf("%q: %+v", args, r)
		}
	}
	s := &scripted{t, home, exe}
	kills := 12
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 1000
	}
	rnd := rand.New(rand.NewPCG(uint64(os.Getpid()), 2))
	killed, late := 0, 0
	var told []string
	for killed < kills {
		shown, dead := killedQuiz(t, s.command("quiz", "take", "Anna", "--plain", "--more", "--pin-file", pinFile), time.Duration(rnd.IntN(12_000))*time.Microsecond)
		if told = append(told, toldIn(shown)...); dead {
			killed++
		} else {
			late++
		}
		if late > 20*kills {
			t.Fatal("the quiz is always faster")
		}
	}
	var doc mineDoc
	s.read(&doc, "quiz", "results", "--as", "Anna", "--pin-file", pinFile, "--json")
	// Every result that was told is kept, in its order. An answer may be kept and not told any more.
	files, err := bank.Load()
	if err != nil {
		t.Fatal(err)
	}
	all, at := training.NewBank(files, nil, training.Takes("en")), 0
	for _, r := range doc.Answers {
		if at < len(told) && strings.HasPrefix(told[at], begins(all.Question(r.Question).Text.EN)) {
			at++
		}
	}
	if n := len(doc.Answers); at < len(told) || n > len(told)+killed {
		t.Errorf("%d results were told, %d of them are kept in order; %d answers are kept, %d kills; missing: %.60s", len(told), at, n, killed, told[min(at, len(told)-1)])
	}
	t.Logf("%d killed, %d were faster, %d results told, %d answers kept", killed, late, len(told), len(doc.Answers))
	if r := custode(t, home, "journal", "verify"); r.code != 0 {
		t.Errorf("%+v", r)
	}
}

// killedQuiz answers a quiz through a pipe and kills it a while after its first question: a PIN
// that was typed and not looked at would count as a wrong one.
func killedQuiz(t *testing.T, cmd *exec.Cmd, after time.Duration) (shown string, dead bool) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(strings.Repeat("1\n", 200))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	var timer *time.Timer
	for piece := make([]byte, 4096); ; {
		n, err := out.Read(piece)
		all.Write(piece[:n])
		if timer == nil && strings.Contains(all.String(), "Question") {
			timer = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		if err != nil {
			break
		}
	}
	err = cmd.Wait()
	if timer == nil {
		t.Fatalf("no question was asked: %v %s", err, all.String())
	}
	timer.Stop()
	return all.String(), err != nil
}

// toldIn lists the questions of a transcript whose results were shown whole, by how they begin.
func toldIn(shown string) (list []string) {
	for _, part := range strings.Split(shown, "Question ")[1:] {
		if _, text, ok := strings.Cut(part, "\n"); ok && strings.Contains(text, "Sources:") {
			list = append(list, begins(text))
		}
	}
	return list
}

// begins is how a text begins, whatever its lines.
func begins(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return s[:min(len(s), 40)]
}
