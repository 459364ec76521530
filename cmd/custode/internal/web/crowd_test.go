package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"custode/internal/secret"
)

// patientUnlock takes as long over a passphrase as a test says, and tells whether who asked was still there.
type patientUnlock struct {
	*madeUp

	takes time.Duration
}

func (p *patientUnlock) Unlock(ctx context.Context, _ secret.Bytes) error {
	select {
	case <-ctx.Done():
		return ErrWrong
	case <-time.After(p.takes):
		return nil
	}
}

// call opens a connection, which ends with the test.
func call(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return c
}

// serves answers at a listener until the test has ended.
func (s *site) serves(t *testing.T, l net.Listener) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(ctx, l); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// TestSlowForms: a form that does not come is not waited for; an upload is, and so is an answer that takes long.
func TestSlowForms(t *testing.T) {
	s := newSite(t)
	s.madeUp.Office = &madeUpEvidence{}
	s.asked = 300 * time.Millisecond
	s.o.Office = func(string) Office { return &patientUnlock{madeUp: s.madeUp, takes: 3 * s.asked} }
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.serves(t, l)
	head := func(path, kind string, length int) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\nCookie: %s=%s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", path, testHost, cookie, s.jar, kind, length)
	}
	answer := func(c net.Conn) int {
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Error(err)
			return 0
		}
		_ = r.Body.Close() // nothing more is read
		return r.StatusCode
	}
	const form = "application/x-www-form-urlencoded"
	slow := call(t, l.Addr().String())
	_, _ = io.WriteString(slow, head("/unlock", form, 100)+"p")
	if code := answer(slow); code != http.StatusBadRequest {
		t.Errorf("a form that never comes: %d", code)
	}
	long := call(t, l.Addr().String())
	_, _ = io.WriteString(long, head("/unlock", form, 12)+"passphrase=a")
	if code := answer(long); code != http.StatusSeeOther {
		t.Errorf("an answer that takes long: %d", code)
	}
	whole := upload("9", [2]string{"one.jpg", strings.Repeat("1", 9000)})
	film := call(t, l.Addr().String())
	_, _ = io.WriteString(film, head("/incident/4/evidence", "multipart/form-data; boundary=x", len(whole))+whole[:len(whole)/2])
	time.Sleep(3 * s.asked)
	_, _ = io.WriteString(film, whole[len(whole)/2:])
	if code := answer(film); code != http.StatusSeeOther {
		t.Errorf("a slow upload: %d", code)
	}
}

// TestCrowd: who fills the door for the staff fills it for one address only, by requests as by connections.
func TestCrowd(t *testing.T) {
	s := newTablet(t)
	from := func(addr string) int {
		return s.tap("GET", "/", "", func(r *http.Request) { r.RemoteAddr = addr }).StatusCode
	}
	for range requestsEach {
		if !s.each.enters("192.168.1.66") {
			t.Fatal("shut")
		}
	}
	if a, b := from("192.168.1.66:50000"), from("192.168.1.30:50000"); a != http.StatusServiceUnavailable || b != http.StatusOK {
		t.Errorf("who fills it: %d, another: %d", a, b)
	}
	s.each.leaves("192.168.1.66")
	if got := from("192.168.1.66:50000"); got != http.StatusOK {
		t.Error("after one has gone:", got)
	}
	raw, err := NewCertificate([]string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, _, err := ReadCertificate(raw, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := ListenStaff(t.Context(), "0", cert)
	if err != nil {
		t.Fatal(err)
	}
	s.serves(t, l)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	shakes := func() (net.Conn, error) {
		c := call(t, "127.0.0.1:"+port)
		return c, tls.Client(c, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(t.Context())
	}
	var first net.Conn
	for range callersEach {
		c, err := shakes()
		if err != nil {
			t.Fatal(err)
		}
		first = c
	}
	if _, err := shakes(); err == nil {
		t.Error("one address has more connections than it may")
	}
	_ = first.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) { // until it is noticed
		if _, err = shakes(); err == nil || time.Now().After(end) {
			break
		}
	}
	if err != nil {
		t.Error("after one has gone:", err)
	}
}

// TestNear: the door for the staff is open to the network of the shop, and to no other that reaches this computer.
func TestNear(t *testing.T) {
	for at, want := range map[string]bool{
		"192.168.1.20:8751": true, "10.0.0.2:8751": true, "172.16.0.9:8751": true, "127.0.0.1:8751": true, "[::ffff:192.168.1.20]:8751": true,
		"203.0.113.7:8751": false, "[2001:db8::1]:8751": false, "[fe80::1%eth0]:8751": false, "100.64.0.1:8751": false, "": false,
	} {
		if got := near(address(at)); got != want {
			t.Errorf("%s: %v", at, got)
		}
	}
}

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }
