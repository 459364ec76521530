package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/i18n"
)

func keysSheetCommand(sh *shell) *cli.Command {
	var f keyFlags
	var html bool
	t := sh.words.T
	return &cli.Command{
		Name: "sheet", Usage: t("cmd.keys.sheet"), UsageText: "custode keys sheet [--html]", Description: t("cmd.keys.sheet.more"),
		Flags: append(f.flags(sh), &cli.BoolFlag{Name: "html", Usage: t("flag.keys.sheet.html"), Destination: &html}),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysSheet(c.Context, f, html)
		},
	}
}

// keysSheet prints the recovery sheet, which can be printed until it was proven.
func (sh *shell) keysSheet(ctx context.Context, f keyFlags, html bool) error {
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	r, err := sh.ring()
	if err != nil {
		return err
	}
	if r.Recovery().OnPaperOnly {
		return fault.New(fault.NoPerm, "fault.keys.sheet-on-paper")
	}
	u, err := sh.unlocked(ctx, r, f)
	if err != nil {
		return err
	}
	defer u.Wipe()
	id, err := r.Sheet(u)
	if errors.Is(err, ring.ErrOnPaper) {
		return fault.New(fault.NoPerm, "fault.keys.sheet-on-paper")
	}
	if err != nil {
		return keysFault(err)
	}
	defer id.Wipe()
	s, err := sheet.New(id, r.Recovery().MadeAt)
	if err != nil {
		return err
	}
	defer s.Wipe()
	if html {
		return sh.sheetHTML(s)
	}
	return sh.sheetText(s)
}

// sheetText writes the sheet as 80 columns of text, in both languages.
func (sh *shell) sheetText(s sheet.Sheet) error {
	set, err := sh.settings()
	if err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	var b bytes.Buffer
	b.Grow(1 << 14) // it holds the key: it shall not grow and leave copies
	defer func() { clear(b.Bytes()[:b.Cap()]) }()
	p := &page{w: &b, width: 80}
	for i, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			return err
		}
		if i == 0 {
			p.wrap("", strings.TrimSpace(printable(set.Shop)+"  "+s.Fingerprint))
			p.gap()
			p.line("     " + s.Prefix)
			for _, l := range s.Lines {
				fmt.Fprintf(&b, "  %d ", l.Number)
				for _, g := range l.Groups {
					b.WriteByte(' ')
					b.Write(g.Reveal())
				}
				fmt.Fprintf(&b, "  %s\n", l.Check.Reveal())
			}
			for _, folder := range set.Folders {
				p.line("     " + printable(folder))
			}
		}
		p.gap()
		p.wrap("", strings.ToUpper(w.T("paper.title"))+" - "+w.Date(s.Made.Local()))
		stock := "paper.stock.hybrid"
		if s.Kind == keys.Classic {
			stock = "paper.stock.classic"
		}
		for _, key := range []string{"paper.warn", "paper.lines", "paper.custode", stock, "paper.copies", "paper.sign"} {
			p.wrap("", w.T(key))
		}
	}
	if _, err := sh.out.Write(b.Bytes()); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	return p.fail
}
