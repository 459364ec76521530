package browser

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/store"
	"custode/playbook/daily"
)

// showroom is a shop that has something to show on every page, with the page running.
type showroom struct {
	*shop

	host  string
	paths []string // of all its pages, some of each kind
}

// newShowroom fills a shop, opens its page and goes through it.
func newShowroom(t *testing.T) *showroom {
	t.Helper()
	s := &showroom{shop: newShop(t)}
	s.fill()
	r := newReader(t, s.serve())
	s.host, s.paths = r.base.Host, r.walk()
	return s
}

// in opens a browser that is let in, in a language.
func (s *showroom) in(t *testing.T, lang string) *tab {
	t.Helper()
	b := newTab(t)
	b.enter(s.another())
	b.speak(s.host, lang)
	return b
}

// at is the address of a page.
func (s *showroom) at(path string) string { return "http://" + s.host + path }

// fill gives the shop something to show on every page: some days of checks, keys and a sealed folder,
// decoys, an alert with its incident and one that nobody has looked at, staff of whom somebody took a
// quiz, a customer's request.
func (s *shop) fill() {
	s.t.Helper()
	s.setUp("en")
	s.history(9)
	s.keys()
	s.run("encrypt", "--yes", "--no-drill", filepath.Join(s.data, "Archivio 2019"))
	s.alert()
	s.run("playbook", "start", "lost-device", "--from-scan", filepath.Join(s.data, "Clienti"))
	s.run("playbook", "note", "The laptop was in the car.")
	s.evidence()
	s.run("staff", "add", "Anna")
	s.run("staff", "add", "Luca B.")
	s.run("privacy", "requests", "new", "--right", "access", "--how", "mail", "--name", "Maria Esempio", "--contact", "maria@example.com")
	s.uses()
	s.run("check")
}

// evidence keeps what the incident left, and gives it to somebody.
func (s *shop) evidence() {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "the broken window of the car.jpg")
	if err := os.WriteFile(path, []byte("made up"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.run("playbook", "evidence", "add", path, "--what", "The car in the morning")
	s.run("playbook", "evidence", "hand", "1", "--to", "Police, officer Neri")
}

// history holds checks on days that are over: without them no line is drawn.
func (s *shop) history(days int) {
	s.t.Helper()
	st, err := store.Open(s.t.Context(), s.home, time.Now)
	if err != nil {
		s.t.Fatal(err)
	}
	defer st.Close() // every write was committed
	for i := days; i > 0; i-- {
		at := time.Now().AddDate(0, 0, -i)
		run := daily.Run{At: at, Day: at.Format(time.DateOnly), Status: daily.Act, Score: 58 - 3*i + i%2, OpenFiles: int64(31 + 2*i), OpenPeople: int64(900 + 10*i)}
		if _, err := st.KeepCheck(s.t.Context(), run, map[string]any{"status": run.Status, "score": run.Score}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// uses says what the data are for, as is usual for a hairdresser, and how the shop is reached.
func (s *shop) uses() {
	s.t.Helper()
	s.run("privacy", "map", "--trade", "hairdresser", "--yes")
	path := filepath.Join(s.home, "privacy.yaml")
	raw, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(strings.Replace(string(raw), `mail: ""`, "mail: shop@example.com", 1)), 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// keys makes the keys, tries the sheet, and gives what is on it.
func (s *shop) keys() (sheet string) {
	s.t.Helper()
	s.run("keys", "init", "--yes")
	sheet = s.run("keys", "sheet")
	file := filepath.Join(s.t.TempDir(), "sheet.txt")
	if err := os.WriteFile(file, []byte(sheet), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.run("keys", "drill", "--sheet-file", file)
	return sheet
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
