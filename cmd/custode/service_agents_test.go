//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// launchd is a folder in which a script that stands for launchctl keeps what was loaded. A file refuse-LABEL lets
// it refuse an agent in which a text is; refuse-gui all of them.
type launchd struct {
	t             *testing.T
	loaded, files string
}

func newLaunchd(t *testing.T) launchd {
	t.Helper()
	l := launchd{t, t.TempDir(), filepath.Join(t.TempDir(), "Library", "LaunchAgents")}
	bin := t.TempDir()
	script := "#!/bin/sh\ncd " + l.loaded + `
case "$1 $2" in
"print gui/501") test ! -e refuse-gui ;;
"print gui/501/"*) test -e "${2##*/}" ;;
"bootstrap gui/501") a=$(basename "$3" .plist); { test ! -e "refuse-$a" || ! grep -qFf "refuse-$a" "$3"; } && test ! -e "$a" && cp "$3" "$a" ;;
"bootout gui/501/"*) test ! -e stuck && rm "${2##*/}" ;;
*) exit 64 ;;
esac
`
	if err := os.WriteFile(filepath.Join(bin, "launchctl"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	return l
}

// refuse lets launchctl refuse something in which a text is, until what it gives back is called.
func (l launchd) refuse(what, text string) (again func()) {
	l.t.Helper()
	path := filepath.Join(l.loaded, "refuse-"+what)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
	return func() { _ = os.Remove(path) }
}

// has wants these agents, as files and loaded, and no others.
func (l launchd) has(want launchAgents) {
	l.t.Helper()
	texts := map[string]string{}
	for _, a := range want {
		texts[filepath.Join(l.files, a.label+".plist")], texts[filepath.Join(l.loaded, a.label)] = a.text(), a.text()
	}
	got := map[string]string{}
	for _, pattern := range []string{filepath.Join(l.files, "*"), filepath.Join(l.files, ".*"), filepath.Join(l.loaded, "local.*")} {
		there, err := filepath.Glob(pattern)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, path := range there {
			raw, _ := os.ReadFile(path)
			got[path] = string(raw)
		}
	}
	if diff := cmp.Diff(texts, got); diff != "" {
		l.t.Errorf("not as it was: %s", diff)
	}
}

func (l launchd) wants(a launchAgents, done bool) {
	l.t.Helper()
	if err := a.start(l.t.Context()); (err == nil) != done {
		l.t.Errorf("done %v, want %v: %v", err == nil, done, err)
	}
}

// TestLaunchAgentsWhole: what launchd, played by a script here, refuses leaves everything as it was: nothing where
// nothing was, and the older agents, still loaded, where there were such. What is removed is what was written.
func TestLaunchAgentsWhole(t *testing.T) {
	l := newLaunchd(t)
	first, newer := agentsIn(l.files, "/opt/1/custode"), agentsIn(l.files, "/opt/2/custode")
	for _, what := range []string{"gui", "local.custode.watch", "local.custode.check"} {
		again := l.refuse(what, "/opt/1/custode")
		l.wants(first, false)
		l.has(nil)
		again()
	}
	l.wants(first, true)
	l.has(first)
	l.wants(first, true) // a second time
	l.has(first)
	for _, what := range []string{"gui", "local.custode.watch", "local.custode.check"} {
		again := l.refuse(what, "/opt/2/custode")
		l.wants(newer, false)
		l.has(first)
		again()
	}
	if err := os.WriteFile(filepath.Join(l.files, "other.plist"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l.wants(newer, true)
	if there, err := newer.end(t.Context(), true); !there || err != nil {
		t.Error(there, err)
	}
	if err := os.Remove(filepath.Join(l.files, "other.plist")); err != nil { // it was left alone
		t.Error(err)
	}
	l.has(newer)
	for _, a := range newer[1:] { // somebody took the file away: what was loaded of it runs
		if err := a.remove(); err != nil {
			t.Error(err)
		}
	}
	if there, err := newer.end(t.Context(), false); !there || err != nil {
		t.Error(there, err)
	}
	l.has(nil)
	if there, err := newer.end(t.Context(), false); there || err != nil {
		t.Error(there, err)
	}
}

// TestLaunchAgentsForeign: a file that somebody changed is neither overwritten nor removed, and nothing else is done.
func TestLaunchAgentsForeign(t *testing.T) {
	l := newLaunchd(t)
	a := agentsIn(l.files, "/opt/custode")
	if err := a[1].write(a[1].text() + "<!-- mine -->"); err != nil {
		t.Fatal(err)
	}
	l.wants(a, false)
	if there, err := a.end(t.Context(), false); there || err == nil {
		t.Error(there, err)
	}
	raw, _ := os.ReadFile(a[1].path)
	if string(raw) != a[1].text()+"<!-- mine -->" {
		t.Errorf("%q", raw)
	}
	if _, err := os.Stat(a[0].path); err == nil {
		t.Error("half of it is there")
	}
}
