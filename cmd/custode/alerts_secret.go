package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/keyring"
	"custode/internal/secret"
)

type alertsSecretOptions struct {
	json, remove bool
	file         string
}

type alertsSecretDoc struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Kept   bool   `json:"kept"` // false: taken out
}

// alertsSecretCommand puts a secret of the alerts into the system's keyring.
func alertsSecretCommand(sh *shell) *cli.Command {
	var o alertsSecretOptions
	t := sh.words.T
	return &cli.Command{
		Name: "secret", Usage: t("cmd.alerts.secret"), UsageText: "custode alerts secret NAME", Description: t("cmd.alerts.secret.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "file", Usage: t("flag.alerts.secret-file"), Destination: &o.file},
			&cli.BoolFlag{Name: "remove", Usage: t("flag.alerts.secret-remove"), Destination: &o.remove},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 || !keyringEntry(c.Args().First()) {
				return fault.New(fault.Usage, "fault.alerts.secret-name")
			}
			return sh.alertsSecret(c.Context, c.Args().First(), o)
		},
	}
}

func (sh *shell) alertsSecret(ctx context.Context, entry string, o alertsSecretOptions) error {
	name, said := sh.alertSecretName(entry), sh.words.T("alerts.secret.gone")
	if o.remove {
		if keyring.Delete(name) != nil {
			return fault.New(fault.CannotMake, "fault.alerts.secret-keyring")
		}
	} else {
		s, err := sh.newAlertSecret(ctx, o.file)
		if err != nil {
			return err
		}
		defer s.Wipe()
		if keyring.Set(name, s) != nil {
			return fault.New(fault.CannotMake, "fault.alerts.secret-keyring")
		}
		said = sh.words.T("alerts.secret.kept", sh.command("custode", "alerts", "test"))
	}
	if o.json {
		return sh.json(alertsSecretDoc{"custode.alerts-secret/1", entry, !o.remove})
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", said)
	return p.fail
}

// newAlertSecret reads the secret from a file, or asks for it.
func (sh *shell) newAlertSecret(ctx context.Context, file string) (secret.Bytes, error) {
	if file != "" {
		s, err := sh.keptSecret(file, "")
		if err != nil {
			return s, fault.On(fault.CodeOf(err, fault.NoInput), "fault.alerts.secret-read", file, err)
		}
		return s, nil
	}
	if !sh.inTerm {
		return secret.Bytes{}, fault.New(fault.Usage, "fault.alerts.secret-terminal")
	}
	for {
		s, err := sh.asker(ctx).secret(sh.words.T("alerts.secret.ask"))
		if err != nil || s.Len() > 0 {
			return s, err
		}
	}
}
