package replay

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"custode/scan/watch/rules"
)

// environment of the system's programs.
func (tr *tree) surroundings() []string {
	home := filepath.Join(tr.away, "home")
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GNUPGHOME=" + home, "TMPDIR=" + filepath.Join(tr.away, "tmp"), "LC_ALL=C.UTF-8",
		"AWAY=" + tr.away, "SHOP=" + tr.shop,
		"GIT_AUTHOR_NAME=Anna", "GIT_AUTHOR_EMAIL=anna@example.com", "GIT_COMMITTER_NAME=Anna", "GIT_COMMITTER_EMAIL=anna@example.com", "GIT_CONFIG_NOSYSTEM=1",
	}
}

// shell runs a script in the shop, in a session of its own.
func (tr *tree) shell(t *testing.T, script string) {
	t.Helper()
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir, cmd.Env = tr.shop, tr.surroundings()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.500s", err, out)
	}
}

// act makes one trace happen on a new tree and says what the watch made of it.
func act(t *testing.T, tr *tree, c *trace, p *rules.Profile, at time.Time) (told []string, events int64) {
	t.Helper()
	tr.again(t, 700)
	tr.fill(t, false)
	for _, d := range []string{"home", "tmp"} {
		must(t, os.Mkdir(filepath.Join(tr.away, d), 0o700))
	}
	if c.before != "" {
		tr.shell(t, c.before)
	}
	y := watching(t, tr, p, at, nil)
	if c.work != "" {
		must(t, tr.role(t, "work:"+c.work).Wait())
	}
	if c.script != "" {
		tr.shell(t, c.script)
	}
	y.settle(t)
	news, blind := y.close()
	if len(blind) > 0 {
		t.Errorf("blind: %+v", blind)
	}
	return incidents(news), y.events.Load()
}

// confirm says of all that a person is asked about that it is normal.
func confirm(p *rules.Profile, on time.Time) {
	list, _ := p.Review()
	for _, s := range list {
		for _, folder := range s.Folders {
			p.Answer(rules.Key{Folder: folder, User: s.User, Program: s.Program}, rules.Normal, "Anna", on)
		}
	}
}

func missingPrograms(needs string) (out []string) {
	for n := range strings.FieldsSeq(needs) {
		if _, err := exec.LookPath(n); err != nil {
			out = append(out, n)
		}
	}
	return out
}

// TestRootHonest: what is done every day makes no alarm: nothing critical, at most one
// incident when it is done for the first time, and none when it was confirmed.
func TestRootHonest(t *testing.T) {
	tr := newTree(t, 8)
	events, done := int64(0), 0
	for i := range traces {
		c := &traces[i]
		if !c.quick && !full() {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			if m := missingPrograms(c.needs); m != nil {
				t.Skipf("SKIPPED, LOUDLY: %v not installed", m)
			}
			p := rules.NewProfile(time.Time{}, nil)
			first, n := act(t, tr, c, p, day)
			confirm(p, day.AddDate(0, 0, 7))
			second, more := act(t, tr, c, p, day.AddDate(0, 0, 8))
			events, done = events+n+more, done+1
			t.Logf("| %-42s %6d events: first %v, when confirmed %v", c.name, n, first, second)
			if len(first) > 1 || strings.Contains(strings.Join(first, ""), "critical") {
				t.Errorf("when first done: %q", first)
			}
			if len(second) > 0 {
				t.Errorf("when confirmed: %q", second)
			}
		})
	}
	t.Logf("| %d traces, %d events", done, events)
	if full() && (done < 30 || events < 100_000) {
		t.Error("fewer than thirty traces, or than 100,000 events")
	}
}
