package main

import (
	"bufio"
	"bytes"
	"fmt"
	"html"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/inplace"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// pageProcess is a page in a process of its own, that can be killed.
type pageProcess struct {
	*visitor

	cmd *exec.Cmd
}

func (p *pageProcess) kill() {
	_ = p.cmd.Process.Kill() // SIGKILL; it may have ended
	_ = p.cmd.Wait()         // it was to fail
}

// killable starts the page of a home, and gives a browser that was let in.
func killable(t *testing.T, home string) *pageProcess {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "serve", "--no-browser", "--addr", "127.0.0.1:0")
	cmd.Args[0] = "custode" // as testscript starts the program
	cmd.Env = append(os.Environ(), "CUSTODE_HOME="+home, "LANG=en_GB.UTF-8", "HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p := &pageProcess{&visitor{t: t, home: home}, cmd}
	t.Cleanup(p.kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := oneTime.FindStringSubmatch(lines.Text()); m != nil {
			p.host = m[1]
			p.enter(m[2])
			return p
		}
	}
	t.Fatal("no address")
	return nil
}

// killedShop is a shop whose page is killed at work.
type killedShop struct {
	t          *testing.T
	shop, home string
	files      map[string][]byte // what each holds, by its path
	ids        []age.Identity
	rnd        *rand.Rand
}

func newKilledShop(t *testing.T) *killedShop {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := &killedShop{t: t, shop: filepath.Join(t.TempDir(), "shop"), home: filepath.Join(t.TempDir(), "home"), files: map[string][]byte{}, rnd: rand.New(rand.NewPCG(seed, 1))}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 80 {
		dir := filepath.Join(s.shop, []string{".", "2019", "2020", "2021"}[i%4])
		must(os.MkdirAll(dir, 0o700))
		path := filepath.Join(dir, fmt.Sprintf("customers-%d.csv", i))
		s.files[path] = fmt.Appendf(nil, "name,mail\nAnna Rossi,anna%d@example.com\n%s", i, strings.Repeat("nothing,\n", 1<<10))
		must(os.WriteFile(path, s.files[path], 0o600))
	}
	custode(t, s.home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", s.shop)
	r, u, err := ring.Create(filepath.Join(s.home, "keys"), ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString(vaultPass), WorkFactor: 2, Now: time.Now()})
	must(err)
	must(r.Proven(time.Now()))
	s.ids = u.Identities()
	return s
}

// is counts the files that are readable and those that are sealed, and wants each to be one of them, whole. A file
// that is both counts as both.
func (s *killedShop) is(when string) (readable, sealed int) {
	both := 0
	defer func() {
		s.t.Logf("%s: %d readable, %d both, %d sealed", when, readable, both, sealed)
		readable, sealed = readable+both, sealed+both
	}()
	s.t.Helper()
	for path, want := range s.files {
		raw, err := os.ReadFile(path)
		here := err == nil && bytes.Equal(raw, want)
		if err == nil && !here {
			s.t.Errorf("%s: %s is readable and not whole", when, path)
		}
		raw, err = os.ReadFile(path + ".age")
		there := err == nil
		if there {
			if in, err := age.Decrypt(bytes.NewReader(raw), s.ids...); err != nil {
				s.t.Errorf("%s: %s is sealed and does not open: %v", when, path, err)
			} else if got := new(bytes.Buffer); true {
				if _, err := got.ReadFrom(in); err != nil || !bytes.Equal(got.Bytes(), want) {
					s.t.Errorf("%s: %s is sealed and not whole: %v", when, path, err)
				}
			}
		}
		switch {
		case !here && !there:
			s.t.Errorf("%s: %s is lost", when, path)
		case !there:
			readable++
		case !here:
			sealed++
		default:
			both++
		}
	}
	return readable, sealed
}

// tidy wants no temporary file to be left.
func (s *killedShop) tidy() {
	s.t.Helper()
	_ = filepath.WalkDir(s.shop, func(path string, d fs.DirEntry, err error) error {
		if err == nil && inplace.IsTemporary(d.Name()) {
			s.t.Errorf("left behind: %s", path)
		}
		return err
	})
}

// killAt kills the page once some of the files, drawn by lot, have got a new name, and a moment later.
func (s *killedShop) killAt(p *pageProcess, done func(name string) bool) {
	s.t.Helper()
	from, end := 1+s.rnd.IntN(len(s.files)/2), time.Now().Add(time.Minute)
	for n := 0; n < from && time.Now().Before(end); time.Sleep(time.Millisecond) {
		n = 0
		_ = filepath.WalkDir(s.shop, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && done(d.Name()) {
				n++
			}
			return nil
		})
	}
	time.Sleep(time.Duration(s.rnd.Int64N(int64(10 * time.Millisecond))))
	p.kill()
}

var brokenID = regexp.MustCompile(`name="id" value="([a-z0-9]+)"`)

// finishes has the page finish what it says was broken off, and waits for it.
func (s *killedShop) finishes(p *pageProcess, what string) (form string) {
	s.t.Helper()
	body := html.UnescapeString(p.sees("/", what))
	_, body, _ = strings.Cut(body, `action="/broken/finish"`)
	m := brokenID.FindStringSubmatch(body)
	if m == nil {
		s.t.Fatal("nothing to finish")
	}
	return url.Values{"id": {m[1]}, "back": {"/"}, "passphrase": {vaultPass}}.Encode()
}

// ended waits until a work of the page has ended.
func (p *pageProcess) ended() {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if _, body := p.get("/work/1"); !strings.Contains(body, "data-work") {
			if strings.Contains(body, `role="alert"`) {
				p.t.Errorf("it failed: %s", body)
			}
			return
		}
		if time.Now().After(end) {
			p.t.Fatal("the work does not end")
		}
	}
}

// TestPageKilled kills the page while it seals, kills it again while it finishes that, and so while it makes all
// readable again. Each file is whole all the time, and the page says what was broken off until it is finished.
func TestPageKilled(t *testing.T) {
	s := newKilledShop(t)
	sealed := func(name string) bool { return strings.HasSuffix(name, ".age") }
	readable := func(name string) bool { return strings.HasSuffix(name, ".csv") }
	p := killable(t, s.home)
	_, body := p.post("/data/seal", "all=listed")
	seen := regexp.MustCompile(`name="seen" value="([^"]+)"`).FindStringSubmatch(body)
	if seen == nil {
		t.Fatal(body)
	}
	p.post("/data/seal/now", url.Values{"all": {"listed"}, "seen": {seen[1]}}.Encode())
	s.killAt(p, sealed)
	if n, _ := s.is("killed while sealing"); n > 0 {
		p = killable(t, s.home)
		for _, page := range []string{"/data", "/vault"} {
			p.sees(page, "Sealing was broken off")
		}
		p.post("/broken/finish", s.finishes(p, "Sealing was broken off"))
		time.Sleep(time.Duration(s.rnd.Int64N(int64(200 * time.Millisecond))))
		p.kill()
	}
	if n, _ := s.is("killed while finishing"); n > 0 {
		p = killable(t, s.home)
		p.post("/broken/finish", s.finishes(p, "Sealing was broken off"))
		p.ended()
		p.kill()
	}
	if n, _ := s.is("finished"); n > 0 {
		t.Errorf("%d are readable", n)
	}
	s.tidy()

	p = killable(t, s.home)
	if _, body := p.get("/vault"); strings.Contains(body, "was broken off") {
		t.Errorf("still broken off: %s", body)
	}
	p.post("/vault/unseal", url.Values{"file": {filepath.Join(s.shop, "customers-0.csv.age")}, "how": {"all"}, "passphrase": {vaultPass}}.Encode())
	s.killAt(p, readable)
	if _, n := s.is("killed while unsealing"); n > 0 {
		p = killable(t, s.home)
		p.post("/broken/finish", s.finishes(p, "Making files readable was broken off"))
		time.Sleep(time.Duration(s.rnd.Int64N(int64(200 * time.Millisecond))))
		p.kill()
	}
	if _, n := s.is("killed while finishing"); n > 0 {
		p = killable(t, s.home)
		p.post("/broken/finish", s.finishes(p, "Making files readable was broken off"))
		p.ended()
		p.kill()
	}
	if _, n := s.is("finished"); n > 0 {
		t.Errorf("%d are sealed", n)
	}
	s.tidy()
}
