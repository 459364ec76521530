package reader

import (
	"bytes"
	"errors"
	"io"

	"custode/scan/reader/office"
	"custode/scan/reader/rtf"
)

// richText takes what is in an RTF letter.
type richText struct {
	r      *Reader
	tables int
	number int64 // of rows of the table that is open, 0 for none
	cells  []office.Cell
	read   bool // something to read was there
}

// Row is a row of a table; rows with nothing between them are of one table.
func (l *richText) Row(cells [][]byte) error {
	if l.number == 0 {
		l.tables++
		l.r.grid.begin(Part{Path: l.r.inside, Index: l.tables, Unit: Rows})
	}
	l.number++
	l.cells = l.cells[:0]
	for i, c := range cells {
		if len(c) > 0 {
			l.cells = append(l.cells, office.Cell{Column: i, Value: c})
		}
	}
	l.r.grid.row(l.r, l.number, l.cells)
	l.read = l.read || len(l.cells) > 0
	return l.r.src.ctx.Err()
}

// finish ends the table whose rows came last.
func (l *richText) finish() {
	if l.number > 0 {
		l.r.grid.end(l.r)
	}
	l.number = 0
}

// Text is a piece of text. Only that of the body stands between tables.
func (l *richText) Text(part string, text []byte) error {
	if part == "body" {
		l.finish()
	}
	section := sections[part] // what has none of its own is of the body
	l.r.sink.Part(Part{Path: l.r.inside, Section: section, Unit: Nothing})
	l.r.sink.Text(text, 0, len(text), 0)
	if l.number > 0 && l.r.grid.decided { // its columns are wanted again
		l.r.sink.Part(l.r.grid.part)
	}
	l.read = l.read || section != Properties && len(bytes.TrimSpace(text)) > 0
	return nil
}

func (l *richText) Embedded(name string, size int64, r io.Reader) error {
	l.read = true
	return l.r.member(content{name: name, size: size, once: r})
}

func (r *Reader) readRTF() Outcome {
	l := &richText{r: r}
	info, err := rtf.Read(r.src.ctx, r.raw(), rtf.Options{Spend: r.nest.spend}, l)
	l.finish()
	r.nest.pictures += int64(info.Pictures)
	damaged := errors.Is(err, rtf.ErrDamaged)
	out := r.ended("rtf", err, damaged)
	switch {
	case info.Unread > 0 && !damaged:
		r.nest.missed(r.inside, ReasonEncoding)
	case info.Pictures > 0 && !l.read: // a scan that was put into a letter
		out.Examined, out.Reason = false, ReasonImageOnly
	}
	return out
}
