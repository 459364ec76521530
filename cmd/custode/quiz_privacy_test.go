package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/secret"
	"custode/training"
	"custode/training/pin"
	"custode/training/question"
)

// cheapPIN keeps tests quick.
var cheapPIN = pin.Cost{Time: 1, Memory: 8, Threads: 1}

// chance is a source of bytes that a seed repeats: two worlds toss the same coins.
type chance struct {
	seed uint64
	n    uint64
}

func (c *chance) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		var b [16]byte
		binary.BigEndian.PutUint64(b[:], c.seed)
		binary.BigEndian.PutUint64(b[8:], c.n)
		sum := sha256.Sum256(b[:])
		p[i] = sum[0]
	}
	return len(p), nil
}

// world is a shop in which one person answers everything right, or everything wrong.
type world struct {
	t    *testing.T
	home string
	now  time.Time
	pins map[string]string
}

const victim = "Anna"

// heard is all that is looked for in what must show nothing: what was answered and asked.
type heard struct{ texts []string }

func newWorld(t *testing.T, team []string) *world {
	t.Helper()
	w := &world{t: t, home: filepath.Join(t.TempDir(), "home"), now: time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC), pins: map[string]string{}}
	data := t.TempDir()
	if r := w.run("init", "--yes", "--shop", "Da Maria", "--country", "IT", "--data", data); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	for i, name := range team {
		w.run("staff", "add", name)
		w.pins[name] = fmt.Sprintf("7%d19", i)
	}
	return w
}

// run runs a command of the owner's, on the day of the world.
func (w *world) run(args ...string) result {
	var out, errs bytes.Buffer
	in, err := os.Open(os.DevNull)
	if err != nil {
		w.t.Fatal(err)
	}
	defer in.Close()
	sh := w.shell(&out, &errs, in)
	code := sh.run(context.Background(), args)
	return result{code, out.String(), errs.String()}
}

func (w *world) shell(out, errs io.Writer, in *os.File) *shell {
	env := map[string]string{"HOME": w.home + "-user", "CUSTODE_HOME": w.home, "LANG": "en_GB.UTF-8"}
	return &shell{in: in, out: out, err: errs, env: func(k string) string { return env[k] }, now: func() time.Time { return w.now }, width: 80, home: w.home, shelf: readOnce}
}

// sits has a person take this week's quiz.
func (w *world) sits(name string, right func(*question.Question) bool, random io.Reader, seen *heard) {
	w.t.Helper()
	ctx := w.t.Context()
	sh := w.shell(io.Discard, io.Discard, os.Stdin)
	if err := sh.speak(nil); err != nil {
		w.t.Fatal(err)
	}
	d, err := sh.quizzer(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	defer d.close()
	d.Random, d.Cost = random, cheapPIN
	who, err := d.Find(ctx, name)
	if err != nil {
		w.t.Fatal(err)
	}
	typed := secret.FromString(w.pins[name])
	open := d.Unlock
	if !who.HasPIN {
		open = d.ChoosePIN
	}
	key, err := open(ctx, who.ID, typed)
	if err != nil {
		w.t.Fatal(err)
	}
	seen.texts = append(seen.texts, string(key.Reveal()))
	desk, err := d.SitDown(ctx, who.ID, key)
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := desk.Begin(ctx, d.q.bank, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for next, ok := s.Next(); ok; next, ok = s.Next() {
		q := next.Question
		seen.texts = append(seen.texts, q.ID, q.Text.EN)
		for _, o := range q.Options {
			seen.texts = append(seen.texts, o.Text.EN)
		}
		r, err := desk.Give(ctx, s, d.q.bank, q, answerTo(q, right(q)))
		if err != nil {
			w.t.Fatal(err)
		}
		if r.Passed != right(q) {
			w.t.Fatalf("%s: %+v", q.ID, r)
		}
	}
}

// answerTo answers a question rightly, or as wrong as can be.
func answerTo(q *question.Question, right bool) training.Answer {
	var a training.Answer
	switch q.Type {
	case question.Single, question.Multiple:
		for _, o := range q.Options {
			if o.Right == right {
				a.Chosen = append(a.Chosen, o.ID)
			}
		}
		if q.Type == question.Single {
			a.Chosen = a.Chosen[:1]
		}
	case question.TrueFalse:
		a.Verdict = training.False
		if q.Statement == right {
			a.Verdict = training.True
		}
	case question.Order:
		for _, s := range q.Steps {
			a.Chosen = append(a.Chosen, s.ID)
		}
		if !right {
			slices.Reverse(a.Chosen)
		}
	case question.Spot:
		a.Verdict = training.Genuine
		if q.Scene.Genuine != right {
			a.Verdict = training.Fraud
			a.Chosen = q.Scene.Clues()
		}
	}
	return a
}

// ownersView is all that the owner can call, print, export, or read by SQL and in files.
func (w *world) ownersView() map[string]string {
	w.t.Helper()
	view := map[string]string{}
	for _, args := range [][]string{
		{"staff", "list"},
		{"staff", "list", "--json"},
		{"staff", "notice"},
		{"quiz", "due"},
		{"quiz", "due", "--json"},
		{"quiz", "results"},
		{"quiz", "results", "--json"},
		{"quiz", "results", "--csv"},
		{"quiz", "results", "--as", victim},
		{"quiz", "certificate", victim},
		{"quiz", "list"},
		{"quiz", "take", victim},
		{"check"},
		{"check", "--json"},
		{"journal", "show"},
		{"journal", "show", "--json"},
		{"journal", "verify"},
		{"alerts", "list"},
		{"playbook", "list"},
		{"playbook", "register"},
		{"watch", "--status"},
	} {
		r := w.run(args...)
		view[strings.Join(args, " ")] = fmt.Sprint(r.code, r.out, r.err)
	}
	maps.Copy(view, w.rows())
	return view
}

// rows reads every column of every table. Of what is sealed the length counts.
func (w *world) rows() map[string]string {
	w.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(w.home, "custode.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	sealed := map[string]bool{"staff.lock": true, "staff.progress": true, "staff_answer.sealed": true}
	tables := column(w.t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'")
	out := map[string]string{}
	for _, table := range tables {
		for _, col := range column(w.t, db, "SELECT name FROM pragma_table_info('"+table+"')") {
			expr := "quote(" + col + ")"
			if sealed[table+"."+col] {
				expr = "length(" + col + ")"
			}
			out[table+"."+col] = strings.Join(column(w.t, db, "SELECT "+expr+" FROM "+table), "\n")
		}
	}
	return out
}

// exec changes the database behind the program's back.
func (w *world) exec(query string) {
	w.t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(w.home, "custode.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		w.t.Fatal(err)
	}
}

func column(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s.String)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// alike takes out of a view what differs between any two homes: where they lie, the hashes of
// the journal, how long something took.
func (w *world) alike(s string) string {
	s = strings.ReplaceAll(s, filepath.Dir(w.home), "HOME")
	s = regexp.MustCompile(`/tmp/[^"\s]*`).ReplaceAllString(s, "TMP")
	s = regexp.MustCompile(`[0-9]+-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]`).ReplaceAllString(s, "RECEIPT")
	s = regexp.MustCompile(`[0-9a-fA-F]{64}`).ReplaceAllString(s, "HASH")
	s = regexp.MustCompile(`"duration_ms": ?[0-9]+|[0-9.]+ s\b`).ReplaceAllString(s, "TOOK")
	return strings.Join(strings.Fields(s), " ")
}

// twoWorlds lets a team learn for some weeks in two worlds that differ in one thing: whether
// Anna answers rightly. Both toss the same coins.
func twoWorlds(t *testing.T, team []string, weeks int) (views [2]map[string]string, worlds [2]*world, seen heard) {
	t.Helper()
	for i, right := range []bool{true, false} {
		w := newWorld(t, team)
		random := &chance{seed: 42}
		for range weeks {
			for _, name := range team {
				others := func(q *question.Question) bool { return len(q.ID)%3 != 0 }
				if name == victim {
					others = func(*question.Question) bool { return right }
				}
				w.sits(name, others, random, &seen)
			}
			w.now = w.now.AddDate(0, 0, 7)
		}
		worlds[i], views[i] = w, w.ownersView()
	}
	return views, worlds, seen
}

// Nothing that the owner can call, print, export or read by SQL shows a person's answers: in
// a small team all of it is the same whether Anna answered everything right or everything wrong.
func TestNothingShowsAnswers(t *testing.T) {
	views, worlds, seen := twoWorlds(t, []string{victim, "Bruno", "Carla"}, 3)
	for what, a := range views[0] {
		if a, b := worlds[0].alike(a), worlds[1].alike(views[1][what]); a != b && !ofChance(what) {
			t.Errorf("%s shows it:\nright: %.600s\nwrong: %.600s", what, a, b)
		}
	}
	for _, w := range worlds {
		w.holdsNothing(seen)
	}
}

// ofChance names what differs between any two homes by chance alone: keys, hashes, numbers
// that are drawn.
func ofChance(what string) bool {
	return slices.Contains([]string{"journal.hash", "journal.prev", "staff.turn", "file.mtime", "file.ctime", "file.inode"}, what)
}

// holdsNothing looks for questions, answers, PINs and keys in every file of the home, and in
// what is shown.
func (w *world) holdsNothing(seen heard) {
	w.t.Helper()
	if len(seen.texts) < 30 {
		w.t.Fatal("nothing was asked")
	}
	err := filepath.WalkDir(w.home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, s := range append(seen.texts, `"chosen"`, "phishing-") {
			if bytes.Contains(raw, []byte(s)) {
				w.t.Errorf("%s holds %q", path, s)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// In a team of five there is a tally, through coins. What Anna answered shifts the odds of what
// is counted, threefold at most (training.Noisy). Which topics were asked can be seen in the
// tally, and depends on earlier answers: README.md says so. All else is the same.
func TestOnlyCoinsShow(t *testing.T) {
	views, worlds, seen := twoWorlds(t, []string{victim, "Bruno", "Carla", "Dario", "Elena"}, 3)
	counted := 0
	for what, a := range views[0] {
		switch a, b := worlds[0].alike(a), worlds[1].alike(views[1][what]); {
		case what == "team_tally.counted":
			counted += len(strings.Fields(a))
		case a != b && !ofChance(what):
			t.Errorf("%s shows it:\nright: %.600s\nwrong: %.600s", what, a, b)
		}
	}
	if counted == 0 {
		t.Error("a team of five has no tally")
	}
	for _, w := range worlds {
		w.holdsNothing(seen)
	}
}

// The comparison sees what is there to be seen: a journal entry with a score, an answer whose
// length is not filled up, a question in the clear.
func TestLeaksAreSeen(t *testing.T) {
	w := newWorld(t, []string{victim})
	var seen heard
	w.sits(victim, func(*question.Question) bool { return true }, &chance{seed: 1}, &seen)
	before := w.ownersView()
	for _, leak := range []string{
		"UPDATE staff_answer SET sealed = substr(sealed, 2)",
		"UPDATE staff SET progress = substr(progress, 2)",
		"UPDATE staff SET next = '2026-09-15'",
		"INSERT INTO team_tally VALUES ('phishing', '2026-09', 1, 1)",
		"INSERT INTO journal SELECT max(seq) + 1, max(at), 'quiz.finished', '{\"score\":100}', prev, hash FROM journal",
	} {
		w.exec(leak)
		after, differs := w.ownersView(), false
		for what, text := range before {
			differs = differs || w.alike(text) != w.alike(after[what]) && !ofChance(what)
		}
		if !differs {
			t.Errorf("not seen: %s", leak)
		}
		before = after
	}
}
