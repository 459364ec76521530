package posture

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

//go:embed support.tsv
var supportTable string

// supported looks a system up in the table.
func supported(id, version string) (ends time.Time, rolling, ok bool) {
	for line := range strings.Lines(supportTable) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || f[0] != id || f[1] != version && f[1] != "*" {
			continue
		}
		if f[2] == "-" {
			return time.Time{}, true, true
		}
		ends, err := time.Parse(time.DateOnly, f[2])
		return ends, false, err == nil
	}
	return time.Time{}, false, false
}

// osRelease reads /etc/os-release: lines of NAME=value, as a shell has them.
func osRelease(file []byte) map[string]string {
	out := map[string]string{}
	for line := range bytes.Lines(file) {
		name, value, ok := strings.Cut(strings.TrimSpace(string(line)), "=")
		if ok && !strings.HasPrefix(name, "#") {
			out[name] = unquote(value)
		}
	}
	return out
}

// unquote takes quotes off a value of a shell's assignment.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' && s[0] != '\'' || s[len(s)-1] != s[0] {
		return s
	}
	quote := s[0]
	s = s[1 : len(s)-1]
	if quote == '"' {
		s = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, `$`, "\\`", "`").Replace(s)
	}
	return s
}

// updates tells which system this is, until when it is mended, and when updates came last.
func (c Computer) updates() (u Updates) {
	file, err := c.read("/etc/os-release")
	if err != nil {
		file, err = c.read("/usr/lib/os-release")
	}
	if err != nil {
		u.EndLack = lack(err)
	} else {
		u.name(osRelease(file))
	}
	found := Missing
	for _, log := range updateLogs {
		at, err := log.read(c)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			found = lack(err)
		case at.After(u.Last):
			u.Last, u.Where = at, log.path
		}
	}
	if u.Last.IsZero() {
		u.Lack = found
	}
	return u
}

// name takes over what os-release says.
func (u *Updates) name(r map[string]string) {
	u.Name = r["PRETTY_NAME"]
	if u.Name == "" {
		u.Name = r["NAME"]
	}
	if ends, err := time.Parse(time.DateOnly, r["SUPPORT_END"]); err == nil { // the maker's own word
		u.Ends = ends
		return
	}
	id, version := r["ID"], r["VERSION_ID"]
	if id == "debian" && version == "" { // testing and unstable: they are never finished
		u.Rolling = true
		return
	}
	var ok bool
	if u.Ends, u.Rolling, ok = supported(id, version); !ok {
		major, _, _ := strings.Cut(version, ".")
		u.Ends, u.Rolling, ok = supported(id, major)
	}
	if !ok {
		u.EndLack = Unlisted
	}
}

// lack tells why something could not be read.
func lack(err error) Lack {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return Denied
	case errors.Is(err, fs.ErrNotExist):
		return Missing
	}
	return Damaged
}

// updateLog is a place that tells when updates came.
type updateLog struct {
	path string
	read func(c Computer) (time.Time, error)
}

// updateLogs are looked at all; the newest counts. A log that tells of no update leaves the time zero.
var updateLogs = []updateLog{
	{"/var/log/apt/history.log", func(c Computer) (time.Time, error) { return c.logged("/var/log/apt/history.log", aptUpgrade) }},
	{"/var/log/apt/history.log.1.gz", func(c Computer) (time.Time, error) { return c.logged("/var/log/apt/history.log.1.gz", aptUpgrade) }},
	// touched after a run of unattended-upgrades, also where there was nothing to install
	{"/var/lib/apt/periodic/upgrade-stamp", func(c Computer) (time.Time, error) { return c.touched("/var/lib/apt/periodic/upgrade-stamp") }},
	{"/var/log/dnf.rpm.log", func(c Computer) (time.Time, error) { return c.logged("/var/log/dnf.rpm.log", dnfUpgrade) }},
	{"/var/log/pacman.log", func(c Computer) (time.Time, error) { return c.logged("/var/log/pacman.log", pacmanUpgrade) }},
	{"/var/log/zypp/history", func(c Computer) (time.Time, error) { return c.logged("/var/log/zypp/history", zyppUpgrade) }},
}

func (c Computer) touched(p string) (time.Time, error) {
	info, err := os.Stat(c.path(p))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// logged gives the last moment that a log tells of.
func (c Computer) logged(p string, last func([]byte) time.Time) (time.Time, error) {
	b, err := c.read(p)
	if err == nil && strings.HasSuffix(p, ".gz") {
		b, err = unpack(b)
	}
	if err != nil {
		return time.Time{}, err
	}
	return last(b), nil
}

func unpack(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, 4*most))
}

// aptUpgrade reads apt's history: paragraphs, of which those with Upgrade: count once they have ended.
func aptUpgrade(b []byte) (last time.Time) {
	upgrade := false
	for line := range bytes.Lines(b) {
		s := strings.TrimSpace(string(line))
		switch {
		case s == "":
			upgrade = false
		case strings.HasPrefix(s, "Upgrade:"):
			upgrade = true
		case upgrade && strings.HasPrefix(s, "End-Date:"):
			at, err := time.ParseInLocation("2006-01-02  15:04:05", strings.TrimSpace(strings.TrimPrefix(s, "End-Date:")), time.Local)
			if err == nil && at.After(last) {
				last = at
			}
		}
	}
	return last
}

// dnfUpgrade reads lines as "2026-11-20T10:00:00+0100 SUBDEBUG Upgraded: bash-5.2".
func dnfUpgrade(b []byte) (last time.Time) {
	for line := range bytes.Lines(b) {
		f := strings.Fields(string(line))
		if len(f) < 3 || f[2] != "Upgraded:" && f[2] != "Upgrade:" {
			continue
		}
		for _, layout := range []string{"2006-01-02T15:04:05-0700", time.RFC3339} {
			if at, err := time.Parse(layout, f[0]); err == nil && at.After(last) {
				last = at
			}
		}
	}
	return last
}

// pacmanUpgrade reads lines as "[2026-11-20T10:00:00+0100] [PACMAN] starting full system upgrade"; it
// counts once the next one tells that it went on.
func pacmanUpgrade(b []byte) (last time.Time) {
	for line := range bytes.Lines(b) {
		s := string(line)
		when, what, ok := strings.Cut(strings.TrimPrefix(s, "["), "] ")
		if !ok || !strings.HasPrefix(what, "[ALPM] upgraded ") && !strings.HasPrefix(what, "[PACMAN] starting full system upgrade") {
			continue
		}
		if at, err := time.Parse("2006-01-02T15:04:05-0700", when); err == nil && at.After(last) {
			last = at
		}
	}
	return last
}

// zyppUpgrade reads lines as "2026-11-20 10:00:00|command|root@shop|'zypper' 'patch'|": a command that
// updates, or one of PackageKit.
func zyppUpgrade(b []byte) (last time.Time) {
	for line := range bytes.Lines(b) {
		f := strings.Split(string(line), "|")
		if len(f) < 4 || f[1] != "command" {
			continue
		}
		does := false
		for _, word := range []string{"'up'", "'update'", "'dup'", "'dist-upgrade'", "'patch'", "packagekitd"} {
			does = does || strings.Contains(f[3], word)
		}
		if at, err := time.ParseInLocation(time.DateTime, f[0], time.Local); err == nil && does && at.After(last) {
			last = at
		}
	}
	return last
}
