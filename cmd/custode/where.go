package main

import (
	"strconv"
	"strings"

	"custode/scan/detect"
)

// where writes a place: line 12; column "Note"; b.csv, field 3; sheet "Clienti",
// column "E-mail" (C2). word gives the words: units, sheet, table, sections.
func where(at detect.Where, word func(string) string) string {
	var parts []string
	if at.Path != "" {
		parts = append(parts, printable(at.Path))
	}
	if at.Index > 0 {
		kind := "sheet"
		if at.Row == 0 && at.Unit != detect.Row {
			kind = "table"
		}
		parts = append(parts, word(kind)+" "+named(at.Sheet, int64(at.Index)))
	}
	if at.Section != "" {
		parts = append(parts, word("section."+at.Section))
	}
	switch {
	case at.Unit == detect.NoUnit:
		if len(parts) == 0 {
			parts = append(parts, word(string(at.Unit)))
		}
	case at.Row > 0 && at.Name == "":
		parts = append(parts, word("cell")+" "+cellName(at.Number, at.Row))
	case at.Row > 0:
		parts = append(parts, word(string(at.Unit))+" "+named(at.Name, at.Number)+" ("+cellName(at.Number, at.Row)+")")
	default:
		parts = append(parts, word(string(at.Unit))+" "+named(at.Name, at.Number))
	}
	return strings.Join(parts, ", ")
}

// named is a name in quotes, or the number of what has none.
func named(name string, number int64) string {
	if name == "" {
		return strconv.FormatInt(number, 10)
	}
	return strconv.Quote(name)
}

// cellName is the address of a cell as spreadsheets write it: C2, AB1048576.
func cellName(column, row int64) string {
	var letters []byte
	for ; column > 0; column = (column - 1) / 26 {
		letters = append([]byte{byte('A' + (column-1)%26)}, letters...)
	}
	return string(letters) + strconv.FormatInt(row, 10)
}
