package main

import (
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// fileCommands are what scripts do to files, on every system: a shell is not everywhere.
func fileCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"join": joinFiles, "line": addLine, "replace": replaceIn, "link": linkFile, "sleep": sleepFor, "score": takeScore,
	}
}

// joinFiles writes files one behind the other into one, which may be among them: join TO FILE ...
func joinFiles(ts *testscript.TestScript, _ bool, args []string) {
	all := ""
	for _, f := range args[1:] {
		all += ts.ReadFile(f)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(all), 0o600))
}

// addLine adds a line at the end of a file: line FILE TEXT.
func addLine(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	ts.Check(err)
	_, err = f.WriteString(args[1] + "\n")
	ts.Check(err)
	ts.Check(f.Close())
}

// replaceIn replaces texts in a file, each of which must be there: replace FILE OLD NEW ...
func replaceIn(ts *testscript.TestScript, _ bool, args []string) {
	if len(args)%2 == 0 {
		ts.Fatalf("usage: replace FILE OLD NEW ...")
	}
	text := ts.ReadFile(args[0])
	for i := 1; i < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("%s has no %q", args[0], args[i])
		}
		text = strings.ReplaceAll(text, args[i], args[i+1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// linkFile gives a file a second name: link FILE NAME.
func linkFile(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.Link(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
}

// sleepFor waits: sleep 2s.
func sleepFor(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	time.Sleep(d)
}

// takeScore writes the score of the check into a file: score FILE.
func takeScore(ts *testscript.TestScript, _ bool, args []string) {
	_ = ts.Exec("custode", "check", "--json") // ends with 1 where something is to be done
	_, after, ok := strings.Cut(ts.ReadFile("stdout"), `"score": `)
	score, _, whole := strings.Cut(after, ",")
	if !ok || !whole {
		ts.Fatalf("the check has no score")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(score), 0o600))
}
