package office

import (
	"bytes"
)

// beginCell begins a cell of a table.
func (d *document) beginCell() error {
	w, f, t := d.w, d.f, &d.tab
	if !f.byRow || f.tables != 1 {
		return nil
	}
	if err := d.endCell(); err != nil {
		return err
	}
	t.cell, t.span = w.depth, max(1, number(w.attr("number-columns-repeated"), 1))
	t.kind, t.value = "", t.value[:0]
	// Programs before ODF 1.0 wrote the same names with another prefix.
	switch kind := string(w.attr("value-type")); kind {
	case "float", "date", "string", "boolean", "time":
		t.kind = kind
		name := map[string]string{"float": "value", "date": "date-value", "string": "string-value", "boolean": "boolean-value", "time": "time-value"}[kind]
		t.value = appendText(t.value, w.attr(name))
	}
	if f.row.full(t.column) {
		if err := f.row.emit(d.r.h, 1); err != nil {
			return err
		}
	}
	f.row.begin(t.column)
	f.turn(w.depth, inCell)
	return nil
}

// endCell closes the cell that is open: what it stands for takes the place of
// what is shown where that is clearer.
func (d *document) endCell() error {
	f, t := d.f, &d.tab
	if t.cell == 0 {
		return nil
	}
	t.cell = 0
	row := &f.row
	if !row.open {
		return nil
	}
	if len(t.value) > 0 && (len(row.value()) == 0 || clearer(t.kind, row.value())) {
		row.arena = row.arena[:row.from]
		row.brk = false
		var rest []byte
		switch {
		case t.kind == "float" && len(t.value) <= maxName:
			row.arena = appendNumeral(row.arena, t.value)
		case t.kind == "date":
			rest = row.add(date(t.value))
		default:
			rest = row.add(t.value)
		}
		if err := f.add(box, rest); err != nil {
			return err
		}
	}
	value := row.value()
	row.shut()
	if len(value) > 0 {
		for i := 1; i < min(t.span, maxCellTwins) && t.column+i < maxColumns; i++ {
			row.cells = append(row.cells, Cell{Column: t.column + i, Value: value})
		}
	}
	t.column += t.span
	return nil
}

// clearer tells whether the value of a cell says more than what it shows. A date
// does; a number does unless what is shown looks like a telephone number or a
// code: it begins with 0, + or (, or has hyphens or slashes.
func clearer(kind string, shown []byte) bool {
	switch kind {
	case "date":
		return true
	case "float":
		return bytes.IndexByte([]byte("0+("), shown[0]) < 0 && bytes.IndexByte(shown[1:], '-') < 0 &&
			bytes.IndexByte(shown, '/') < 0
	default:
		return false
	}
}

func (d *document) shut() error {
	w, f := d.w, d.f
	depth := w.depth + 1
	if d.taking >= depth {
		d.taking = 0
		if err := f.line(f.at); err != nil {
			return err
		}
	}
	var err error
	switch string(w.name) {
	case "p", "h":
		d.paras = max(0, d.paras-1)
		err = f.line(f.at)
	case "table-cell", "covered-table-cell":
		if f.byRow && f.tables == 1 {
			err = d.endCell()
		}
	case "table-row":
		err = d.endRow()
	case "table":
		f.tables = max(0, f.tables-1)
		if f.tables == 0 && f.byRow {
			f.byRow = false
			err = f.row.emit(d.r.h, 1)
		}
	case "image":
		d.image = false
	}
	if d.meta >= depth {
		d.meta = 0
	}
	if d.master >= depth {
		d.master = 0
	}
	f.back(depth)
	return err
}

// endRow hands over a row of the outermost table.
func (d *document) endRow() error {
	f, t := d.f, &d.tab
	if !f.byRow || f.tables != 1 {
		return f.line(f.at)
	}
	if err := d.endCell(); err != nil {
		return err
	}
	err := f.row.emit(d.r.h, min(t.times, maxRepeat))
	t.row += int64(t.times)
	t.times = 1
	return err
}
