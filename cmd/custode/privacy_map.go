package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/safefile"
	"custode/playbook/privacy/datamap"
)

type mapOptions struct {
	ask, yes, json      bool
	trade, record, size string
}

func privacyMapCommand(sh *shell) *cli.Command {
	var o mapOptions
	t := sh.words.T
	return &cli.Command{
		Name: "map", Usage: t("cmd.privacy.map"), UsageText: t("cmd.privacy.map.use"), Description: t("cmd.privacy.map.more"),
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "ask", Usage: t("flag.privacy.ask"), Destination: &o.ask},
			&cli.StringFlag{Name: "trade", Usage: t("flag.privacy.trade"), Destination: &o.trade},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.privacy.yes"), Destination: &o.yes},
			&cli.StringFlag{Name: "record", Usage: t("flag.privacy.record"), Destination: &o.record},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
			sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.privacyMap(c.Context, o)
		},
	}
}

// wrong says what of the options does not go together.
func (o mapOptions) wrong() error {
	var trades []string
	for _, t := range datamap.Trades() {
		trades = append(trades, t.ID)
	}
	switch {
	case o.ask && o.yes:
		return fault.New(fault.Usage, "fault.privacy.ask-yes")
	case o.trade != "" && !slices.Contains(trades, o.trade):
		return fault.New(fault.Usage, "fault.privacy.trade", printable(o.trade), strings.Join(trades, ", "))
	case o.trade != "" && !o.ask && !o.yes:
		return fault.New(fault.Usage, "fault.privacy.trade-yes", o.trade)
	case o.yes && o.trade == "":
		return fault.New(fault.Usage, "fault.privacy.yes-trade", strings.Join(trades, ", "))
	}
	return nil
}

// privacyMap shows what is held and why; with --ask or --yes the owner says it first.
func (sh *shell) privacyMap(ctx context.Context, o mapOptions) error {
	if err := o.wrong(); err != nil {
		return err
	}
	if o.ask || o.yes {
		if err := sh.declare(ctx, o); err != nil {
			return err
		}
	}
	m, set, err := sh.dataMap(ctx)
	if err != nil {
		return err
	}
	if o.record != "" {
		if err := sh.writeRecord(m, set, o); err != nil || !o.json {
			return err
		}
	}
	if o.json {
		return sh.json(mapDocOf(m))
	}
	if o.ask || o.yes {
		return sh.showDeclared(m, set)
	}
	return sh.showMap(m, set)
}

// declare makes privacy.yaml: of the answers, or of what is usual in the trade. An older
// file stays beside it as privacy.yaml.old.
func (sh *shell) declare(ctx context.Context, o mapOptions) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	old, err := sh.declaration()
	if err != nil {
		return err
	}
	held, err := job.Found(ctx, st, set.Folders)
	if err != nil {
		return err
	}
	var d datamap.Declaration
	if o.yes {
		if d, err = datamap.Preset(o.trade, set.Country); err != nil {
			return err
		}
		d = datamap.Fit(d, held.Found)
		d.Controller, d.Elsewhere = old.Controller, old.Elsewhere
		d.Controller.Name = cmp.Or(d.Controller.Name, set.Shop)
	} else if d, err = sh.askMap(ctx, old, o.trade, set, held.Found); err != nil {
		return err
	}
	return sh.keepDeclaration(ctx, st, d)
}

// keepDeclaration writes privacy.yaml. An older file stays beside it as privacy.yaml.old.
func (sh *shell) keepDeclaration(ctx context.Context, st state, d datamap.Declaration) error {
	raw, err := datamap.Encode(d, sh.words.T("privacy.file.head"))
	if err != nil {
		return fault.On(fault.Bug, "fault.privacy.write", sh.privacyPath(), err)
	}
	if err := sh.keepOld(raw); err != nil {
		return err
	}
	if err := safefile.Write(sh.privacyPath(), raw, 0o600); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.privacy.write", sh.privacyPath(), err)
	}
	_ = os.Remove(sh.halfPath()) // it is all in there now
	sum := sha256.Sum256(raw)
	_, err = st.Record(ctx, "privacy.declared", map[string]any{"trade": d.Trade, "uses": len(d.Uses), "sha256": hex.EncodeToString(sum[:])})
	return err
}

// keepOld puts the file that is there beside the new one, where they differ.
func (sh *shell) keepOld(raw []byte) error {
	before, err := os.ReadFile(sh.privacyPath())
	if err != nil || string(before) == string(raw) {
		return nil //nolint:nilerr // there is none
	}
	path := sh.privacyPath() + ".old"
	if err := safefile.Write(path, before, 0o600); err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.privacy.write", path, err)
	}
	p := sh.page(sh.err, sh.errTerm)
	p.wrap("", sh.words.T("privacy.old"))
	return p.fail
}

func (sh *shell) privacyPath() string { return filepath.Join(sh.home, "privacy.yaml") }

// halfPath is where the answers wait that were given before somebody stopped.
func (sh *shell) halfPath() string { return filepath.Join(sh.home, "privacy.half.yaml") }

// declaration reads what the owner says in privacy.yaml; it is zero where there is none.
func (sh *shell) declaration() (datamap.Declaration, error) {
	path := sh.privacyPath()
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return datamap.Declaration{}, fault.On(fault.Config, "fault.privacy.read", path, nil)
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return datamap.Declaration{}, nil
	}
	if err != nil {
		return datamap.Declaration{}, fault.On(fault.CodeOf(err, fault.Config), "fault.privacy.read", path, err)
	}
	d, err := datamap.Parse(raw)
	if wrong := (*datamap.Error)(nil); errors.As(err, &wrong) {
		args := []any{}
		for _, a := range wrong.Args {
			args = append(args, printable(a))
		}
		where := fmt.Sprintf("%s:%d:%d", path, wrong.Line, wrong.Column)
		return d, &fault.Error{Code: fault.Config, ID: "fault.privacy.file", Path: where, Args: []any{sh.words.T("privacy.wrong."+wrong.ID, args...)}}
	}
	return d, err
}

// dataMap makes the map of what lies in the data folders and of what the owner says, with its people.
func (sh *shell) dataMap(ctx context.Context) (*datamap.Map, settings, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, set, err
	}
	defer st.Close() // only read
	_, m, err := sh.mapIn(ctx, st, set)
	if err != nil || sh.kept != nil {
		return m, set, err // what is kept knows its people
	}
	return m, set, job.CountPeople(ctx, st, m)
}

// mapIn makes the map with a database that is open, or gives the one that is kept, and with it what it was made of.
// Neither is to be changed.
func (sh *shell) mapIn(ctx context.Context, st state, set settings) (h job.Holdings, m *datamap.Map, err error) {
	decl, err := sh.declaration()
	if err != nil {
		return h, nil, err
	}
	if sh.kept != nil {
		return sh.kept.Map(ctx, st, set.Folders, decl, sh.now())
	}
	if h, err = job.Found(ctx, st, set.Folders); err != nil {
		return h, nil, err
	}
	m, err = h.Map(ctx, st, decl, sh.now())
	return h, m, err
}
