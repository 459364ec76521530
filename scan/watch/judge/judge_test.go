package judge_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/judge"
	"custode/scan/watch/rules"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func noise(seed string, n int) []byte {
	out := make([]byte, 0, n+32)
	for i := 0; len(out) < n; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", seed, i))
		out = append(out, sum[:]...)
	}
	return out[:n]
}

func list(n int) []byte {
	return []byte("Nome;Email\n" + strings.Repeat("Anna Rossi;anna@example.com\n", n))
}

func letter(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	must(t, err)
	_, err = w.Write([]byte(strings.Repeat(text, 300)))
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}

// shop is a folder of files, a judge that learned it, and the rules behind.
type shop struct {
	t     *testing.T
	dir   string
	j     *judge.Judge
	e     *rules.Engine
	at    time.Time
	who   *watch.Actor
	facts []rules.Fact
	news  []string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, dir: t.TempDir(), at: time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC), who: &watch.Actor{PID: 9, Session: 7, User: "maria", Program: "/usr/bin/thing", Terminal: true}}
	s.j = judge.New(judge.Options{
		Folders: []string{s.dir}, Open: func(p string) (judge.File, error) { return os.Open(p) },
		Decoy:     func(p string) bool { return strings.HasPrefix(filepath.Base(p), "decoy") },
		Announced: func(p string) bool { return strings.Contains(p, "announced") },
		Own:       func(a *watch.Actor) bool { return a.Program == "/usr/bin/custode" },
	})
	s.e = rules.New(rules.Config{}, rules.NewProfile(s.at, nil))
	for i := range 60 {
		n := fmt.Sprintf("%02d", i)
		s.put(n+".csv", list(200+i))
		s.put(n+".docx", letter(t, "Gentile cliente "+n))
	}
	s.put("sub/decoy.csv", list(50))
	s.put("announced.csv", list(90))
	s.put("open/a.csv", list(90))
	must(t, os.Chmod(s.path("open"), 0o755))
	must(t, filepath.WalkDir(s.dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			s.j.Learn(p)
		}
		return err
	}))
	return s
}

func (s *shop) path(n string) string { return filepath.Join(s.dir, filepath.FromSlash(n)) }

func (s *shop) put(n string, b []byte) {
	s.t.Helper()
	must(s.t, os.MkdirAll(filepath.Dir(s.path(n)), 0o700))
	must(s.t, os.WriteFile(s.path(n), b, 0o600))
}

func (s *shop) tell(ev watch.Event) {
	s.at = s.at.Add(50 * time.Millisecond)
	ev.At, ev.Actor = s.at, s.who
	s.take(s.j.Facts(ev))
}

func (s *shop) take(facts []rules.Fact) {
	s.facts = append(s.facts, facts...)
	for _, f := range facts {
		for _, n := range s.e.See(f) {
			s.news = append(s.news, string(n.Incident.Rule)+" "+n.Incident.Severity.String())
		}
	}
}

func (s *shop) write(n string, b []byte) {
	s.put(n, b)
	s.tell(watch.Event{Op: watch.Write | watch.CloseWrite, Path: s.path(n)})
}

func (s *shop) create(n string, b []byte) {
	s.put(n, b)
	s.tell(watch.Event{Op: watch.Create, Path: s.path(n)})
	s.tell(watch.Event{Op: watch.Write | watch.CloseWrite, Path: s.path(n)})
}

func (s *shop) rename(from, to string) {
	must(s.t, os.Rename(s.path(from), s.path(to)))
	s.tell(watch.Event{Op: watch.Rename, From: s.path(from), Path: s.path(to)})
}

func (s *shop) remove(n string) {
	must(s.t, os.Remove(s.path(n)))
	s.tell(watch.Event{Op: watch.Delete, Path: s.path(n)})
}

// TestStyles: ten ways to take a shop's files hostage. At the alert at most four are lost.
func TestStyles(t *testing.T) {
	styles := map[string]func(s *shop, n string, b []byte){
		"in place":              func(s *shop, n string, b []byte) { s.write(n, noise(n, len(b))) },
		"in place, header kept": func(s *shop, n string, b []byte) { s.write(n, append(b[:64:64], noise(n, len(b)-64)...)) },
		"16 of 32 bytes": func(s *shop, n string, b []byte) {
			c := noise(n, len(b))
			for i := 64; i < len(b); i += 32 {
				copy(b[i:min(i+16, len(b))], c[i:])
			}
			s.write(n, b)
		},
		"low entropy": func(s *shop, n string, b []byte) { s.write(n, fmt.Appendf(nil, "%x", noise(n, len(b)))) },
		"in place, renamed": func(s *shop, n string, b []byte) {
			s.write(n, noise(n, len(b)))
			s.rename(n, n+".locked")
		},
		"renamed first": func(s *shop, n string, b []byte) {
			s.rename(n, n+".locked")
			s.write(n+".locked", noise(n, len(b)))
		},
		"new file, old deleted": func(s *shop, n string, b []byte) {
			s.create(n+".enc", noise(n, len(b)))
			s.remove(n)
		},
		"new file under another name, old deleted": func(s *shop, n string, b []byte) {
			s.create(fmt.Sprintf("%x.bin", noise(n, 4)), noise(n, len(b)))
			s.remove(n)
		},
		"new file moved over the old": func(s *shop, n string, b []byte) {
			s.create(n+".tmp", noise(n, len(b)))
			s.rename(n+".tmp", n)
		},
		"in place, renamed before it could be looked at": func(s *shop, n string, b []byte) {
			s.put(n, noise(n, len(b)))
			must(s.t, os.Rename(s.path(n), s.path(n+".locked")))
			s.tell(watch.Event{Op: watch.Write | watch.CloseWrite, Path: s.path(n)})
			s.tell(watch.Event{Op: watch.Rename, From: s.path(n), Path: s.path(n + ".locked")})
		},
		"wiped and deleted before it could be looked at": func(s *shop, n string, _ []byte) {
			must(s.t, os.Remove(s.path(n)))
			s.tell(watch.Event{Op: watch.Write | watch.CloseWrite, Path: s.path(n)})
			s.tell(watch.Event{Op: watch.Delete, Path: s.path(n)})
		},
		"the old one moved aside, a new one in its place, the old one deleted": func(s *shop, n string, b []byte) {
			s.rename(n, "x.tmp")
			s.create(n, noise(n, len(b)))
			s.remove("x.tmp")
		},
		"emptied": func(s *shop, n string, _ []byte) { s.write(n, nil) },
		"a loop over age, by hand": func(s *shop, n string, b []byte) {
			s.create(n+".age", append([]byte("age-encryption.org/v1\n"), noise(n, len(b))...))
			s.remove(n)
		},
	}
	for name, do := range styles {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			lost := 0
			for i := range 20 {
				for _, n := range []string{fmt.Sprintf("%02d.csv", i), fmt.Sprintf("%02d.docx", i)} {
					b, err := os.ReadFile(s.path(n))
					must(t, err)
					lost++
					do(s, n, b)
					if len(s.news) > 0 {
						if s.news[0] != "unreadable critical" || lost > 5 {
							t.Errorf("%v after %d files", s.news, lost)
						}
						t.Logf("%d lost at the alert", lost)
						return
					}
				}
			}
			t.Error("never noticed")
		})
	}
}

// TestHonest: what programs do every day makes no incident.
func TestHonest(t *testing.T) {
	gz := func(b []byte) []byte {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, err := w.Write(b)
		must(t, err)
		must(t, w.Close())
		return z.Bytes()
	}
	cases := map[string]func(s *shop){
		"letters saved in place": func(s *shop) {
			for i := range 40 {
				s.write(fmt.Sprintf("%02d.docx", i), letter(t, fmt.Sprint("Gentile signora ", i)))
			}
		},
		"letters saved by renaming": func(s *shop) {
			for i := range 40 {
				n := fmt.Sprintf("%02d.docx", i)
				s.create("lu"+n+".tmp", letter(t, fmt.Sprint("Gentile signora ", i)))
				s.rename("lu"+n+".tmp", n)
			}
		},
		"saved with a copy kept": func(s *shop) {
			for i := range 15 {
				n := fmt.Sprintf("%02d.csv", i)
				s.rename(n, n+"~")
				s.create(n, list(300))
				s.remove(n + "~")
			}
		},
		"letters looked at while they are saved": func(s *shop) {
			for i := range 40 {
				n := fmt.Sprintf("%02d.docx", i)
				s.put(n, nil)
				s.tell(watch.Event{Op: watch.Write, Path: s.path(n)})
				s.write(n, letter(t, fmt.Sprint("Gentile signora ", i)))
			}
		},
		"a big file that is written for half a minute": func(s *shop) {
			for i := range 4 {
				n := fmt.Sprintf("%02d.docx", i)
				s.put(n, letter(t, "x")[:60])
				for range 6 {
					s.at = s.at.Add(1500 * time.Millisecond)
					s.tell(watch.Event{Op: watch.Write, Path: s.path(n)})
					s.take(s.j.Tick(s.at))
				}
				s.write(n, letter(t, "Gentile signora"))
			}
		},
		"unpacked: a folder for itself alone, then for all": func(s *shop) {
			must(t, os.Mkdir(s.path("new"), 0o700))
			s.tell(watch.Event{Op: watch.Create, Dir: true, Path: s.path("new")})
			for i := range 40 {
				n := fmt.Sprintf("new/%02d.csv", i)
				s.create(n, list(20))
				must(t, os.Chmod(s.path(n), 0o644))
				s.tell(watch.Event{Op: watch.Permission, Path: s.path(n)})
			}
			must(t, os.Chmod(s.path("new"), 0o755))
			s.tell(watch.Event{Op: watch.Permission, Dir: true, Path: s.path("new")})
		},
		"a clone, of which a listing told first; then another branch": func(s *shop) {
			for i := range 40 {
				n := fmt.Sprintf("clone/%02d.csv", i)
				s.put(n, list(20))
				who := s.who
				s.who = nil
				s.tell(watch.Event{Op: watch.Create, Path: s.path(n)})
				s.who = who
				s.create(n, list(20))
				s.create(fmt.Sprintf("clone/pack%d", i), noise(n, 3000))
				s.remove(n)
			}
		},
		"a folder's time set": func(s *shop) {
			s.tell(watch.Event{Op: watch.Permission, Dir: true, Path: s.path("open")})
		},
		"a folder of many years packed under its name": func(s *shop) {
			for i := range 40 {
				must(t, os.MkdirAll(s.path("2019/03"), 0o700))
				n := fmt.Sprintf("2019/03/%02d.csv", i)
				s.put(n, list(20))
				s.j.Learn(s.path(n))
			}
			s.create("2019.zip", letter(t, "all of it"))
			for i := range 40 {
				s.remove(fmt.Sprintf("2019/03/%02d.csv", i))
			}
		},
		"saved with the old one moved aside": func(s *shop) {
			for i := range 40 {
				n := fmt.Sprintf("%02d.docx", i)
				s.create("~WRD.tmp", letter(t, fmt.Sprint("Gentile signora ", i)))
				s.rename(n, "~WRL.tmp")
				s.rename("~WRD.tmp", n)
				s.remove("~WRL.tmp")
			}
		},
		"rows added": func(s *shop) {
			for i := range 150 {
				s.write("00.csv", list(300+i))
			}
		},
		"sixty orders packed": func(s *shop) {
			for i := range 60 {
				n := fmt.Sprintf("%02d.csv", i)
				s.create(n+".gz", gz(list(200+i)))
				s.remove(n)
			}
		},
		"a program's temporary files": func(s *shop) {
			for i := range 50 {
				n := fmt.Sprint("tmp", i)
				s.create(n, noise(n, 5000))
				s.remove(n)
			}
		},
		"custode seals what it announced": func(s *shop) {
			s.who = &watch.Actor{Session: 7, User: "maria", Program: "/usr/bin/custode"}
			for i := range 40 {
				n := fmt.Sprintf("announced%d.csv", i)
				s.put(n, list(20))
				s.j.Learn(s.path(n))
				s.create(n+".age", append([]byte("age-encryption.org/v1\n"), noise(n, 900)...))
				s.remove(n)
			}
		},
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			do(s)
			s.take(s.j.Tick(s.at.Add(time.Minute)))
			if len(s.news) > 0 {
				t.Errorf("%v", s.news)
			}
			if len(s.facts) == 0 {
				t.Error("nothing was seen")
			}
		})
	}
}

// TestNotAnnounced: custode's own program, or its format, excuses nothing else.
func TestNotAnnounced(t *testing.T) {
	s := newShop(t)
	s.who = &watch.Actor{Session: 7, User: "maria", Program: "/usr/bin/custode"}
	for i := range 3 {
		n := fmt.Sprintf("%02d.csv", i)
		s.write(n, append([]byte("age-encryption.org/v1\n"), noise(n, 900)...))
	}
	if len(s.news) != 1 {
		t.Errorf("%v", s.news)
	}
	s = newShop(t)
	s.who = &watch.Actor{Session: 7, User: "maria", Program: "/usr/bin/custode"}
	s.write("announced.csv", noise("x", 900))
	if f := s.facts[0]; f.Own {
		t.Error("noise passes for a sealed file")
	}
}

func TestFolderRenamed(t *testing.T) {
	s := newShop(t)
	must(t, os.Rename(s.path("sub"), s.path("other")))
	s.tell(watch.Event{Op: watch.Rename, Dir: true, From: s.path("sub"), Path: s.path("other")})
	s.write("other/decoy.csv", noise("d", 900))
	f := s.facts[len(s.facts)-1]
	if !f.Decoy || f.Lost == 0 {
		t.Errorf("what a file was is forgotten when its folder is renamed: %+v", f)
	}
}

func TestPermission(t *testing.T) {
	s := newShop(t)
	must(t, os.Chmod(s.path("00.csv"), 0o644))
	s.tell(watch.Event{Op: watch.Permission, Path: s.path("00.csv")})
	s.tell(watch.Event{Op: watch.Permission, Path: s.path("00.csv")})
	must(t, os.Chmod(s.path("00.csv"), 0o600))
	s.tell(watch.Event{Op: watch.Permission, Path: s.path("00.csv")})
	if len(s.facts) != 3 || !s.facts[0].Exposed || s.facts[1].Exposed || s.facts[2].Exposed {
		t.Errorf("%+v", s.facts)
	}
}

// TestFolderOpened: a folder that was there is opened to everyone, under any name.
func TestFolderOpened(t *testing.T) {
	s := newShop(t)
	must(t, os.Rename(s.path("sub"), s.path("other")))
	s.tell(watch.Event{Op: watch.Rename, Dir: true, From: s.path("sub"), Path: s.path("other")})
	must(t, os.Chmod(s.path("other"), 0o755))
	s.tell(watch.Event{Op: watch.Permission, Dir: true, Path: s.path("other")})
	if len(s.news) != 1 || s.news[0] != "mass high" {
		t.Errorf("%v", s.news)
	}
}

// TestFolderMovedAway: the files of a folder that left are gone.
func TestFolderMovedAway(t *testing.T) {
	s := newShop(t)
	for i := range 40 {
		n := fmt.Sprintf("2019/03/%02d.csv", i)
		s.put(n, list(20))
		s.j.Learn(s.path(n))
	}
	must(t, os.Rename(s.path("2019"), filepath.Join(t.TempDir(), "2019")))
	s.tell(watch.Event{Op: watch.Rename, Dir: true, From: s.path("2019")})
	if len(s.news) != 1 || s.news[0] != "mass high" {
		t.Errorf("%v", s.news)
	}
}

// TestStaysOpen: what is kept open for writing is looked at when nothing more comes.
func TestStaysOpen(t *testing.T) {
	s := newShop(t)
	for i := range 3 {
		n := fmt.Sprintf("%02d.csv", i)
		s.put(n, noise(n, 9000))
		s.tell(watch.Event{Op: watch.Write, Path: s.path(n)})
	}
	s.take(s.j.Tick(s.at.Add(3 * time.Second)))
	if len(s.news) != 1 || s.news[0] != "unreadable critical" {
		t.Errorf("%v", s.news)
	}
}

// TestBusyFile: a file that is written all the time is looked at once a second.
func TestBusyFile(t *testing.T) {
	s := newShop(t)
	for i := range 100 {
		s.write("00.csv", list(300+i))
	}
	if n := len(s.facts); n < 3 || n > 12 {
		t.Errorf("%d looks in five seconds", n)
	}
	s.put("00.csv", noise("00", 9000))
	s.tell(watch.Event{Op: watch.Write, Path: s.path("00.csv")})
	s.take(s.j.Tick(s.at.Add(2 * time.Second)))
	if f := s.facts[len(s.facts)-1]; f.Lost == 0 {
		t.Errorf("what waited was not looked at: %+v", f)
	}
}

func TestDecoyGoneWithFolder(t *testing.T) {
	s := newShop(t)
	must(t, os.RemoveAll(s.path("sub")))
	s.tell(watch.Event{Op: watch.Delete, Path: s.path("sub/decoy.csv")})
	if f := s.facts[0]; !f.Decoy || !f.WithAll || len(s.news) > 0 {
		t.Errorf("%+v %v", f, s.news)
	}
}

// TestOwnDecoys: custode looks at its decoys and removes them without alarming anybody,
// if it has announced it; nobody else does, and custode not without having announced it.
func TestOwnDecoys(t *testing.T) {
	for _, c := range []struct {
		program, name string
		own           bool
	}{
		{"/usr/bin/custode", "announced/decoy.csv", true},
		{"/usr/bin/custode", "sub/decoy.csv", false},
		{"/usr/bin/thing", "announced/decoy.csv", false},
	} {
		for _, op := range []watch.Op{watch.Read, watch.Delete} {
			s := newShop(t)
			s.put("announced/decoy.csv", list(40))
			s.j.Learn(s.path("announced/decoy.csv"))
			s.who.Program = c.program
			s.tell(watch.Event{Op: op, Path: s.path(c.name)})
			if f := s.facts[0]; !f.Decoy || f.Own != c.own || (len(s.news) == 0) != c.own {
				t.Errorf("%s, %s %v: %+v %v", c.program, c.name, op, f, s.news)
			}
		}
	}
	s := newShop(t) // a list that is deleted is another thing
	s.who.Program = "/usr/bin/custode"
	s.tell(watch.Event{Op: watch.Delete, Path: s.path("announced.csv")})
	if f := s.facts[0]; f.Own {
		t.Errorf("%+v", f)
	}
}

// TestFreshDecoy: a decoy that was placed while the watch runs gets its name when it is
// whole. The first write to it is no creation, whoever's session it was placed in.
func TestFreshDecoy(t *testing.T) {
	s := newShop(t)
	s.put("decoy-fresh.csv", list(40))
	s.tell(watch.Event{Op: watch.Create, Path: s.path("decoy-fresh.csv")})
	if len(s.news) > 0 {
		t.Errorf("placed: %v", s.news)
	}
	s.put("decoy-fresh.csv", noise("x", 900))
	s.tell(watch.Event{Op: watch.CloseWrite, Path: s.path("decoy-fresh.csv")})
	if len(s.news) == 0 || s.news[0] != "decoy critical" {
		t.Errorf("changed: %+v %v", s.facts, s.news)
	}
}
