package alert

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"custode/internal/secret"
)

// Service sends by one of the usual services for chat, push messages and incidents,
// through shoutrrr. Its address holds the keys of the service: it is never said.
//
// shoutrrr's services take no context and some no time limit: a Send that ran out of
// its time leaves one behind, and until that has ended the next one fails at once. So
// at most one is on its way.
type Service struct {
	Timeout time.Duration // of the whole; 0: 30 s

	name     string
	url      secret.Bytes
	telegram string // where Telegram is
	busy     atomic.Bool
}

// URLError says why an address of a service can not be used. It holds nothing of it.
type URLError struct {
	Why  string // one of the reasons below
	Kind string // the kind of service, where it is known: one of Kinds
}

// Why an address is wrong.
const (
	URLEmpty   = "empty"  // nothing there
	URLBroken  = "broken" // not an address at all
	URLWeb     = "web"    // begins with http: what the service shows, not what is wanted
	URLMail    = "mail"   // mail has settings of its own
	URLKind    = "kind"   // no such kind of service
	URLParts   = "parts"  // a part is missing
	URLUnsafe  = "unsafe" // not encrypted, or to whom is not proven, and not on this computer
	longestURL = 4096
)

// Error names the reason.
func (e *URLError) Error() string { return "alert: address of a service: " + e.Why }

// forms are the kinds of services and how their addresses look.
var forms = map[string]string{ //nolint:gosec // examples
	"bark":       "bark://:KEY@HOST",
	"discord":    "discord://TOKEN@WEBHOOK_ID",
	"generic":    "generic://HOST/PATH",
	"googlechat": "googlechat://chat.googleapis.com/v1/spaces/SPACE/messages?key=KEY&token=TOKEN",
	"gotify":     "gotify://HOST/TOKEN",
	"ifttt":      "ifttt://KEY/?events=EVENT",
	"join":       "join://shoutrrr:KEY@join/?devices=DEVICE",
	"lark":       "lark://open.larksuite.com/TOKEN",
	"matrix":     "matrix://USER:PASSWORD@HOST/?rooms=ROOM",
	"mattermost": "mattermost://HOST/TOKEN",
	"notifiarr":  "notifiarr://KEY",
	"ntfy":       "ntfy://HOST/TOPIC",
	"opsgenie":   "opsgenie://api.opsgenie.com/KEY",
	"pagerduty":  "pagerduty://events.pagerduty.com/KEY",
	"pushbullet": "pushbullet://TOKEN",
	"pushover":   "pushover://shoutrrr:TOKEN@USER",
	"rocketchat": "rocketchat://HOST/TOKEN_A/TOKEN_B",
	"signal":     "signal://HOST/FROM_NUMBER/TO_NUMBER",
	"slack":      "slack://hook:AAAAAAAAA-BBBBBBBBB-CCCCCCCCCCCCCCCCCCCCCCCC@webhook",
	"teams":      "teams://GROUP@TENANT/ALT_ID/OWNER/EXTRA?host=NAME.webhook.office.com",
	"telegram":   "telegram://TOKEN@telegram?chats=CHAT",
	"wecom":      "wecom://KEY",
	"zulip":      "zulip://BOT:KEY@HOST?stream=STREAM",
}

// Kinds are the kinds of services there are, sorted.
func Kinds() []string {
	var out []string
	for k := range forms {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Form shows how the address of a kind of service looks.
func Form(kind string) string { return forms[kind] }

// NewService takes the address of a service, of which one of [Form] is an example, and
// says with a [*URLError] what is wrong with it. Nothing is sent.
func NewService(address secret.Bytes) (*Service, error) {
	raw := strings.TrimSpace(string(address.Reveal()))
	if raw == "" {
		return nil, &URLError{Why: URLEmpty}
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || len(raw) > longestURL || strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) || r == ' ' }) {
		why := &URLError{Why: URLBroken}
		if kind, _, ok := strings.Cut(raw, "://"); ok && forms[kind] != "" {
			why.Kind = kind
		}
		return nil, why
	}
	kind, way, _ := strings.Cut(u.Scheme, "+")
	if kind == "pagerduty" && u.Port() == "" { // shoutrrr's v0.13.2 would go to port 0
		u.Host = cmp.Or(u.Hostname(), "events.pagerduty.com") + ":443"
		raw = u.String()
	}
	switch {
	case u.Scheme == "https" && byWeb(u) != "": // what the service's page shows, to be copied
		return NewService(secret.FromString(byWeb(u)))
	case kind == "http" || kind == "https":
		return nil, &URLError{Why: URLWeb, Kind: byWebAddress(u.Hostname())}
	case kind == "smtp":
		return nil, &URLError{Why: URLMail}
	case forms[kind] == "":
		return nil, &URLError{Why: URLKind}
	case unsafe(u, way) && !Local(u.Hostname()):
		return nil, &URLError{Why: URLUnsafe, Kind: kind}
	case !complete(u, raw):
		return nil, &URLError{Why: URLParts, Kind: kind}
	}
	setPatience()
	return &Service{name: kind, url: secret.FromString(raw), telegram: telegramAPI}, nil
}

// byWeb makes an address of the web address that Slack, Discord and ntfy show.
func byWeb(u *url.URL) string {
	part := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch u.Host {
	case "hooks.slack.com":
		if len(part) == 4 && part[0] == "services" {
			return "slack://hook:" + strings.Join(part[1:], "-") + "@webhook"
		}
	case "discord.com", "discordapp.com":
		if len(part) == 4 && part[0] == "api" && part[1] == "webhooks" {
			return "discord://" + part[3] + "@" + part[2]
		}
	case "ntfy.sh":
		if len(part) == 1 && part[0] != "" {
			return "ntfy://ntfy.sh/" + part[0]
		}
	}
	return ""
}

// byWebAddress guesses which service shows web addresses of that host.
func byWebAddress(host string) string {
	for end, kind := range map[string]string{
		"discord.com": "discord", "slack.com": "slack", "office.com": "teams", "chat.googleapis.com": "googlechat", "ntfy.sh": "ntfy",
		"larksuite.com": "lark", "pushover.net": "pushover", "opsgenie.com": "opsgenie", "telegram.org": "telegram",
	} {
		if host == end || strings.HasSuffix(host, "."+end) {
			return kind
		}
	}
	return "generic"
}

// unsafe reports whether a message would go over the net unencrypted, or to whoever answers.
func unsafe(u *url.URL, way string) bool {
	if way == "http" {
		return true
	}
	for key, values := range u.Query() {
		switch strings.ToLower(key) {
		case "disabletls", "disabletlsverification", "insecureskipverify":
			if !slices.Contains([]string{"no", "0", "false", "off"}, strings.ToLower(strings.Join(values, ""))) {
				return true
			}
		case "scheme":
			if !strings.EqualFold(strings.Join(values, ""), "https") {
				return true
			}
		}
	}
	return false
}

// complete lets shoutrrr read an address. It must not go to the net for that: for
// Matrix it would, to log in, where there is a user.
func complete(u *url.URL, raw string) bool {
	if u.Scheme == "matrix" {
		password, there := u.User.Password()
		if !there || password == "" || u.Host == "" {
			return false
		}
		bare := *u
		bare.User = url.UserPassword("", password)
		raw = bare.String()
	}
	_, err := located(raw)
	return err == nil
}

// located makes shoutrrr's sender for an address.
func located(raw string) (to types.Service, err error) {
	err = guarded(func() error {
		u, err := url.Parse(raw)
		if err != nil {
			return err
		}
		if strings.Contains(u.Scheme, "+") { // generic+https://...
			to, err = new(router.ServiceRouter).Locate(raw)
			return err
		}
		if to, err = new(router.ServiceRouter).NewService(u.Scheme); err != nil {
			return err
		}
		return to.Initialize(u, nil) // Locate would do it too, and hide why it failed
	})
	return to, err
}

var errPanic = errors.New("alert: the service's program broke")

// guarded turns a panic of shoutrrr, whose value may hold the address, into an error.
func guarded(do func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return do()
}

// patience is how long a service may take; some of shoutrrr's have no limit of their own.
const patience = 30 * time.Second

// setPatience gives the limit to those that use the default client.
var setPatience = sync.OnceFunc(func() { http.DefaultClient.Timeout = patience })

// Name is the kind of service: telegram, slack, ...
func (s *Service) Name() string { return s.name }

// Send hands the message to the service. Its error is a [*SendError].
func (s *Service) Send(ctx context.Context, m Message) error {
	timeout := s.Timeout
	if timeout == 0 {
		timeout = patience
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if s.name == "telegram" {
		return s.byTelegram(ctx, plain(m))
	}
	if s.busy.Swap(true) {
		return &SendError{Channel: s.name, Cause: TimedOut}
	}
	result := make(chan error, 1)
	go func() {
		err := guarded(func() error {
			to, err := located(string(s.url.Reveal()))
			if err != nil {
				return err
			}
			return to.Send(plain(m), &types.Params{})
		})
		s.busy.Store(false)
		result <- err
	}()
	select {
	case err := <-result:
		return s.failure(err)
	case <-ctx.Done():
		return &SendError{Channel: s.name, Cause: TimedOut}
	}
}

// failure makes of whatever shoutrrr says an error that says nothing of the address.
// Some services flatten what happened into a text: then the text is searched.
func (s *Service) failure(err error) error {
	if err == nil {
		return nil
	}
	f := &SendError{Channel: s.name, Cause: onTheWay(err)}
	text := err.Error()
	if errors.Is(err, errPanic) { // Zulip's, where nobody answers
		f.Cause = Network
	}
	if f.Cause == Unknown {
		for _, c := range []struct {
			in    string
			cause Cause
		}{
			{"no such host", UnknownHost},
			{"connection refused", Refused},
			{"x509: ", Certificate},
			{"certificate", Certificate},
			{"Client.Timeout", TimedOut},
			{"deadline exceeded", TimedOut},
			{"timed out", TimedOut},
			{"server gave HTTP response", NotTLS},
			{"connection reset", Network},
			{": EOF", Network},
		} {
			if strings.Contains(text, c.in) {
				f.Cause = c.cause
				return f
			}
		}
		if m := status.FindStringSubmatch(text); m != nil {
			f.Code, _ = strconv.Atoi(m[1])
			f.Cause = byStatus(f.Code)
		}
	}
	return f
}

// status finds the number of an answer of HTTP in a sentence.
var status = regexp.MustCompile(`(?i)(?:status|http|code|response)\D{0,24}\b([345]\d\d)(?:\d\d)?\b`)

func byStatus(code int) Cause {
	switch {
	case code == http.StatusTooManyRequests:
		return Limit
	case code >= http.StatusInternalServerError:
		return Broken
	case code == http.StatusRequestTimeout:
		return TimedOut
	}
	return Key
}

// longest is how many characters a service gets: the least that one of them takes.
const longest = 1000

// plain makes the text for a service: the subject, then the body. In file names
// nothing calls people (@everyone), is a link, or is markup.
func plain(m Message) string {
	text := strings.Join(strings.FieldsFunc(m.Subject, unicode.IsControl), " ") + "\n\n" + strings.TrimSpace(m.Body)
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, text)
	text = strings.NewReplacer("<", "‹", ">", "›", "@", "@\u2060", "](", "] (", "`", "'", "://", ":\u2060//").Replace(text)
	if r := []rune(text); len(r) > longest {
		text = string(r[:longest-1]) + "…"
	}
	return text
}
