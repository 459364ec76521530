package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"custode/scan/watch/rules"
	"custode/scan/watch/structure"
)

const folder = "/shop/customers"

// A Wednesday morning.
var day = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

var (
	maria  = rules.Who{Session: 7, User: "maria", Program: "/usr/bin/tar", Digest: "aa", Human: true}
	office = rules.Who{Session: 3, User: "maria", Program: "/usr/bin/soffice", Digest: "bb", Human: true}
	backup = rules.Who{Session: 1, User: "root", Program: "/usr/bin/rsync", Digest: "cc"}
)

// run is a course of facts in order of time.
type run struct {
	e    *rules.Engine
	at   time.Time
	news []rules.News
}

func (r *run) do(f rules.Fact) {
	f.At = r.at
	if f.Folder == "" {
		f.Folder = folder
	}
	r.news = append(r.news, r.e.See(f)...)
}

// each does something to n files, every step.
func (r *run) each(n int, step time.Duration, who rules.Who, f rules.Fact) {
	for i := range n {
		g := f
		g.Who = who
		if g.Path == "" {
			g.Path = fmt.Sprintf("%s/%d.csv", folder, i)
		}
		r.do(g)
		r.at = r.at.Add(step)
	}
}

// began lists what incidents were opened: "rule severity why".
func (r *run) began() string {
	var out []string
	for _, n := range r.news {
		if n.What != rules.Over {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", n.Incident.Rule, n.Incident.Severity, n.Incident.Why)))
		}
	}
	return strings.Join(out, "; ")
}

// learned makes a profile in which maria's office program works in the shop's
// hours and the backup reads all at one in the night, every day of a week.
func learned(t *testing.T, cfg rules.Config) *run {
	t.Helper()
	p := rules.NewProfile(time.Time{}, nil)
	e := rules.New(cfg, p)
	r := &run{e: e}
	for d := range 8 {
		start := day.AddDate(0, 0, d-8)
		r.at = start.Add(-9 * time.Hour)
		r.each(500, 10*time.Millisecond, backup, rules.Fact{Verb: rules.Read})
		r.do(rules.Fact{Who: backup, Verb: rules.Read, Decoy: true, Path: folder + "/decoy.csv"})
		r.at = start
		r.each(12, time.Minute, office, rules.Fact{Verb: rules.Read})
		r.each(12, time.Minute, office, rules.Fact{Verb: rules.Change, Was: structure.Zip})
		r.e.Tick(r.at.Add(time.Hour))
	}
	r.e.Tick(day.Add(-time.Minute))
	r.at, r.news = day, nil
	return r
}

func week(t *testing.T) rules.Week {
	t.Helper()
	w, err := rules.ParseWeek("mon-fri 08:30-13:00 15:00-19:30; sat 09:00-12:30")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestRules: for each rule what must be reported after the seven days, and
// what must not.
func TestRules(t *testing.T) {
	lost := func(k structure.Kind) rules.Fact {
		return rules.Fact{Verb: rules.Change, Was: k, Lost: structure.Damaged}
	}
	cases := []struct {
		name string
		do   func(*run)
		want string
	}{
		{"decoy read by the office program", func(r *run) { r.each(1, 0, office, rules.Fact{Verb: rules.Read, Decoy: true}) }, "decoy high opened"},
		{"decoy read, then changed", func(r *run) {
			r.each(1, 0, office, rules.Fact{Verb: rules.Read, Decoy: true})
			r.each(1, 0, office, rules.Fact{Verb: rules.Change, Decoy: true})
		}, "decoy high opened; decoy critical altered"},
		{"decoy read by the backup, which does so every night", func(r *run) { r.each(1, 0, backup, rules.Fact{Verb: rules.Read, Decoy: true}) }, ""},
		{"decoy changed by the backup", func(r *run) { r.each(1, 0, backup, rules.Fact{Verb: rules.Change, Decoy: true}) }, "decoy critical altered; stranger note first-write"},
		{"decoy gone with its whole folder", func(r *run) { r.each(1, 0, office, rules.Fact{Verb: rules.Delete, Decoy: true, WithAll: true}) }, ""},
		{"decoy placed by custode", func(r *run) { r.each(1, 0, office, rules.Fact{Verb: rules.Create, Decoy: true, Own: true}) }, ""},

		{"three files made unreadable", func(r *run) { r.each(3, time.Second, office, lost(structure.PDF)) }, "unreadable critical"},
		{"two files damaged", func(r *run) { r.each(2, time.Second, office, lost(structure.PDF)) }, ""},
		{"three files damaged, a minute and more between them", func(r *run) { r.each(3, 70*time.Second, office, lost(structure.PDF)) }, ""},
		{"renamed first, then encrypted", func(r *run) {
			r.each(6, time.Second, office, rules.Fact{Verb: rules.Rename, NewEnding: true})
			r.each(3, time.Second, office, rules.Fact{Verb: rules.Change})
		}, "unreadable critical"},
		{"new unreadable files, old ones deleted", func(r *run) {
			for i := range 5 {
				r.each(1, 0, office, rules.Fact{Verb: rules.Create, Young: true, Noise: true, Path: fmt.Sprint(i, ".enc")})
				r.each(1, time.Second, office, rules.Fact{Verb: rules.Delete, Path: fmt.Sprint(i)})
			}
		}, "unreadable critical"},
		{"replaced by what does not open", func(r *run) { r.each(3, time.Second, office, rules.Fact{Verb: rules.Delete, Lost: structure.TypeGone}) }, "unreadable critical"},
		{"eight processes of one session", func(r *run) {
			for i := range 3 {
				w := office
				w.Program = fmt.Sprint("/tmp/", i)
				f := lost(structure.Text)
				f.Path, f.Folder = fmt.Sprint(i), folder+fmt.Sprint(i)
				r.each(1, 0, w, f)
			}
		}, "stranger note newcomer; stranger note newcomer; unreadable critical; stranger note newcomer"},
		{"one program that starts new sessions", func(r *run) {
			for i := range 3 {
				w := office
				w.Session = 100 + i
				f := lost(structure.Text)
				f.Path = fmt.Sprint(i)
				r.each(1, 0, w, f)
			}
		}, "unreadable critical"},
		{"custode seals what it announced", func(r *run) {
			r.each(50, 0, office, rules.Fact{Verb: rules.Delete, Was: structure.Text, Lost: structure.Sealed, Own: true})
		}, ""},
		{"one odd file among fifty that a program edits", func(r *run) {
			r.each(1, 0, office, lost(structure.Text))
			r.each(49, 100*time.Millisecond, office, rules.Fact{Verb: rules.Change})
		}, ""},
		{"two files no longer open, and five others changed", func(r *run) {
			r.each(5, time.Second, office, rules.Fact{Verb: rules.Change})
			f := lost(structure.Text)
			for i := range 2 {
				f.Path = fmt.Sprint("x", i)
				r.each(1, time.Second, office, f)
			}
		}, "unreadable critical"},
		{"five files overwritten and deleted at once", func(r *run) {
			r.each(5, time.Second, office, rules.Fact{Verb: rules.Delete, Was: structure.Text, Wiped: true})
		}, "unreadable critical"},
		{"two files overwritten and deleted", func(r *run) {
			r.each(2, time.Second, office, rules.Fact{Verb: rules.Delete, Was: structure.Text, Wiped: true})
		}, ""},
		{"a backup's store: new packs, and old ones deleted", func(r *run) {
			for i := range 29 {
				r.each(1, 0, office, rules.Fact{Verb: rules.Create, Young: true, Noise: true, Path: fmt.Sprint("new", i)})
				r.each(1, 0, office, rules.Fact{Verb: rules.Delete, Noise: true, Path: fmt.Sprint("old", i)})
			}
		}, ""},
		{"a store that is packed anew: read, written into a new pack, deleted", func(r *run) { repack(r, rules.Fact{Opaque: true}) }, "stranger note newcomer; bulk high"},
		{"the same of files that something may open", func(r *run) { repack(r, rules.Fact{}) }, "stranger note newcomer; bulk high; mass high many-deleted"},
		{"the same of sealed files", func(r *run) { repack(r, rules.Fact{Opaque: true, Sealed: true}) }, "stranger high newcomer; bulk high; mass high many-deleted"},
		{"the same where one of ten does not look like a cipher", func(r *run) {
			r.each(400, 0, restic, rules.Fact{Verb: rules.Read})
			r.do(rules.Fact{Who: restic, Verb: rules.Create, Path: folder + "/new", Young: true, Noise: true})
			for i := range 400 {
				r.do(rules.Fact{Who: restic, Verb: rules.Delete, Noise: true, Opaque: i%10 != 9, Path: fmt.Sprintf("%s/%d.csv", folder, i)})
			}
		}, "stranger note newcomer; bulk high"},
		{"the same where every second does not", func(r *run) {
			r.each(100, 0, restic, rules.Fact{Verb: rules.Read})
			r.do(rules.Fact{Who: restic, Verb: rules.Create, Path: folder + "/new", Young: true, Noise: true})
			for i := range 100 {
				r.do(rules.Fact{Who: restic, Verb: rules.Delete, Noise: true, Opaque: i%2 != 0, Path: fmt.Sprintf("%s/%d.csv", folder, i)})
			}
		}, "stranger note newcomer; bulk high; mass high many-deleted"},
		{"packs read and deleted, and nothing new", func(r *run) {
			r.each(70, 0, restic, rules.Fact{Verb: rules.Read})
			r.each(40, 0, restic, rules.Fact{Verb: rules.Delete, Noise: true, Opaque: true})
		}, "stranger note newcomer; bulk high; mass high many-deleted"},
		{"packs deleted by another program than the one that read them", func(r *run) {
			r.each(70, 0, restic, rules.Fact{Verb: rules.Read})
			r.do(rules.Fact{Who: restic, Verb: rules.Create, Path: folder + "/new", Young: true, Noise: true})
			other := restic
			other.Program = "/usr/bin/rm"
			r.each(40, 0, other, rules.Fact{Verb: rules.Delete, Noise: true, Opaque: true})
		}, "stranger note newcomer; bulk high; mass high many-deleted"},
		{"packs deleted that were not read", func(r *run) {
			r.each(70, 0, restic, rules.Fact{Verb: rules.Read})
			r.do(rules.Fact{Who: restic, Verb: rules.Create, Path: folder + "/new", Young: true, Noise: true})
			for i := range 40 {
				r.do(rules.Fact{Who: restic, Verb: rules.Delete, Noise: true, Opaque: true, Path: fmt.Sprint(folder, "/old", i)})
			}
		}, "stranger note newcomer; bulk high; mass high many-deleted"},
		{"thirty old packs deleted", func(r *run) { r.each(30, 0, office, rules.Fact{Verb: rules.Delete, Noise: true}) }, "mass high many-deleted"},
		{"files of its own making", func(r *run) {
			f := lost(structure.Zip)
			f.Young = true
			r.each(50, 0, office, f)
		}, ""},
		{"fifty photos made smaller", func(r *run) { r.each(14, 5*time.Second, office, rules.Fact{Verb: rules.Change, Was: structure.JPEG}) }, ""},
		{"the backup that may read all makes files unreadable", func(r *run) { r.each(3, 0, backup, lost(structure.Text)) }, "stranger note first-write; unreadable critical"},

		{"61 files read", func(r *run) { r.each(61, time.Second, office, rules.Fact{Verb: rules.Read}) }, "bulk high"},
		{"60 files read", func(r *run) { r.each(60, time.Second, office, rules.Fact{Verb: rules.Read}) }, ""},
		{"two programs of one session read all", func(r *run) {
			for _, n := range []string{"grep", "wc"} {
				w := maria
				w.Program = "/usr/bin/" + n
				r.each(100, 10*time.Millisecond, w, rules.Fact{Verb: rules.Read})
			}
		}, "stranger note newcomer; bulk high"},
		{"one file read often", func(r *run) {
			r.each(500, time.Second, office, rules.Fact{Verb: rules.Read, Path: folder + "/list.csv"})
		}, ""},
		{"the backup reads all", func(r *run) { r.each(1400, 10*time.Millisecond, backup, rules.Fact{Verb: rules.Read}) }, ""},
		{"the backup reads three times as much", func(r *run) { r.each(1600, 10*time.Millisecond, backup, rules.Fact{Verb: rules.Read}) }, "bulk high"},
		{"a stranger reads", func(r *run) { r.each(200, time.Second, maria, rules.Fact{Verb: rules.Read}) }, "stranger note newcomer; bulk high"},
		{"65 files of five folders by short programs of one session", func(r *run) {
			for d := range 5 {
				for i := range 13 {
					w := maria
					w.Program = fmt.Sprint("/bin/", d)
					r.do(rules.Fact{Who: w, Verb: rules.Read, Path: fmt.Sprint(d, i)})
				}
			}
		}, "stranger note newcomer; bulk high"},

		{"a program reads what it made itself", func(r *run) { r.each(200, 0, office, rules.Fact{Verb: rules.Read, Young: true}) }, ""},
		{"a program of which only the user was not known in time", func(r *run) {
			w := office
			w.User = ""
			r.each(1, 0, w, rules.Fact{Verb: rules.Read})
			w.Program = "/tmp/other"
			r.each(1, 0, w, rules.Fact{Verb: rules.Read})
		}, "stranger note newcomer"},
		{"a stranger reads one file", func(r *run) { r.each(1, 0, maria, rules.Fact{Verb: rules.Read}) }, "stranger note newcomer"},
		{"a stranger reads a sealed file", func(r *run) { r.each(1, 0, maria, rules.Fact{Verb: rules.Read, Sealed: true}) }, "stranger high newcomer"},
		{"the backup writes", func(r *run) { r.each(2, 0, backup, rules.Fact{Verb: rules.Change}) }, "stranger note first-write"},
		{"another program of that name", func(r *run) {
			w := office
			w.Digest = "ee"
			r.each(2, 0, w, rules.Fact{Verb: rules.Read})
		}, "stranger high other-program"},
		{"the program was updated by the system", func(r *run) {
			w := office
			w.Digest = "ee"
			r.each(1, 0, w, rules.Fact{Verb: rules.Read, Packaged: func() bool { return true }})
			r.each(1, 0, w, rules.Fact{Verb: rules.Read})
		}, ""},
		{"the office program as every day", func(r *run) { r.each(10, time.Minute, office, rules.Fact{Verb: rules.Read}) }, ""},
		{"a sensor that cannot tell who", func(r *run) { r.each(10, time.Minute, rules.Who{}, rules.Fact{Verb: rules.Change}) }, ""},

		{"a program in maria's log-in, at night", func(r *run) {
			r.at = day.Add(16 * time.Hour)
			who := office
			who.Human, who.Desk = false, true
			r.each(1, 0, who, rules.Fact{Verb: rules.Read})
		}, "hours note"},
		{"the same as a service", func(r *run) {
			r.at = day.Add(16 * time.Hour)
			who := office
			who.Human = false
			r.each(1, 0, who, rules.Fact{Verb: rules.Read})
		}, ""},
		{"maria at night", func(r *run) { r.at = day.Add(16 * time.Hour); r.each(1, 0, office, rules.Fact{Verb: rules.Read}) }, "hours note"},
		{"one file a minute at night", func(r *run) {
			r.at = day.Add(16 * time.Hour)
			r.each(40, time.Minute, office, rules.Fact{Verb: rules.Read})
		}, "hours note"},
		{"maria on Sunday", func(r *run) {
			r.at = day.AddDate(0, 0, 4).Add(8 * time.Hour)
			r.each(1, 0, office, rules.Fact{Verb: rules.Read})
		}, "hours note"},
		{"the backup at night", func(r *run) { r.at = day.Add(15 * time.Hour); r.each(1, 0, backup, rules.Fact{Verb: rules.Read}) }, ""},

		{"thirty files deleted", func(r *run) { r.each(30, time.Second, office, rules.Fact{Verb: rules.Delete}) }, "mass high many-deleted"},
		{"29 files deleted", func(r *run) { r.each(29, time.Second, office, rules.Fact{Verb: rules.Delete}) }, ""},
		{"forty empty folders deleted", func(r *run) { r.each(40, time.Second, office, rules.Fact{Verb: rules.Delete, Dir: true}) }, ""},
		{"60 orders packed", func(r *run) { r.each(60, time.Second, office, rules.Fact{Verb: rules.Delete, Twin: true}) }, ""},
		{"a program's own files deleted", func(r *run) { r.each(60, time.Second, office, rules.Fact{Verb: rules.Delete, Young: true}) }, ""},
		{"twenty files renamed to a new ending", func(r *run) {
			r.each(20, 20*time.Second, office, rules.Fact{Verb: rules.Rename, NewEnding: true})
		}, "mass high many-renamed"},
		{"thirty files renamed to .bak, which there is", func(r *run) { r.each(30, time.Second, office, rules.Fact{Verb: rules.Rename}) }, ""},
		{"a folder opened to everyone", func(r *run) {
			r.each(1, 0, office, rules.Fact{Verb: rules.Permission, Exposed: true, Dir: true})
		}, "mass high open-to-everyone"},
		{"a sealed file opened to everyone", func(r *run) {
			r.each(1, 0, office, rules.Fact{Verb: rules.Permission, Exposed: true, Sealed: true})
		}, "mass high open-to-everyone"},
		{"one list opened to everyone", func(r *run) { r.each(1, 0, office, rules.Fact{Verb: rules.Permission, Exposed: true}) }, ""},
		{"permissions made stricter", func(r *run) { r.each(100, 0, office, rules.Fact{Verb: rules.Permission, Dir: true}) }, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := learned(t, rules.Config{Hours: week(t)})
			c.do(r)
			if got := r.began(); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestLearning: in the seven days the rules that need no learning speak, and
// the others are silent.
func TestLearning(t *testing.T) {
	fresh := func() *run {
		return &run{e: rules.New(rules.Config{Hours: week(t)}, rules.NewProfile(day, nil)), at: day}
	}
	r := fresh()
	r.each(5, time.Second, maria, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "" {
		t.Errorf("a first look while learning: %q", got)
	}
	r = fresh()
	r.each(3000, time.Millisecond, backup, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "bulk high" {
		t.Errorf("a first backup: %q, want one incident", got)
	}
	r.at = day.Add(24 * time.Hour)
	r.e.Tick(r.at)
	r.news = nil
	r.each(3000, time.Millisecond, backup, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "" {
		t.Errorf("the second backup: %q", got)
	}
	r = fresh()
	r.at = day.Add(16 * time.Hour)
	r.each(1, 0, rules.Who{Session: 9, User: "maria", Program: "/usr/bin/soffice", Desk: true}, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "" {
		t.Errorf("a program in a log-in at night, while learning: %q", got)
	}
	r = fresh()
	r.each(3, time.Second, maria, rules.Fact{Verb: rules.Change, Lost: structure.Damaged})
	if got := r.began(); got != "unreadable critical" {
		t.Errorf("ransom on the first day: %q", got)
	}
}

// TestFirstDay: what somebody does in one go does not become usual by going on.
func TestFirstDay(t *testing.T) {
	for want, f := range map[string]rules.Fact{
		"mass high many-deleted": {Verb: rules.Delete}, "mass high many-renamed": {Verb: rules.Rename, NewEnding: true}, "bulk high": {Verb: rules.Read},
	} {
		r := &run{e: rules.New(rules.Config{}, rules.NewProfile(day, nil)), at: day}
		r.each(200, time.Second, maria, f)
		if got := r.began(); got != want {
			t.Errorf("200 on the first day: %q, want %q", got, want)
		}
		r.at, r.news = r.at.Add(time.Hour), nil
		r.e.Tick(r.at)
		r.each(200, time.Second, maria, f)
		if got := r.began(); got != "" {
			t.Errorf("the same an hour later: %q", got)
		}
	}
}

// TestLateDigest: a big program's digest is not known at its first event.
func TestLateDigest(t *testing.T) {
	p := rules.NewProfile(day.Add(-rules.Learning).Add(-time.Hour), nil)
	r := &run{e: rules.New(rules.Config{}, p), at: day.Add(-rules.Learning)}
	w := office
	w.Digest = ""
	r.each(1, 0, w, rules.Fact{Verb: rules.Read})
	r.each(1, 0, office, rules.Fact{Verb: rules.Read})
	r.at = day
	w.Digest = "ee"
	r.each(1, 0, w, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "stranger high other-program" {
		t.Errorf("%q", got)
	}
}

// TestTheftDoesNotBecomeUsual: after the seven days what nobody called normal
// teaches nothing.
func TestTheftDoesNotBecomeUsual(t *testing.T) {
	r := learned(t, rules.Config{})
	for d := range 5 {
		r.at, r.news = day.AddDate(0, 0, d), nil
		r.e.Tick(r.at)
		r.each(55+45*d, time.Second, maria, rules.Fact{Verb: rules.Read})
		if d > 0 && !strings.Contains(r.began(), "bulk") {
			t.Errorf("day %d: %d files: %q", d, 55+45*d, r.began())
		}
	}
	if !r.e.Profile().Answer(rules.Key{Folder: folder, User: "maria", Program: "/usr/bin/tar"}, rules.Normal, "Anna", r.at) {
		t.Fatal("no such habit")
	}
	r.at = day.AddDate(0, 0, 6)
	r.e.Tick(r.at)
	r.each(235, time.Second, maria, rules.Fact{Verb: rules.Read})
	r.at, r.news = day.AddDate(0, 0, 7), nil
	r.e.Tick(r.at)
	r.each(235, time.Second, maria, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "" {
		t.Errorf("called normal: %q", got)
	}
}

// TestIncident: one for each session, rule and folder; its counters go on; it
// opens, worsens and closes once.
var restic = rules.Who{Session: 9, User: "maria", Program: "/usr/bin/restic", Digest: "dd"}

// repack reads seventy files, writes a new one and deletes the seventy.
func repack(r *run, of rules.Fact) {
	read, gone := of, of
	read.Verb, read.Opaque = rules.Read, false
	gone.Verb, gone.Noise = rules.Delete, true
	r.each(70, 0, restic, read)
	r.do(rules.Fact{Who: restic, Verb: rules.Create, Path: folder + "/new", Young: true, Noise: true})
	r.each(70, 0, restic, gone)
}

// TestRepackCounts: who is told of for what it read is told of for that it deleted as well,
// and it is learned for the next time.
func TestRepackCounts(t *testing.T) {
	p := rules.NewProfile(time.Time{}, nil)
	r := &run{e: rules.New(rules.Config{}, p), at: day}
	repack(r, rules.Fact{Opaque: true})
	if open := r.e.Open(); len(open) != 1 || open[0].Rule != rules.Bulk || open[0].Counts.Deleted != 70 || open[0].Counts.Read != 70 {
		t.Fatalf("%+v", open)
	}
	p.Answer(rules.Key{Folder: folder, User: restic.User, Program: restic.Program}, rules.Normal, "Anna", day)
	r.at, r.news = day.AddDate(0, 0, 8), nil
	r.e.Tick(r.at)
	repack(r, rules.Fact{Opaque: true})
	if len(r.news) > 0 {
		t.Errorf("when it was confirmed: %v", r.began())
	}
}

func TestIncident(t *testing.T) {
	r := learned(t, rules.Config{})
	r.each(412, 100*time.Millisecond, maria, rules.Fact{Verb: rules.Read})
	if got := r.began(); got != "stranger note newcomer; bulk high" {
		t.Fatal(got)
	}
	open := r.e.Open()
	if len(open) != 2 || open[1].Counts.Read != 412 || open[1].Counts.Files != 412 || len(open[1].Paths) != 412 || !open[1].Opened.Equal(day) {
		t.Errorf("%+v", open[1].Counts)
	}
	if n := r.e.Tick(r.at.Add(9 * time.Minute)); len(n) != 0 {
		t.Errorf("closed too early: %v", n)
	}
	n := r.e.Tick(r.at.Add(11 * time.Minute))
	if len(n) != 2 || n[1].What != rules.Over || n[1].Incident.Counts.Read != 412 {
		t.Errorf("not closed: %+v", n)
	}
	if len(r.e.Open()) != 0 {
		t.Error("still open")
	}
}

// TestUnreadableCounts: the incident names what no longer opens, from the first file on.
func TestUnreadableCounts(t *testing.T) {
	r := learned(t, rules.Config{})
	for i, k := range []structure.Kind{structure.JPEG, structure.JPEG, structure.JPEG, structure.Text, structure.Text} {
		r.each(1, time.Second, office, rules.Fact{Verb: rules.Change, Lost: structure.Damaged, Was: k, Path: fmt.Sprint(i)})
	}
	i := r.e.Open()[0]
	if i.Counts.Unreadable != 5 || i.Kinds["jpeg"] != 3 || i.Kinds["text"] != 2 || len(i.Paths) != 5 {
		t.Errorf("%+v %v", i.Counts, i.Kinds)
	}
}

func TestPause(t *testing.T) {
	r := learned(t, rules.Config{Paused: func(at time.Time) bool { return at.Before(day.Add(2 * time.Hour)) }})
	r.each(100, time.Second, maria, rules.Fact{Verb: rules.Read})
	r.each(40, time.Second, maria, rules.Fact{Verb: rules.Delete})
	if got := r.began(); got != "" {
		t.Errorf("in a pause: %q", got)
	}
	r.each(3, time.Second, maria, rules.Fact{Verb: rules.Change, Lost: structure.Damaged})
	r.each(1, time.Second, maria, rules.Fact{Verb: rules.Read, Decoy: true})
	if got := r.began(); got != "unreadable critical; decoy high opened" {
		t.Errorf("what a pause does not excuse: %q", got)
	}
}

func TestBlind(t *testing.T) {
	r := learned(t, rules.Config{})
	n := r.e.Blindness(day, day.Add(10*time.Minute), "stopped", 3)
	if len(n) != 1 || n[0].Incident.Rule != rules.Blind || n[0].Incident.Severity != rules.High || n[0].Incident.Counts.Files != 3 {
		t.Errorf("%+v", n)
	}
	if n := r.e.Blindness(day, day.Add(11*time.Minute), "stopped", 1); len(n) != 0 {
		t.Errorf("told twice: %+v", n)
	}
}

// TestBounded: more files and sessions in ten minutes than are kept in mind one by one.
func TestBounded(t *testing.T) {
	if testing.Short() {
		t.Skip()
	}
	r := learned(t, rules.Config{})
	w := maria
	for i := range 150_000 {
		w.Session = i / 30
		r.do(rules.Fact{Who: w, Verb: rules.Read, Path: fmt.Sprint(folder, "/", i)})
		if i%1000 == 0 {
			r.at = r.at.Add(time.Second)
		}
	}
	i := r.e.Open()
	last := i[len(i)-1]
	if last.Rule != rules.Bulk || len(last.Paths) != rules.MostPaths || last.Counts.Read < 149_000 {
		t.Errorf("%s: %d read, %d paths", last.Rule, last.Counts.Read, len(last.Paths))
	}
	if len(i) > 3 {
		t.Errorf("%d incidents for one program that starts sessions", len(i))
	}
}

func TestReview(t *testing.T) {
	r := learned(t, rules.Config{})
	list, left := r.e.Profile().Review()
	if len(list) != 2 || left != 0 {
		t.Fatalf("%d sentences, %d left", len(list), left)
	}
	b := list[0]
	if b.Program != "/usr/bin/rsync" || b.Most != 501 || b.From != 1 || b.To != 2 || b.Verbs != rules.Read {
		t.Errorf("%+v", b)
	}
	if o := list[1]; o.From != 10 || o.To != 11 || o.Verbs != rules.Read|rules.Change {
		t.Errorf("%+v", o)
	}
	for i := range 40 {
		w := maria
		w.Program = fmt.Sprint("/opt/", i)
		r.do(rules.Fact{Who: w, Verb: rules.Read, Path: "x"})
	}
	if list, left = r.e.Profile().Review(); len(list) != rules.MostSentences || left != 22 {
		t.Errorf("%d sentences, %d left", len(list), left)
	}
}

func TestParseWeek(t *testing.T) {
	for _, bad := range []string{"mon", "xxx 08:00-12:00", "mon 8-12", "mon 08:00-25:00", "mon 08:61-12:00", "mon 08:00-08:00", "mon-xxx 08:00-09:00", "mon 08:00-12:00x"} {
		if _, err := rules.ParseWeek(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	w, err := rules.ParseWeek("fri-sun 20:00-02:00")
	if err != nil {
		t.Fatal(err)
	}
	for at, open := range map[string]bool{
		"2026-11-27T19:59": false, "2026-11-27T20:00": true, "2026-11-28T01:59": true, "2026-11-28T02:00": false, "2026-11-30T01:00": true, "2026-11-30T21:00": false,
	} {
		tm, err := time.Parse("2006-01-02T15:04", at)
		if err != nil {
			t.Fatal(err)
		}
		if w.Open(tm) != open {
			t.Errorf("%s: open is %v", at, !open)
		}
	}
}

func BenchmarkSee(b *testing.B) {
	e := rules.New(rules.Config{}, rules.NewProfile(day, nil))
	at := day
	for i := 0; b.Loop(); i++ {
		if i%100 == 0 {
			at = at.Add(10 * time.Millisecond)
		}
		e.See(rules.Fact{At: at, Who: maria, Folder: folder, Verb: rules.Read, Path: fmt.Sprint(i % 50_000)})
	}
}
