package containers

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// comma is what most programs export.
func comma(b *book) string { return table(b, ",", "\n") }

// semicolon is what spreadsheets export where the comma is in the numbers.
func semicolon(b *book) string { return "\ufeff" + table(b, ";", "\r\n") }

// tabs is what the clipboard gives.
func tabs(b *book) string { return table(b, "\t", "\n") }

// table writes the rows under their header; cells that hold the separator or a
// quote stand in quotes (RFC 4180).
func table(b *book, sep, eol string) string {
	var to strings.Builder
	line := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				to.WriteString(sep)
			}
			if strings.ContainsAny(c, sep+"\"\r\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			to.WriteString(c)
		}
		to.WriteString(eol)
	}
	line(Header())
	for _, r := range b.rows {
		line(r)
	}
	return to.String()
}

// windows1252 has no letters beyond Latin-1, which the two alphabets share.
func windows1252(b *book) ([]byte, error) {
	var to []byte
	for _, r := range table(b, ";", "\r\n") {
		if r > 0xff || r >= 0x80 && r < 0xa0 {
			return nil, fmt.Errorf("%q is not in the alphabet", r)
		}
		to = append(to, byte(r)) //nolint:gosec // checked just above
	}
	return to, nil
}

// utf16LE is what spreadsheets call Unicode text.
func utf16LE(b *book) ([]byte, error) {
	to := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(table(b, ";", "\r\n"))) {
		to = binary.LittleEndian.AppendUint16(to, u)
	}
	return to, nil
}

// blocks is a file of cards, with a blank line between two people and no line
// for what is not known.
func blocks(b *book) string {
	var to strings.Builder
	to.WriteString("SCHEDE CLIENTI\n\n")
	for i, r := range b.rows {
		fmt.Fprintf(&to, "Scheda n. %d\n", i+1)
		for col, name := range Header() {
			if r[col] != "" {
				fmt.Fprintf(&to, "%s: %s\n", name, r[col])
			}
		}
		to.WriteString("\n")
	}
	return to.String()
}

// aligned is a print-out with a fixed width for every column.
func aligned(b *book) string {
	var to strings.Builder
	width := make([]int, len(Header()))
	all := append([][]string{Header()}, b.rows...)
	for _, r := range all {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	for n, r := range all {
		var line strings.Builder
		for i, c := range r {
			line.WriteString(c + strings.Repeat(" ", width[i]-utf8.RuneCountInString(c)+2))
		}
		to.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if n == 0 {
			for _, w := range width {
				to.WriteString(strings.Repeat("-", w) + "  ")
			}
			to.WriteString("\n")
		}
	}
	return to.String()
}

// sqlDump is a table as mysqldump writes it, some rows to a statement.
func sqlDump(b *book) string {
	const perStatement = 50
	var to strings.Builder
	to.WriteString("-- Dump di prova\n\nDROP TABLE IF EXISTS `clienti`;\nCREATE TABLE `clienti` (\n  `id` int NOT NULL AUTO_INCREMENT,\n")
	columns := []string{"cognome", "nome", "codice_fiscale", "email", "telefono", "indirizzo", "data_nascita", "iban"}
	for _, c := range columns {
		kind := "varchar(80) DEFAULT NULL"
		if c == "data_nascita" {
			kind = "date DEFAULT NULL"
		}
		fmt.Fprintf(&to, "  `%s` %s,\n", c, kind)
	}
	to.WriteString("  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\n")
	for i, r := range b.rows {
		if i%perStatement == 0 {
			fmt.Fprintf(&to, "INSERT INTO `clienti` (`id`, `%s`) VALUES\n", strings.Join(columns, "`, `"))
		}
		fmt.Fprintf(&to, "(%d", i+1)
		for col, c := range r {
			switch {
			case c == "":
				to.WriteString(", NULL")
			case columns[col] == "data_nascita":
				to.WriteString(", '" + b.people[i].Born.Format("2006-01-02") + "'")
			default:
				to.WriteString(", '" + strings.ReplaceAll(c, "'", "''") + "'")
			}
		}
		if i%perStatement == perStatement-1 || i == len(b.rows)-1 {
			to.WriteString(");\n")
		} else {
			to.WriteString("),\n")
		}
	}
	return to.String()
}
