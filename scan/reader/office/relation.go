package office

import (
	"bytes"
	"path"
	"strings"
)

// relation is one relationship of a part (ECMA-376 part 2, 9.3).
type relation struct {
	id     string
	kind   string // the last word of its type, in lower case
	target int    // the part, -1 for none
}

// relations reads the relationships of the part of the given name, which are
// inside the file; those to the outside are handed over as text.
func (r *reader) relations(name string) ([]relation, error) {
	dir, base := path.Split(name)
	i := r.dir.find(dir + "_rels/" + base + ".rels")
	ok, err := r.openXML(i)
	if !ok {
		return nil, err
	}
	var all []relation
	err = r.eachRelation(func(w *walker) {
		id, kind := w.attr("Id"), bytes.ToLower(w.attr("Type"))
		if len(all) >= maxRelations || len(id) > maxWord || len(kind) > maxWord {
			return
		}
		all = append(all, relation{
			id:     string(id),
			kind:   string(kind[bytes.LastIndexByte(kind, '/')+1:]),
			target: r.resolve(dir, string(appendText(nil, w.attr("Target")))),
		})
	})
	if err != nil {
		return nil, err
	}
	return all, r.shut()
}

// eachRelation hands the targets outside of the file over, those of hyperlinks
// for the most part, and gives the others to inside.
func (r *reader) eachRelation(inside func(w *walker)) error {
	w := &r.walk
	r.flow.begin(body)
	for {
		switch w.next() {
		case atEnd:
			return nil
		case atOpen:
			if string(w.name) != "Relationship" {
				continue
			}
			if string(w.attr("TargetMode")) != "External" {
				inside(w)
				continue
			}
			if err := r.flow.value(body, w.attr("Target")); err != nil {
				return err
			}
		}
	}
}

// resolve finds the part to which a target leads, from a part in dir.
func (r *reader) resolve(dir, target string) int {
	target = strings.ToLower(strings.ReplaceAll(target, "\\", "/"))
	if len(target) > maxName {
		return -1
	}
	if i := strings.IndexByte(target, '#'); i >= 0 {
		target = target[:i]
	}
	if !strings.HasPrefix(target, "/") {
		target = "/" + dir + target
	}
	return r.dir.find(strings.TrimLeft(path.Clean(target), "/"))
}
