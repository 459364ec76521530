package main

import (
	"time"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
)

// keysCommand holds the subcommands, each of which has its own file.
func keysCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "keys", Usage: t("cmd.keys"), UsageText: t("cmd.keys.use"), Description: t("cmd.keys.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			keysInitCommand(sh), keysListCommand(sh), keysStatusCommand(sh), keysSheetCommand(sh), keysDrillCommand(sh), keysAddCommand(sh), keysRemoveCommand(sh),
			keysRotateCommand(sh), keysPassphraseCommand(sh), keysRecoverCommand(sh),
		},
	}
}

// keysDoc is what every subcommand that shows or changes the keys answers
// programs with.
type keysDoc struct {
	Schema   string      `json:"schema"`
	Kind     string      `json:"kind"`
	Vault    vaultDoc    `json:"vault"`
	Recovery recoveryDoc `json:"recovery"`
	Extra    []extraDoc  `json:"extra_recoveries"`
	People   []personDoc `json:"people"`
	Former   []formerDoc `json:"former_vaults"`
	Resealed *rekeyedDoc `json:"resealed,omitempty"` // where the headers of files were rewritten
}

type extraDoc struct {
	Name        string `json:"name"`
	Fingerprint string `json:"fingerprint"`
	AddedAt     string `json:"added_at"`
}

type vaultDoc struct {
	Fingerprint string `json:"fingerprint"`
	MadeAt      string `json:"made_at"`
	Departed    bool   `json:"departed"` // a way in was taken away since
}

type recoveryDoc struct {
	Fingerprint string `json:"fingerprint"`
	Recipient   string `json:"recipient"`
	MadeAt      string `json:"made_at"`
	ProvenAt    string `json:"proven_at"` // "" until the sheet was proven
	OnPaperOnly bool   `json:"on_paper_only"`
	Exposed     bool   `json:"exposed"`
}

type personDoc struct {
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Fingerprint string `json:"fingerprint"`
	AddedAt     string `json:"added_at"`
}

type formerDoc struct {
	Fingerprint string `json:"fingerprint"`
	RetiredAt   string `json:"retired_at"`
}

func keysDocument(r *ring.Ring) keysDoc {
	c := r.Recovery()
	d := keysDoc{
		Schema: "custode.keys/1", Kind: kindName(r.Kind()), Vault: vaultDoc{r.VaultFingerprint(), stamp(r.VaultAt()), r.Departed()},
		Recovery: recoveryDoc{c.Fingerprint, c.Recipient, stamp(c.MadeAt), stamp(c.ProvenAt), c.OnPaperOnly, c.Exposed},
		Extra:    []extraDoc{}, People: []personDoc{}, Former: []formerDoc{},
	}
	for _, e := range r.Extra() {
		d.Extra = append(d.Extra, extraDoc{e.Name, e.Fingerprint, stamp(e.AddedAt)})
	}
	for _, p := range r.People() {
		d.People = append(d.People, personDoc{p.Name, p.Kind, p.Fingerprint, stamp(p.AddedAt)})
	}
	for _, f := range r.FormerVaults() {
		d.Former = append(d.Former, formerDoc{f.Fingerprint, stamp(f.At)})
	}
	return d
}

// stamp writes a moment for programs; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func kindName(k keys.Kind) string {
	if k == keys.Classic {
		return "classic"
	}
	return "hybrid"
}
