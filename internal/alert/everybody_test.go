package alert_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// everybody stands for every service on the net: a proxy leads there, and its
// certificate is good for the names of all. Nothing leaves this computer.
var everybody struct {
	at     string       // host:port; also for addresses with a host of their own
	answer atomic.Int64 // the status; 0: the connection is closed
	body   atomic.Value
	seen   atomic.Value // the last request's path and body
}

// TestMain lets everything that would leave this computer end here.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "custode-alert-")
	if err == nil {
		err = standIn(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func standIn(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "everybody"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames: []string{
			"discord.com", "chat.googleapis.com", "maker.ifttt.com", "joinjoaomgcd.appspot.com", "open.larksuite.com", "notifiarr.com", "api.opsgenie.com",
			"events.pagerduty.com", "api.pushbullet.com", "api.pushover.net", "hooks.slack.com", "hush.webhook.office.com", "api.telegram.org", "qyapi.weixin.qq.com", "hush.zulip.example.com",
		},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return err
	}
	roots := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		return err
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		everybody.seen.Store(r.URL.Path + "\n" + string(b))
		status := int(everybody.answer.Load())
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		body, _ := everybody.body.Load().(string)
		_, _ = io.WriteString(w, body)
	}))
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // of connections that a time limit ended
	srv.StartTLS()
	everybody.at = srv.Listener.Addr().String()
	proxy := httptest.NewServer(http.HandlerFunc(lead))
	for k, v := range map[string]string{"HTTP_PROXY": proxy.URL, "HTTPS_PROXY": proxy.URL, "SSL_CERT_FILE": roots, "SSL_CERT_DIR": dir} {
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	return nil
}

// lead is the proxy: whoever is asked for, everybody answers.
func lead(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "unencrypted", http.StatusTeapot)
		return
	}
	to, err := net.Dial("tcp", everybody.at)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	h, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	from, _, err := h.Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
	_, _ = io.Copy(from, to)
	_ = from.Close()
}

func says(status int, body string) {
	everybody.answer.Store(int64(status))
	everybody.body.Store(body)
	everybody.seen.Store("")
}

// made are addresses with a made-up key in every secret part.
func made(kind string) string {
	return strings.ReplaceAll(map[string]string{
		"bark":       "bark://:hush-hush@HOST",
		"discord":    "discord://hush-hush@123456789",
		"generic":    "generic://HOST/hush-hush",
		"googlechat": "googlechat://chat.googleapis.com/v1/spaces/FOO/messages?key=hush-hush&token=hush-hush",
		"gotify":     "gotify://HOST/Ahush-hush-hush",
		"ifttt":      "ifttt://hush-hush/?events=alarm",
		"join":       "join://shoutrrr:hush-hush@join/?devices=hush-hush",
		"lark":       "lark://open.larksuite.com/hush-hush",
		"matrix":     "matrix://shop:hush-hush@HOST/?rooms=!hush-hush:example.com",
		"mattermost": "mattermost://HOST/hush-hush",
		"notifiarr":  "notifiarr://hush-hush",
		"ntfy":       "ntfy://HOST/hush-hush",
		"opsgenie":   "opsgenie://api.opsgenie.com/hush-hush",
		"pagerduty":  "pagerduty:///eb243592faa24ba2a5511afdf565c889",
		"pushbullet": "pushbullet://o.hushhushhushhushhushhushhushhush",
		"pushover":   "pushover://shoutrrr:hush-hush@hush-user",
		"rocketchat": "rocketchat://HOST/hush-hush/hush-hush",
		"signal":     "signal://HOST/+390000000001/+390000000002",
		"slack":      "slack://hook:HUSHHUSHH-HUSHHUSHH-hushhushhushhushhushhush@webhook",
		"teams": "teams://11111111-4444-4444-8444-cccccccccccc@22222222-4444-4444-8444-cccccccccccc/33333333012222222222333333333344/" +
			"44444444-4444-4444-8444-cccccccccccc/V2ESyij_gAljSoUQHvZoZYzlpAoAXExyOl26dlf1xHEx0?host=hush.webhook.office.com",
		"telegram": "telegram://110201543:AAHhush-hushhush-hushhush-hushhush-huA@telegram?chats=@hush,-100200:7",
		"wecom":    "wecom://hush-hush",
		"zulip":    "zulip://bot%40example.com:hush-hush@hush.zulip.example.com?stream=s&topic=t",
	}[kind], "HOST", everybody.at)
}

// hushed reports whether a text says something of an address.
func hushed(s string) bool {
	for _, part := range []string{"hush", "HUSH", "eb243592", "V2ESyij", "390000000001", everybody.at} {
		if strings.Contains(s, part) {
			return false
		}
	}
	return true
}

func onLinux() bool { return runtime.GOOS == "linux" }
