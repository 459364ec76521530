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
		"join": joinFiles, "line": addLine, "replace": replaceIn, "link": linkFile, "sleep": sleepFor, "score": takeScore, "lockfile": lockFile, "letgo": letGo,
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

// heldFiles are the files that lockfile holds, of one script.
type heldFiles struct{ files []*os.File }

// heldKey is where a script keeps them.
type heldKey struct{}

// lockFile holds a file as another program may that shares it with nobody, where the system knows such
// (Windows), and else open: until letgo, or until the script ends.
func lockFile(ts *testscript.TestScript, _ bool, args []string) {
	f, err := openAlone(ts.MkAbs(args[0]))
	ts.Check(err)
	h, ok := ts.Value(heldKey{}).(*heldFiles)
	if !ok {
		ts.Fatalf("nothing can be held")
	}
	h.files = append(h.files, f)
	ts.Defer(func() { _ = f.Close() })
}

// letGo closes what lockfile holds.
func letGo(ts *testscript.TestScript, _ bool, _ []string) {
	if h, ok := ts.Value(heldKey{}).(*heldFiles); ok {
		for _, f := range h.files {
			ts.Check(f.Close())
		}
		h.files = nil
	}
}
