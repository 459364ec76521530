package office

import (
	"bytes"
	"strings"
)

// reading is how the XML of a part is read.
type reading uint8

const (
	asText    reading = iota // all its text, every element a paragraph
	asNothing                // it has nothing to read: styles, settings
	asOpen                   // text of Office Open XML
	asOpenTable
	asStrings
	asRelations
	asPivot
	asDocument // Open Document Format
)

// part reads part i, by what is in it.
func (r *reader) readPart(i int) error {
	name := r.dir.name(i)
	if name == "mimetype" && r.dir.entries[i].size <= headSize && r.info.Format != "" {
		r.dir.entries[i].done = true // it is known
		return nil
	}
	if r.dir.entries[i].secret {
		return r.readSecret(i)
	}
	if r.info.Format == "xlsb" && isBinarySheet(name) {
		r.dir.entries[i].done = true
		r.unread(false)
		return nil
	}
	ok, err := r.open(i)
	if !ok {
		return err
	}
	return r.readOpen(i, name)
}

// readOpen reads part i, which is open.
func (r *reader) readOpen(i int, name string) error {
	if !looksXML(r.part.head(), name) {
		return r.embedded(i, name)
	}
	r.walk.begin(&r.part, r.part.head())
	root := r.root()
	if err := r.readXML(root, name); err != nil {
		return err
	}
	return r.shut()
}

// readXML reads the part in whose root element the walker stands.
func (r *reader) readXML(root, name string) error {
	how, at := r.how(root, name)
	switch how {
	case asNothing:
		return nil
	case asOpen:
		return r.openText(root, at)
	case asOpenTable:
		return r.worksheet("", false)
	case asStrings:
		return r.strings(nil)
	case asRelations:
		return r.eachRelation(func(*walker) {})
	case asPivot:
		return r.pivot()
	case asDocument:
		return r.document(name)
	default:
		return r.anyText(root, strings.HasPrefix(name, "customxml/"))
	}
}

// how tells how a part is read and where its text stands, from the local name of
// its root element.
func (r *reader) how(root, name string) (reading, place) {
	switch root {
	case "coreProperties", "Relationships", "document-content", "document-styles", "document-meta":
	default:
		// Somebody's own data may have any names.
		if !isKnown(name) && (r.dir.main < 0 || name != r.dir.name(r.dir.main)) {
			return asText, body
		}
	}
	switch root {
	case "document", "glossaryDocument", "sld", "sldLayout", "sldMaster", "handoutMaster", "notesMaster",
		"wsDr", "drawing", "userShapes", "dataModel", "chartSpace":
		return asOpen, body
	case "hdr":
		return asOpen, header
	case "ftr":
		return asOpen, footer
	case "footnotes", "endnotes":
		return asOpen, footnote
	case "comments", "ThreadedComments", "personList", "cmLst", "cmAuthorLst", "authorLst":
		return asOpen, comment
	case "notes":
		return asOpen, notes
	case "settings":
		return asOpen, properties // variables of the document
	case "worksheet", "dialogsheet", "chartsheet", "macrosheet":
		return asOpenTable, body
	case "sst":
		return asStrings, body
	case "Relationships":
		return asRelations, body
	case "pivotCacheDefinition", "pivotCacheRecords":
		return asPivot, body
	case "document-content", "document-styles", "document-meta":
		return asDocument, body
	case "coreProperties", "Properties":
		return asOpen, properties
	case "Types", "styleSheet", "theme", "styles", "fonts", "webSettings", "numbering", "calcChain",
		"presentation", "presentationPr", "viewPr", "tblStyleLst", "table", "metadata", "themeOverride",
		"colorsDef", "styleDef", "layoutDef", "colorStyle", "chartStyle", "datastoreItem", "people",
		"commentsEx", "commentsIds", "commentsExtensible", "formControlPr", "clrMap", "tagLst",
		"workbook", "pivotTableDefinition", "document-settings", "RDF", "manifest", "toolbar", "menubar",
		"acceleratorlist", "statusbar":
		return asNothing, body
	default:
		return asText, body
	}
}

// isKnown tells the parts whose elements have the meaning of the formats.
func isKnown(name string) bool {
	for _, dir := range [...]string{"xl/", "word/", "ppt/", "docprops/", "[content_types].xml", "configurations2/", "settings.xml", "manifest.rdf", "meta-inf/manifest.xml"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return hasSuffix(name, "/settings.xml") || strings.HasPrefix(name, "customxml/itemprops")
}

// anyText reads XML of which nothing is known: all text, and the values of the
// attributes where data may stand in them.
func (r *reader) anyText(root string, attrs bool) error {
	w, f := &r.walk, &r.flow
	f.begin(body)
	drawing := root == "xml" // VML, which nobody writes well-formed
	defer func() { w.broken = w.broken && !drawing }()
	if attrs {
		if err := r.values(); err != nil {
			return err
		}
	}
	for {
		var err error
		switch w.next() {
		case atEnd:
			return nil
		case atOpen:
			switch {
			case drawing && string(w.name) == "ClientData":
				w.leave()
			case drawing && string(w.name) == "textpath":
				err = f.value(body, w.attr("string"))
			case attrs:
				err = r.values()
			}
		case atText:
			err = f.text(w)
		case atShut:
			err = f.line(body)
		}
		if err != nil {
			return err
		}
	}
}

// values hands over the attributes of a tag.
func (r *reader) values() error {
	w := &r.walk
	for _, a := range w.attrs {
		name := w.tag[a.name:a.nameEnd]
		if string(name) == "xmlns" || a.prefixed {
			continue
		}
		if err := r.flow.value(body, w.tag[a.value:a.valueEnd]); err != nil {
			return err
		}
	}
	return nil
}

// pivot reads what a pivot table keeps of its source (ECMA-376 part 1, 18.10),
// which may be gone: values stand in attributes, a record becomes a line.
func (r *reader) pivot() error {
	w, f := &r.walk, &r.flow
	f.begin(body)
	for {
		var err error
		switch w.next() {
		case atEnd:
			return nil
		case atOpen:
			switch string(w.name) {
			case "s", "n", "d", "e":
				f.plain = unescape(appendText(f.plain[:0], w.attr("v")))
				if err = f.add(body, f.plain); err == nil {
					err = f.add(body, []byte{'\t'})
				}
			case "cacheField":
				err = f.value(body, w.attr("name"))
			}
		case atShut:
			if n := string(w.name); n == "r" || n == "sharedItems" || n == "groupItems" {
				err = f.line(body)
			}
		}
		if err != nil {
			return err
		}
	}
}

// looksXML tells XML that is to be walked from everything else: pages are left
// to those who can read them.
func looksXML(head []byte, name string) bool {
	for _, end := range [...]string{".htm", ".html", ".xhtml", ".mht", ".mhtml", ".txt", ".csv"} {
		if hasSuffix(name, end) {
			return false
		}
	}
	c, bom := charsetOf(head)
	var room [2 * headSize]byte
	n, _ := c.decode(room[:], head[bom:], true)
	b := bytes.TrimLeft(room[:n], " \t\r\n")
	if len(b) < 2 || b[0] != '<' {
		return false
	}
	lower := bytes.ToLower(b)
	if bytes.Contains(lower, []byte("<!doctype html")) || bytes.Contains(lower, []byte("<html")) {
		return false
	}
	second := lower[1]
	return second == '?' || second == '!' || second == '_' || second >= 'a' && second <= 'z' || second >= 0x80
}

func hasSuffix(name, end string) bool { return strings.HasSuffix(name, end) }
