package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestPrintedSheet opens files with nothing but what stands on the printed page, with
// custode and with the program age alone.
func TestPrintedSheet(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "age")
	if out, err := exec.Command("go", "build", "-o", bin, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "age") {
			t.Fatalf("%v: %s", err, out)
		}
		t.Skipf("SKIPPED, LOUDLY: stock age cannot be built here: %v: %s", err, out)
	}
	p := scripts(filepath.Join("testdata", "stock"))
	setup := p.Setup
	p.Setup = func(e *testscript.Env) error {
		e.Setenv("AGE", bin)
		return setup(e)
	}
	testscript.Run(t, p)
}

var (
	printedLine = regexp.MustCompile(`(?m)^  ([1-4])  ([0-9A-Z ]+)  ([0-9A-Z]{2})$`)
	heading     = map[string]string{"en": "RECOVERY SHEET", "it": "FOGLIO DI RECUPERO"}
	ageRecipe   = regexp.MustCompile(`(AGE-SECRET-KEY-(?:PQ-)?1) .{20,100}, (?:as one line into|come riga unica in) (\S+); (age -d [^;]+);`)
	ownRecipe   = regexp.MustCompile(`(?:type the four lines into|digita le quattro righe in) (\S+); (custode decrypt [^;]+);`)
)

// typePage writes the four lines of a printed page as somebody types them, with their
// checks: typed PAGE OUT.
func typePage(ts *testscript.TestScript, _ bool, args []string) {
	var out strings.Builder
	for _, l := range printedLine.FindAllStringSubmatch(ts.ReadFile(args[0]), -1) {
		out.WriteString(strings.ToLower(l[2]) + " " + l[3] + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o600))
}

// openByPage does what the printed page says in a language, to the letter and in an
// empty folder: bypage PAGE en|it age|custode FILE OUT.
func openByPage(ts *testscript.TestScript, neg bool, args []string) {
	page := ts.ReadFile(args[0])
	_, part, there := strings.Cut(page, heading[args[1]])
	if !there {
		ts.Fatalf("the page has no heading %q", heading[args[1]])
	}
	for _, other := range heading {
		part, _, _ = strings.Cut(part, other)
	}
	part = strings.Join(strings.Fields(part), " ")
	var name, key, command string
	recipe := ageRecipe.FindStringSubmatch(part)
	if args[2] == "age" {
		if recipe == nil {
			ts.Fatalf("no recipe for age in %s", part)
		}
		key, name, command = recipe[1], recipe[2], recipe[3]
		for _, l := range printedLine.FindAllStringSubmatch(page, -1) {
			key += strings.ReplaceAll(l[2], " ", "")
		}
	} else {
		if recipe = ownRecipe.FindStringSubmatch(part); recipe == nil {
			ts.Fatalf("no recipe for custode in %s", part)
		}
		name, command = recipe[1], recipe[2]
		for _, l := range printedLine.FindAllStringSubmatch(page, -1) {
			key += l[2] + " " + l[3] + "\n"
		}
	}
	dir, err := os.MkdirTemp(ts.MkAbs("."), "bare-")
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, name), []byte(key+"\n"), 0o600))
	sealed, err := os.ReadFile(ts.MkAbs(args[3]))
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, "FILE.age"), sealed, 0o600))
	words := strings.Fields(command)
	if words[0] == "age" {
		words[0] = ts.Getenv("AGE")
	}
	ts.Check(ts.Chdir(dir))
	ts.Setenv("CUSTODE_HOME", filepath.Join(dir, "no home"))
	err = ts.Exec(words[0], words[1:]...)
	ts.Check(ts.Chdir(filepath.Dir(dir)))
	ts.Setenv("CUSTODE_HOME", filepath.Join(filepath.Dir(dir), "home"))
	if neg && err != nil {
		return
	}
	if neg || err != nil {
		ts.Fatalf("%q: %v", command, err)
	}
	opened, err := os.ReadFile(filepath.Join(dir, "FILE"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[4]), opened, 0o600))
}
