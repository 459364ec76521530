package host

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// desktop stands for the desktop's service.
type desktop struct {
	sync.Mutex

	can  []string
	fail *dbus.Error

	app, title, text string
	actions          []string
	hints            map[string]dbus.Variant
	stay             int32
}

// GetCapabilities is of the specification.
func (d *desktop) GetCapabilities() ([]string, *dbus.Error) {
	d.Lock()
	defer d.Unlock()
	return d.can, nil
}

// Notify is of the specification.
func (d *desktop) Notify(app string, _ uint32, _, title, text string, actions []string, hints map[string]dbus.Variant, stay int32) (uint32, *dbus.Error) { //nolint:revive // of the specification
	d.Lock()
	defer d.Unlock()
	d.app, d.title, d.text, d.actions, d.hints, d.stay = app, title, text, actions, hints, stay
	return 1, d.fail
}

// bus starts a bus for one test and gives its address.
func bus(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		if strings.Contains(os.Getenv("CUSTODE_REQUIRE"), "dbus") {
			t.Fatal("no dbus-daemon")
		}
		t.Skip("NOT TESTED: no dbus-daemon on this computer")
	}
	at := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	cmd := exec.Command(program, "--session", "--nofork", "--nopidfile", "--print-address=1", "--address="+at)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 1)); err != nil { // the address is said when it is ready
		t.Fatal(err)
	}
	return at
}

func TestNotify(t *testing.T) {
	at := bus(t)
	env := func(k string) string { return map[string]string{"DBUS_SESSION_BUS_ADDRESS": at}[k] }
	if err := Notify(t.Context(), env, "a", "b", false); !errors.Is(err, ErrNoScreen) {
		t.Errorf("a bus without a desktop: %v", err)
	}
	c, err := dbus.Connect(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d := &desktop{can: []string{"body", "body-markup"}}
	if err := c.Export(d, notePath, noteService); err != nil {
		t.Fatal(err)
	}
	if r, err := c.RequestName(noteService, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(r, err)
	}
	if err := Notify(t.Context(), env, "--help\x1b[31m\nx", "<b>a</b> & <a href=x>\r\nnext\u202egnp.exe", true); err != nil {
		t.Fatal(err)
	}
	d.Lock()
	if d.app != "custode" || d.title != "--help [31m x" || d.text != "&lt;b&gt;a&lt;/b&gt; &amp; &lt;a href=x&gt; \nnext gnp.exe" || len(d.actions) != 0 {
		t.Errorf("%+v", d)
	}
	if d.hints["urgency"].Value() != byte(2) || d.stay != 0 {
		t.Errorf("not urgent: %+v", d)
	}
	d.can = nil
	d.Unlock()
	if err := Notify(t.Context(), env, strings.Repeat("è", 500), "<b> & "+strings.Repeat("è", 5000), false); err != nil {
		t.Fatal(err)
	}
	d.Lock()
	if !strings.HasPrefix(d.text, "<b> & è") || len([]rune(d.text)) != longestText || len([]rune(d.title)) != longestTitle || d.hints["urgency"].Value() != byte(1) {
		t.Errorf("%+v", d)
	}
	d.fail = dbus.MakeFailedError(errors.New("too many"))
	d.Unlock()
	if err := Notify(t.Context(), env, "a", "b", false); err == nil || errors.Is(err, ErrNoScreen) {
		t.Errorf("a desktop that fails: %v", err)
	}
}

// TestNotifyNowhere: no bus, one that is gone, one that would have to be started.
func TestNotifyNowhere(t *testing.T) {
	for _, at := range []string{"unix:path=" + filepath.Join(t.TempDir(), "none"), "autolaunch:", "unixexec:path=/bin/false", "tcp:host=127.0.0.1,port=1"} {
		env := func(k string) string { return map[string]string{"DBUS_SESSION_BUS_ADDRESS": at}[k] }
		if err := Notify(t.Context(), env, "a", "b", false); !errors.Is(err, ErrNoScreen) {
			t.Errorf("%s: %v", at, err)
		}
	}
}
