package place

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

func userData(env Env) string {
	if dir, err := windows.KnownFolderPath(windows.FOLDERID_LocalAppData, 0); err == nil {
		return dir
	}
	return env("LocalAppData")
}

// usualFolders asks Windows, which knows them also when they were moved to
// another drive or into OneDrive.
func usualFolders(env Env) []usual {
	var out []usual
	for _, k := range []struct {
		what string
		id   *windows.KNOWNFOLDERID
		name string
	}{
		{Documents, windows.FOLDERID_Documents, "Documents"},
		{Desktop, windows.FOLDERID_Desktop, "Desktop"},
		{Downloads, windows.FOLDERID_Downloads, "Downloads"},
	} {
		dir, err := windows.KnownFolderPath(k.id, 0)
		if err != nil && env("USERPROFILE") != "" {
			dir = filepath.Join(env("USERPROFILE"), k.name)
		}
		if dir != "" {
			out = append(out, usual{k.what, dir})
		}
	}
	return out
}
