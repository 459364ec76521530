package pdf

import (
	"bytes"
)

const (
	maxBookmarks = 64 << 10
	maxNames     = 64 << 10 // nodes and entries of the tree of embedded files
	maxFields    = 64 << 10 // fields of the form
	longestName  = 512      // bytes of the name of a file that are handed over
)

// readOutside reads what belongs to the document rather than to a page: its
// information, bookmarks, embedded files, and the fields that no page shows.
func (d *document) readOutside() {
	if d.fail != nil {
		return
	}
	d.page = 0
	lost := d.lost
	bad := d.run.bad
	d.run.begin(1)
	info := d.dict(d.trailer.get("Info"))
	for _, key := range []name{"Title", "Author", "Subject", "Keywords"} {
		d.say(d.text(info.get(key)))
	}
	root := d.dict(d.trailer.get("Root"))
	d.bookmarks(d.dict(root.get("Outlines")).get("First"))
	form := d.dict(root.get("AcroForm"))
	left := maxFields
	d.fields(d.array(form.get("Fields")), 0, &left)
	d.xfa(form.get("XFA"))
	left = maxNames
	d.names(d.dict(root.get("Names")).get("EmbeddedFiles"), 0, &left)
	for _, f := range d.array(root.get("AF")) {
		d.file(f)
	}
	if d.fail == nil && (d.lost > lost || d.run.bad) {
		d.info.Unread++
	}
	d.run.bad = bad
}

// bookmarks reads the outline, section 12.3.3, every entry once.
func (d *document) bookmarks(first object) {
	var seen numbers
	waiting := []object{first}
	for n := 0; len(waiting) > 0 && d.fail == nil; n++ {
		o := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		r, ok := o.(ref)
		if !ok || !seen.add(int(r)) {
			continue
		}
		if n >= maxBookmarks || !d.charge(256) {
			d.run.bad = true
			return
		}
		b := d.dict(r)
		d.say(d.text(b.get("Title")))
		waiting = append(waiting, b.get("Next"), b.get("First"))
	}
}

// fields reads the values of the fields that have not been met on a page.
func (d *document) fields(list array, depth int, left *int) {
	size := cost(list)
	if depth > maxParent || !d.hold(size) {
		d.run.bad = true
		return
	}
	defer func() { d.held -= size }()
	for _, o := range list {
		if *left--; *left < 0 || d.fail != nil {
			d.run.bad = true
			return
		}
		r, isRef := o.(ref)
		n := d.dict(o)
		if v := d.resolve(n.get("V")); v != nil && isRef && d.seen.add(int(r)) {
			d.value(v)
		}
		d.fields(d.array(n.get("Kids")), depth+1, left)
	}
}

// xfa reads the data of a form in XML, of which only what stands between tags is
// handed over.
func (d *document) xfa(o object) {
	packets := d.array(o)
	for i := 0; i+1 < len(packets); i += 2 {
		if t := d.text(packets[i]); bytes.Equal(t, []byte("datasets")) {
			d.xml(d.stream(packets[i+1]))
		}
	}
	if s := d.stream(o); s != nil {
		d.xml(s)
	}
}

func (d *document) xml(s *stream) {
	if s == nil {
		return
	}
	r := d.decode(s, decodePlain)
	defer r.close()
	b, over := all(r, maxObjStream)
	if over || r.err != nil {
		d.run.bad = true
	}
	for len(b) > 0 && d.fail == nil {
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			i = len(b)
		}
		if t := bytes.TrimSpace(b[:i]); len(t) > 0 {
			t = bytes.ReplaceAll(t, []byte("&amp;"), []byte("&"))
			if len(t) > maxToken {
				d.run.bad = true
			}
			d.sayString(string(bytes.ToValidUTF8(t[:min(len(t), maxToken)], []byte("\uFFFD"))))
		}
		end := bytes.IndexByte(b[i:], '>')
		if end < 0 {
			return
		}
		b = b[i+end+1:]
	}
}

// names reads the tree of embedded files, section 7.9.6 and 7.11.4.
func (d *document) names(o object, depth int, left *int) {
	n := d.dict(o)
	list := d.array(n.get("Names"))
	size := cost(n) + cost(list)
	if depth > maxPageDepth || !d.hold(size) {
		d.run.bad = true
		return
	}
	defer func() { d.held -= size }()
	for i := 1; i < len(list); i += 2 {
		if *left--; *left < 0 || d.fail != nil {
			d.run.bad = true
			return
		}
		d.file(list[i])
	}
	for _, kid := range d.array(n.get("Kids")) {
		if *left--; *left < 0 || d.fail != nil {
			d.run.bad = true
			return
		}
		d.names(kid, depth+1, left)
	}
}

// file hands over the embedded file that a file specification names, once.
func (d *document) file(o object) {
	spec := d.dict(o)
	ef := d.dict(spec.get("EF"))
	s := d.stream(ef.get("UF"))
	if s == nil {
		s = d.stream(ef.get("F"))
	}
	if s == nil || d.fail != nil || !d.seen.add(s.num) {
		return
	}
	n := textString(d.text(spec.get("UF")))
	if n == "" {
		n = textString(d.text(spec.get("F")))
	}
	if len(n) > longestName {
		n = string(bytes.ToValidUTF8([]byte(n[:longestName]), nil))
	}
	in := d.decode(s, decodeFile)
	defer in.close()
	d.handed(d.h.Attachment(n, &attachment{in}))
}

// attachment tells its reader of damage.
type attachment struct{ in *decoder }

func (a *attachment) Read(p []byte) (int, error) {
	n, err := a.in.Read(p)
	if err == nil {
		return n, nil
	}
	if a.in.d.fail != nil {
		return n, a.in.d.fail
	}
	if a.in.err != nil {
		return n, ErrDamaged
	}
	return n, err
}
