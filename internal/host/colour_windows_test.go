package host

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

// TestColoursOfConsole: a console that can be told to is told; what is no console has none.
func TestColoursOfConsole(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if Colours(f) {
		t.Error("a file shows colours")
	}
	con, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		t.Skip("there is no console: ", err)
	}
	defer con.Close()
	h := windows.Handle(con.Fd())
	var before, after uint32
	if err := windows.GetConsoleMode(h, &before); err != nil {
		t.Skip("there is no console: ", err)
	}
	defer windows.SetConsoleMode(h, before) //nolint:errcheck // as it was
	if err := windows.SetConsoleMode(h, before&^windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING); err != nil {
		t.Fatal(err)
	}
	told := Colours(con)
	if err := windows.GetConsoleMode(h, &after); err != nil {
		t.Fatal(err)
	}
	if got := after&windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0; got != told {
		t.Errorf("said %v, and the console is told %v", told, got)
	}
}
