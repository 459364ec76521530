package main

import (
	"bytes"
	"cmp"
	"fmt"
	"runtime"
	"strings"

	"custode/encrypt/keys"
	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/i18n"
)

// sheetText writes the sheet as 80 columns of text: for paper in both languages, on the
// screen in the one that is spoken.
func (sh *shell) sheetText(s sheet.Sheet) error {
	set, err := sh.settings()
	if err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	var b bytes.Buffer
	b.Grow(1 << 16) // it holds the key: it shall not grow and leave copies
	defer func() { clear(b.Bytes()[:b.Cap()]) }()
	p := &page{w: &b, width: 80}
	langs := i18n.Languages()
	if sh.outTerm { // the lines come last, where they are still seen
		langs = []string{sh.words.Lang}
	} else {
		sh.sheetKeyTo(&b, s, set.Shop)
	}
	if err := sheetWords(p, s, set.Folders, langs); err != nil {
		return err
	}
	if sh.outTerm {
		sh.codeTo(&b, s)
		p.gap()
		sh.sheetKeyTo(&b, s, set.Shop)
	}
	if _, err := sh.out.Write(b.Bytes()); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	if sh.outTerm {
		note := sh.page(sh.err, sh.errTerm)
		note.gap()
		how := sh.printCommand()
		if !host.HasScreen(sh.env) {
			how += unbroken + "|" + unbroken + "lp"
		}
		note.wrap("", sh.words.T("keys.sheet.to-print", how))
		note.wrap("", sh.words.T("keys.sheet.then", sh.command("custode", "keys", "drill")))
	}
	return p.fail
}

// sheetKeyTo writes the shop's name and the lines.
func (sh *shell) sheetKeyTo(b *bytes.Buffer, s sheet.Sheet, shop string) {
	fmt.Fprintf(b, "%s\n\n", strings.TrimSpace(printable(shop)+"  "+s.Fingerprint))
	sheetLinesTo(b, s)
}

// codeTo writes the QR code, where it can be shown.
func (sh *shell) codeTo(b *bytes.Buffer, s sheet.Sheet) {
	if !sh.showsCode(s) {
		return
	}
	before, after := "", ""
	if sh.env("TERM") != "dumb" && !sh.bare { // black on white, whatever the terminal's colours
		before, after = "\x1b[30;107m", "\x1b[0m"
	}
	code := s.Blocks(before, after)
	b.WriteByte('\n')
	b.Write(code.Reveal())
	code.Wipe()
}

// showsCode reports whether the QR code can be shown: on a terminal that is wide
// enough and knows half blocks.
func (sh *shell) showsCode(s sheet.Sheet) bool {
	return sh.outTerm && sh.width >= s.Width() && (runtime.GOOS == "windows" || unicodeLocale(sh.env))
}

// unicodeLocale reports whether the terminal is said to speak UTF-8.
func unicodeLocale(env func(string) string) bool {
	l := strings.ToLower(cmp.Or(env("LC_ALL"), env("LC_CTYPE"), env("LANG")))
	return strings.Contains(l, "utf-8") || strings.Contains(l, "utf8")
}

// sheetWords writes what the sheet says, once in each language.
func sheetWords(p *page, s sheet.Sheet, folders, langs []string) error {
	for _, lang := range langs {
		w, err := i18n.Load(lang)
		if err != nil {
			return err
		}
		p.gap()
		p.line(strings.ToUpper(w.T("paper.title")) + " - " + w.Date(s.Made.Local()))
		p.wrap("", w.T("paper.warn"))
		p.wrap("", w.T("paper.lines"))
		for _, recipe := range recipes(w, s.Kind) {
			p.hanging("- ", whole(recipe))
		}
		if len(folders) > 0 {
			p.line(w.T("paper.where") + ":")
		}
		for _, folder := range folders[:min(len(folders), sheetFolders)] {
			p.line("    " + printable(folder))
		}
		if more := len(folders) - sheetFolders; more > 0 {
			p.line("    " + w.T("paper.where.more", more))
		}
		p.wrap("", w.T("paper.copies"))
		p.gap()
		p.line(blank(w.T("paper.call")) + "  " + blank(w.T("paper.signature")))
	}
	return p.fail
}

// recipes are how the files are opened: by the page first, then by commands, by ours and by age's. What is to be typed stands in backquotes.
func recipes(w *i18n.Words, k keys.Kind) []string {
	stock := "paper.stock.hybrid"
	if k == keys.Classic {
		stock = "paper.stock.classic"
	}
	page := w.T("paper.page", w.T("web.start.backup"), w.T("web.page.vault"), w.T("web.recover.link"))
	return []string{page, w.T("paper.page.type"), w.T("paper.custode"), w.T("paper.custode.file"), w.T(stock)}
}

// whole takes the backquotes off commands, and keeps each on one line.
func whole(recipe string) string {
	parts := strings.Split(recipe, "`")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(parts[i], " ", unbroken)
	}
	return strings.Join(parts, "")
}

// blank is a place to write something by hand, half a page wide.
func blank(what string) string {
	const half = 39
	return what + " " + strings.Repeat("_", max(half-1-cells(what), 8))
}
