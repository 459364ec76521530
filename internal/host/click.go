package host

// Clicked reports whether this process was started by a click and not by a command: it has no terminal,
// no other program reads what it prints, and there is a screen. How that is seen:
//
//	Linux    none of its three streams is a terminal, and there is a screen (DISPLAY, WAYLAND_DISPLAY)
//	Windows  its console was made for it alone, or it has none, and none of its streams is a file or a pipe
//	macOS    never: a program that is no bundle opens in a terminal there
func Clicked(env Env) bool { return clicked(env) }

// LeaveConsole closes the console window that Windows made for a program that was clicked. Elsewhere it
// does nothing.
func LeaveConsole() { leaveConsole() }
