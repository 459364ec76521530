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
	killed, late, told := 0, 0, 0
	for killed < kills {
		shown, dead := killedQuiz(t, s.command("quiz", "take", "Anna", "--plain", "--more", "--pin-file", pinFile), time.Duration(rnd.IntN(12_000))*time.Microsecond)
		if told += strings.Count(shown, "Sources:"); dead {
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
	// An answer that was kept may not have been told any more: at most one a kill.
	if n := len(doc.Answers); n < told || n > told+killed {
		t.Errorf("%d results were told, %d answers are kept, %d kills", told, n, killed)
	}
	t.Logf("%d killed, %d were faster, %d results told, %d answers kept", killed, late, told, len(doc.Answers))
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
