package host

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestScreenLocked: what logind says of the session; where the program does not know
// which it is, of the one with a screen.
func TestScreenLocked(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, c := range []struct {
		session, display, says string
		locked, known          bool
	}{
		{"7", "", "LockedHint=no\nState=active", false, true},
		{"7", "", "LockedHint=yes\nState=active", true, true},
		{"7", "", "LockedHint=no\nState=closing", true, true},
		{"", "7", "LockedHint=yes\nState=active", true, true},
		{"", "", "LockedHint=yes\nState=active", false, false},
	} {
		script := fmt.Sprintf("#!/bin/sh\ncase $1 in show-user) echo Display=%s ;; show-session) [ \"$2\" = 7 ] && printf '%s\n' ;; esac\n", c.display, c.says)
		if err := os.WriteFile(filepath.Join(bin, "loginctl"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		locked, known := ScreenLocked(t.Context(), func(k string) string { return map[string]string{"XDG_SESSION_ID": c.session}[k] })
		if locked != c.locked || known != c.known {
			t.Errorf("%+v: %v, %v", c, locked, known)
		}
	}
}
