package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestColour: text is coloured on a terminal that shows it, and nowhere else.
func TestColour(t *testing.T) {
	for _, c := range []struct {
		name           string
		env            map[string]string
		terminal, bare bool
		want           bool
	}{
		{"terminal", map[string]string{"TERM": "xterm"}, true, false, true},
		{"console of Windows", nil, true, false, true},
		{"console of an old Windows", nil, true, true, false},
		{"file", map[string]string{"TERM": "xterm"}, false, false, false},
		{"NO_COLOR", map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, true, false, false},
		{"dumb terminal", map[string]string{"TERM": "dumb"}, true, false, false},
	} {
		var out bytes.Buffer
		sh := &shell{width: 80, bare: c.bare, env: func(k string) string { return c.env[k] }}
		p := sh.page(&out, c.terminal)
		p.wrap("", p.red("è rosso")+" "+p.bold("grassetto"))
		if got := strings.Contains(out.String(), "\x1b"); got != c.want || !strings.Contains(out.String(), "è rosso") {
			t.Errorf("%s: %q", c.name, out.String())
		}
	}
}
