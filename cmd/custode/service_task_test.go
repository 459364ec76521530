package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTasks: what the Task Scheduler is told is well-formed whatever the folders are called, starts without a window and
// without more rights, makes up for a check that was missed, and never ends the watch.
func TestTasks(t *testing.T) {
	home := `C:\Users\Anna & <Co>\è 100%\`
	watch := task{part: unitWatch, name: "custode-watch-1a", program: `C:\Program Files\custode\custode.exe`, home: home, account: "S-1-5-21-7"}
	check := watch
	check.part = unitCheck
	type doc struct {
		Arguments string   `xml:"Actions>Exec>Arguments"`
		Command   string   `xml:"Actions>Exec>Command"`
		Level     string   `xml:"Principals>Principal>RunLevel"`
		Users     []string `xml:"Triggers>LogonTrigger>UserId"`
		Missed    bool     `xml:"Settings>StartWhenAvailable"`
		Battery   bool     `xml:"Settings>DisallowStartIfOnBatteries"`
		Limit     string   `xml:"Settings>ExecutionTimeLimit"`
		Second    string   `xml:"Settings>MultipleInstancesPolicy"`
		Hourly    string   `xml:"Triggers>CalendarTrigger>Repetition>Interval"`
	}
	for _, c := range []struct {
		t    task
		want doc
	}{
		{watch, doc{Arguments: `--headless "C:\Program Files\custode\custode.exe" --home "` + home + `\" watch`, Limit: "PT0S"}},
		{check, doc{Arguments: `--headless "C:\Program Files\custode\custode.exe" --home "` + home + `\" check --notify --if-due`, Limit: "PT30M", Hourly: "PT1H"}},
	} {
		c.want.Command, c.want.Level, c.want.Missed, c.want.Second = `%SystemRoot%\System32\conhost.exe`, "LeastPrivilege", true, "IgnoreNew"
		var got doc
		if err := xml.Unmarshal([]byte(strings.Replace(c.t.text(), "UTF-16", "UTF-8", 1)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Users) != 1 || got.Users[0] != "S-1-5-21-7" { // of any user, Windows would want an administrator
			t.Errorf("logon of %v", got.Users)
		}
		got.Users = nil
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTaskIsTold: none, as it is written now, and an older one.
func TestTaskIsTold(t *testing.T) {
	w := task{part: unitWatch, path: filepath.Join(t.TempDir(), "service", "w.xml"), program: `C:\c.exe`, home: `C:\h`}
	told := func(want unitState) {
		t.Helper()
		if got, err := w.look(); got != want || err != nil {
			t.Errorf("%v %v, want %v", got, err, want)
		}
	}
	told(unitNone)
	if err := w.write(); err != nil {
		t.Fatal(err)
	}
	told(unitOurs)
	raw, err := os.ReadFile(w.path)
	if err != nil || len(raw) < 4 || raw[0] != 0xff || raw[1] != 0xfe || raw[2] != '<' || raw[3] != 0 {
		t.Errorf("not UTF-16: %x %v", raw[:4], err)
	}
	w.program = `D:\c.exe`
	told(unitOlder)
}
