package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"custode/internal/alert"
	"custode/internal/host"
	"custode/internal/keyring"
	"custode/internal/secret"
)

// channels makes the ways to a person that the settings have, each with a name of its
// own: mail, telegram, telegram-2, desktop. One whose password or address is not where
// the settings say is among them: it fails to send until the secret is there.
func (sh *shell) channels(set settings) []alert.Channel {
	var list []alert.Channel
	a := set.Alerts
	if a.Mail != nil {
		list = append(list, &lateChannel{name: "mail", make: func() (alert.Channel, error) { return sh.mailChannel(*a.Mail) }})
	}
	names := map[string]int{}
	for _, s := range a.Services {
		name := "service"
		made, err := sh.serviceChannel(s)
		if err == nil {
			name = made.Name()
		}
		if names[name]++; names[name] > 1 {
			name += fmt.Sprintf("-%d", names[name])
		}
		list = append(list, &lateChannel{name: name, made: made, make: func() (alert.Channel, error) { return sh.serviceChannel(s) }})
	}
	if sh.onDesktop(set) {
		list = append(list, desktopChannel{env: sh.env, beside: a.Desktop == nil && len(list) > 0})
	}
	return list
}

// lateChannel is a channel whose secret is read when it is used for the first time.
type lateChannel struct {
	name string
	make func() (alert.Channel, error)
	made alert.Channel // nil until then
}

// Name is the channel's name in the settings.
func (l *lateChannel) Name() string { return l.name }

// Send makes the channel, if that was not possible before, and sends.
func (l *lateChannel) Send(ctx context.Context, m alert.Message) error {
	made := l.made
	if made == nil {
		var err error
		if made, err = l.make(); err != nil {
			cause := alert.NoSecret
			if _, ok := errors.AsType[*alert.URLError](err); ok {
				cause = alert.BadURL
			}
			return &alert.SendError{Channel: l.name, Cause: cause}
		}
	}
	return made.Send(ctx, m)
}

func (sh *shell) mailChannel(m mailSettings) (alert.Channel, error) {
	host, port, _ := alert.Server(m.Server) // was checked when the settings were read
	out := &alert.Mail{Host: host, Port: port, User: m.User, From: m.From, To: m.To, Plain: m.Unencrypted}
	if m.User == "" {
		return out, nil
	}
	var err error
	out.Password, err = sh.keptSecret(m.File, m.Keyring)
	return out, err
}

func (sh *shell) serviceChannel(s serviceSetting) (alert.Channel, error) {
	address := s.URL.Bytes
	if address.Len() == 0 {
		var err error
		if address, err = sh.keptSecret(s.File, s.Keyring); err != nil {
			return nil, err
		}
	}
	made, err := alert.NewService(address)
	if err != nil {
		return nil, err
	}
	return made, nil
}

// maxSecret is more than any password or address has.
const maxSecret = 8 << 10

var errNoSecret = errors.New("there is no secret in that place")

// keptSecret reads a secret: the first line of a file, or an entry of the keyring.
func (sh *shell) keptSecret(file, entry string) (secret.Bytes, error) {
	if entry != "" {
		return keyring.Get(sh.alertSecretName(entry))
	}
	f, err := os.Open(file)
	if err != nil {
		return secret.Bytes{}, err
	}
	defer f.Close() // only read
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return secret.Bytes{}, errNoSecret
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return secret.Bytes{}, err
	}
	s := secret.New(firstOf(raw))
	if s.Len() == 0 {
		return s, errNoSecret
	}
	return s, nil
}

// alertSecretName names a secret of this home's alerts in the system's keyring.
func (sh *shell) alertSecretName(entry string) string { return sh.realHome() + " alerts " + entry }

// openSecrets lists the files with secrets of alerts that others can read.
func (sh *shell) openSecrets(a alertSettings) (files []string) {
	if runtime.GOOS == "windows" { // no such modes
		return nil
	}
	look := func(file string) {
		if info, err := os.Stat(file); file != "" && err == nil && info.Mode().Perm()&0o077 != 0 {
			files = append(files, file)
		}
	}
	if a.Mail != nil {
		look(a.Mail.File)
	}
	here := false
	for _, s := range a.Services {
		look(s.File)
		here = here || s.URL.Len() > 0
	}
	if here {
		look(sh.settingsPath())
	}
	return files
}

// desktopChannel shows alerts on this user's desktop. Where the settings say nothing of it
// and there are other ways, an alert that finds no desktop is not kept for it.
type desktopChannel struct {
	env    host.Env
	beside bool
}

// Name is "desktop".
func (desktopChannel) Name() string { return "desktop" }

// Send shows the message.
func (d desktopChannel) Send(ctx context.Context, m alert.Message) error {
	err := d.show(ctx, m)
	if cause, _ := alert.Why(err); err != nil && cause == alert.NoDesktop && d.beside {
		return nil
	}
	return err
}

func (d desktopChannel) show(ctx context.Context, m alert.Message) error {
	err := host.Notify(ctx, d.env, m.Subject, m.Body, m.Severity == alert.Critical)
	if errors.Is(err, host.ErrNoScreen) {
		return &alert.SendError{Channel: d.Name(), Cause: alert.NoDesktop}
	}
	return err
}
