package web

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// sendRaw writes a request on a connection of its own, ended as it should be, and gives the status of the answer.
func (s *site) sendRaw(addr, path, body string, chunked bool) int {
	s.t.Helper()
	c, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nSec-Fetch-Site: same-origin\r\nCookie: %s=%s\r\nContent-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n",
		path, testHost, testHost, cookie, s.jar)
	if chunked {
		body = fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	} else {
		body = fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	if _, err := c.Write([]byte(head + body)); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = r.Body.Close() // nothing more is read
	return r.StatusCode
}

// TestUploadEndsWithin: an upload that ends as a request should, before the line that ends its form, is refused as cut
// off wherever that is: within the head of a part, between parts, within that line.
func TestUploadEndsWithin(t *testing.T) {
	s, m := newSite(t), &madeUpEvidence{}
	s.madeUp.Office = m
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	addr := server.Listener.Addr().String()
	whole := upload("9", [2]string{"one.jpg", strings.Repeat("1", 9000)}, [2]string{"two.jpg", "2"})
	second := strings.LastIndex(whole, "\r\n--x\r\n")
	for at := second; at < len(whole)-3; at += 1 + len(whole)/1500 {
		m.names = nil
		if code := s.sendRaw(addr, "/incident/4/evidence", whole[:at], at%2 == 0); code != http.StatusBadRequest {
			t.Errorf("ended after %q: %d", whole[second:at], code)
		}
	}
	for _, end := range []string{"", "\r\n", "what follows"} {
		for _, chunked := range []bool{true, false} {
			m.names = nil
			if code := s.sendRaw(addr, "/incident/4/evidence", strings.TrimSuffix(whole, "\r\n")+"\r\n"[:min(2, len(end))]+end, chunked); code != http.StatusSeeOther || len(m.names) != 2 {
				t.Errorf("whole, and then %q: %d %q", end, code, m.names)
			}
		}
	}
}
