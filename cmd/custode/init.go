package main

import (
	"context"
	"encoding/json"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"

	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/journal"
	"custode/internal/place"
	"custode/scan"
)

type initOptions struct {
	shop, country string
	folders       []string
	yes, json     bool
}

func initCommand(sh *shell) *cli.Command {
	var o initOptions
	t := sh.words.T
	return &cli.Command{
		Name: "init", Usage: t("cmd.init"), UsageText: t("cmd.init.use"), Description: t("cmd.init.more"),
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "shop", Usage: t("flag.init.shop"), Destination: &o.shop},
			&cli.StringFlag{Name: "country", Usage: t("flag.init.country"), Destination: &o.country},
			&cli.StringSliceFlag{Name: "data", Usage: t("flag.init.data")},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.yes"), Destination: &o.yes},
			sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			o.folders = c.StringSlice("data")
			return sh.init(c.Context, o)
		},
	}
}

// init sets custode up: settings, home, first scan. On a home that is set up it
// changes only what was asked for, and asks again before.
func (sh *shell) init(ctx context.Context, o initOptions) error {
	old, err := sh.settings()
	again := err == nil
	if err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	if !o.yes && !sh.inTerm {
		return fault.New(fault.Usage, "fault.init.no-terminal")
	}
	set, err := sh.answers(ctx, o, old, again)
	if err != nil {
		return err
	}
	if err := sh.homeApart(set.Folders); err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	if err := sh.keep(ctx, st, set, again && same(old, set)); err != nil {
		return err
	}
	opt, err := sh.scanJob(set, scanOptions{}, false)
	if err != nil {
		return err
	}
	report, err := sh.runScan(ctx, st, opt)
	if err != nil {
		return err
	}
	defer report.Close() // of it, only the sums are shown
	goesOn := sh.inTerm && !o.yes && !o.json && sh.noKeysYet()
	if err := sh.showInit(report, set, initShown{o.json, again, goesOn}); err != nil {
		return err
	}
	if goesOn {
		if _, err := sh.firstKeys(ctx, st); err != nil {
			return err
		}
		p := sh.page(sh.out, sh.outTerm)
		p.gap()
		p.wrap("", sh.words.T("init.every-day"))
	} else if r, err := ring.Load(sh.keysDir()); err == nil && sh.inTerm && !o.json && r.Recovery().ProvenAt.IsZero() {
		p := sh.page(sh.out, sh.outTerm) // an earlier run was broken off at the sheet
		p.gap()
		sh.sheetNext(p)
	}
	if !report.Totals.Complete() {
		return errListed
	}
	return nil
}

// keep writes the settings, unless they stand already, and notes it in the journal. A journal begins before there are
// settings: those without one would look as if its beginning was lost. What changes is noted once it has changed.
func (sh *shell) keep(ctx context.Context, st state, set settings, stands bool) error {
	begun, err := st.Begun(ctx)
	if err != nil {
		return err
	}
	if begun.IsZero() {
		if _, err := st.Record(ctx, "home.made", noteOf(set)); err != nil || stands {
			return err
		}
		return sh.writeSettings(set)
	}
	if stands {
		return noteSettings(ctx, st, set)
	}
	if err := sh.writeSettings(set); err != nil {
		return err
	}
	_, err = st.Record(ctx, "settings.changed", noteOf(set))
	return err
}

// settingsNote is what the journal says of the settings.
type settingsNote struct {
	Country  string   `json:"country"`
	Folders  []string `json:"folders"`
	Language string   `json:"language"`
}

func noteOf(s settings) settingsNote { return settingsNote{s.Country, s.Folders, s.Language} }

// noteSettings notes settings that stand where the journal says otherwise: custode was ended between the two.
func noteSettings(ctx context.Context, st state, set settings) error {
	for _, kind := range []string{"settings.changed", "home.made"} {
		last, _, err := st.Newest(ctx, journal.Part{Kind: kind, Most: 1})
		if err != nil {
			return err
		}
		if len(last) == 0 {
			continue
		}
		var said settingsNote
		now := noteOf(set)
		if json.Unmarshal(last[0].Body, &said) == nil && said.Country == now.Country && said.Language == now.Language && slices.Equal(said.Folders, now.Folders) {
			return nil
		}
		_, err = st.Record(ctx, "settings.changed", now)
		return err
	}
	return nil
}

func same(a, b settings) bool {
	return a.Shop == b.Shop && a.Country == b.Country && a.Language == b.Language && slices.Equal(a.Folders, b.Folders) && slices.Equal(a.AutoSeal, b.AutoSeal)
}

// answers takes the settings from the flags, asks for the rest where it may,
// and else takes what is there or a default found on this machine.
func (sh *shell) answers(ctx context.Context, o initOptions, old settings, again bool) (settings, error) {
	set := old
	if !again {
		set = sh.defaults()
	}
	if err := o.into(&set); err != nil {
		return set, err
	}
	if sh.langFixed {
		set.Language = sh.words.Lang
	}
	ask := sh.inTerm && !o.yes
	switch {
	case ask && !again:
		err := sh.askAll(ctx, &set, o)
		return set, err
	case ask && !same(old, set):
		ok, err := sh.asker(ctx).yes(sh.words.T("init.change"))
		if err == nil && !ok {
			return old, nil
		}
		return set, err
	}
	if len(set.Folders) == 0 {
		return set, fault.New(fault.NoInput, "fault.init.no-folders")
	}
	return set, nil
}

// into takes over the flags that were given.
func (o initOptions) into(set *settings) error {
	if o.shop != "" {
		set.Shop = plain(o.shop)
	}
	if o.country != "" {
		c, ok := countryCode(o.country)
		if !ok {
			return fault.New(fault.Usage, "fault.init.country", o.country)
		}
		set.Country = c
	}
	if len(o.folders) == 0 {
		return nil
	}
	set.Folders = nil
	for _, f := range o.folders {
		abs, err := folder(f)
		if err != nil {
			return err
		}
		if !slices.Contains(set.Folders, abs) {
			set.Folders = append(set.Folders, abs)
		}
	}
	return nil
}

// plain leaves out of a name what is not printed: line ends, escape sequences.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
}

// folder makes the path of a data folder absolute, and wants it to be there.
func folder(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fault.On(fault.NoInput, "fault.init.folder", path, err)
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return "", fault.On(fault.CodeOf(err, fault.NoInput), "fault.init.folder", path, err)
	case !info.IsDir():
		return "", fault.On(fault.NoInput, "fault.init.no-folder", path, nil)
	}
	return abs, nil
}

// defaults are what this machine suggests.
func (sh *shell) defaults() settings {
	set := settings{Country: sh.country(), Language: sh.words.Lang, Folders: place.DataFolders(sh.env)}
	set.Shop = sh.words.T("init.shop.default")
	if u, err := user.Current(); err == nil {
		if name, _, _ := strings.Cut(u.Name, ","); strings.TrimSpace(name) != "" && name != "root" {
			set.Shop = strings.TrimSpace(name)
		}
	}
	return set
}

// country guesses from the locale, "it_IT.UTF-8"; else from the language.
func (sh *shell) country() string {
	locale, _, _ := strings.Cut(place.Locale(sh.env), ".")
	if i := strings.LastIndexAny(locale, "_-"); i >= 0 {
		if c, ok := countryCode(locale[i+1:]); ok {
			return c
		}
	}
	if sh.words.Lang == "en" {
		return "GB"
	}
	return "IT"
}

// localeTells reports whether this computer is set up for a language that custode
// speaks and for a country. American English is how computers come that nobody set up.
func (sh *shell) localeTells() bool {
	locale, _, _ := strings.Cut(place.Locale(sh.env), ".")
	i := strings.IndexAny(locale, "_-")
	if i < 0 || locale[:i] != sh.words.Lang {
		return false
	}
	c, ok := countryCode(locale[i+1:])
	return ok && c != "US"
}

// homeApart refuses a home that is itself one of the data folders: custode
// would leave its whole content out.
func (sh *shell) homeApart(folders []string) error {
	for _, f := range folders {
		if rel, err := filepath.Rel(sh.home, f); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return fault.On(fault.Config, "fault.init.home", f, nil)
		}
	}
	return nil
}

// initShown is how the first run is told of.
type initShown struct{ json, again, goesOn bool }

// showInit tells of the first run in three lines: found, not seen, what now. Where it
// goes on to the keys, what is to be done then comes after them.
func (sh *shell) showInit(r *scan.Report, set settings, o initShown) error {
	if o.json {
		return sh.json(struct {
			Schema   string      `json:"schema"`
			Home     string      `json:"home"`
			Shop     string      `json:"shop"`
			Country  string      `json:"country"`
			Language string      `json:"language"`
			Folders  []string    `json:"folders"`
			Totals   scan.Totals `json:"totals"`
		}{"custode.init/1", sh.home, set.Shop, set.Country, set.Language, set.Folders, r.Totals})
	}
	p, w, t := sh.page(sh.out, sh.outTerm), sh.words, r.Totals
	head := "init.done"
	if o.again {
		head = "init.again"
	}
	p.wrap("", p.bold(w.T(head, set.Shop)))
	line := sh.looked(r)
	switch {
	case t.WithFindings > 0:
		line += " " + sh.found(t)
	case r.Left > 0 && t.Files == 0:
		line += " " + w.T("scan.all-left-out")
	case r.Whole():
		line += " " + w.T("scan.clean")
	case t.Complete():
		line += " " + w.T("scan.clean-but")
	default:
		line += " " + w.T("scan.nothing-but")
	}
	p.hanging("1. ", line)
	switch {
	case r.Whole():
		p.hanging("2. ", w.T("init.all-seen"))
	case t.Complete():
		p.hanging("2. ", w.T("init.all-seen-but"))
	default:
		p.hanging("2. ", w.N("init.unseen", t.NotExamined+t.Errors))
	}
	if !o.goesOn {
		p.hanging("3. ", w.T("init.next"))
	}
	p.gap()
	if o.again {
		p.wrap("", p.dim(w.T("init.to-change")))
	}
	p.wrap("", p.dim(w.T("init.home", printable(sh.home))))
	return p.fail
}
