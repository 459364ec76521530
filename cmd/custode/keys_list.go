package main

import (
	"github.com/urfave/cli/v2"

	"custode/encrypt/ring"
)

func keysListCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "list", Usage: t("cmd.keys.list"), UsageText: "custode keys list", Description: t("cmd.keys.list.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysList(asJSON)
		},
	}
}

// keysList shows who can open the files. It needs no passphrase.
func (sh *shell) keysList(asJSON bool) error {
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	r, err := sh.ring()
	if err != nil {
		return err
	}
	if asJSON {
		return sh.json(keysDocument(r))
	}
	p, t := sh.page(sh.out, sh.outTerm), sh.words.T
	p.wrap("", p.bold(t("keys.list.title")))
	var rows [][2]string
	for _, person := range r.People() {
		rows = append(rows, [2]string{printable(person.Name), t("keys.list.person", t("keys.kind."+person.Kind), sh.words.Date(person.AddedAt.Local()))})
	}
	p.definitions(rows)
	p.gap()
	c := r.Recovery()
	p.wrap("", p.bold(t("keys.list.sheet"))+" "+t("keys.list.made", sh.words.Date(c.MadeAt.Local()), c.Fingerprint)+" "+sh.sheetState(c))
	for _, e := range r.Extra() {
		p.wrap("", p.bold(t("keys.list.extra"))+" "+t("keys.list.extra.of", printable(e.Name), sh.words.Date(e.AddedAt.Local()), e.Fingerprint))
	}
	p.wrap("", p.bold(t("keys.list.vault"))+" "+t("keys.list.made", sh.words.Date(r.VaultAt().Local()), r.VaultFingerprint())+" "+t("keys.opened-by."+kindName(r.Kind())))
	if n := len(r.FormerVaults()); n > 0 {
		p.wrap("", sh.words.N("keys.list.former", int64(n)))
	}
	if r.Departed() {
		p.hanging(p.amber(t("app.note"))+" ", t("keys.list.departed", sh.command("custode", "keys", "rotate")))
	}
	for _, f := range r.Strays() {
		p.hanging(p.amber(t("app.note"))+" ", t("keys.list.stray", printable(f)))
	}
	return p.fail
}

// sheetState says in a sentence how it stands with the recovery sheet.
func (sh *shell) sheetState(c ring.RecoveryInfo) string {
	switch {
	case c.ProvenAt.IsZero():
		return sh.words.T("keys.list.unproven")
	case c.Exposed:
		return sh.words.T("keys.list.exposed")
	}
	return sh.words.T("keys.list.proven", sh.words.Date(c.ProvenAt.Local()))
}
