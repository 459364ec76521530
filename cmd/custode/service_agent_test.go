package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// agentsIn are two agents of a made-up home whose folder has a name that XML would read in its own way.
func agentsIn(folder, program string) launchAgents {
	watch := launchAgent{
		part: unitWatch, label: "local.custode.watch", path: filepath.Join(folder, "local.custode.watch.plist"), domain: "gui/501",
		program: program, home: `/Users/anna/Bar & <Co> "è" ]]> --`,
	}
	check := watch
	check.part, check.label, check.path = unitCheck, "local.custode.check", filepath.Join(folder, "local.custode.check.plist")
	return launchAgents{watch, check}
}

// TestLaunchAgents: the files are those of testdata/launchd, well-formed, and their words are read back as they were.
func TestLaunchAgents(t *testing.T) {
	const program = "/usr/local/bin/custode"
	for i, a := range agentsIn(t.TempDir(), program) {
		name := []string{"watch", "check"}[i]
		want, err := os.ReadFile(filepath.Join("testdata", "launchd", name+".plist"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), a.text()); diff != "" {
			t.Error(diff)
		}
		var doc struct {
			Keys  []string `xml:"dict>key"`
			Words []string `xml:"dict>array>string"`
		}
		if err := xml.Unmarshal([]byte(a.text()), &doc); err != nil {
			t.Fatal(err)
		}
		args := map[string][]string{"watch": {program, "--home", a.home, "watch"}, "check": {program, "--home", a.home, "check", "--notify", "--if-due"}}[name]
		if diff := cmp.Diff(args, doc.Words); diff != "" {
			t.Error(diff)
		}
		if !slices.Contains(doc.Keys, "RunAtLoad") || slices.Contains(doc.Keys, "KeepAlive") != (name == "watch") || slices.Contains(doc.Keys, "StartCalendarInterval") != (name == "check") {
			t.Errorf("%s: %s", name, doc.Keys)
		}
	}
}

// TestLaunchAgentIsTold tells apart: none, ours, an older one of ours, one that somebody changed.
func TestLaunchAgentIsTold(t *testing.T) {
	dir := t.TempDir()
	a, older := agentsIn(dir, "/usr/local/bin/custode")[0], agentsIn(dir, "/opt/custode")[0]
	for _, c := range []struct {
		text string
		want unitState
	}{
		{"", unitForeign},
		{a.text(), unitOurs},
		{older.text(), unitOlder},
		{older.text() + "\n", unitForeign},
		{strings.Replace(a.text(), "<true/>", "<false/>", 1), unitForeign},
		{strings.TrimPrefix(a.text(), agentMark().before), unitForeign},
	} {
		if err := os.WriteFile(a.path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := a.look(); err != nil || got != c.want {
			t.Errorf("%.90q: %v %v, want %v", c.text, got, err, c.want)
		}
	}
	if err := a.remove(); err != nil {
		t.Fatal(err)
	}
	if got, err := a.look(); err != nil || got != unitNone {
		t.Error(got, err)
	}
}
