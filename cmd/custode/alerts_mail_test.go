package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// mailServer starts a mail server until the script ends, whose certificate the system
// trusts: mailserver [notls]. $SMTP is where it is. User shop, password hush-hush. What
// it is sent over an encrypted connection goes into the file mail.txt, as a person reads it.
func mailServer(ts *testscript.TestScript, _ bool, args []string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "mail"}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	ts.Check(err)
	roots := ts.MkAbs("roots.pem")
	ts.Check(os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv("SMTP", l.Addr().String())
	ts.Setenv("SSL_CERT_FILE", roots)
	m := mailTalk{to: ts.MkAbs("mail.txt"), plain: slices.Contains(args, "notls")}
	m.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go m.talk(c)
		}
	}()
}

type mailTalk struct {
	to    string
	plain bool // without TLS, so that nobody gives a password
	open  bool // without TLS, and takes one all the same
	tls   *tls.Config
}

func (m mailTalk) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	secure, known, r := m.open, false, bufio.NewReader(c)
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	say("220 ready")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch verb = strings.ToUpper(verb); {
		case verb == "EHLO" && !secure && !m.plain:
			say("250-here\r\n250 STARTTLS")
		case verb == "EHLO":
			say("250-here\r\n250 AUTH PLAIN")
		case verb == "STARTTLS":
			say("220 go")
			t := tls.Server(c, m.tls)
			if t.Handshake() != nil {
				return
			}
			c, r, secure = t, bufio.NewReader(t), true
		case verb == "AUTH":
			if known = secure && rest == "PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00shop\x00hush-hush")); known {
				say("235 ok")
			} else {
				say("535 no such user hush-hush")
			}
		case verb == "MAIL" && !known:
			say("530 who are you")
		case verb == "RCPT" && strings.Contains(rest, "nobody@"):
			say("550 no such mailbox")
		case verb == "DATA":
			say("354 go")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(l, "."))
			}
			m.deliver(b.String())
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// deliver writes a mail down as its receiver sees it.
func (m mailTalk) deliver(raw string) {
	msg, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	body, _ := io.ReadAll(quotedprintable.NewReader(msg.Body))
	text := "From: " + msg.Header.Get("From") + "\nTo: " + msg.Header.Get("To") + "\nSubject: " + subject + "\n\n" + strings.ReplaceAll(string(body), "\r\n", "\n")
	part := filepath.Join(filepath.Dir(m.to), "mail.part")
	if os.WriteFile(part, []byte(text), 0o600) == nil {
		_ = os.Rename(part, m.to)
	}
}
