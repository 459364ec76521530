// Package browser goes through the page as a person does, with the real program on a made-up
// shop, in Debian's Chromium: every page that there is, in both languages, on a phone and on a
// desktop, light and dark. axe-core looks for what shuts people out. `make browser` starts it.
package browser

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/sample"
)

const passphrase = "tramonto lungo sul mare 7319"

// program is the custode to try. The suite takes minutes and is no part of `make test`.
func program(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("CUSTODE_BROWSER")
	if bin == "" {
		t.Skip("SKIPPED, LOUDLY: make browser goes through the page (CUSTODE_BROWSER names the program)")
	}
	return bin
}

// missing skips the test, loudly, unless CUSTODE_REQUIRE has what is missing.
func missing(t *testing.T, what string, err error) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), what) {
		t.Fatalf("%s is required: %v", what, err)
	}
	t.Skipf("SKIPPED, LOUDLY: %s is missing: %v", what, err)
}

// shop is a made-up shop with custode's folder.
type shop struct {
	t               *testing.T
	bin, home, data string
	env             []string // beside what there is
}

// underWine reports whether the program is that for Windows, under wine: internal/sample/winpage.sh starts it.
func underWine() bool { return os.Getenv("CUSTODE_BROWSER_WINE") != "" }

// named is a path of a test as the program calls it: under wine, temporary folders are on drive S.
func named(path string) string {
	if underWine() {
		return "S:" + strings.ReplaceAll(strings.TrimPrefix(path, os.TempDir()), "/", `\`)
	}
	return path
}

// newShop makes the files of a shop; nothing is set up yet.
func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, bin: program(t), home: filepath.Join(t.TempDir(), "home"), data: filepath.Join(t.TempDir(), "bottega")}
	if _, err := sample.Write(s.data, sample.Options{Seed: 1, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the sample has a folder that nobody may read
		_ = filepath.WalkDir(s.data, func(path string, d fs.DirEntry, _ error) error {
			if d != nil && d.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
	})
	return s
}

func (s *shop) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, s.bin, args...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.Env = slices.Concat(os.Environ(), s.env, []string{"CUSTODE_HOME=" + named(s.home), "CUSTODE_LANG=", "LANG=en_GB.UTF-8", "HOME=" + filepath.Dir(s.home)})
	if args[0] != "serve" { // on the page it is typed
		c.Env = append(c.Env, "CUSTODE_PASSPHRASE="+passphrase)
	}
	return c
}

// run runs a command as in a terminal, and wants one of the exit codes that are no failure.
func (s *shop) run(args ...string) string {
	s.t.Helper()
	out, err := s.command(s.t.Context(), args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 3) {
		s.t.Fatalf("custode %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// setUp does what the first run asks, without keys.
func (s *shop) setUp(lang string) {
	s.t.Helper()
	s.run("--lang", lang, "init", "--yes", "--shop", "Bottega Esempio", "--country", "IT", "--data", named(s.data))
}

// serve starts the page and gives the link that opens it once. The page ends with the test.
func (s *shop) serve(more ...string) (link string) {
	s.t.Helper()
	c := s.command(context.WithoutCancel(s.t.Context()), append([]string{"serve", "--no-browser", "--addr", "127.0.0.1:0"}, more...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	c.Stderr = c.Stdout
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		kill := time.AfterFunc(10*time.Second, func() { s.t.Error("the page does not end"); _ = c.Process.Kill() })
		_ = c.Wait()
		kill.Stop()
	})
	var said []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = append(said, lines.Text())
		if at := strings.Index(lines.Text(), "http://"); at >= 0 {
			link = strings.TrimSpace(lines.Text()[at:])
			go func() { // it may go on speaking
				for lines.Scan() {
					_ = lines.Text()
				}
			}()
			return link
		}
	}
	s.t.Fatalf("no link: %s", said)
	return ""
}

// another asks for another link to the page that runs.
func (s *shop) another() string {
	s.t.Helper()
	out := s.run("serve", "--no-browser")
	at := strings.Index(out, "http://")
	if at < 0 {
		s.t.Fatalf("no link: %s", out)
	}
	return strings.TrimSpace(strings.SplitN(out[at:], "\n", 2)[0])
}
