package alert

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"custode/internal/secret"
)

// Mail sends by a mail server (SMTP, RFC 5321). The connection is always encrypted
// before a password or a message goes over it, unless Plain says otherwise, which is
// for a server on this very computer.
type Mail struct {
	Host     string
	Port     int    // 465: encrypted from the first byte; else by STARTTLS
	User     string // "": no password is sent
	Password secret.Bytes
	From     string // an address, also with a name: Custode <custode@example.com>
	To       []string
	Plain    bool           // no encryption: only to 127.0.0.1, ::1 or localhost
	Roots    *x509.CertPool // nil: those of the system
	Timeout  time.Duration  // of the whole; 0: 30 s
}

// The reasons for which mail can not be sent, which trying again does not mend.
var (
	// ErrNoTLS says that the server does not encrypt.
	ErrNoTLS = errors.New("alert: the mail server does not encrypt")
	// ErrAddress says that an address is none.
	ErrAddress = errors.New("alert: not a mail address")
	// ErrLogin says that the server does not take the user and the password.
	ErrLogin = errors.New("alert: the mail server refuses user and password")
)

// Name is "mail".
func (m *Mail) Name() string { return "mail" }

// implicit is the port on which the connection is encrypted from the first byte (RFC 8314).
const implicit = 465

// Send sends a message to all of To.
func (m *Mail) Send(ctx context.Context, msg Message) error {
	from, to, err := m.addresses()
	if err != nil {
		return err
	}
	if m.Plain && !Local(m.Host) {
		return ErrNoTLS
	}
	timeout := m.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := m.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // after Quit it is closed already
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := smtp.NewClient(conn, m.Host)
	if err != nil {
		return err
	}
	if err := m.secure(c); err != nil {
		return err
	}
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	for _, a := range to {
		if err := c.Rcpt(a.Address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(write(msg, from, to)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the message is taken over
	return nil
}

func (m *Mail) addresses() (from *mail.Address, to []*mail.Address, err error) {
	if from, err = address(m.From); err != nil {
		return nil, nil, err
	}
	for _, t := range m.To {
		a, err := address(t)
		if err != nil {
			return nil, nil, err
		}
		to = append(to, a)
	}
	if len(to) == 0 {
		return nil, nil, ErrAddress
	}
	return from, to, nil
}

// address takes one address, in which no end of a line can hide.
func address(s string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || strings.ContainsFunc(a.Address+a.Name, unicode.IsControl) {
		return nil, fmt.Errorf("%w: %q", ErrAddress, s)
	}
	return a, nil
}

// Address reports whether a text is one mail address, also with a name.
func Address(s string) bool {
	_, err := address(s)
	return err == nil
}

// Bare is an address without the name: "" for none.
func Bare(s string) string {
	a, err := address(s)
	if err != nil {
		return ""
	}
	return a.Address
}

// Server reads a mail server's name, with or without a port; without: 587.
func Server(s string) (host string, port int, ok bool) {
	if !strings.Contains(s, ":") || strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = net.JoinHostPort(strings.Trim(s, "[]"), "587")
	}
	host, p, err := net.SplitHostPort(s)
	port, notNumber := strconv.Atoi(p)
	bad := strings.ContainsFunc(host, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("/@\\", r)
	})
	return host, port, err == nil && notNumber == nil && host != "" && !bad && port > 0 && port < 1<<16
}

// Local reports whether a host is this computer, by its name alone.
func Local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (m *Mail) tls() *tls.Config {
	return &tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}
}

func (m *Mail) dial(ctx context.Context) (net.Conn, error) {
	at := net.JoinHostPort(m.Host, strconv.Itoa(m.Port))
	if m.Port == implicit {
		return (&tls.Dialer{Config: m.tls()}).DialContext(ctx, "tcp", at)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", at)
}

// secure encrypts the connection, where it is not, and logs in.
func (m *Mail) secure(c *smtp.Client) error {
	if m.Port != implicit && !m.Plain {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return ErrNoTLS
		}
		if err := c.StartTLS(m.tls()); err != nil {
			return err
		}
	}
	if m.User == "" {
		return nil
	}
	if err := c.Auth(smtp.PlainAuth("", m.User, string(m.Password.Reveal()), m.Host)); err != nil {
		return fmt.Errorf("%w: %w", ErrLogin, err)
	}
	return nil
}

// write makes the mail (RFC 5322): plain text in UTF-8, lines of at most 76 characters.
func write(msg Message, from *mail.Address, to []*mail.Address) []byte {
	var b bytes.Buffer
	head := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	names := make([]string, len(to))
	for i, a := range to {
		names[i] = a.String()
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	id := sha256.Sum256([]byte(msg.ID))
	head("From", from.String())
	head("To", strings.Join(names, ",\r\n "))
	head("Subject", subject(msg.Subject))
	head("Date", msg.At.Format(time.RFC1123Z))
	head("Message-ID", "<"+hex.EncodeToString(id[:16])+"@"+domain+">")
	head("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notices in answer
	head("MIME-Version", "1.0")
	head("Content-Type", "text/plain; charset=utf-8")
	head("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	_, _ = q.Write([]byte(strings.ReplaceAll(msg.Body, "\n", "\r\n"))) // into memory
	_ = q.Close()
	return b.Bytes()
}

// subject is one line in which nothing of the text ends it.
func subject(s string) string {
	s = strings.Join(strings.FieldsFunc(s, unicode.IsControl), " ")
	const most = 200
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return strings.ReplaceAll(mime.QEncoding.Encode("utf-8", s), "?= =?", "?=\r\n =?")
}
