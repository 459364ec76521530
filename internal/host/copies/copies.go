// Package copies finds the backups of this computer from the records that backup programs keep,
// and looks at a place of which the owner says that copies lie there. It runs no program, asks
// no network, needs no password and reads little: settings, names and times.
//
//	                what tells the time of the last backup          folders    encrypted
//	restic          names in its cache: the newest snapshot seen    no         always
//	borg            manifest-timestamp of its security folder       no         by the type of its key
//	Déjà Dup        last-backup, in dconf or Flatpak's keyfile      yes        not told
//	Back In Time    the name of the newest snapshot in its place    yes        by its mode
//	Timeshift       info.json of the newest snapshot                yes        no
//	Kopia           its log of the last snapshot; else its place    by the log always
//	Duplicati       LastBackupFinished in its database              no         not told
//	rsnapshot       the time of the newest folder in its place      yes        no
//	File History    ProtectedUpToTime in the user's registry        yes        not told
//	Time Machine    SnapshotDates of its settings                   the whole  where it says so
//
// The limits: a snapshot of restic that this computer only listed, made by another one, is
// taken for its own; borg's time is that of the last change of the archive list, which a
// deletion is too; a cache that was emptied hides restic and Kopia. What a system denies to
// this user (Timeshift's and rsnapshot's folders often) and what is on a drive that is not
// plugged in has no time: see [Lack].
package copies

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Lack says why the time of a backup is not known.
type Lack string

// The reasons.
const (
	Unreadable Lack = "unreadable" // there is a record, and it could not be read
	Away       Lack = "away"       // the place of the copies is not here now
	Silent     Lack = "silent"     // the program is set up, and its record tells no time
	Never      Lack = "never"      // it is set up, and has not made a backup yet
)

// Answer is yes, no, or not known.
type Answer string

// The answers.
const (
	Untold Answer = ""
	Yes    Answer = "yes"
	No     Answer = "no"
)

// Backup is what a program's records tell about one of its backups.
type Backup struct {
	Program string    // as its makers write it
	At      time.Time // the last one; zero: Lack says why
	Lack    Lack

	Told    bool     // Folders and Without are known
	Folders []string // what it copies, with what is below
	Without []string // what of that it leaves out

	Place  string // the folder on this computer in which the copies lie; "": elsewhere, or not told
	Sealed Answer // the copies are encrypted
}

// Computer is where to look.
type Computer struct {
	Root   string              // before each path, for a copy of a file tree; "" on the computer itself
	System string              // as runtime.GOOS
	Home   string              // of the user, without Root
	Env    func(string) string // the environment
	Zone   *time.Location      // of names that hold a local time

	// FileHistory gives the moment up to which Windows' File History has copied; zero: it never
	// ran. nil: there is none.
	FileHistory func() (time.Time, error)
}

// Here is this computer.
func Here(home string, env func(string) string) Computer {
	return Computer{System: runtime.GOOS, Home: home, Env: env, Zone: time.Local, FileHistory: fileHistory}
}

// Find gives what the records of all known programs tell.
func Find(c Computer) []Backup {
	var out []Backup
	for _, look := range []func(Computer) []Backup{
		restic, borg, dejaDup, backInTime, timeshift, kopia, duplicati, rsnapshot, history, timeMachine,
	} {
		out = append(out, look(c)...)
	}
	return out
}

// Covers reports whether a backup holds a folder, as its program's settings say.
func (b Backup) Covers(folder string) bool {
	in := func(dir string) bool { return Within(dir, folder) }
	return b.Told && slices.ContainsFunc(b.Folders, in) && !slices.ContainsFunc(b.Without, in)
}

// Within reports whether path is dir, or below it.
func Within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return dir != "" && err == nil && filepath.IsLocal(rel)
}

// most is how much of a record is read.
const most = 16 << 20

// at is where a path is to be looked for.
func (c Computer) at(path ...string) string { return filepath.Join(c.Root, filepath.Join(path...)) }

// config is the user's folder of settings, cache that of what can be made again.
func (c Computer) config() string {
	switch c.System {
	case "windows":
		return c.env("APPDATA", filepath.Join(c.Home, "AppData", "Roaming"))
	case "darwin":
		return filepath.Join(c.Home, "Library", "Application Support")
	}
	return c.env("XDG_CONFIG_HOME", filepath.Join(c.Home, ".config"))
}

func (c Computer) cache() string {
	switch c.System {
	case "windows":
		return c.local()
	case "darwin":
		return filepath.Join(c.Home, "Library", "Caches")
	}
	return c.env("XDG_CACHE_HOME", filepath.Join(c.Home, ".cache"))
}

// local is Windows' folder of what belongs to this user and computer.
func (c Computer) local() string {
	return c.env("LOCALAPPDATA", filepath.Join(c.Home, "AppData", "Local"))
}

func (c Computer) env(name, other string) string {
	if v := c.Env(name); filepath.IsAbs(v) {
		return v
	}
	return other
}

// read reads a record; not there is no error and no bytes.
func (c Computer) read(path ...string) ([]byte, error) {
	name := c.at(path...)
	info, err := os.Stat(name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, os.ErrInvalid
	}
	b, err := os.ReadFile(name)
	if err == nil && b == nil {
		b = []byte{}
	}
	return b, err
}

// list gives the entries of a folder; not there is no error.
func (c Computer) list(path ...string) ([]os.DirEntry, error) {
	l, err := os.ReadDir(c.at(path...))
	if os.IsNotExist(err) {
		return nil, nil
	}
	return l, err
}

// exists reports whether there is something.
func (c Computer) exists(path ...string) bool {
	_, err := os.Lstat(c.at(path...))
	return err == nil
}

// timed gives a backup its time, or says why it has none.
func (b Backup) timed(at time.Time, lack Lack) Backup {
	if b.At, b.Lack = at, ""; at.IsZero() {
		b.Lack = lack
	}
	return b
}

// home replaces the signs for the user's home at the beginning of a path.
func (c Computer) home(path string) string {
	for _, sign := range []string{"~", "$HOME"} {
		if path == sign || strings.HasPrefix(path, sign+"/") {
			return filepath.Join(c.Home, strings.TrimPrefix(path, sign))
		}
	}
	return path
}
