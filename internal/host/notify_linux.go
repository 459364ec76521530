package host

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The desktop's service for notes, after the specification of freedesktop.org (1.2).
const (
	noteService = "org.freedesktop.Notifications"
	notePath    = "/org/freedesktop/Notifications"
	noteTimeout = 5 * time.Second
)

func notify(ctx context.Context, env Env, title, text string, urgent bool) error {
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	address := busAddress(env)
	if address == "" {
		return ErrNoScreen
	}
	bus, err := dbus.Connect(address, dbus.WithContext(ctx))
	if err != nil {
		return ErrNoScreen
	}
	defer bus.Close() // the answer has come
	notes := bus.Object(noteService, notePath)
	var can []string
	if err := notes.CallWithContext(ctx, noteService+".GetCapabilities", 0).Store(&can); err != nil {
		return noDesktop(err)
	}
	if slices.Contains(can, "body-markup") {
		text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	}
	urgency, stay := byte(1), int32(-1) // as long as the desktop wants
	if urgent {
		urgency, stay = 2, 0 // until it is closed
	}
	hints := map[string]dbus.Variant{"urgency": dbus.MakeVariant(urgency), "category": dbus.MakeVariant("device.error")}
	call := notes.CallWithContext(ctx, noteService+".Notify", 0, "custode", uint32(0), "dialog-warning", title, text, []string{}, hints, stay)
	return noDesktop(call.Err)
}

// busAddress is where the bus of the user's session is, "" where there is none.
func busAddress(env Env) string {
	address := env("DBUS_SESSION_BUS_ADDRESS")
	if dir := env("XDG_RUNTIME_DIR"); address == "" && dir != "" {
		return "unix:path=" + filepath.Join(dir, "bus")
	}
	if !strings.HasPrefix(address, "unix:") { // autolaunch: and the like would start programs
		return ""
	}
	return address
}

func hasDesktop(env Env) bool { return busAddress(env) != "" }

// noDesktop tells a bus without a desktop from a desktop that fails.
func noDesktop(err error) error {
	if e := (dbus.Error{}); errors.As(err, &e) && (strings.HasSuffix(e.Name, ".ServiceUnknown") || strings.HasSuffix(e.Name, ".NameHasNoOwner") || strings.Contains(e.Name, ".Spawn.")) {
		return ErrNoScreen
	}
	return err
}
