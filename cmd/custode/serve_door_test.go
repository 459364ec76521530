package main

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestStaffDoorReopens: where the owner said so, the door for the staff opens with the page each time, where the tablets
// know it; not where the owner shut it, nor where another program holds its port, which is said then.
func TestStaffDoorReopens(t *testing.T) {
	_, home, _ := shopAndHome(t)
	sh := &shell{home: home}
	opens := func(t *testing.T, port string, want bool) {
		t.Helper()
		d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
		c, err := d.DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = c.Close()
		}
		if (err == nil) != want || port == "" {
			t.Errorf("the door at %q: %v", port, err)
		}
	}
	const on, off, shut, taken = "The door opens by itself", "When custode ends, the door is shut", "This door is shut", "Another program holds"
	port := ""
	t.Run("kept", func(t *testing.T) {
		v := servedPage(t, home)
		v.post("/tablet/open", "")
		if v.sees("/tablet", off); sh.wasServed().Door != "" {
			t.Error("kept without being asked")
		}
		v.post("/tablet/always", "always=1")
		v.sees("/tablet", on)
		port = sh.wasServed().Door
		opens(t, port, true)
	})
	opens(t, port, false)
	t.Run("reopens", func(t *testing.T) {
		v := servedPage(t, home)
		v.sees("/tablet", on)
		opens(t, port, true)
	})
	t.Run("taken", func(t *testing.T) {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", ":"+port)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		v := servedPage(t, home)
		v.sees("/tablet", shut, taken, port)
		if !strings.Contains(v.out.String(), taken) {
			t.Error("a terminal does not say it:", v.out)
		}
		v.post("/tablet/open", "always=1")
		if body := v.sees("/tablet", on); strings.Contains(body, taken) {
			t.Error("it says so of an open door")
		}
		if now := sh.wasServed().Door; now == port {
			t.Error("it is noted where it was")
		} else {
			port = now
		}
	})
	t.Run("asked for, and taken", func(t *testing.T) {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", ":"+port)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		v := servedPage(t, home, "--lan")
		const moved = "The tablets know another address"
		here := len(web.Neighbours()) > 0 // else there is no address
		if body := v.sees("/tablet", on); strings.Contains(body, moved) != here || strings.Contains(v.out.String(), moved) != here {
			t.Error("nobody is told where the door went:", v.out)
		}
		if v.post("/tablet/always", "always=1"); strings.Contains(v.sees("/tablet", on), moved) || sh.wasServed().Door == port {
			t.Error("the new address is not kept")
		}
		port = sh.wasServed().Door
	})
	t.Run("elsewhere", func(t *testing.T) {
		v := servedPage(t, home)
		opens(t, port, true)
		v.post("/tablet/shut", "")
		opens(t, port, false)
	})
	t.Run("shut", func(t *testing.T) {
		v := servedPage(t, home)
		if body := v.sees("/tablet", shut); strings.Contains(body, taken) {
			t.Error("a door that the owner shut is said to have failed")
		}
		opens(t, port, false)
	})
}
