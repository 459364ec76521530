package agent

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"custode/internal/secret"
)

const key = "AGE-SECRET-KEY-MADE-UP"

// clock is a clock that is put forward by hand.
type clock struct{ n atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_800_000_000, c.n.Load()) }
func (c *clock) forward(d time.Duration) { c.n.Add(int64(d)) }

// socket gives a short path: a socket's may have 107 characters.
func socket(t *testing.T, home string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ag") //nolint:usetesting // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return Path(dir, home)
}

// held starts an agent, and gives what tells that it ended.
func held(t *testing.T, path, text string, o Options) <-chan error {
	t.Helper()
	ended, ready := make(chan error, 1), make(chan struct{})
	o.Ready, o.Tick = func() { close(ready) }, 20*time.Millisecond
	k := secret.FromString(text)
	go func() { ended <- Serve(t.Context(), path, k, o) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	}
	return ended
}

func gone(t *testing.T, ended <-chan error, path string) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it still holds the key")
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("its socket is left")
	}
	if _, err := Key(t.Context(), path); !errors.Is(err, ErrNone) {
		t.Errorf("asked afterwards: %v", err)
	}
}

func TestHolds(t *testing.T) {
	c, path := new(clock), socket(t, "/a")
	ended := held(t, path, key, Options{Idle: time.Hour, Longest: 8 * time.Hour, Now: c.now})
	c.forward(30 * time.Minute)
	got, err := Key(t.Context(), path)
	if err != nil || string(got.Reveal()) != key {
		t.Fatalf("%v", err)
	}
	s, err := Ask(t.Context(), path)
	if err != nil || s.Idle != time.Hour || !s.Until.Equal(c.now().Add(time.Hour)) || !s.Last.Equal(time.Unix(1_800_000_000, 0).Add(8*time.Hour)) {
		t.Errorf("%+v, %v", s, err)
	}
	if info, err := os.Lstat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	if _, err := Key(t.Context(), Path(filepath.Dir(path), "/b")); !errors.Is(err, ErrNone) {
		t.Errorf("another home: %v", err)
	}
	if err := Lock(t.Context(), path); err != nil {
		t.Error(err)
	}
	gone(t, ended, path)
}

// TestLetsGo: not used, the longest time though used, a clock put back, the screen.
func TestLetsGo(t *testing.T) {
	c, path := new(clock), socket(t, "/a")
	ended := held(t, path, key, Options{Idle: time.Minute, Longest: time.Hour, Now: c.now})
	c.forward(time.Minute)
	if _, err := Key(t.Context(), path); err == nil {
		t.Error("given after the time was up")
	}
	gone(t, ended, path)

	ended = held(t, path, key, Options{Idle: time.Minute, Longest: time.Hour, Now: c.now})
	for range 90 {
		c.forward(50 * time.Second)
		if _, err := Key(t.Context(), path); err != nil {
			break
		}
	}
	gone(t, ended, path)

	ended = held(t, path, key, Options{Idle: time.Minute, Longest: time.Hour, Now: c.now})
	c.forward(-time.Hour)
	gone(t, ended, path)

	for _, locked := range []bool{true, false} { // locked; or the session is no longer known
		var asked atomic.Int64
		ended = held(t, path, key, Options{Idle: time.Minute, Longest: time.Hour, Now: c.now, Locked: func(context.Context) (bool, bool) {
			later := asked.Add(1) > 1
			return later && locked, !later || locked
		}})
		gone(t, ended, path)
	}
}

// TestTakesOver: a second agent takes the place of the first; a socket that a killed
// one left is no obstacle.
func TestTakesOver(t *testing.T) {
	c, path := new(clock), socket(t, "/a")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Idle: time.Minute, Longest: time.Hour, Now: c.now}
	first := held(t, path, "first", o)
	second := held(t, path, "second", o)
	if err := <-first; err != nil {
		t.Error(err)
	}
	got, err := Key(t.Context(), path)
	if err != nil || string(got.Reveal()) != "second" {
		t.Errorf("%v", err)
	}
	if err := Lock(t.Context(), path); err != nil {
		t.Error(err)
	}
	gone(t, second, path)
}

// TestGarbage: what is no message is not answered, and holds up nobody.
func TestGarbage(t *testing.T) {
	c, path := new(clock), socket(t, "/a")
	held(t, path, key, Options{Idle: time.Minute, Longest: time.Hour, Now: c.now})
	for _, msg := range []string{"", "k", "GET / HTTP/1.1\r\n\r\n", "\x02k\x00\x00\x00", "\x01k\xff\xff\xff", "\x01k\x00\x00\x09x", "\x01z\x00\x00\x00"} {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(msg))
		if u, ok := conn.(*net.UnixConn); ok {
			_ = u.CloseWrite()
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(conn)
		if b.Len() > 0 {
			t.Errorf("%q was answered: %q", msg, b.String())
		}
		_ = conn.Close()
	}
	silent, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if _, err := Key(t.Context(), path); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// FuzzReceive: no message, whatever it says of its length, makes more of itself.
func FuzzReceive(f *testing.F) {
	f.Add([]byte("\x01k\x00\x00\x00"))
	f.Add(HandOver(secret.FromString(key), time.Minute, time.Hour))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, body, err := receive(bytes.NewReader(b)); err == nil && len(body)+header > len(b) {
			t.Errorf("%d bytes out of %d", len(body), len(b))
		}
		if k, idle, longest, err := TakeOver(bytes.NewReader(b)); err == nil && (k.Len() == 0 || idle <= 0 || longest <= 0) {
			t.Error("an agent without a key or a time")
		}
	})
}

func TestHandOver(t *testing.T) {
	msg := HandOver(secret.FromString(key), time.Minute, time.Hour)
	k, idle, longest, err := TakeOver(bytes.NewReader(msg))
	if err != nil || string(k.Reveal()) != key || idle != time.Minute || longest != time.Hour {
		t.Errorf("%v %v %v", idle, longest, err)
	}
	for n := range msg {
		if _, _, _, err := TakeOver(bytes.NewReader(msg[:n])); err == nil && n < header+17 {
			t.Errorf("%d bytes pass", n)
		}
	}
}
