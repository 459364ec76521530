//go:build !windows

package place_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/internal/place"
)

func env(m map[string]string) place.Env { return func(k string) string { return m[k] } }

func TestHome(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the paths are those of Linux")
	}
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"HOME": "/home/anna"}, "/home/anna/.local/share/custode"},
		{map[string]string{"HOME": "/home/anna", "XDG_DATA_HOME": "/data"}, "/data/custode"},
		{map[string]string{"HOME": "/home/anna", "XDG_DATA_HOME": "relative"}, "/home/anna/.local/share/custode"},
		{map[string]string{"HOME": "/home/anna", "CUSTODE_HOME": "/media/stick/c"}, "/media/stick/c"},
	} {
		if got, err := place.Home(env(c.env)); err != nil || got != c.want {
			t.Errorf("%v: got %q, %v", c.env, got, err)
		}
	}
	if _, err := place.Home(env(nil)); err == nil {
		t.Error("a home was made up from nothing")
	}
}

func TestDataFolders(t *testing.T) {
	home := t.TempDir()
	for _, d := range []string{".config", "Documenti", "Scrivania", "Downloads"} {
		if err := os.Mkdir(filepath.Join(home, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	e := env(map[string]string{"HOME": home})
	if diff := cmp.Diff([]string{home + "/Documenti", home + "/Scrivania", home + "/Downloads"}, place.DataFolders(e)); diff != "" {
		t.Errorf("without user-dirs.dirs: %s", diff)
	}
	dirs := "# made by xdg-user-dirs-update\nXDG_DESKTOP_DIR=\"$HOME/Scrivania\"\nXDG_DOCUMENTS_DIR=\"$HOME/Documenti\"\nXDG_DOWNLOAD_DIR=\"$HOME/\"\nnonsense\n"
	if err := os.WriteFile(filepath.Join(home, ".config", "user-dirs.dirs"), []byte(dirs), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{home + "/Documenti", home + "/Scrivania"}, place.DataFolders(e)); diff != "" {
		t.Errorf("with user-dirs.dirs: %s", diff)
	}
	want := map[string]string{home + "/Documenti": place.Documents, home + "/Scrivania": place.Desktop}
	if diff := cmp.Diff(want, place.Usual(e)); diff != "" {
		t.Errorf("what they are: %s", diff)
	}
}
