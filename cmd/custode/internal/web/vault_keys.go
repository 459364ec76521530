package web

import (
	"context"
	"errors"
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

// Errors of a passphrase that was chosen.
var (
	ErrShort = errors.New("web: the passphrase is too short")
	ErrWeak  = errors.New("web: the passphrase is one that is tried first")
)

// KeyWish is what keys are made with.
type KeyWish struct {
	Name       string // of who opens the files with the passphrase
	Passphrase secret.Bytes
	Sure       bool // also where it is weak
}

// Paper is how it stands with the recovery sheet.
type Paper struct {
	Keys   bool // were made
	Proven bool // the key exists on paper only: nothing is left to print
	Said   string
	Lines  [SheetLines]SheetLine
	Mixed  string // what is wrong with all of them
}

// SheetLine is one line that is typed.
type SheetLine struct {
	Right bool
	Wrong string // in words
}

// Number is that of the line, for people.
func (p Paper) Number(i int) int { return i + 1 }

// AnyRight reports whether a line was typed rightly.
func (p Paper) AnyRight() bool {
	for _, l := range p.Lines {
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

type makeKeysView struct {
	Words, Which string
	Name         string
	Wrong        string
	Own          bool // the owner was at a passphrase of their own
	Sure         bool // the next time it is taken as it is
}

func showMakeKeys(v *visit) error {
	if v.office.CanLock() {
		return v.see("/vault")
	}
	return v.makeKeysPage(http.StatusOK, makeKeysView{Name: v.office.OwnerName()})
}

func (v *visit) makeKeysPage(status int, m makeKeysView) error {
	words, which := v.office.Propose()
	defer words.Wipe()
	m.Words, m.Which = string(words.Reveal()), which
	return v.page("keys", status, m)
}

func makeKeys(v *visit) error {
	again, wish := v.secret("passphrase-again"), KeyWish{Name: v.field("name"), Sure: v.field("sure") != ""}
	defer again.Wipe()
	view := makeKeysView{Name: wish.Name, Own: v.field("take") == ""}
	wish.Passphrase = v.secret("passphrase")
	if !view.Own {
		words, which := v.office.Propose()
		if which != v.field("which") {
			words.Wipe()
			view.Wrong = v.words.T("web.keys.other-words")
			return v.makeKeysPage(http.StatusConflict, view)
		}
		wish.Passphrase = words
	} else if !again.Equal(wish.Passphrase) {
		view.Wrong = v.words.T("keys.make.differ")
	}
	defer wish.Passphrase.Wipe()
	if view.Wrong == "" {
		err := v.office.MakeKeys(v.ctx(), wish)
		switch {
		case err == nil:
			return v.see("/vault/sheet")
		case errors.Is(err, ErrShort):
			view.Wrong = v.words.T("web.keys.short")
		case errors.Is(err, ErrWeak):
			view.Wrong, view.Sure = v.words.T("web.keys.weak"), true
		default:
			return err
		}
	}
	return v.makeKeysPage(http.StatusUnprocessableEntity, view)
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

func proveSheet(v *visit) error {
	var lines [SheetLines]secret.Bytes
	for i := range lines {
		lines[i] = v.secret("sheet" + strconv.Itoa(i+1))
		defer lines[i].Wipe()
	}
	p, prove, err := v.office.TypeSheet(v.ctx(), lines, v.field("anew") != "")
	if err != nil {
		return err
	}
	if prove == nil {
		status := http.StatusUnprocessableEntity
		if v.field("anew") != "" {
			return v.see("/vault/sheet#type")
		}
		return v.page("paper", status, p)
	}
	return v.begin(v.words.T("web.paper.proving"), "/vault/sheet", func(ctx context.Context, _ func(Progress)) (Outcome, error) {
		return prove(ctx)
	})
}
