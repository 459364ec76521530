package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/secret"
)

func (sh *shell) sheetFileFlag(to *string) cli.Flag {
	return &cli.StringFlag{Name: "sheet-file", Usage: sh.words.T("flag.keys.sheet-file"), Destination: to}
}

// sheetKey gives the key of a recovery sheet: from a file, or typed.
func (sh *shell) sheetKey(ctx context.Context, file string) (keys.Identity, error) {
	if file == "" {
		return sh.typeSheet(ctx)
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

// typeSheet lets a person type the recovery sheet, line by line. A line that is
// wrong is asked for again at once, with the reason.
func (sh *shell) typeSheet(ctx context.Context) (keys.Identity, error) {
	if !sh.inTerm {
		return keys.Identity{}, fault.New(fault.Usage, "fault.keys.no-sheet-terminal")
	}
	t, p, a := sh.words.T, sh.page(sh.err, sh.errTerm), sh.asker(ctx)
	p.wrap("", t("keys.sheet.type"))
	for {
		var all []byte
		for number := 1; number <= sheetLines; {
			fmt.Fprint(sh.err, p.bold(t("keys.sheet.line", number, sheetLines))+": ")
			line, ok := a.sh.typed(ctx, false)
			if !ok {
				fmt.Fprintln(sh.err)
				return keys.Identity{}, fault.New(fault.Interrupted, "fault.interrupted")
			}
			if id, err := keys.FromSheet(secret.New(line)); err == nil { // all of it, as a camera reads it
				return id, nil
			}
			var wrong *keys.SheetError
			if err := keys.CheckSheetLine(secret.New(line), number); errors.As(err, &wrong) {
				p.wrap("  ", sh.typingError(wrong))
				continue
			}
			all = append(append(all, line...), '\n')
			number++
		}
		text := secret.New(all)
		id, err := keys.FromSheet(text)
		text.Wipe()
		if err == nil {
			return id, nil
		}
		p.wrap("  ", t("keys.sheet.mixed"))
	}
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
