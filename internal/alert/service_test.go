package alert_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"custode/internal/alert"
	"custode/internal/secret"
)

// TestServices: every kind of service takes an address of its form, says so when the
// message is not taken, and nothing of its address in any error. A service that says
// nothing then would lose an alert.
func TestServices(t *testing.T) {
	if !onLinux() {
		t.Skip("the certificates of the system can only be replaced on Linux")
	}
	for _, kind := range alert.Kinds() {
		t.Run(kind, func(t *testing.T) {
			if !strings.HasPrefix(alert.Form(kind), kind+"://") {
				t.Errorf("form %q", alert.Form(kind))
			}
			for _, answer := range []int{0, 401, 404, 500} {
				says(answer, `{"code":`+strconv.Itoa(answer)+`,"error":"no","errcode":"M_FORBIDDEN"}`)
				s, err := alert.NewService(secret.FromString(made(kind)))
				must(t, err)
				s.Timeout = time.Second // Discord's would try for minutes
				whole := fmt.Sprintf("%v %+v %#v", s, s, s)
				err = s.Send(t.Context(), night)
				f := (*alert.SendError)(nil)
				if !errors.As(err, &f) || s.Name() != kind || f.Channel != kind {
					t.Errorf("answered %d: %v", answer, err)
					continue
				}
				if f.Cause == alert.Certificate || f.Cause == alert.UnknownHost || everybody.seen.Load() == "" {
					t.Errorf("answered %d: never got there: %v", answer, err)
				}
				for _, said := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err), whole} {
					if !hushed(said) {
						t.Errorf("the address is in %q", said)
					}
				}
			}
		})
	}
}

// TestTelegram: to each chat, in text that is no markup; what Telegram answers counts.
func TestTelegram(t *testing.T) {
	if !onLinux() {
		t.Skip("the certificates of the system can only be replaced on Linux")
	}
	s, err := alert.NewService(secret.FromString(made("telegram")))
	must(t, err)
	for _, c := range []struct {
		status int
		body   string
		want   alert.Cause
	}{
		{200, `{"ok":true,"result":{}}`, ""},
		{200, `{"ok":false}`, alert.Broken},
		{200, `nothing`, alert.Broken},
		{401, `{"ok":false,"error_code":401,"description":"Unauthorized"}`, alert.Key},
		{400, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`, alert.Key},
		{429, `{"ok":false}`, alert.Limit},
		{502, ``, alert.Broken},
		{0, ``, alert.Network},
	} {
		says(c.status, c.body)
		err := s.Send(t.Context(), night)
		cause, code := alert.Why(err)
		if c.want == "" {
			must(t, err)
			seen, _ := everybody.seen.Load().(string)
			if !strings.Contains(seen, "/bot110201543:AAH") || !strings.Contains(seen, `"chat_id":"-100200"`) || !strings.Contains(seen, `"message_thread_id":"7"`) || !strings.Contains(seen, "Copiati di notte: perché?") || strings.Contains(seen, "parse_mode") {
				t.Errorf("%s", seen)
			}
		} else if cause != c.want || c.status != 200 && code != c.status || !hushed(err.Error()) {
			t.Errorf("%d %s: %s %d %v", c.status, c.body, cause, code, err)
		}
	}
}

func TestWrongURL(t *testing.T) {
	for _, c := range []struct{ url, why, kind string }{
		{"", alert.URLEmpty, ""},
		{" \n", alert.URLEmpty, ""},
		{"hush", alert.URLBroken, ""},
		{"hush hush", alert.URLBroken, ""},
		{"telegram://hush%zz@telegram?chats=1", alert.URLBroken, "telegram"},
		{"telegram://hush@telegram\n?chats=1", alert.URLBroken, "telegram"},
		{"slack://" + strings.Repeat("hush", 2000), alert.URLBroken, "slack"},
		{"https://hooks.slack.com/services/hush", alert.URLWeb, "slack"},
		{"https://discord.com/api/webhooks/hush", alert.URLWeb, "discord"},
		{"https://shop.example.com/hush", alert.URLWeb, "generic"},
		{"smtp://shop:hush@mail.example.com", alert.URLMail, ""},
		{"hush://example.com", alert.URLKind, ""},
		{"logger://", alert.URLKind, ""},
		{"telegram://hush@telegram", alert.URLParts, "telegram"},
		{"slack://hush", alert.URLParts, "slack"},
		{"discord://hush", alert.URLParts, "discord"},
		{"matrix://shop:hush@", alert.URLParts, "matrix"},
		{"matrix://example.com", alert.URLParts, "matrix"},
		{"generic+http://example.com/hush", alert.URLUnsafe, "generic"},
		{"ntfy://example.com/hush?DisableTLS=yes", alert.URLUnsafe, "ntfy"},
		{"ntfy://example.com/hush?scheme=http", alert.URLUnsafe, "ntfy"},
		{"ntfy://example.com/hush?disabletlsverification=1", alert.URLUnsafe, "ntfy"},
		{"gotify://example.com/Ahush?insecureskipverify=true", alert.URLUnsafe, "gotify"},
	} {
		_, err := alert.NewService(secret.FromString(c.url))
		var w *alert.URLError
		if !errors.As(err, &w) || w.Why != c.why || w.Kind != c.kind || strings.Contains(err.Error(), "hush") {
			t.Errorf("%.40q: %+v %v, want %s %s", c.url, w, err, c.why, c.kind)
		}
	}
	for web, kind := range map[string]string{
		"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX": "slack", "https://discord.com/api/webhooks/123/abc_DEF-1": "discord", "https://ntfy.sh/my_topic": "ntfy",
	} {
		if s, err := alert.NewService(secret.FromString(web)); err != nil || s.Name() != kind {
			t.Errorf("%q: %v", web, err)
		}
	}
	for _, good := range []string{"ntfy://localhost/topic?disabletls=yes", "ntfy://ntfy.sh/topic?disabletls=no", "generic+https://example.com/x?a=b", " telegram://1:AAHhush-hushhush-hushhush-hushhush-huA@telegram?chats=@a \n"} {
		if _, err := alert.NewService(secret.FromString(good)); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// TestServiceSends: the message arrives, and each answer of the service has its cause.
func TestServiceSends(t *testing.T) {
	var got string
	answer := http.StatusOK
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = string(b)
		w.WriteHeader(answer)
		_, _ = fmt.Fprintf(w, `{"code":%d01,"error":"no"}`, answer)
	}))
	defer srv.Close()
	at := strings.TrimPrefix(srv.URL, "http://")
	for _, kind := range []string{"generic", "ntfy"} {
		s, err := alert.NewService(secret.FromString(kind + "://" + at + "/hush?disabletls=yes"))
		must(t, err)
		for _, c := range []struct {
			answer int
			want   alert.Cause
		}{{200, ""}, {401, alert.Key}, {403, alert.Key}, {404, alert.Key}, {429, alert.Limit}, {503, alert.Broken}} {
			answer = c.answer
			err := s.Send(t.Context(), night)
			cause, code := alert.Why(err)
			if c.want == "" {
				must(t, err)
				if !strings.HasPrefix(got, "Copiati di notte: perché?\n\nAlle 02:13") {
					t.Errorf("%s got %q", kind, got)
				}
				continue
			}
			if cause != c.want || code != c.answer || strings.Contains(err.Error(), "hush") {
				t.Errorf("%s, %d: %s %d %v", kind, c.answer, cause, code, err)
			}
		}
	}
}

// TestServiceText: nothing of a file's name calls people, leads anywhere or writes over
// the line, and no service refuses the message for its length.
func TestServiceText(t *testing.T) {
	var got string
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = string(b)
	}))
	defer srv.Close()
	s, err := alert.NewService(secret.FromString("generic://" + strings.TrimPrefix(srv.URL, "http://") + "/?disabletls=yes"))
	must(t, err)
	m := night
	m.Subject = "a\r\nb\x1b[31m"
	m.Body = "@everyone <!channel> <b>x</b> [pay](https://evil.example) `x` \u202egnp.exe\r\nnext " + strings.Repeat("è", 5000)
	must(t, s.Send(t.Context(), m))
	for _, bad := range []string{"@everyone", "<", ">", "](", "`", "://", "\x1b", "\r", "\u202e"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q in %.120q", bad, got)
		}
	}
	if n := len([]rune(got)); n > 1000 || !strings.HasSuffix(got, "…") || !strings.Contains(got, "\nnext") || !strings.HasPrefix(got, "a b [31m\n\n") {
		t.Errorf("%d characters: %.200q", n, got)
	}
}

// TestServiceMute: a service that never answers ends in time, and leaves one behind, not many.
func TestServiceMute(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	conns := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(conns)
				return
			}
			conns <- c
		}
	}()
	s, err := alert.NewService(secret.FromString("generic://" + l.Addr().String() + "/?disabletls=yes"))
	must(t, err)
	s.Timeout = 200 * time.Millisecond
	for range 3 {
		if cause, _ := alert.Why(s.Send(t.Context(), night)); cause != alert.TimedOut {
			t.Errorf("%s", cause)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s.Send(ctx, night) == nil {
		t.Error("sent after the end")
	}
	_ = l.Close()
	n := 0
	for c := range conns {
		n++
		_ = c.Close()
	}
	if n != 1 {
		t.Errorf("%d on their way at once", n)
	}
	// What was left behind ends with its connection; then the next one goes out.
	for range 100 {
		if cause, _ := alert.Why(s.Send(t.Context(), night)); cause == alert.Refused {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("nothing is sent any more")
}

// TestWhy: what a person can mend is told apart, for mail too.
func TestWhy(t *testing.T) {
	s := serve(t, nil)
	for _, c := range []struct {
		name   string
		change func(*alert.Mail)
		want   alert.Cause
	}{
		{"certificate", func(m *alert.Mail) { m.Roots = nil }, alert.Certificate},
		{"nobody there", func(m *alert.Mail) { m.Port = 1 }, alert.Refused},
		{"address", func(m *alert.Mail) { m.From = "x" }, alert.BadAddress},
	} {
		m := s.mail()
		c.change(m)
		if cause, _ := alert.Why(m.Send(t.Context(), night)); cause != c.want {
			t.Errorf("%s: %s", c.name, cause)
		}
	}
	for what, c := range map[string]struct {
		change func(*server)
		want   alert.Cause
		code   int
	}{
		"login": {func(s *server) { s.refuse = "AUTH" }, alert.Login, 535}, "recipient": {func(s *server) { s.refuse = "RCPT" }, alert.Rejected, 535},
		"no encryption": {func(s *server) { s.noTLS = true }, alert.NotTLS, 0}, "mute": {func(s *server) { s.mute = true }, alert.TimedOut, 0},
	} {
		m := serve(t, c.change).mail()
		m.Timeout = 300 * time.Millisecond
		if cause, code := alert.Why(m.Send(t.Context(), night)); cause != c.want || code != c.code {
			t.Errorf("%s: %s %d", what, cause, code)
		}
	}
}
