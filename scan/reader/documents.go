package reader

import (
	"errors"
	"io"

	"custode/scan/reader/office"
	"custode/scan/reader/pdf"
	"custode/scan/reader/sqlitefile"
)

// documents takes what is in spreadsheets, letters and slides.
type documents struct {
	r      *Reader
	sheets int
	open   bool // a sheet's rows are being gathered
	read   bool // something to read was there
}

// sections are office's names of the parts of a document.
var sections = map[string]Section{
	"body": Body, "header": Header, "footer": Header, "footnote": Note, "notes": Note,
	"comment": Comment, "deleted": Deleted, "properties": Properties,
}

func (d *documents) Sheet(name string, hidden bool) error {
	d.finish()
	d.sheets++
	p := Part{Path: d.r.inside, Sheet: name, Index: d.sheets, Unit: Rows}
	if hidden {
		p.Section = Hidden
	}
	d.r.grid.begin(p)
	d.open = true
	return d.r.src.ctx.Err()
}

func (d *documents) Row(number int64, cells []office.Cell) error {
	d.r.grid.row(d.r, number, cells)
	d.read = true
	return nil
}

// finish ends the sheet whose rows came last.
func (d *documents) finish() {
	if d.open {
		d.r.grid.end(d.r)
	}
	d.open = false
}

func (d *documents) Text(part string, text []byte) error {
	d.finish()
	section := sections[part]
	d.r.sink.Part(Part{Path: d.r.inside, Section: section, Unit: Nothing})
	d.r.sink.Text(text, 0, len(text), 0)
	d.read = d.read || section != Properties
	return nil
}

func (d *documents) Embedded(name string, size int64, r io.Reader) error {
	d.finish()
	return d.r.member(content{name: name, size: size, once: r})
}

func (r *Reader) readOffice(format string) Outcome {
	at, size, err := r.randomAccess()
	if err != nil {
		return r.ended(format, err, false)
	}
	d := &documents{r: r}
	info, err := office.Read(r.src.ctx, at, size, office.Options{Spend: r.nest.spend}, d)
	d.finish()
	if errors.Is(err, office.ErrFormat) {
		return r.readZip()
	}
	if info.Format != "" {
		format = info.Format
	}
	r.nest.pictures += int64(info.Pictures)
	damaged := errors.Is(err, office.ErrDamaged)
	out := r.ended(format, err, damaged)
	switch {
	case info.Encrypted:
		return Outcome{Format: format, Encrypted: true, Examined: true, Reason: ReasonSealed}
	case info.Unread > 0 && !damaged:
		r.nest.missed(r.inside, ReasonDamaged)
	case info.Pictures > 0 && !d.read: // a scan that was put into a letter
		out.Examined, out.Reason = false, ReasonImageOnly
	}
	return out
}

// pages takes the text of a PDF.
type pages struct{ r *Reader }

func (p pages) Text(page int, text []byte) error {
	part := Part{Path: p.r.inside, Unit: Pages}
	if page == 0 {
		part.Section, part.Unit = Properties, Nothing
	}
	p.r.sink.Part(part)
	p.r.sink.Text(text, 0, len(text), int64(page))
	return nil
}

func (p pages) Attachment(name string, r io.Reader) error {
	return p.r.member(content{name: name, size: -1, once: r})
}

func (r *Reader) readPDF() Outcome {
	at, size, err := r.randomAccess()
	if err != nil {
		return r.ended("pdf", err, false)
	}
	info, err := pdf.Read(r.src.ctx, at, size, pdf.Options{Spend: r.nest.spend}, pages{r})
	damaged := errors.Is(err, pdf.ErrDamaged)
	out := r.ended("pdf", err, damaged)
	switch {
	case info.Encrypted:
		return Outcome{Format: "pdf", Encrypted: true, Examined: true, Reason: ReasonSealed}
	case info.NoText > 0:
		out.Examined, out.Reason = false, ReasonImageOnly
	case info.Unread > 0 && !damaged:
		r.nest.missed(r.inside, ReasonDamaged)
	}
	return out
}

// tables takes the rows of a database.
type tables struct {
	r      *Reader
	number int
	part   Part
	cols   []int
}

func (t *tables) Table(name string, columns []string) error {
	t.number++
	t.part = Part{Path: t.r.inside, Sheet: name, Index: t.number, Unit: Nothing}
	t.r.sink.Part(t.part)
	t.cols = t.cols[:0]
	for _, c := range columns[:min(len(columns), maxColumns)] {
		t.cols = append(t.cols, t.r.sink.Column([]byte(c), false))
	}
	return t.r.src.ctx.Err()
}

func (t *tables) Row(rowid int64, values [][]byte) error {
	sink := t.r.sink
	sink.Part(t.part)
	some := false
	for i, v := range values {
		switch {
		case len(v) == 0:
			continue
		case i >= maxColumns:
			sink.Text(v, 0, len(v), rowid)
		default:
			for i >= len(t.cols) {
				t.cols = append(t.cols, sink.Column(nil, false))
			}
			sink.Cell(t.cols[i], v, rowid)
		}
		some = true
	}
	if some {
		sink.EndRecord()
	}
	return nil
}

func (t *tables) Long(_ int, r io.Reader) error {
	return t.r.member(content{size: -1, once: r})
}

func (t *tables) Remnant(b []byte) error {
	t.r.sink.Part(Part{Path: t.r.inside, Section: Remnant, Unit: Nothing})
	t.r.sink.Text(b, 0, len(b), 0)
	return nil
}

func (r *Reader) readSQLite(format string) Outcome {
	at, size, err := r.randomAccess()
	if err != nil {
		return r.ended(format, err, false)
	}
	read := sqlitefile.Read
	if format == "sqlite-wal" {
		read = sqlitefile.ReadWAL
	}
	_, err = read(r.src.ctx, at, size, sqlitefile.Options{Spend: r.nest.spend}, &tables{r: r})
	return r.ended(format, err, errors.Is(err, sqlitefile.ErrDamaged))
}
