package sheet

import (
	"bytes"
	"errors"

	"custode/encrypt/keys"
	"custode/internal/secret"
	"custode/internal/textfile"
)

// ErrNoSheet is a text in which nothing looks like a recovery sheet.
var ErrNoSheet = errors.New("no recovery sheet in this text")

// What is looked for in a page.
const (
	minRow  = 10 // characters of a line of which some are missing
	maxRow  = 30 // and of one that has some too many
	inGroup = 8
	maxText = 1 << 20
	filling = " \t|-·.:_/"
)

var keyMark = []byte("AGE-SECRET-KEY-")

// Read gives the identity of a sheet from a text: the four lines as somebody
// typed them (with or without their numbers), the one line that a camera reads
// from the QR code, a key file of age with its comments, or the whole printed
// text page, of which the numbered lines are taken; as any editor saves them
// (package textfile). The errors are ErrNoSheet,
// and *keys.SheetError that names the wrong line as keys.FromSheet does.
func Read(file secret.Bytes) (keys.Identity, error) {
	own := bytes.Clone(file.Reveal())
	defer clear(own)
	text := secret.New(textfile.Text(own))
	defer text.Wipe()
	if text.Len() > maxText {
		return keys.Identity{}, ErrNoSheet
	}
	id, err := keys.FromSheet(text)
	if err == nil {
		return id, nil
	}
	rows := rowsOf(text.Reveal())
	for _, row := range rows {
		if upper := bytes.ToUpper(row); bytes.HasPrefix(upper, keyMark) && len(row) > len(keyMark)+maxRow {
			defer clear(upper)
			return keys.FromSheet(secret.New(upper))
		}
	}
	lines := numbered(rows)
	switch {
	case len(lines) > 1:
		picked := secret.New(bytes.Join(lines, []byte("\n")))
		defer picked.Wipe()
		return keys.FromSheet(picked)
	case len(rows) == 0 || len(rows) > 8 || !alike(rows):
		return keys.Identity{}, ErrNoSheet
	}
	return keys.Identity{}, err
}

// rowsOf gives the lines of a text that hold something, without the comments of
// a key file.
func rowsOf(text []byte) [][]byte {
	var out [][]byte
	for row := range bytes.SplitSeq(text, []byte("\n")) {
		if row = bytes.TrimSpace(row); len(row) > 0 && row[0] != '#' {
			out = append(out, row)
		}
	}
	return out
}

// numbered gives what stands behind the numbers 1 to 4 of lines that look like a
// sheet's: groups of capitals and digits, as the page prints them. In a text that
// has nothing but numbered lines the case does not matter.
func numbered(rows [][]byte) [][]byte {
	for _, capitals := range []bool{true, false} {
		var out [][]byte
		for _, row := range rows {
			number, rest, ok := cutNumber(row)
			if ok && number >= '1' && number <= '4' && groupsOnly(rest, capitals) {
				out = append(out, rest)
			}
		}
		if len(out) > 1 && (capitals || len(out) >= len(rows)-1) {
			return out
		}
	}
	return nil
}

// cutNumber takes the number off the front of "1  QPZRY", "1. QPZRY", "1) QPZRY".
func cutNumber(row []byte) (number byte, rest []byte, ok bool) {
	if len(row) < 3 || !bytes.ContainsRune([]byte(" \t.):|"), rune(row[1])) {
		return 0, nil, false
	}
	return row[0], bytes.TrimLeft(row[1:], " \t.):|"), true
}

// groupsOnly reports whether a row is made of short groups of letters and digits.
func groupsOnly(row []byte, capitals bool) bool {
	n := 0
	for _, g := range bytes.FieldsFunc(row, func(r rune) bool { return bytes.ContainsRune([]byte(filling), r) }) {
		if len(g) > inGroup {
			return false
		}
		for _, c := range g {
			upper := c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
			if !upper && (capitals || c < 'a' || c > 'z') {
				return false
			}
		}
		n += len(g)
	}
	return n >= minRow && n <= maxRow
}

// alike reports whether a text that is no sheet was meant as one: at least one
// of its rows looks like a line of it, which has a digit (but one in 200).
func alike(rows [][]byte) bool {
	for _, row := range rows {
		if groupsOnly(row, false) && bytes.ContainsAny(row, "0123456789") || len(bytes.ReplaceAll(row, []byte(" "), nil)) > 2*maxRow {
			return true
		}
	}
	return false
}
