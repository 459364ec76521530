package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// scripted is a run of the playbook that is killed on the way: every step that a command
// said is done must be there afterwards, once.
type scripted struct {
	t    *testing.T
	home string
	exe  string
}

func (s *scripted) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.exe, args...)
	cmd.Args[0] = "custode" // as testscript starts the program
	cmd.Env = append(os.Environ(), "CUSTODE_HOME="+s.home, "LANG=en_GB.UTF-8", "HOME="+s.home)
	return cmd
}

func (s *scripted) read(doc any, args ...string) {
	s.t.Helper()
	start := time.Now()
	out, err := s.command(args...).Output()
	if err != nil {
		s.t.Fatalf("%q: %v", args, err)
	}
	if took := time.Since(start); took > 20*time.Second { // it answers at once; this is ten times more than ever seen
		s.t.Errorf("%q took %v", args, took)
	}
	if err := json.Unmarshal(out, doc); err != nil {
		s.t.Fatal(err)
	}
}

// TestPlaybookKilled kills the playbook's commands at random: no step whose command
// returned 0 is lost, none is done twice, and the next command goes on.
func TestPlaybookKilled(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	s := &scripted{t, home, exe}
	kills := 25
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 1000
	}
	rnd := rand.New(rand.NewPCG(uint64(os.Getpid()), 1))
	var confirmed []string
	killed, late := 0, 0
	run := func() {
		t.Helper()
		confirmed = nil
		if out, err := s.command("playbook", "start", "lost-device", "--json").Output(); err != nil {
			t.Fatalf("start: %v %s", err, out)
		}
	}
	run()
	for killed < kills {
		var next struct {
			Complete bool
			Steps    []struct{ ID string }
		}
		s.read(&next, "playbook", "next", "--json")
		if len(next.Steps) == 0 {
			s.finish(confirmed)
			run()
			continue
		}
		step := next.Steps[0].ID
		if slices.Contains(confirmed, step) {
			t.Fatalf("%s was confirmed and is open again", step)
		}
		cmd := s.command("playbook", "done", step, "--unknown", "registered=yes")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rnd.Int64N(int64(150*time.Millisecond))), func() { cmd.Process.Kill() }) //nolint:errcheck // it may have ended
		err := cmd.Wait()
		timer.Stop()
		switch {
		case err == nil:
			confirmed = append(confirmed, step)
			late++
		case cmd.ProcessState.ExitCode() == -1:
			killed++
		default:
			t.Fatalf("%s: %v", step, err)
		}
	}
	s.check(confirmed)
	t.Logf("%d killed, %d were faster", killed, late)
}

// check compares what was confirmed with what is there.
func (s *scripted) check(confirmed []string) {
	s.t.Helper()
	var doc struct {
		Steps []struct{ ID, State string }
	}
	s.read(&doc, "playbook", "status", "--json")
	times := map[string]int{}
	for _, st := range doc.Steps {
		if st.State == "done" {
			times[st.ID]++
		}
	}
	for _, step := range confirmed {
		if times[step] != 1 {
			s.t.Errorf("%s was confirmed and is there %d times", step, times[step])
		}
	}
	if out, err := s.command("journal", "verify").CombinedOutput(); err != nil {
		s.t.Errorf("journal: %v: %s", err, out)
	}
}

func (s *scripted) finish(confirmed []string) {
	s.t.Helper()
	s.check(confirmed)
	if out, err := s.command("playbook", "close", "--because", "a test").CombinedOutput(); err != nil {
		s.t.Fatalf("close: %v: %s", err, out)
	}
}
