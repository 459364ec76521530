package browser

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// fill gives the shop something to show on every page: keys and a sealed folder, decoys, an alert with its
// incident and one that nobody has looked at, staff of whom somebody took a quiz, a customer's request.
func (s *shop) fill() {
	s.t.Helper()
	s.setUp()
	s.keys()
	s.run("encrypt", "--yes", "--no-drill", filepath.Join(s.data, "Archivio 2019"))
	s.alert()
	s.run("playbook", "start", "lost-device", "--from-scan", filepath.Join(s.data, "Clienti"))
	s.run("playbook", "note", "The laptop was in the car.")
	s.run("staff", "add", "Anna")
	s.run("staff", "add", "Luca B.")
	s.run("privacy", "requests", "new", "--right", "access", "--how", "mail", "--name", "Maria Esempio", "--contact", "maria@example.com")
	s.run("check")
}

// keys makes the keys, and tries the sheet.
func (s *shop) keys() {
	s.t.Helper()
	s.run("keys", "init", "--yes")
	sheet := filepath.Join(s.t.TempDir(), "sheet.txt")
	if err := os.WriteFile(sheet, []byte(s.run("keys", "sheet")), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.run("keys", "drill", "--sheet-file", sheet)
}

// alert lets somebody open a decoy while the watch runs.
func (s *shop) alert() {
	s.t.Helper()
	s.run("watch", "decoys", "place")
	ctx, end := context.WithCancel(s.t.Context())
	c := s.command(ctx, "watch")
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	defer func() { end(); _ = c.Wait() }()
	s.until(`"reads": true`, "watch", "--status", "--json")
	time.Sleep(3 * time.Second) // what custode itself has just read is not held against anybody
	var list struct {
		Decoys []struct {
			Path string `json:"path"`
		} `json:"decoys"`
	}
	if err := json.Unmarshal([]byte(s.run("watch", "decoys", "list", "--json")), &list); err != nil || len(list.Decoys) == 0 {
		s.t.Fatalf("no decoys: %v", err)
	}
	if _, err := os.ReadFile(list.Decoys[0].Path); err != nil {
		s.t.Fatal(err)
	}
	s.until(`"rule"`, "alerts", "list", "--json")
}

// until waits until a command says something.
func (s *shop) until(says string, args ...string) {
	s.t.Helper()
	for end := time.Now().Add(patience); !strings.Contains(s.run(args...), says); time.Sleep(300 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("custode %s never says %s:\n%s", strings.Join(args, " "), says, s.run(args...))
		}
	}
}
