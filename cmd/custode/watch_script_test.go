package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// until runs a command again and again until its output fits: until REGEXP COMMAND ...
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until REGEXP COMMAND ...")
	}
	want := regexp.MustCompile("(?m)" + args[0])
	var last []byte
	patience := 40 * time.Second
	if onWindows() { // wine takes a second to start a program, and more where others work too
		patience *= 3
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		name, err := exec.LookPath(args[1])
		if path := ts.Getenv("PATH"); path != "" {
			for _, dir := range filepath.SplitList(path) {
				if p, lerr := exec.LookPath(filepath.Join(dir, args[1])); lerr == nil {
					name, err = p, nil
					break
				}
			}
		}
		ts.Check(err)
		cmd := exec.Command(name, args[2:]...)
		cmd.Dir = ts.MkAbs(".")
		cmd.Env = append(os.Environ(), "CUSTODE_HOME="+ts.Getenv("CUSTODE_HOME"), "HOME="+ts.Getenv("HOME"), "LANG="+ts.Getenv("LANG"), "TZ=UTC")
		last, _ = cmd.CombinedOutput()
		if want.Match(last) {
			return
		}
	}
	ts.Fatalf("no %s within %v; last:\n%s", args[0], patience, last)
}

// scramble writes noise over files in place, as a bad program would: scramble FILE ...
func scramble(ts *testscript.TestScript, _ bool, args []string) {
	noise := rand.NewChaCha8([32]byte{1})
	for _, name := range args {
		path := ts.MkAbs(name)
		info, err := os.Stat(path)
		ts.Check(err)
		b := make([]byte, info.Size())
		_, err = noise.Read(b)
		ts.Check(err)
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		ts.Check(err)
		_, err = f.Write(b)
		ts.Check(err)
		ts.Check(f.Close())
	}
}

// lists makes files that are read as tables, each with people of its own: lists DIR N.
func lists(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	n := 0
	for _, c := range args[1] {
		n = 10*n + int(c-'0')
	}
	for i := range n {
		var b bytes.Buffer
		b.WriteString("Nome;Email\n")
		for k := range 20 {
			b.WriteString("Persona " + string(rune('A'+k)) + ";p" + string(rune('a'+k)) + number(i) + "@example.com\n")
		}
		ts.Check(os.WriteFile(filepath.Join(dir, "lista"+number(i)+".csv"), b.Bytes(), 0o600))
	}
}

func number(i int) string {
	return string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
}

// some does one thing with the lists of a range: some rm|read|rename DIR FROM TO [ENDING].
func some(ts *testscript.TestScript, _ bool, args []string) {
	from, err := strconv.Atoi(args[2])
	ts.Check(err)
	to, err := strconv.Atoi(args[3])
	ts.Check(err)
	for i := from; i < to; i++ {
		path := filepath.Join(ts.MkAbs(args[1]), "lista"+number(i)+".csv")
		switch args[0] {
		case "rm":
			ts.Check(os.Remove(path))
		case "read":
			_, err := os.ReadFile(path)
			ts.Check(err)
		case "rename":
			ts.Check(os.Rename(path, path+args[4]))
		}
	}
}
