//go:build !windows

package place

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

func userData(env Env) string {
	home := env("HOME")
	switch {
	case runtime.GOOS == "darwin" && home != "":
		return filepath.Join(home, "Library", "Application Support")
	case filepath.IsAbs(env("XDG_DATA_HOME")):
		return env("XDG_DATA_HOME")
	case home != "":
		return filepath.Join(home, ".local", "share")
	}
	return ""
}

// usualFolders reads user-dirs.dirs (freedesktop.org, xdg-user-dirs), where an
// Italian desktop says that Documents is called Documenti, and falls back on
// the English and Italian names.
func usualFolders(env Env) []usual {
	home := env("HOME")
	if home == "" {
		return nil
	}
	names := map[string]string{}
	conf := env("XDG_CONFIG_HOME")
	if conf == "" {
		conf = filepath.Join(home, ".config")
	}
	if f, err := os.Open(filepath.Join(conf, "user-dirs.dirs")); err == nil {
		defer f.Close()
		names = userDirs(bufio.NewScanner(f), home)
	}
	var out []usual
	for _, k := range []struct {
		what, key string
		names     []string
	}{
		{Documents, "XDG_DOCUMENTS_DIR", []string{"Documents", "Documenti"}},
		{Desktop, "XDG_DESKTOP_DIR", []string{"Desktop", "Scrivania"}},
		{Downloads, "XDG_DOWNLOAD_DIR", []string{"Downloads", "Scaricati"}},
	} {
		switch dir := names[k.key]; dir {
		case home: // "no such folder", in that file's way of saying it
		case "":
			for _, n := range k.names {
				out = append(out, usual{k.what, filepath.Join(home, n)})
			}
		default:
			out = append(out, usual{k.what, dir})
		}
	}
	return out
}

// userDirs reads lines like XDG_DOCUMENTS_DIR="$HOME/Documenti".
func userDirs(lines *bufio.Scanner, home string) map[string]string {
	out := map[string]string{}
	for lines.Scan() {
		key, value, ok := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		value = strings.Trim(value, `"`)
		if rest, in := strings.CutPrefix(value, "$HOME"); in {
			value = home + rest
		}
		if ok && filepath.IsAbs(value) {
			out[key] = filepath.Clean(value)
		}
	}
	return out
}
