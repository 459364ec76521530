package host

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The most characters of a note's title and text: more than a screen shows at once.
const (
	longestTitle = 100
	longestText  = 600
)

// Notify shows a message on the desktop of this user: on Linux by the desktop's own
// service (D-Bus), on Windows in a box that stays until it is closed, on macOS by its
// notification centre. Urgent ones stay until they are closed everywhere they can. What
// is in the texts is text: no markup, no option of a program, nothing that writes over
// the line. The error is ErrNoScreen where there is no desktop to show it on.
//
// A service that runs as root, or as another user, has no desktop: whoever wants to
// reach the person there runs a process of the person's.
func Notify(ctx context.Context, env Env, title, text string, urgent bool) error {
	return notify(ctx, env, shown(title, longestTitle, false), shown(text, longestText, true), urgent)
}

// HasDesktop reports whether there may be a desktop to show a note on, now or once the user
// has logged in. Only Notify knows.
func HasDesktop(env Env) bool { return hasDesktop(env) }

// shown takes out of a text what is not shown but does something.
func shown(s string, most int, lines bool) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029', r == utf8.RuneError:
			return ' '
		}
		return r
	}, strings.TrimSpace(s))
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}
