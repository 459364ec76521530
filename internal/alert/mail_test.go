package alert_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/internal/alert"
	"custode/internal/secret"
)

// server is a mail server for one test.
type server struct {
	t        *testing.T
	listener net.Listener
	cert     tls.Certificate
	roots    *x509.CertPool
	noTLS    bool
	refuse   string // a command that is refused for good
	mute     bool   // never answers
	done     sync.WaitGroup

	mu    sync.Mutex
	clear []string // what came unencrypted
	lines []string // what came encrypted
	data  string
}

func serve(t *testing.T, change func(*server)) *server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	must(t, err)
	leaf, err := x509.ParseCertificate(der)
	must(t, err)
	s := &server{t: t, cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots: x509.NewCertPool()}
	s.roots.AddCert(leaf)
	if change != nil {
		change(s)
	}
	s.listener, err = net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.done.Go(func() {
		for {
			c, err := s.listener.Accept()
			if err != nil {
				return
			}
			s.done.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		_ = s.listener.Close()
		s.done.Wait()
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *server) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	if s.mute {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	secure, r := false, bufio.NewReader(c)
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	say("220 ready")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		if secure {
			s.lines = append(s.lines, line)
		} else {
			s.clear = append(s.clear, line)
		}
		s.mu.Unlock()
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch {
		case s.refuse != "" && verb == s.refuse:
			say("535 no")
		case verb == "EHLO" && !secure && !s.noTLS:
			say("250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN")
		case verb == "EHLO":
			say("250-here\r\n250 AUTH PLAIN")
		case verb == "STARTTLS":
			say("220 go")
			t := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{s.cert}, MinVersion: tls.VersionTLS12})
			if t.Handshake() != nil {
				return
			}
			c, r, secure = t, bufio.NewReader(t), true
		case verb == "AUTH":
			say("235 ok")
		case verb == "DATA":
			say("354 go")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(l, "."))
			}
			s.mu.Lock()
			s.data = b.String()
			s.mu.Unlock()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *server) mail() *alert.Mail {
	_, at, err := net.SplitHostPort(s.listener.Addr().String())
	must(s.t, err)
	port, err := strconv.Atoi(at)
	must(s.t, err)
	return &alert.Mail{
		Host: "127.0.0.1", Port: port, User: "shop", Password: secret.FromString("hush hush"),
		From: "Custode <custode@example.com>", To: []string{"anna@example.com", "Bruno <bruno@example.org>"}, Roots: s.roots, Timeout: 2 * time.Second,
	}
}

var night = alert.Message{
	ID: "incident-7-opened", Severity: alert.Critical, Subject: "Copiati di notte: perché?",
	Body: "Alle 02:13 l'utente maria ha letto 412 file.\n.\n.una riga col punto\n" + strings.Repeat("lunga ", 300) + "\nPerché? È città.\n", At: time.Date(2026, 11, 28, 2, 13, 0, 0, time.UTC),
}

// TestMail: the mail arrives as it was written, and nothing of it went unencrypted.
func TestMail(t *testing.T) {
	s := serve(t, nil)
	must(t, s.mail().Send(t.Context(), night))
	m, err := mail.ReadMessage(strings.NewReader(s.data))
	must(t, err)
	got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	must(t, err)
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	must(t, err)
	if text := strings.ReplaceAll(string(body), "\r\n", "\n"); got != night.Subject || text != night.Body {
		t.Errorf("%q\n%q", got, text)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 2 || to[1].Address != "bruno@example.org" {
		t.Errorf("%v %v", to, err)
	}
	if m.Header.Get("Message-Id") == "" || m.Header.Get("Date") != "Sat, 28 Nov 2026 02:13:00 +0000" {
		t.Errorf("%v", m.Header)
	}
	for l := range strings.Lines(s.data) {
		if len(l) > 100 {
			t.Errorf("a line of %d bytes", len(l))
		}
	}
	if c := strings.Join(s.clear, " "); strings.Contains(c, "AUTH") || strings.Contains(c, "MAIL") || !strings.Contains(c, "STARTTLS") {
		t.Errorf("unencrypted: %q", s.clear)
	}
	login := base64.StdEncoding.EncodeToString([]byte("\x00shop\x00hush hush"))
	if l := strings.Join(s.lines, "\n"); !strings.Contains(l, login) || !strings.Contains(l, "RCPT TO:<anna@example.com>") || !strings.Contains(l, "RCPT TO:<bruno@example.org>") {
		t.Errorf("%s", l)
	}
	again := s.data
	must(t, s.mail().Send(t.Context(), night))
	if s.data != again {
		t.Error("the same message has another number when it is sent again")
	}
}

func TestMailRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		server func(*server)
		mail   func(*alert.Mail)
		want   error
	}{
		{"no encryption", func(s *server) { s.noTLS = true }, nil, alert.ErrNoTLS},
		{"a certificate of nobody", nil, func(m *alert.Mail) { m.Roots = x509.NewCertPool() }, nil},
		{"wrong password", func(s *server) { s.refuse = "AUTH" }, nil, alert.ErrLogin},
		{"refused recipient", func(s *server) { s.refuse = "RCPT" }, nil, nil},
		{"refused content", func(s *server) { s.refuse = "DATA" }, nil, nil},
		{"a mute server", func(s *server) { s.mute = true }, func(m *alert.Mail) { m.Timeout = 200 * time.Millisecond }, nil},
		{"nobody to send to", nil, func(m *alert.Mail) { m.To = nil }, alert.ErrAddress},
		{"a line end in an address", nil, func(m *alert.Mail) { m.To = []string{"a@example.com\r\nRCPT TO:<evil@example.com>"} }, alert.ErrAddress},
		{"no address", nil, func(m *alert.Mail) { m.From = "custode" }, alert.ErrAddress},
		{"unencrypted to another computer", nil, func(m *alert.Mail) { m.Plain, m.Host = true, "mail.example.com" }, alert.ErrNoTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.server)
			m := s.mail()
			if c.mail != nil {
				c.mail(m)
			}
			err := m.Send(t.Context(), night)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("the password is in the error: %v", err)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.data != "" || strings.Contains(strings.Join(s.clear, " "), "AUTH") {
				t.Errorf("something was sent all the same: %q %q", s.data, s.clear)
			}
		})
	}
}

// TestMailOnThisComputer: a server on this computer needs no encryption.
func TestMailOnThisComputer(t *testing.T) {
	s := serve(t, func(s *server) { s.noTLS = true })
	m := s.mail()
	m.Plain, m.User = true, ""
	must(t, m.Send(t.Context(), night))
	if !strings.Contains(s.data, "Subject: =?utf-8?q?") {
		t.Errorf("%q", s.data)
	}
}

// TestSubject: nothing in a subject can begin another header.
func TestSubject(t *testing.T) {
	s := serve(t, nil)
	for _, subject := range []string{"a\r\nBcc: evil@example.com", "a\nb\x00c\x1b[31m", strings.Repeat("è", 500), "plain", ""} {
		msg := night
		msg.Subject = subject
		must(t, s.mail().Send(t.Context(), msg))
		m, err := mail.ReadMessage(strings.NewReader(s.data))
		must(t, err)
		if m.Header.Get("Bcc") != "" {
			t.Errorf("%q begins a header", subject)
		}
		got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || strings.ContainsAny(got, "\r\n\x00\x1b") || len([]rune(got)) > 200 {
			t.Errorf("%q: %q %v", subject, got, err)
		}
	}
}
