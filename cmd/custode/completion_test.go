package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCandidates: what may stand at the end of a command line.
func TestCandidates(t *testing.T) {
	home := t.TempDir()
	var out, errs bytes.Buffer
	env := map[string]string{"HOME": home, "CUSTODE_HOME": filepath.Join(home, "none"), "LANG": "it_IT.UTF-8"}
	sh := &shell{out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: 80}
	for line, want := range map[string]string{
		"=ch":                          "check",
		"=ini":                         "init",
		"=hold":                        "", // what is hidden stays hidden
		"=comp":                        "completion",
		"journal =v":                   "verify",
		"journal --json =v":            "verify",
		"--lang it journal =v":         "verify",
		"--lang =":                     "en it",
		"--lang =i":                    "it",
		"scan --lang=i =x":             ":files",
		"check =--lang=i":              "--lang=it",
		"check =--lang=":               "--lang=en --lang=it",
		"check =--rec":                 "--receipt",
		"check --report =":             ":files",
		"check =--report=/tmp/":        ":files",
		"check =--json=":               "",
		"scan =":                       ":files",
		"scan =--ho":                   "--home",
		"scan -- =--ho":                ":files",
		"watch =--kee":                 "", // hidden too
		"completion =":                 "bash zsh fish powershell",
		"decrypt =-":                   "-o -i --number --salvage --unpack --dry-run --json --passphrase-file --home --lang --help",
		"watch decoys =l":              "list",
		"scan watch =":                 ":files",
		"bogus =":                      "",
		"--home journal check =--rece": "--receipt",
	} {
		out.Reset()
		if code := sh.run(t.Context(), append([]string{"complete", "--"}, strings.Fields(line)...)); code != 0 {
			t.Fatalf("%s: exit %d: %s", line, code, errs.String())
		}
		var got []string
		for l := range strings.Lines(out.String()) {
			name, _, _ := strings.Cut(strings.TrimSpace(l), "\t")
			got = append(got, name)
		}
		wants := strings.Fields(want)
		slices.Sort(got)
		slices.Sort(wants)
		if !slices.Equal(got, wants) {
			t.Errorf("%s: %q, want %q", line, got, wants)
		}
	}
	out.Reset()
	if sh.run(t.Context(), []string{"complete", "--", "=versio"}); !strings.Contains(out.String(), "\tstampa la versione") {
		t.Errorf("not in the language of the computer: %q", out.String())
	}
	if _, err := os.Stat(env["CUSTODE_HOME"]); err == nil {
		t.Error("to complete made a home")
	}
}

// inShells completes a command line in each shell that is here. Each prints what it would offer.
var inShells = map[string]string{
	"bash": `source <(custode completion bash)
COMP_WORDS=(LINE); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _custode; printf '%s\n' "${COMPREPLY[@]}"`,
	// A terminal of zsh's own, in which the Tab key is pressed: what stands on the line then is printed.
	"zsh": `zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z 'PS1=; autoload -U compinit; compinit -u -D; source <(custode completion zsh)'
zpty -w z 'show() { print -r -- "<$BUFFER>" >$HOME/line; exit }; zle -N show; bindkey ^G show; print rea""dy'
zpty -r -m z line '*ready*'; zpty -w -n z $'LINE\t\a'; for i in {1..100}; do [[ -s $HOME/line ]] && break; sleep 0.1; done; line=$(<$HOME/line); rm $HOME/line; print -r -- ${${${line#<}%>}## }`,
	"fish": `custode completion fish | source; complete -C 'LINE'`,
}

// TestCompletionInShells has bash, zsh and fish really complete.
func TestCompletionInShells(t *testing.T) {
	bin := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(exe, filepath.Join(bin, "custode")); err != nil { // testscript makes it custode by its name
		t.Skip("NOT TESTED: wants a symbolic link")
	}
	env := append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8", "TERM=dumb")
	for i, c := range []struct{ line, want string }{
		{"custode jour", "journal"}, {"custode journal ver", "verify"}, {"custode check --recei", "--receipt"}, {"custode check --lang i", "it"},
	} {
		for shell, script := range inShells {
			if shell == "zsh" && i > 1 { // a terminal each: two will do
				continue
			}
			if _, err := exec.LookPath(shell); err != nil {
				t.Logf("NOT TESTED: no %s", shell)
				continue
			}
			cmd := exec.Command(shell, "-c", strings.ReplaceAll(script, "LINE", c.line))
			cmd.Env = env
			said, err := cmd.CombinedOutput()
			first, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\t")
			if shell == "zsh" { // it is asked for the whole line
				first = first[strings.LastIndex(strings.TrimSpace(first), " ")+1:]
			}
			if err != nil || strings.TrimSpace(first) != c.want {
				t.Errorf("%s, %s: %q, want %q (%v)", shell, c.line, said, c.want, err)
			}
		}
	}
}
