package office

import (
	"bytes"
	"strings"
)

// odfFormat tells the format by a media type of Open Document, or of its
// forerunner of OpenOffice.org 1.
func odfFormat(media []byte) string {
	kind, ok := bytes.CutPrefix(media, []byte("application/vnd.oasis.opendocument."))
	if !ok {
		if kind, ok = bytes.CutPrefix(media, []byte("application/vnd.sun.xml.")); !ok {
			return ""
		}
	}
	switch {
	case bytes.HasPrefix(kind, []byte("spreadsheet")), bytes.HasPrefix(kind, []byte("calc")):
		return "ods"
	case bytes.HasPrefix(kind, []byte("text")), bytes.HasPrefix(kind, []byte("writer")):
		return "odt"
	case bytes.HasPrefix(kind, []byte("presentation")), bytes.HasPrefix(kind, []byte("impress")):
		return "odp"
	default:
		return "odg"
	}
}

// recognizeDocument tells which kind of Open Document the file is, and by its
// manifest (ODF 1.3 part 2, 4.8) which of its parts are encrypted.
func (r *reader) recognizeDocument() error {
	if i := r.dir.find("mimetype"); i >= 0 {
		ok, err := r.open(i)
		if err != nil {
			return err
		}
		if ok {
			r.info.Format = odfFormat(bytes.TrimSpace(r.part.head()))
		}
	}
	i := r.dir.find("meta-inf/manifest.xml")
	if i < 0 || r.info.Format == "" && r.dir.find("content.xml") < 0 {
		return nil
	}
	ok, err := r.openXML(i)
	if !ok {
		return err
	}
	r.manifest()
	if r.info.Format == "" {
		r.info.Format = "odg"
	}
	return r.shut()
}

func (r *reader) manifest() {
	w := &r.walk
	file := -1
	for {
		switch w.next() {
		case atEnd:
			return
		case atOpen:
			switch string(w.name) {
			case "file-entry":
				path := appendText(nil, w.attr("full-path"))
				if string(path) == "/" && r.info.Format == "" {
					r.info.Format = odfFormat(w.attr("media-type"))
				}
				file = r.dir.find(strings.ToLower(strings.TrimLeft(string(path), "/")))
			case "encryption-data":
				if file >= 0 {
					r.dir.entries[file].secret = true
					r.info.Encrypted = true
				}
			}
		case atShut:
			if string(w.name) == "file-entry" {
				file = -1
			}
		}
	}
}

// readSecret passes over an encrypted part, unless it is not encrypted at all.
func (r *reader) readSecret(i int) error {
	ok, err := r.open(i)
	if !ok {
		return err
	}
	if !bytes.HasPrefix(r.part.head(), []byte("<?xml")) {
		return nil
	}
	return r.readOpen(i, r.dir.name(i))
}

// flat reads a document in one XML file. It reports false when the file is not
// XML.
func (r *reader) flat() (bool, error) {
	if err := r.part.openWhole(); err != nil {
		return false, err
	}
	head := r.part.head()
	if bytes.HasPrefix(head, []byte("PK")) || !looksXML(head, "") {
		return false, nil
	}
	r.walk.begin(&r.part, head)
	root := r.root()
	if r.part.halt != nil {
		return true, r.part.halt
	}
	if root != "document" || r.walk.attr("mimetype") == nil {
		return true, ErrFormat
	}
	if r.info.Format = odfFormat(r.walk.attr("mimetype")); r.info.Format == "" {
		return true, ErrFormat
	}
	if err := r.document(""); err != nil {
		return true, err
	}
	return true, r.shut()
}
