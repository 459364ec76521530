package office

// openText reads text of Office Open XML: letters (WordprocessingML, ECMA-376
// part 1, 17), slides (PresentationML, 19), drawings and charts (DrawingML, 20
// and 21), comments and properties. Only what stands in elements for text is
// taken: what else has characters are positions and the like.
type openText struct {
	r *reader
	w *walker
	f *flow

	root    string
	rows    bool // tables are handed over by row
	taking  int  // depth of the element whose text is taken, 0 for none
	shape   int  // depth of the shape
	column  int  // of the next cell
	choices []choice
}

// choice is a drawing that stands in the file twice, for newer and for older
// programs (ECMA-376 part 3, 10.2).
type choice struct {
	depth int
	made  int64 // text there was before it
}

// openText reads the part in whose root element the walker stands.
func (r *reader) openText(root string, at place) error {
	t := &openText{r: r, w: &r.walk, f: &r.flow, root: root, rows: at == body}
	t.f.begin(at)
	for {
		var err error
		switch t.w.next() {
		case atEnd:
			return nil
		case atOpen:
			err = t.open()
		case atShut:
			err = t.shut()
		case atText:
			if t.taking > 0 {
				err = t.f.text(t.w)
			}
		}
		if err != nil {
			return err
		}
	}
}

func (t *openText) open() error {
	w, f := t.w, t.f
	switch string(w.name) {
	case "t", "delText", "text":
		t.take()
	case "tab":
		if w.attr("pos") == nil { // not one that only sets where tabs are
			return f.add(f.at, []byte{'\t'})
		}
	case "br", "cr":
		return f.add(f.at, []byte{'\n'})
	case "noBreakHyphen":
		return f.add(f.at, []byte{'-'})
	case "instrText":
		if f.at == body || f.at == inCell {
			f.turn(w.depth, box)
		}
		t.take()
	case "delInstrText":
		f.turn(w.depth, deleted)
		t.take()
	case "del", "moveFrom":
		f.turn(w.depth, deleted)
	case "txbxContent":
		if f.at == body || f.at == inCell {
			f.turn(w.depth, box)
		}
	case "tbl":
		return t.table()
	case "tr":
		t.beginRow()
	case "tc":
		return t.beginCell()
	case "gridBefore", "gridSpan":
		if f.byRow && f.tables == 1 {
			t.column += min(number(w.attr("val"), 0), maxColumns)
			if string(w.name) == "gridSpan" && t.column > f.row.column+1 {
				t.column--
			}
		}
	case "Choice":
		if len(t.choices) < 64 {
			t.choices = append(t.choices, choice{depth: w.depth, made: f.made})
		}
	case "Fallback":
		t.fallback()
	case "rPh", "numCache":
		w.leave()
	default:
		return t.openRare()
	}
	return nil
}

// openRare takes the tags that are seldom seen.
func (t *openText) openRare() error {
	w, f := t.w, t.f
	switch string(w.name) {
	case "sp":
		t.shape = w.depth
	case "ph":
		t.passPlaceholder()
	case "docPr", "cNvPr":
		if err := f.value(t.aside(), w.attr("descr")); err != nil {
			return err
		}
		return f.value(t.aside(), w.attr("title"))
	case "comment":
		return f.value(f.at, w.attr("author"))
	case "person":
		return f.value(f.at, w.attr("displayName"))
	case "cmAuthor", "author":
		if err := f.value(f.at, w.attr("name")); err != nil {
			return err
		}
		if t.root == "comments" {
			t.take()
		}
	case "textpath":
		return f.value(t.aside(), w.attr("string"))
	case "docVar":
		return f.value(f.at, w.attr("val"))
	case "v":
		if t.root == "chartSpace" {
			t.take()
		}
	default:
		return t.property()
	}
	return nil
}

// property takes a property of the document (ECMA-376 part 2, 11; part 1, 22.2
// and 22.3).
func (t *openText) property() error {
	switch t.root {
	case "coreProperties":
		switch string(t.w.name) {
		case "created", "modified", "revision", "lastPrinted", "version", "language":
			return nil
		}
		t.take()
	case "Properties":
		switch string(t.w.name) {
		case "property":
			t.take()
			return t.f.value(t.f.at, t.w.attr("name"))
		case "Company", "Manager", "HyperlinkBase":
			t.take()
		}
	}
	return nil
}

// aside is where text goes that stands beside a paragraph.
func (t *openText) aside() place {
	if t.f.at == body || t.f.at == inCell {
		return box
	}
	return t.f.at
}

// take takes the text of the element from here on.
func (t *openText) take() {
	if t.taking == 0 {
		t.taking = t.w.depth
	}
}

// fallback passes over the version of a drawing for older programs when the one
// for newer programs had text.
func (t *openText) fallback() {
	for n := len(t.choices); n > 0 && t.choices[n-1].depth >= t.w.depth; n-- {
		c := t.choices[n-1]
		t.choices = t.choices[:n-1]
		if c.depth == t.w.depth && c.made < t.f.made {
			t.w.leave()
			return
		}
	}
}

// passPlaceholder passes over the rest of a shape in a master that only says
// what can be written there.
func (t *openText) passPlaceholder() {
	switch t.root {
	case "sldLayout", "sldMaster", "notesMaster", "handoutMaster":
		for t.shape > 0 && t.w.depth >= t.shape {
			if t.w.next() == atEnd {
				return
			}
		}
		t.shape = 0
	}
}

// table begins a table.
func (t *openText) table() error {
	f := t.f
	f.tables++
	if f.tables > 1 || !t.rows || f.at != body {
		return nil
	}
	f.byRow = true
	f.row.number = 0
	if err := f.flush(body); err != nil {
		return err
	}
	return t.r.sheet("", false)
}

func (t *openText) beginRow() {
	if t.f.byRow && t.f.tables == 1 {
		t.f.row.number++
		t.column = 0
	}
}

// beginCell begins a cell of a table.
func (t *openText) beginCell() error {
	f := t.f
	if !f.byRow || f.tables != 1 {
		return nil
	}
	f.row.shut()
	if f.row.full(t.column) {
		if err := f.row.emit(t.r.h, 1); err != nil {
			return err
		}
	}
	f.row.begin(t.column)
	t.column++
	f.turn(t.w.depth, inCell)
	return nil
}

func (t *openText) shut() error {
	w, f := t.w, t.f
	depth := w.depth + 1
	if t.taking >= depth {
		t.taking = 0
	}
	var err error
	switch string(w.name) {
	case "p", "pt", "comment", "threadedComment", "cm", "author":
		err = f.line(f.at)
	case "tc":
		if f.byRow && f.tables == 1 {
			f.row.shut()
		}
	case "tr":
		if f.byRow && f.tables == 1 {
			err = f.row.emit(t.r.h, 1)
		}
	case "tbl":
		f.tables = max(0, f.tables-1)
		if f.tables == 0 && f.byRow {
			f.byRow = false
			f.row.shut()
			err = f.row.emit(t.r.h, 1)
		}
	case "instrText", "delInstrText", "del", "moveFrom":
		err = f.line(f.at)
	default:
		if f.at == properties {
			err = f.line(properties)
		}
	}
	f.back(depth)
	return err
}
