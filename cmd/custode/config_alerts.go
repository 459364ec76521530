package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"custode/internal/alert"
	"custode/internal/secret"
)

// alertSettings say how an alert reaches a person.
type alertSettings struct {
	Mail      *mailSettings    `yaml:"mail,omitempty"`
	Services  []serviceSetting `yaml:"services,omitempty"`
	Desktop   *bool            `yaml:"desktop,omitempty"`   // nil: where there is one
	Heartbeat string           `yaml:"heartbeat,omitempty"` // 08:30, or off; 08:30 if nothing is said
}

// mailSettings are a mail server and an account there. The password stands in a file of
// its own or in the system's keyring, never here.
type mailSettings struct {
	To          []string `yaml:"to"`
	From        string   `yaml:"from"`
	Server      string   `yaml:"server"` // host or host:port; port 587 if none is said
	User        string   `yaml:"user,omitempty"`
	File        string   `yaml:"password_file,omitempty"`
	Keyring     string   `yaml:"password_keyring,omitempty"`
	Unencrypted bool     `yaml:"unencrypted,omitempty"` // only to this computer
}

// serviceSetting is the address of a service, which holds its key: as it is, in a file
// of its own, or in the system's keyring.
type serviceSetting struct {
	URL     hidden `yaml:"url,omitempty"`
	File    string `yaml:"file,omitempty"`
	Keyring string `yaml:"keyring,omitempty"`
}

// UnmarshalYAML takes an address alone, or one of url, file and keyring.
func (s *serviceSetting) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&s.URL) == nil {
		return nil
	}
	type whole serviceSetting // without this method
	return unmarshal((*whole)(s))
}

// MarshalYAML gives it back as it was.
func (s serviceSetting) MarshalYAML() (any, error) { //nolint:unparam // of the YAML library
	switch {
	case s.File != "":
		return map[string]string{"file": s.File}, nil
	case s.Keyring != "":
		return map[string]string{"keyring": s.Keyring}, nil
	}
	return string(s.URL.Reveal()), nil
}

// hidden is a secret that a person wrote into the settings. It is written back there,
// and nowhere else.
type hidden struct{ secret.Bytes }

// UnmarshalYAML takes a text.
func (h *hidden) UnmarshalYAML(unmarshal func(any) error) error {
	var s string
	if err := unmarshal(&s); err != nil {
		return err
	}
	h.Bytes = secret.FromString(s)
	return nil
}

// Equal compares contents.
func (h hidden) Equal(o hidden) bool { return h.Bytes.Equal(o.Bytes) }

// The limits of the settings of alerts, and what counts where nothing is said.
const (
	maxRecipients    = 20
	maxServices      = 20
	maxKeyringName   = 60
	defaultHeartbeat = 8*time.Hour + 30*time.Minute
	noHeartbeat      = -1 // a negative time of day: none
)

func (a alertSettings) empty() bool {
	return a.Mail == nil && len(a.Services) == 0 && a.Desktop == nil && a.Heartbeat == ""
}

// same reports whether nothing was set anew: a way that is set is another one, or one more.
func (a alertSettings) same(b alertSettings) bool {
	return a.Mail == b.Mail && len(a.Services) == len(b.Services) && a.Desktop == b.Desktop && a.Heartbeat == b.Heartbeat
}

// heartbeat is the time of day of the daily sign of life; negative: none.
func (a alertSettings) heartbeat() (time.Duration, bool) {
	switch strings.ToLower(a.Heartbeat) {
	case "":
		return defaultHeartbeat, true
	case "off", "no", "false", "mai":
		return noHeartbeat, true
	}
	minute, ok := clockTime(a.Heartbeat)
	return time.Duration(minute) * time.Minute, ok && minute < 24*60
}

// beat is the time of day of the daily sign of life; negative: none.
func (s settings) beat() time.Duration {
	d, _ := s.Alerts.heartbeat() // was checked when the settings were read
	return d
}

// wrong says what about the settings of alerts can't stay, and where.
func (a alertSettings) wrong() (path, id string, args []any) {
	if _, ok := a.heartbeat(); !ok {
		return "$.alerts.heartbeat", "alerts-heartbeat", nil
	}
	if a.Mail != nil {
		if field, id, args := a.Mail.wrong(); id != "" {
			return "$.alerts.mail." + field, id, args
		}
	}
	if len(a.Services) > maxServices {
		return "$.alerts.services", "alerts-many", nil
	}
	for i, s := range a.Services {
		if field, id, args := s.wrong(); id != "" {
			return fmt.Sprintf("$.alerts.services[%d]%s", i, field), id, args
		}
	}
	return "", "", nil
}

func (m mailSettings) wrong() (field, id string, args []any) {
	if len(m.To) == 0 || len(m.To) > maxRecipients {
		return "to", "mail-to", nil
	}
	for i, to := range m.To {
		if !alert.Address(to) {
			return fmt.Sprintf("to[%d]", i), "mail-address", []any{printable(to)}
		}
	}
	if !alert.Address(m.From) {
		return "from", "mail-address", []any{printable(m.From)}
	}
	host, _, ok := alert.Server(m.Server)
	switch {
	case !ok:
		return "server", "mail-server", nil
	case m.Unencrypted && !alert.Local(host):
		return "unencrypted", "mail-unencrypted", nil
	case m.File != "" && m.Keyring != "":
		return "password_keyring", "mail-password-twice", nil
	case m.File != "" && !filepath.IsAbs(m.File):
		return "password_file", "secret-file", nil
	case m.Keyring != "" && !keyringEntry(m.Keyring):
		return "password_keyring", "secret-keyring", nil
	case (m.User != "") != (m.File != "" || m.Keyring != ""):
		return "user", "mail-password", nil
	}
	return "", "", nil
}

// keyringEntry reports whether a text can name an entry of the system's keyring.
func keyringEntry(s string) bool {
	return s != "" && len(s) <= maxKeyringName && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
}

func (s serviceSetting) wrong() (field, id string, args []any) {
	ways := 0
	for _, there := range []bool{s.URL.Len() > 0, s.File != "", s.Keyring != ""} {
		if there {
			ways++
		}
	}
	switch {
	case ways != 1:
		return "", "service-one", nil
	case s.File != "" && !filepath.IsAbs(s.File):
		return ".file", "secret-file", nil
	case s.Keyring != "" && !keyringEntry(s.Keyring):
		return ".keyring", "secret-keyring", nil
	case s.URL.Len() == 0:
		return "", "", nil
	}
	_, err := alert.NewService(s.URL.Bytes)
	id, args = serviceFault(err)
	return "", id, args
}

// serviceFault names what is wrong with the address of a service, "" for nothing.
func serviceFault(err error) (id string, args []any) {
	wrong, ok := errors.AsType[*alert.URLError](err)
	switch {
	case !ok:
		return "", nil
	case wrong.Why == alert.URLWeb || wrong.Why == alert.URLParts:
		return "service-" + wrong.Why, []any{alert.Form(wrong.Kind)}
	case wrong.Why == alert.URLKind:
		return "service-kind", []any{strings.Join(alert.Kinds(), ", ")}
	}
	return "service-" + wrong.Why, nil
}
