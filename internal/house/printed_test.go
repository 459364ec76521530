package house_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wordy are programs that print how a computer stands in the language of its system. Whoever reads that is right in one
// country: the numbers are in the registry, in files and in the calls of the system.
var wordy = []string{
	"netsh", "manage-bde", "systeminfo", "whoami", "wmic", "auditpol", "powershell", "pwsh", "net", "reg", "sc", "wevtutil", "fsutil", "query", "dism", "gpresult", "wuauclt",
	"ufw", "firewall-cmd", "fdesetup", "softwareupdate", "spctl", "dscl",
}

// startedWords gives the programs of wordy that a file names where a program is started or looked for.
func startedWords(name string, src []byte) (out []string, err error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	if err != nil {
		return nil, err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		if !is {
			return true
		}
		fn, is := call.Fun.(*ast.SelectorExpr)
		if !is || !slices.Contains([]string{"Command", "CommandContext", "LookPath", "Start", "AsUser"}, fn.Sel.Name) {
			return true
		}
		for _, arg := range call.Args {
			lit, is := arg.(*ast.BasicLit)
			if !is || lit.Kind != token.STRING {
				continue
			}
			text, err := strconv.Unquote(lit.Value)
			base := strings.TrimSuffix(strings.ToLower(path.Base(strings.ReplaceAll(text, `\`, "/"))), ".exe")
			if err == nil && slices.Contains(wordy, base) {
				out = append(out, base)
			}
		}
		return true
	})
	return out, nil
}

// TestNoPrintedWordsAreRead: custode starts no program whose words it would have to understand.
func TestNoPrintedWordsAreRead(t *testing.T) {
	root, files := os.DirFS("../.."), 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "build") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		found, err := startedWords(name, src)
		if len(found) > 0 {
			t.Errorf("%s starts %v", name, found)
		}
		return err
	})
	if err != nil || files < 100 {
		t.Error(files, err)
	}
	for _, src := range []string{
		`exec.Command("netsh", "advfirewall")`, `exec.CommandContext(ctx, "C:\\Windows\\System32\\Manage-BDE.exe")`, `exec.LookPath("systeminfo")`,
	} {
		if found, err := startedWords("x.go", []byte("package x\nvar _ = "+src)); err != nil || len(found) != 1 {
			t.Errorf("%s: %v %v", src, found, err)
		}
	}
}
