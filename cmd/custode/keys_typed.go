package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/secret"
)

func (sh *shell) sheetFileFlag(to *string) cli.Flag {
	return &cli.StringFlag{Name: "sheet-file", Usage: sh.words.T("flag.keys.sheet-file"), Destination: to}
}

// sheetKey gives the key of a recovery sheet: from a file, or typed.
func (sh *shell) sheetKey(ctx context.Context, file string) (keys.Identity, error) {
	if file == "" {
		return sh.typeSheet(ctx, typing{})
	}
	raw, err := sh.smallFile(file, "fault.keys.sheet-read")
	if err != nil {
		return keys.Identity{}, err
	}
	text := secret.New(raw)
	defer text.Wipe()
	if len(raw) > identity.MaxSize {
		return keys.Identity{}, fault.On(fault.Data, "fault.keys.no-sheet", file, nil)
	}
	id, err := sheet.Read(text)
	var wrong *keys.SheetError
	switch {
	case err == nil:
		return id, nil
	case errors.As(err, &wrong):
		return id, sheetFault(file, wrong)
	}
	return id, fault.On(fault.Data, "fault.keys.no-sheet", file, nil)
}

// errLater is the Enter key alone, where the sheet need not be typed now.
var errLater = errors.New("the sheet is typed later")

// typing is one question for the four lines of a sheet.
type typing struct {
	ask   string // what is said in front; "" for the usual sentence
	begun func() // runs once the first line was right
	later bool   // the Enter key alone, at the beginning, gives errLater
}

// typeSheet lets a person type the recovery sheet: one question, to which the lines
// are typed one below the other, or in one go, as a camera reads them too. It says
// nothing between them unless one is wrong, which is to be typed again from there.
func (sh *shell) typeSheet(ctx context.Context, o typing) (keys.Identity, error) {
	if !sh.inTerm {
		return keys.Identity{}, fault.New(fault.Usage, "fault.keys.no-sheet-terminal")
	}
	t, p := sh.words.T, sh.page(sh.err, sh.errTerm)
	if o.later {
		host.DropTyped(sh.in) // an impatient Enter after the passphrase
	}
	p.wrap("", cmp.Or(o.ask, t("keys.sheet.type")))
	all := make([]byte, 0, 128)
	defer func() { clear(all[:cap(all)]) }()
	for number := 1; ; {
		raw, ok := sh.typed(ctx, false)
		if !ok {
			fmt.Fprintln(sh.err)
			return keys.Identity{}, fault.New(fault.Interrupted, "fault.interrupted")
		}
		line := secret.New(raw)
		if id, err := keys.FromSheet(line); err == nil { // all of it
			line.Wipe()
			return id, nil
		}
		if o.later && number == 1 && len(bytes.TrimSpace(line.Reveal())) == 0 {
			return keys.Identity{}, errLater
		}
		right, wrong := sheetRows(line, number)
		line.Wipe()
		for _, row := range right {
			all = append(append(all, row.Reveal()...), '\n')
			row.Wipe()
		}
		if number == 1 && len(right) > 0 && o.begun != nil {
			o.begun()
		}
		number += len(right)
		if wrong != nil {
			p.hanging("  "+t("keys.sheet.line", number)+": ", sh.typingError(wrong))
			continue
		}
		if number <= sheetLines {
			continue
		}
		text := secret.New(bytes.Clone(all))
		id, err := keys.FromSheet(text)
		text.Wipe()
		if err == nil {
			return id, nil
		}
		p.wrap("  ", t("keys.sheet.mixed"))
		clear(all)
		all, number = all[:0], 1
	}
}

// sheetRows gives the lines from that number on that are right in what was typed, up
// to the first that is not, and what is wrong with that one.
func sheetRows(typed secret.Bytes, number int) (right []secret.Bytes, wrong *keys.SheetError) {
	rows := keys.SheetRows(withoutNumber(typed, number))
	if len(rows) == 0 {
		return nil, &keys.SheetError{Line: number, Reason: keys.Missing}
	}
	for i, row := range rows {
		if wrong != nil || number+i > sheetLines {
			row.Wipe()
			continue
		}
		if err := keys.CheckSheetLine(row, number+i); errors.As(err, &wrong) {
			row.Wipe()
			continue
		}
		right = append(right, row)
	}
	return right, wrong
}

// withoutNumber takes off the number of the line that stands on the paper, where
// somebody typed it too and the rest is the line.
func withoutNumber(typed secret.Bytes, number int) secret.Bytes {
	first, rest, found := bytes.Cut(bytes.TrimSpace(typed.Reveal()), []byte(" "))
	if !found || string(bytes.TrimRight(first, ".:)")) != strconv.Itoa(number) {
		return typed
	}
	line := secret.New(rest) // in the memory of typed, and wiped with it
	if keys.CheckSheetLine(line, number) != nil {
		return typed
	}
	return line
}

// sheetLines is how many lines a sheet has.
const sheetLines = 4

// typingError says what is wrong with a line of the sheet.
func (sh *shell) typingError(e *keys.SheetError) string {
	names := map[keys.Reason]string{
		keys.Mistyped: "mistyped", keys.TooShort: "short", keys.TooLong: "long", keys.Foreign: "foreign", keys.Misplaced: "misplaced", keys.Missing: "missing",
	}
	if e.Reason == keys.Foreign {
		return sh.words.T("keys.sheet.foreign", e.Column)
	}
	return sh.words.T("keys.sheet." + names[e.Reason])
}

// publicText is the public half of an identity as a text.
func publicText(id keys.Identity) fmt.Stringer {
	s, ok := id.Recipient().(fmt.Stringer)
	if !ok {
		return secret.Bytes{} // of a wiped one: its name tells nothing
	}
	return s
}
