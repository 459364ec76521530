package copies

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/internal/host/dconf"
)

// dejaDup keeps when it last made a backup with the settings of GNOME, or, from Flatpak, in a
// file of its own.
func dejaDup(c Computer) []Backup {
	broken := []Backup{{Program: "Déjà Dup", Lack: Unreadable}}
	raw, err := c.read(c.config(), "dconf", "user")
	if err != nil {
		return broken
	}
	var all dconf.Settings
	if len(raw) > 0 {
		if all, err = dconf.Read(raw); err != nil {
			return broken
		}
	}
	own := dejaDupSettings{text: map[string]string{}, list: map[string][]string{}}
	for name, v := range all {
		key, ok := strings.CutPrefix(name, "/org/gnome/deja-dup/")
		if !ok {
			continue
		}
		if s, ok := v.Text(); ok {
			own.text[key] = s
		}
		if l, ok := v.Texts(); ok {
			own.list[key] = l
		}
	}
	raw, err = c.read(c.Home, ".var", "app", "org.gnome.DejaDup", "config", "glib-2.0", "settings", "keyfile")
	if err != nil {
		return append(own.backup(c), broken...)
	}
	return append(own.backup(c), dejaDupFile(raw).backup(c)...)
}

type dejaDupSettings struct {
	text map[string]string
	list map[string][]string
}

// dejaDupFile reads a settings file of GLib: groups in brackets, values as it writes them.
func dejaDupFile(raw []byte) dejaDupSettings {
	s := dejaDupSettings{text: map[string]string{}, list: map[string][]string{}}
	group := ""
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			group = strings.TrimSuffix(name, "]")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		below, own := strings.CutPrefix(group+"/", "org/gnome/deja-dup/")
		if !ok || !own {
			continue
		}
		key = below + strings.TrimSpace(key)
		switch value = strings.TrimSpace(value); {
		case strings.HasPrefix(value, "'"):
			s.text[key] = strings.Trim(value, "'")
		case strings.HasPrefix(value, "["):
			s.list[key] = quoted(value)
		}
	}
	return s
}

var inQuotes = regexp.MustCompile(`'([^']*)'`)

func quoted(list string) []string {
	out := []string{}
	for _, m := range inQuotes.FindAllStringSubmatch(list, -1) {
		out = append(out, m[1])
	}
	return out
}

// backup is what the settings say: nothing where the program was never used.
func (s dejaDupSettings) backup(c Computer) []Backup {
	if len(s.text)+len(s.list) == 0 {
		return nil
	}
	b := Backup{Program: "Déjà Dup", Told: true}
	last := s.text["last-backup"]
	at, err := time.Parse(time.RFC3339Nano, last)
	switch {
	case last == "":
		b = b.timed(time.Time{}, Never)
	case err != nil:
		b = b.timed(time.Time{}, Unreadable)
	default:
		b = b.timed(at, "")
	}
	with, set := s.list["include-list"]
	if !set {
		with = []string{"$HOME"}
	}
	without, set := s.list["exclude-list"]
	if !set {
		without = []string{"$TRASH", "$DOWNLOAD"}
	}
	for _, p := range with {
		if p = c.home(p); filepath.IsAbs(p) {
			b.Folders = append(b.Folders, p)
		} else { // a folder of the user whose name the desktop's language decides
			b.Told = false
		}
	}
	for _, p := range without {
		if p = c.home(p); filepath.IsAbs(p) {
			b.Without = append(b.Without, p)
		}
	}
	if s.text["backend"] == "local" && s.text["local/folder"] != "" {
		b.Place = s.text["local/folder"]
		if b.Place = c.home(b.Place); !filepath.IsAbs(b.Place) {
			b.Place = filepath.Join(c.Home, b.Place)
		}
	}
	return []Backup{b}
}

// backInTime keeps its settings in a file, a number a profile; the names of its snapshots
// hold the local time at which they were made.
func backInTime(c Computer) (out []Backup) {
	for _, dir := range []string{filepath.Join(c.config(), "backintime"), "/etc/backintime"} {
		raw, err := c.read(dir, "config")
		if err != nil {
			out = append(out, Backup{Program: "Back In Time", Lack: Unreadable})
			continue
		}
		for _, p := range bitProfiles(raw) {
			out = append(out, p.backup(c))
		}
	}
	return out
}

type bitProfile struct {
	number, path, host, user, id, mode string
	with, without                      []string
}

var bitLine = regexp.MustCompile(`^profile(\d+)\.snapshots\.(path|path\.host|path\.user|path\.profile|mode|include\.\d+\.value|exclude\.\d+\.value)=(.*)$`)

// bitProfiles gives the profiles of a file of settings.
func bitProfiles(raw []byte) []bitProfile {
	all := map[string]*bitProfile{}
	for line := range strings.Lines(string(raw)) {
		m := bitLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		p := all[m[1]]
		if p == nil {
			p = &bitProfile{number: m[1], id: m[1]}
			all[m[1]] = p
		}
		switch value := m[3]; {
		case m[2] == "path":
			p.path = value
		case m[2] == "path.host":
			p.host = value
		case m[2] == "path.user":
			p.user = value
		case m[2] == "path.profile":
			p.id = value
		case m[2] == "mode":
			p.mode = value
		case strings.HasPrefix(m[2], "include"):
			p.with = append(p.with, value)
		default:
			p.without = append(p.without, value)
		}
	}
	var out []bitProfile
	for _, p := range all {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b bitProfile) int { return strings.Compare(a.number, b.number) })
	return out
}

func (p bitProfile) backup(c Computer) Backup {
	b := Backup{Program: "Back In Time", Told: true, Folders: p.with, Sealed: No, Lack: Silent}
	if strings.Contains(p.mode, "encfs") {
		b.Sealed = Yes
	}
	for _, w := range p.without {
		if w = folderOf(w); filepath.IsAbs(w) {
			b.Without = append(b.Without, w)
		}
	}
	if p.mode != "" && p.mode != "local" || !filepath.IsAbs(p.path) {
		return b // on another computer, or closed until it is opened with a password
	}
	b.Place = p.path
	if !c.exists(p.path) {
		return b.timed(time.Time{}, Away)
	}
	entries, err := c.list(p.path, "backintime", p.host, p.user, p.id)
	if err != nil {
		return b.timed(time.Time{}, Unreadable)
	}
	var newest time.Time
	for _, e := range entries {
		if at, ok := bitTime(e.Name(), c.Zone); ok && e.IsDir() && at.After(newest) {
			newest = at
		}
	}
	if len(entries) == 0 { // nothing below: another drive may be meant to be there
		return b.timed(time.Time{}, Away)
	}
	return b.timed(newest, Never)
}

// bitTime reads the name of a snapshot: 20261128-203000-123.
func bitTime(name string, zone *time.Location) (time.Time, bool) {
	if len(name) < 15 || len(name) > 19 {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation("20060102-150405", name[:15], zone)
	return at, err == nil
}

// folderOf takes from a pattern what says "and all below".
func folderOf(pattern string) string {
	for _, end := range []string{"/***", "/**", "/*", "/"} {
		if dir, ok := strings.CutSuffix(pattern, end); ok && dir != "" {
			return dir
		}
	}
	return pattern
}

// timeshift keeps the system; the homes of the users only where it is told to.
func timeshift(c Computer) []Backup {
	if c.System != "linux" {
		return nil
	}
	raw, err := c.read("/etc/timeshift/timeshift.json")
	if raw == nil && err == nil {
		raw, err = c.read("/etc/timeshift.json")
	}
	if raw == nil && err == nil {
		return nil
	}
	b := Backup{Program: "Timeshift", Sealed: No, Lack: Unreadable}
	without, set, ok := timeshiftSettings(raw)
	if err != nil || !ok {
		return []Backup{b}
	}
	if !set {
		return nil // installed, and not set up
	}
	b.Told, b.Folders, b.Without = true, []string{"/"}, without
	for _, place := range []string{"/run/timeshift/backup/timeshift", "/timeshift"} {
		entries, err := c.list(place, "snapshots")
		if err != nil {
			return []Backup{b}
		}
		if len(entries) == 0 {
			continue
		}
		b.Place = place
		var newest time.Time
		for _, e := range entries {
			info, err := c.read(place, "snapshots", e.Name(), "info.json")
			if err != nil {
				return []Backup{b}
			}
			if at, ok := timeshiftTime(info); ok && at.After(newest) {
				newest = at
			}
		}
		return []Backup{b.timed(newest, Never)}
	}
	return []Backup{b.timed(time.Time{}, Away)}
}

// timeshiftSettings gives what is left out, and whether the program has a drive to write to.
// The homes are left out unless a line takes them in.
func timeshiftSettings(raw []byte) (without []string, set, ok bool) {
	var doc struct {
		Device  string   `json:"backup_device_uuid"`
		Exclude []string `json:"exclude"`
		Btrfs   string   `json:"btrfs_mode"`
		Home    string   `json:"include_btrfs_home_for_backup"`
	}
	if json.Unmarshal(raw, &doc) != nil {
		return nil, false, false
	}
	taken := doc.Btrfs == "true" && doc.Home == "true"
	for _, e := range doc.Exclude {
		if in, plus := strings.CutPrefix(e, "+ "); plus {
			taken = taken || strings.HasPrefix(in, "/home/") && strings.HasSuffix(in, "/**")
			continue
		}
		if e = folderOf(e); filepath.IsAbs(e) {
			without = append(without, e)
		}
	}
	if !taken {
		without = append(without, "/home", "/root")
	}
	return without, doc.Device != "", true
}

// timeshiftTime reads when a snapshot was made: seconds, as text.
func timeshiftTime(info []byte) (time.Time, bool) {
	var doc struct {
		Created string `json:"created"`
	}
	if json.Unmarshal(info, &doc) != nil {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(doc.Created, 10, 64)
	if err != nil || n <= 0 || n > 1<<40 {
		return time.Time{}, false
	}
	return time.Unix(n, 0), true
}

// rsnapshot names its folders by their age: the newest of the first kind is number 0.
func rsnapshot(c Computer) []Backup {
	if c.System == "windows" {
		return nil
	}
	raw, err := c.read("/etc/rsnapshot.conf")
	if raw == nil && err == nil {
		return nil
	}
	b := Backup{Program: "rsnapshot", Sealed: No, Lack: Unreadable}
	s := rsnapshotSettings(raw)
	if err != nil || s.root == "" || s.first == "" {
		return []Backup{b}
	}
	b.Told, b.Folders, b.Without, b.Place = true, s.with, s.without, s.root
	if !c.exists(s.root) {
		return []Backup{b.timed(time.Time{}, Away)}
	}
	entries, err := c.list(s.root)
	if err != nil {
		return []Backup{b}
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.Name() == s.first+".0" {
			return []Backup{b.timed(info.ModTime(), "")}
		}
	}
	return []Backup{b.timed(time.Time{}, Never)}
}

type rsnapshotFile struct {
	root, first   string
	with, without []string
}

// rsnapshotSettings reads its settings: fields with tabs between them.
func rsnapshotSettings(raw []byte) (s rsnapshotFile) {
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool { return r == '\t' })
		if len(f) < 2 {
			continue
		}
		switch value := f[1]; f[0] {
		case "snapshot_root":
			s.root = localPath(value)
		case "retain", "interval":
			if s.first == "" && !strings.ContainsAny(value, `/\`) {
				s.first = value
			}
		case "backup":
			if p := localPath(value); p != "" { // else from another computer
				s.with = append(s.with, p)
			}
		case "exclude":
			if p := folderOf(value); filepath.IsAbs(p) {
				s.without = append(s.without, p)
			}
		}
	}
	return s
}
