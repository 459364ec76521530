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
func usualFolders(env Env) []string {
	var out []string
	for _, k := range []struct {
		id   *windows.KNOWNFOLDERID
		name string
	}{
		{windows.FOLDERID_Documents, "Documents"},
		{windows.FOLDERID_Desktop, "Desktop"},
		{windows.FOLDERID_Downloads, "Downloads"},
	} {
		dir, err := windows.KnownFolderPath(k.id, 0)
		if err != nil && env("USERPROFILE") != "" {
			dir = filepath.Join(env("USERPROFILE"), k.name)
		}
		if dir != "" {
			out = append(out, dir)
		}
	}
	return out
}
