package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	system "github.com/zalando/go-keyring"

	"custode/internal/alert"
	"custode/internal/secret"
	"custode/scan/watch/rules"
)

const telegram = "telegram://110201543:AAHhushhushhushhushhushhushhushhush@telegram?chats=@shop"

// TestAlertSettings: what is wrong is named by its place, and no address is ever said.
func TestAlertSettings(t *testing.T) {
	const head = "country: IT\nlanguage: it\nfolders: [/x]\n"
	const mail = "alerts:\n  mail:\n    to: [anna@example.com]\n    from: shop@example.com\n    server: smtp.example.com\n"
	for _, c := range []struct {
		text         string
		id           string
		line, column int
	}{
		{mail, "", 0, 0},
		{mail + "    user: shop\n    password_file: /x/y\n", "", 0, 0},
		{mail + "    user: shop\n    password_keyring: mail\n", "", 0, 0},
		{mail + "    user: shop\n", "mail-password", 9, 11},
		{mail + "    password_file: /x/y\n", "mail-password", 6, 0},
		{mail + "    user: shop\n    password_file: y\n", "secret-file", 10, 20},
		{mail + "    user: shop\n    password_keyring: my mail\n", "secret-keyring", 10, 23},
		{mail + "    user: shop\n    password_file: /x\n    password_keyring: mail\n", "mail-password-twice", 11, 23},
		{mail + "    password: hush\n", "unknown-key", 9, 5},
		{mail + "    unencrypted: true\n", "mail-unencrypted", 9, 18},
		{mail + "    unencrypted: hush\n", "type", 9, 0},
		{strings.Replace(mail, "[anna@example.com]", "[]", 1), "mail-to", 6, 9},
		{strings.Replace(mail, "[anna@example.com]", "[anna@example.com, anna]", 1), "mail-address", 6, 28},
		{strings.Replace(mail, "shop@example.com", "shop", 1), "mail-address", 7, 11},
		{strings.Replace(mail, "smtp.example.com", "smtp.example.com:0", 1), "mail-server", 8, 13},
		{strings.Replace(mail, "smtp.example.com", "https://smtp.example.com", 1), "mail-server", 8, 13},
		{strings.Replace(mail, "smtp.example.com", "smtp.example.com:465", 1), "", 0, 0},
		{strings.Replace(mail, "smtp.example.com", "127.0.0.1:25\n    unencrypted: true", 1), "", 0, 0},
		{"alerts:\n  desktop: true\n  heartbeat: 08:30\n", "", 0, 0},
		{"alerts:\n  heartbeat: off\n", "", 0, 0},
		{"alerts:\n  heartbeat: soon\n", "alerts-heartbeat", 5, 14},
		{"alerts:\n  heartbeat: 24:00\n", "alerts-heartbeat", 5, 14},
		{"alerts:\n  desktop: hush\n", "type", 5, 0},
		{"alerts:\n  services:\n    - " + telegram + "\n    - file: /x/y\n    - keyring: push\n    - url: " + telegram + "\n", "", 0, 0},
		{"alerts:\n  services:\n    - telegram://hush@telegram?chats=1\n", "service-parts", 6, 7},
		{"alerts:\n  services:\n    - ntfy://ntfy.sh/a\n    - https://hooks.slack.com/services/hush\n", "service-web", 7, 7},
		{"alerts:\n  services:\n    - smtp://a:hush@b\n", "service-mail", 6, 7},
		{"alerts:\n  services:\n    - hush://b\n", "service-kind", 6, 7},
		{"alerts:\n  services:\n    - \"\"\n", "service-one", 6, 7},
		{"alerts:\n  services:\n    - hush hush\n", "service-broken", 6, 7},
		{"alerts:\n  services:\n    - ntfy://example.com/hush?disabletls=yes\n", "service-unsafe", 6, 7},
		{"alerts:\n  services:\n    - file: y\n", "secret-file", 6, 0},
		{"alerts:\n  services:\n    - file: /y\n      url: " + telegram + "\n", "service-one", 6, 0},
		{"alerts:\n  services:\n    - " + telegram + ": hush\n", "type", 6, 0},
		{"alerts:\n  services:\n    - [hush]\n", "type", 6, 0},
		{"alerts:\n  service: []\n", "unknown-key", 5, 3},
		{"alerts: hush\n", "type", 4, 0},
		{"hours: lun-ven 8-13 15.30-19:30\n", "", 0, 0},
		{"hours:\n  - Mon-Fri 08:00-13:00 15:00-19:30\n  - sab 9-12.30\n  - dom chiuso\nzone: Europe/Rome\n", "", 0, 0},
		{"hours:\n  - Mon-Fri 08:00-13:00\n  - sab\n", "hours", 6, 5},
		{"hours:\n  - Mon-Fri 08:00-25:00\n", "hours", 5, 5},
		{"zone: Europe/Roma\n", "zone", 4, 7},
	} {
		s, wrong := parseSettings([]byte(head + c.text))
		switch {
		case wrong == nil && c.id == "":
		case wrong == nil || wrong.id != c.id || c.id != "" && wrong.line != c.line || c.column > 0 && wrong.column != c.column:
			t.Errorf("%s: %+v, want %s %d:%d", c.text, wrong, c.id, c.line, c.column)
		}
		if said := fmt.Sprintf("%v %+v", wrong, s.Alerts); strings.Contains(said, "hush") {
			t.Errorf("a secret is said: %s", said)
		}
	}
}

// TestAlertSettingsAreKept: init writes them back as they were, the addresses too.
func TestAlertSettingsAreKept(t *testing.T) {
	sh := &shell{home: t.TempDir(), env: func(string) string { return "" }}
	if err := sh.speak([]string{"--lang", "it"}); err != nil {
		t.Fatal(err)
	}
	yes := true
	want := settings{
		Country: "IT", Language: "it", Folders: []string{t.TempDir()}, Hours: hourLines{"lun-ven 8-13", "sab 9-12"}, Zone: "Europe/Rome", Gate: true,
		Alerts: alertSettings{
			Mail:     &mailSettings{To: []string{"Anna <anna@example.com>"}, From: "a@example.com", Server: "[::1]:25", User: "x", File: "/p: #"},
			Services: []serviceSetting{{URL: hidden{secret.FromString(telegram)}}, {File: "/x y"}, {Keyring: "push"}}, Desktop: &yes, Heartbeat: "08:30",
		},
	}
	if err := sh.writeSettings(want); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(sh.settingsPath())
	if err != nil {
		t.Fatal(err)
	}
	got, wrong := parseSettings(raw)
	if wrong != nil {
		t.Fatalf("%+v\n%s", wrong, raw)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, raw)
	}
}

func TestHours(t *testing.T) {
	for _, c := range []struct{ lines, want string }{
		{"Mon-Fri 08:00-13:00 15:00-19:30", "mon-fri 08:00-13:00 15:00-19:30"},
		{"lun–ven 8-13 15.30–19", "mon-fri 08:00-13:00 15:30-19:00"},
		{"lunedì - venerdì: 8:30-12:30, 14-18", "mon-fri 08:30-12:30 14:00-18:00"},
		{"mar,gio 9-13|sabato 9-12", "tue 09:00-13:00; thu 09:00-13:00; sat 09:00-12:00"},
		{"dom 0-24", "sun 00:00-24:00"},
		{"ven 20-2|dom chiuso", "fri 20:00-02:00"},
		{"mer. 9-13|Sunday closed", "wed 09:00-13:00"},
		{"mon 9-9", ""},
		{"mon", ""},
		{"mondo 9-12", ""},
		{"mo 9-12", ""},
		{"mon 9:60-12", ""},
		{"mon 9-12-13", ""},
		{"mon 9", ""},
		{"dom chiuso 9-12", ""},
		{"", ""},
	} {
		got, _, ok := hourLines(strings.Split(c.lines, "|")).week()
		if c.want == "" {
			if ok {
				t.Errorf("%q passes: %v", c.lines, got)
			}
			continue
		}
		want, err := rules.ParseWeek(c.want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%q: %s", c.lines, diff)
		}
	}
}

func TestZone(t *testing.T) {
	noon := func() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }
	if got := (settings{Zone: "Europe/Rome"}).clock(noon)().Format("15:04"); got != "14:00" {
		t.Error(got)
	}
	if got := (settings{}).clock(noon)(); !got.Equal(noon()) {
		t.Error(got)
	}
}

func TestHeartbeat(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 8*time.Hour + 30*time.Minute, "off": -1, "OFF": -1, "7": 7 * time.Hour, "07.15": 7*time.Hour + 15*time.Minute} {
		if got, ok := (alertSettings{Heartbeat: text}).heartbeat(); !ok || got != want {
			t.Errorf("%q: %v %v", text, got, ok)
		}
	}
}

// TestAlertsDocuments holds what alerts test and alerts secret say to their schemas, and
// takes a service's address from the keyring.
func TestAlertsDocuments(t *testing.T) {
	system.MockInit()
	home := t.TempDir()
	write := func(more string) {
		text := "country: IT\nlanguage: en\nfolders: [" + strconv.Quote(t.TempDir()) + "]\nalerts:\n" + more
		if err := os.WriteFile(filepath.Join(home, "custode.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("  desktop: false\n  services:\n    - keyring: push\n")
	r := custode(t, home, "alerts", "test", "--json")
	if r.code != 1 || !strings.Contains(r.out, `"cause": "secret"`) {
		t.Errorf("%+v", r)
	}
	conform(t, r.out)
	file := filepath.Join(t.TempDir(), "address")
	if err := os.WriteFile(file, []byte("ntfy://127.0.0.1:1/hush?disabletls=yes\r\nmore"), 0o600); err != nil {
		t.Fatal(err)
	}
	r = custode(t, home, "alerts", "secret", "push", "--file", file, "--json")
	conform(t, r.out)
	if r.code != 0 || strings.Contains(r.out+r.err, "hush") {
		t.Errorf("%+v", r)
	}
	r = custode(t, home, "alerts", "test", "--json")
	conform(t, r.out)
	if r.code != 1 || !strings.Contains(r.out, `"name": "ntfy"`) || !strings.Contains(r.out, `"cause": "refused"`) || strings.Contains(r.out+r.err, "hush") {
		t.Errorf("%+v", r)
	}
	if r = custode(t, home, "alerts", "secret", "push", "--remove"); r.code != 0 || !strings.Contains(r.out, "not in the keyring any more") {
		t.Errorf("%+v", r)
	}
	r = custode(t, home, "alerts", "mail", "--to", "anna@example.com", "--from", "shop@example.com", "--server", "127.0.0.1:1", "--password-file", file, "--json")
	conform(t, r.out)
	if r.code != 1 || !strings.Contains(r.out, `"written": false`) || !strings.Contains(r.out, `"cause": "refused"`) || strings.Contains(r.out+r.err, "hush") {
		t.Errorf("%+v", r)
	}
	for code, args := range map[int][]string{64: {"alerts", "secret"}, 66: {"alerts", "secret", "push", "--file", file + "x"}} {
		if r := custode(t, home, args...); r.code != code {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if r := custode(t, home, "alerts", "secret", "push"); r.code != 64 || !strings.Contains(r.err, "no terminal") {
		t.Errorf("%+v", r)
	}
	system.MockInitWithError(errors.New("no session bus"))
	if r := custode(t, home, "alerts", "secret", "push", "--file", file); r.code != 73 || strings.Contains(r.out+r.err, "hush") {
		t.Errorf("%+v", r)
	}
	if runtime.GOOS == "linux" { // elsewhere it would be shown
		write("  desktop: true\n")
		r := custode(t, home, "alerts", "test", "--json")
		conform(t, r.out)
		if r.code != 1 || !strings.Contains(r.out, `"cause": "desktop"`) {
			t.Errorf("%+v", r)
		}
	}
}

func TestOutgoingServer(t *testing.T) {
	for address, want := range map[string]string{"Anna@Gmail.com": "smtp.gmail.com:465", "x@libero.it": "smtp.libero.it:465", "shop@example.com": "smtp.example.com:587", "Shop <shop@example.com>": "smtp.example.com:587"} {
		if got := outgoingServer(alert.Bare(address)); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}
