package web

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"custode/internal/secret"
)

// KeyMaker makes the keys, and brings the recovery sheet onto paper and back.
type KeyMaker interface {
	// Propose gives six words for a passphrase, and what they are called by: the same ones until keys
	// were made, or the page is locked. The words are the caller's to wipe.
	Propose() (words secret.Bytes, which string)
	// OwnerName is what this computer calls its user.
	OwnerName() string
	// MakeKeys makes the keys, and leaves them unlocked. Errors: [ErrShort], [ErrWeak], or a fault.
	MakeKeys(ctx context.Context, w KeyWish) error
	// Paper is how it stands with the recovery sheet.
	Paper(ctx context.Context) (Paper, error)
	// PrintSheet writes the page of the sheet, which opens every file.
	PrintSheet(ctx context.Context, w io.Writer, f SheetFrame) error
	// TypeSheet takes lines of the sheet, in any of which all of it may be. Lines that were right are
	// kept until the sheet is whole, or the page is locked; with anew they are forgotten. Once it is
	// whole, prove opens files with it alone, and forgets it.
	TypeSheet(ctx context.Context, lines [SheetLines]secret.Bytes, anew bool) (p Paper, prove func(context.Context) (Outcome, error), err error)
}

// SheetLines is how many lines the recovery sheet has.
const SheetLines = 4

// Paper is how it stands with the recovery sheet.
type Paper struct {
	SheetTyped

	Keys   bool // were made
	Proven bool // the key exists on paper only: nothing is left to print
	Said   string
}

// SheetTyped is how far the sheet is typed.
type SheetTyped struct {
	Lines [SheetLines]SheetLine
	Mixed string // what is wrong with all of them
}

// SheetLine is one line that is typed.
type SheetLine struct {
	Right bool
	Wrong string // in words
}

// AnyRight reports whether a line was typed rightly.
func (s SheetTyped) AnyRight() bool {
	for _, l := range s.Lines {
		if l.Right {
			return true
		}
	}
	return false
}

// SheetFrame is what the page puts around the sheet on the screen. Nothing of it is printed.
type SheetFrame struct {
	Style, Script   string // addresses
	Do, Print, Next string // words
	To              string // where it goes on
}

// SheetStyle is how the sheet looks, for one that stands for itself.
func SheetStyle() string {
	b, _ := staticFiles.ReadFile("static/sheet.css") // it is part of the program
	return string(b)
}

func keyRoutes() []route {
	return []route{
		{"GET", "/vault/keys", present, showMakeKeys, false},
		{"POST", "/vault/keys", present, makeKeys, false},
		{"GET", "/vault/sheet", present, showPaper, false},
		{"POST", "/vault/sheet", present, printSheet, false},
		{"POST", "/vault/prove", present, proveSheet, false},
	}
}

func showMakeKeys(v *visit) error {
	if v.office.CanLock() {
		return showHolders(v)
	}
	return v.makeKeysPage(http.StatusOK, choosing{Name: v.office.OwnerName()})
}

func (v *visit) makeKeysPage(status int, c choosing) error {
	c.Action, c.Ask, c.TakeOwn = "/vault/keys", v.words.T("web.keys.name"), v.words.T("web.keys.own.take")
	return v.choosePage("keys", status, c)
}

func makeKeys(v *visit) error {
	c, err := v.chosen(v.office.Propose, func(w KeyWish) error { return v.office.MakeKeys(v.ctx(), w) })
	switch {
	case err != nil:
		return err
	case c.Wrong == "":
		return v.see("/vault/sheet")
	}
	return v.makeKeysPage(c.status, c)
}

func showPaper(v *visit) error {
	p, err := v.office.Paper(v.ctx())
	if err != nil {
		return err
	}
	if !p.Keys {
		return v.see("/vault/keys")
	}
	return v.page("paper", http.StatusOK, p)
}

// printSheet shows the sheet. It is the answer to a form: no address leads to it, and to load it anew
// asks again.
func printSheet(v *visit) error {
	return v.withKeys(func() error {
		t, tag := v.words.T, "?v="+v.style
		v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		v.w.Header().Set("Cache-Control", "private, no-store")
		return v.office.PrintSheet(v.ctx(), v.w, SheetFrame{
			Style: "/static/sheet.css" + tag, Script: "/static/custode.js" + tag,
			Do: t("web.paper.do"), Print: t("web.paper.print"), Next: t("web.paper.printed"), To: "/vault/sheet#type",
		})
	})
}

// sheetLines takes the lines of the sheet out of the form. They are the caller's to wipe.
func (v *visit) sheetLines() (lines [SheetLines]secret.Bytes) {
	for i := range lines {
		lines[i] = v.secret("sheet" + strconv.Itoa(i+1))
	}
	return lines
}

func proveSheet(v *visit) error {
	lines := v.sheetLines()
	defer wipe(lines)
	anew := v.field("anew") != ""
	p, prove, err := v.office.TypeSheet(v.ctx(), lines, anew)
	switch {
	case err != nil:
		return err
	case prove == nil && anew:
		return v.see("/vault/sheet#type")
	case prove == nil:
		return v.page("paper", http.StatusUnprocessableEntity, p)
	}
	return v.begin(v.words.T("web.paper.proving"), "/vault/sheet", func(ctx context.Context, _ func(Progress)) (Outcome, error) {
		return prove(ctx)
	})
}

func wipe(lines [SheetLines]secret.Bytes) {
	for _, l := range lines {
		l.Wipe()
	}
}
