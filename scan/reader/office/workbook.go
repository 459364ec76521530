package office

// workbook is what the sheets of a workbook have in common.
type workbook struct {
	styles styles
	shared shared
}

// tab is a sheet as the workbook lists it.
type tab struct {
	name     string
	relation string
	hidden   bool
}

// recognizeOpen tells which kind of Office Open XML the file is, from the part
// to which its relationships lead, and reads the workbook of a spreadsheet.
func (r *reader) recognizeOpen() error {
	relations, err := r.relations("")
	if err != nil {
		return err
	}
	main := -1
	for _, l := range relations {
		if l.kind == "officedocument" && l.target >= 0 {
			main = l.target
			break
		}
	}
	for _, name := range [...]string{"xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml"} {
		if main < 0 {
			main = r.dir.find(name)
		}
	}
	if main < 0 {
		return nil
	}
	r.dir.main = main
	ok, err := r.openXML(main)
	if err != nil {
		return err
	}
	name := r.dir.name(main)
	switch {
	case hasSuffix(name, ".bin"):
		r.info.Format = "xlsb"
		r.unread(false)
		return nil
	case !ok || r.root() == "":
		r.info.Format = formatOf(name)
		if ok {
			r.unread(true)
		}
		return nil
	}
	switch string(r.walk.name) {
	case "workbook":
		r.info.Format = "xlsx"
	case "document":
		r.info.Format = "docx"
	case "presentation":
		r.info.Format = "pptx"
	}
	if r.info.Format != "xlsx" {
		r.dir.entries[main].done = false // it is read in its turn
	}
	return nil
}

// root steps to the root element and returns its name, "" when there is none.
func (r *reader) root() string {
	for {
		switch r.walk.next() {
		case atEnd:
			return ""
		case atOpen:
			return string(r.walk.name)
		}
	}
}

// workbook reads the workbook on which the walker stands, what its sheets have
// in common, and the sheets in their order.
func (r *reader) workbook() error {
	main := r.dir.main
	book := &workbook{}
	r.book = book
	tabs := r.tabs(&book.styles)
	if err := r.shut(); err != nil {
		return err
	}
	relations, err := r.relations(r.dir.name(main))
	if err != nil {
		return err
	}
	targets := make(map[string]int, len(relations))
	for _, l := range relations {
		switch l.kind {
		case "styles":
			err = r.readStyles(l.target)
		case "sharedstrings":
			err = r.readStrings(l.target)
		default:
			targets[l.id] = l.target
		}
		if err != nil {
			return err
		}
	}
	for _, t := range tabs {
		i, ok := targets[t.relation]
		if !ok || i < 0 {
			r.unread(true)
			continue
		}
		if r.dir.entries[i].done {
			continue
		}
		if err := r.readTab(i, t); err != nil {
			return err
		}
	}
	return nil
}

// tabs lists the sheets.
func (r *reader) tabs(s *styles) []tab {
	var tabs []tab
	w := &r.walk
	for {
		switch w.next() {
		case atEnd:
			return tabs
		case atOpen:
			switch string(w.name) {
			case "workbookPr":
				s.from04 = truth(w.attr("date1904"))
			case "sheet":
				id := w.prefixedAttr("id")
				if len(tabs) >= maxSheets || len(id) > maxWord {
					continue
				}
				name := appendText(nil, w.attr("name"))
				state := string(w.attr("state"))
				tabs = append(tabs, tab{
					name:     string(name[:wholeRunes(name, maxWord)]),
					relation: string(id),
					hidden:   state == "hidden" || state == "veryHidden",
				})
			}
		}
	}
}

func (r *reader) readStyles(i int) error {
	if i < 0 || r.dir.entries[i].done {
		return nil
	}
	ok, err := r.openXML(i)
	if !ok {
		return err
	}
	r.book.styles.read(&r.walk)
	return r.shut()
}

func (r *reader) readStrings(i int) error {
	if i < 0 || r.dir.entries[i].done {
		return nil
	}
	ok, err := r.openXML(i)
	if !ok {
		return err
	}
	if err := r.strings(&r.book.shared); err != nil {
		return err
	}
	return r.shut()
}

// readTab reads a sheet that the workbook lists.
func (r *reader) readTab(i int, t tab) error {
	ok, err := r.openXML(i)
	if !ok {
		return err
	}
	r.root()
	if err := r.worksheet(t.name, t.hidden); err != nil {
		return err
	}
	return r.shut()
}
