package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"custode/internal/host"
)

// TestStory plays the whole story (make story), from the first look at a shop to the letter to
// the authority, as whoever runs the tests.
func TestStory(t *testing.T) {
	t.Parallel()
	story(t, host.Root())
}

// TestRootStory plays it as root, whom the system tells who it was.
func TestRootStory(t *testing.T) {
	if !host.Root() {
		t.Skip("SKIPPED LOUDLY: only root is told who touched a file")
	}
	story(t, true)
}

func story(t *testing.T, root bool) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED LOUDLY: the story is a shell script, and only Linux tells of readings")
	}
	exe, out := itself(t, "").Path, filepath.Join(t.TempDir(), "papers")
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, "sh", "internal/sample/story.sh", exe, "en", out)
	cmd.Dir = filepath.Join("..", "..")
	raw, err := cmd.CombinedOutput()
	said := string(raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	want := []string{
		`6 files were sealed`,
		`opened all 6 sealed files`,
		`Customer files are read in bulk`,
		`Incident 1 has begun`,
		`Number of people \(about\): [0-9,]{3,} \(from the scan\)`,
		`(?s)Measures in place before: 6 files with customers' data were sealed`,
		`Notification to the authority decided: Yes, we notify`,
		`Reasons for that decision: As the rules advise\.`,
		`Name of the business: Bottega Esempio`,
		`When it happened: `, `Aware of the breach: `, `Time limit: .*Art\. 33\(1\)`,
		`How it was discovered: custode's watch sent an alert \(number [12]\)`,
		`(?s)What happened: At .{1,200} read\s+[0-9]+\s+customer\s+files`,
		`Kinds of personal data:\n  - Names and contact details`,
		`Confidentiality \(others may have seen the data\)`,
		`Number of records or files \(about\): [0-9]`,
		`Cause: \[UNKNOWN: What caused it\?\]`,
		`SEALED: at that moment the file was encrypted`,
		`The story took (1?[0-9]?[0-9]) seconds`,
	}
	not := []string{`tramonto lungo`, `AGE-SECRET-KEY`}
	nameless := `(?s)Which user and which program it was is UNKNOWN: the watch ran without root.{1,200}: Cause,\s+Somebody\s+acts\s+on\s+purpose`
	if root {
		want = append(want, `(?s)the user root \(program\s+sync-helper\)`)
		not = append(not, nameless)
	} else {
		want = append(want, nameless, `this\s+computer\s+does\s+not\s+tell\s+who`)
	}
	for _, w := range want {
		if !regexp.MustCompile(w).MatchString(said) {
			t.Errorf("not told: %s", w)
		}
	}
	for _, n := range not {
		if regexp.MustCompile(n).MatchString(said) {
			t.Errorf("told: %s", n)
		}
	}
	_, letter, _ := strings.Cut(said, "NOTIFICATION OF A PERSONAL DATA BREACH")
	letter, _, whole := strings.Cut(letter, "fields are not known yet")
	if !whole {
		t.Error("there is no letter")
	}
	for _, m := range regexp.MustCompile(`(?m)^[A-Z][^\n=]*: *\n(    |  - )?`).FindAllString(letter, -1) {
		if !strings.HasSuffix(m, "  ") && !strings.HasSuffix(m, "- ") { // neither a value on the next line nor a list
			t.Errorf("empty in the letter: %q", m)
		}
	}
	for _, paper := range []string{"letter.pdf", "report.html", "check.html"} {
		if info, err := os.Stat(filepath.Join(out, paper)); err != nil || info.Size() < 2000 {
			t.Errorf("%s: %v", paper, err)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}
