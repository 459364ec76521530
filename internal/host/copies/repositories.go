package copies

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// restic keeps the snapshots that it has seen in its cache, one folder a repository. Their
// content is encrypted; their time is when this computer got or made them.
func restic(c Computer) (out []Backup) {
	dir := filepath.Join(c.cache(), "restic")
	if v := c.Env("RESTIC_CACHE_DIR"); filepath.IsAbs(v) {
		dir = v
	}
	repos, err := c.list(dir)
	if err != nil {
		return []Backup{{Program: "restic", Lack: Unreadable, Sealed: Yes}}
	}
	for _, repo := range repos {
		if !isHex(repo.Name(), 64) {
			continue
		}
		at, err := c.newest(filepath.Join(dir, repo.Name(), "snapshots"))
		b := Backup{Program: "restic", Sealed: Yes}.timed(at, Never)
		if err != nil {
			b = b.timed(time.Time{}, Unreadable)
		}
		out = append(out, b)
	}
	return out
}

// newest gives the time of the newest file one or two levels below a folder.
func (c Computer) newest(dir string) (newest time.Time, err error) {
	entries, err := c.list(dir)
	if err != nil {
		return newest, err
	}
	for _, e := range entries {
		at := time.Time{}
		if e.IsDir() {
			below, err := c.list(dir, e.Name())
			if err != nil {
				return newest, err
			}
			for _, f := range below {
				if info, err := f.Info(); err == nil && info.Mode().IsRegular() && info.ModTime().After(at) {
					at = info.ModTime()
				}
			}
		} else if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			at = info.ModTime()
		}
		if at.After(newest) {
			newest = at
		}
	}
	return newest, nil
}

func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}

// borg keeps for each repository where it is, the type of its key and when its list of
// archives last changed.
func borg(c Computer) (out []Backup) {
	base := filepath.Join(c.config(), "borg", "security")
	if c.System == "darwin" || c.System == "windows" { // it follows the habits of Linux everywhere
		base = filepath.Join(c.Home, ".config", "borg", "security")
	}
	repos, err := c.list(base)
	if err != nil {
		return []Backup{{Program: "Borg", Lack: Unreadable}}
	}
	for _, repo := range repos {
		if !isHex(repo.Name(), 64) {
			continue
		}
		dir := filepath.Join(base, repo.Name())
		b := Backup{Program: "Borg"}
		stamp, err := c.read(dir, "manifest-timestamp")
		at, ok := borgTime(stamp)
		switch {
		case err != nil, stamp != nil && !ok:
			b = b.timed(time.Time{}, Unreadable)
		default:
			b = b.timed(at, Never)
		}
		if kind, err := c.read(dir, "key-type"); err == nil {
			b.Sealed = borgSealed(kind)
		}
		if where, err := c.read(dir, "location"); err == nil {
			b.Place = localPath(string(where))
		}
		out = append(out, b)
	}
	return out
}

// borgTime reads the time of a manifest, which is UTC and says so only in newer versions.
func borgTime(b []byte) (time.Time, bool) {
	s := strings.TrimSpace(string(b))
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999"} {
		if at, err := time.Parse(layout, s); err == nil && at.Year() > 2000 {
			return at, true
		}
	}
	return time.Time{}, false
}

// The types of borg's keys that encrypt nothing: plain, and those that only authenticate.
func borgSealed(b []byte) Answer {
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	switch {
	case err != nil || n < 0:
		return Untold
	case n == 2 || n == 6 || n == 7:
		return No
	case n <= 5, n >= 0x10 && n < 0x60:
		return Yes
	}
	return Untold
}

// localPath gives the path of a location that is on this computer, and "" for others.
func localPath(where string) string {
	where = strings.TrimSpace(where)
	where = strings.TrimPrefix(where, "file://")
	if filepath.IsAbs(where) || len(where) > 2 && where[1] == ':' && where[2] == '\\' {
		return filepath.Clean(where)
	}
	return ""
}

// kopia keeps where its repository is, and logs of what it was asked for on the command line.
func kopia(c Computer) []Backup {
	config := filepath.Join(c.config(), "kopia")
	raw, err := c.read(config, "repository.config")
	if raw == nil && err == nil {
		return nil
	}
	b := Backup{Program: "Kopia", Sealed: Yes, Lack: Unreadable}
	place, ok := kopiaPlace(raw)
	if err != nil || !ok {
		return []Backup{b}
	}
	b.Place = place
	logs := filepath.Join(c.cache(), "kopia", "cli-logs")
	if c.System == "darwin" {
		logs = filepath.Join(c.Home, "Library", "Logs", "kopia", "cli-logs")
	}
	names, err := c.list(logs)
	if err != nil {
		return []Backup{b}
	}
	slices.Reverse(names) // named by time
	b = b.timed(time.Time{}, Silent)
	const few = 10
	looked := 0
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), "-snapshot-create.log") {
			continue
		}
		if looked++; looked > few {
			break
		}
		text, err := c.read(logs, n.Name())
		info, err2 := n.Info()
		folder, ok := kopiaLog(text)
		if err != nil || err2 != nil || !ok || b.At.IsZero() && !info.ModTime().After(b.At) {
			continue
		}
		if b.At.IsZero() {
			b = b.timed(info.ModTime(), "")
		}
		if info.ModTime().Add(time.Hour).After(b.At) { // one run after the other, a folder each
			b.Told, b.Folders = true, append(b.Folders, folder)
		}
	}
	return []Backup{b}
}

// kopiaPlace gives the folder of a repository on this computer; "" for one elsewhere.
func kopiaPlace(raw []byte) (string, bool) {
	var doc struct {
		Storage *struct {
			Type   string
			Config struct{ Path string }
		}
		APIServer *struct{} `json:"apiServer"`
	}
	if json.Unmarshal(raw, &doc) != nil || doc.Storage == nil && doc.APIServer == nil {
		return "", false
	}
	if doc.Storage == nil || doc.Storage.Type != "filesystem" {
		return "", true
	}
	return localPath(doc.Storage.Config.Path), true
}

var (
	kopiaFrom = regexp.MustCompile(`Snapshotting [^\s:]+:(.+?) \.\.\.`)
	kopiaDone = regexp.MustCompile(`Created (?:complete )?snapshot with root`)
)

// kopiaLog gives the folder of a snapshot that was made whole.
func kopiaLog(text []byte) (folder string, ok bool) {
	m := kopiaFrom.FindSubmatch(text)
	if m == nil || !kopiaDone.Match(text) {
		return "", false
	}
	folder = localPath(string(m[1]))
	return folder, folder != ""
}

// duplicati keeps a database of its jobs; when each last ended stands there as text, behind
// its name.
func duplicati(c Computer) (out []Backup) {
	places := []string{
		filepath.Join(c.Home, ".config", "Duplicati"), "/var/lib/Duplicati", "/root/.config/Duplicati",
	}
	switch c.System {
	case "windows":
		places = []string{filepath.Join(c.local(), "Duplicati"), filepath.Join(c.env("ProgramData", `C:\ProgramData`), "Duplicati")}
	case "darwin":
		places = append(places, filepath.Join(c.Home, "Library", "Application Support", "Duplicati"))
	}
	for _, dir := range places {
		const name = "Duplicati-server.sqlite"
		raw, err := c.read(dir, name)
		if raw == nil && err == nil || os.IsPermission(err) && !c.exists(dir) {
			continue
		}
		b := Backup{Program: "Duplicati"}
		at, ok := duplicatiEnd(raw)
		switch {
		case err != nil || !ok:
			b = b.timed(time.Time{}, Unreadable)
		default:
			if log, err := c.read(dir, name+"-wal"); err == nil {
				if later := finished(log); later.After(at) {
					at = later
				}
			}
			b = b.timed(at, Never)
		}
		out = append(out, b)
	}
	return out
}

var duplicatiRow = regexp.MustCompile(`LastBackupFinished(\d{8}T\d{6}Z)`)

// duplicatiEnd gives the newest end of a job that stands in the database; zero: none yet.
func duplicatiEnd(db []byte) (time.Time, bool) {
	if !bytes.HasPrefix(db, []byte("SQLite format 3\x00")) {
		return time.Time{}, false
	}
	return finished(db), true
}

func finished(b []byte) (newest time.Time) {
	for _, m := range duplicatiRow.FindAllSubmatch(b, -1) {
		if at, err := time.Parse("20060102T150405Z", string(m[1])); err == nil && at.After(newest) {
			newest = at
		}
	}
	return newest
}
