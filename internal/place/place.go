// Package place knows where things lie on each system: custode's home, and the
// folders in which people keep their documents. It creates nothing.
package place

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
)

// ErrNoHome says that the system names no folder for the user's own data.
var ErrNoHome = errors.New("place: the system names no home folder")

// Env reads an environment variable, as os.Getenv does.
type Env func(string) string

// Home gives the folder that holds everything custode keeps: CUSTODE_HOME, or
// the platform's folder for a user's data. The path is absolute.
//
//	Linux    $XDG_DATA_HOME/custode, else ~/.local/share/custode
//	Windows  %LocalAppData%\custode
//	macOS    ~/Library/Application Support/custode
func Home(env Env) (string, error) {
	if h := env("CUSTODE_HOME"); h != "" {
		return filepath.Abs(h)
	}
	base := userData(env)
	if base == "" {
		return "", ErrNoHome
	}
	return filepath.Join(base, "custode"), nil
}

// User gives the folder of the user, in which the programs of this user keep their settings.
func User(env Env) (string, error) {
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if dir := env(name); filepath.IsAbs(dir) {
			return dir, nil
		}
	}
	return "", ErrNoHome
}

// DataFolders lists the folders that exist here and usually hold documents:
// Documents, Desktop and Downloads under whatever name the system gives them,
// in that order, each once.
func DataFolders(env Env) []string {
	var out []string
	for _, u := range usualFolders(env) {
		info, err := os.Stat(u.dir)
		if err == nil && info.IsDir() && !slices.Contains(out, u.dir) {
			out = append(out, u.dir)
		}
	}
	return out
}

// What the usual folders are for.
const (
	Documents = "documents"
	Desktop   = "desktop"
	Downloads = "downloads"
)

// usual is a folder that the system has for something.
type usual struct{ what, dir string }

// Usual tells by its path what each of the usual folders is, whether it is there or not.
func Usual(env Env) map[string]string {
	out := map[string]string{}
	for _, u := range usualFolders(env) {
		out[filepath.Clean(u.dir)] = u.what
	}
	return out
}
