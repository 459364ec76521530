package containers

import (
	"encoding/binary"
	"fmt"
	"time"
)

// sqlitePage is the size of a page of the database.
const sqlitePage = 4096

// sqliteFile is a database in the making (https://www.sqlite.org/fileformat2.html):
// tables one after the other, without an index. It is written by hand because
// only the store may know a driver; a test has SQLite itself check it.
type sqliteFile struct {
	bytes  []byte // page 1 is kept free
	schema [][]byte
}

// benchDatabase has a table of customers and one of their orders.
func benchDatabase(c customers) ([]byte, error) {
	f := &sqliteFile{bytes: make([]byte, sqlitePage, 40<<20)}
	f.table("clienti", "id INTEGER PRIMARY KEY, cognome TEXT, nome TEXT, codice_fiscale TEXT, email TEXT, telefono TEXT, "+
		"indirizzo TEXT, data_nascita TEXT, iban TEXT, note TEXT", benchDB, func(i int) []any {
		p := c.at(i)
		return []any{nil, p.Last, p.First, p.Fiscal, p.Mail, p.Phone, p.Street, p.Born.Format(time.DateOnly), p.IBAN, note(i)}
	})
	f.table("ordini", "id INTEGER PRIMARY KEY, cliente INTEGER, creato_ms INTEGER, stato TEXT, totale_cent INTEGER, riga TEXT",
		benchDB*benchOrders, func(i int) []any {
			return []any{
				nil, 1 + i/benchOrders, 1_700_000_000_000 + i*977, []string{"spedito", "consegnato", "pagato"}[i%3], 500 + i%9000,
				fmt.Sprintf("%d x vite a testa esagonale 6x%d, rondella", 1+i%9, 10+i%50),
			}
		})
	return f.finish()
}

// varint appends an integer as records have it.
func varint(to []byte, v uint64) []byte {
	var rev [10]byte
	n := 0
	for {
		rev[n] = byte(v & 0x7f)
		n++
		if v >>= 7; v == 0 {
			break
		}
	}
	for n--; n > 0; n-- {
		to = append(to, rev[n]|0x80)
	}
	return append(to, rev[0])
}

// sqliteRecord is a row: the types, then the values. An empty text is null.
func sqliteRecord(values []any) []byte {
	var types, body []byte
	for _, v := range values {
		switch v := v.(type) {
		case int:
			types = append(types, 6)
			body = binary.BigEndian.AppendUint64(body, uint64(v)) //nolint:gosec // two's complement is what is wanted
		case string:
			if v == "" {
				types = append(types, 0)
				continue
			}
			types = varint(types, uint64(13+2*len(v)))
			body = append(body, v...)
		default:
			types = append(types, 0)
		}
	}
	return append(append([]byte{byte(len(types) + 1)}, types...), body...) //nolint:gosec // a few columns
}

// sqliteTree fills pages of one level, from left to right.
type sqliteTree struct {
	f     *sqliteFile
	kind  byte // 13 for leaves, 5 above them
	cells [][]byte
	used  int
	keys  []uint64 // the last key of each page made
	pages []uint32
	last  uint64
	right uint32 // the last child, above the leaves
}

// add puts a cell with a key into the page, or into the next.
func (t *sqliteTree) add(key uint64, cell []byte, child uint32) {
	if t.used+len(cell)+2 > sqlitePage-12 {
		if t.kind == 5 {
			last := t.cells[len(t.cells)-1]
			t.right, t.last = binary.BigEndian.Uint32(last), t.keyOf(last)
			t.cells = t.cells[:len(t.cells)-1]
		}
		t.flush()
	}
	t.cells, t.used, t.last, t.right = append(t.cells, cell), t.used+len(cell)+2, key, child
}

// keyOf is the key of a cell above the leaves.
func (t *sqliteTree) keyOf(cell []byte) (key uint64) {
	for _, c := range cell[4:] {
		key = key<<7 | uint64(c&0x7f)
	}
	return key
}

// flush writes the page.
func (t *sqliteTree) flush() {
	page := make([]byte, sqlitePage)
	sqliteNode(page, 0, t.kind, t.cells, t.right)
	t.f.bytes = append(t.f.bytes, page...)
	t.pages = append(t.pages, uint32(len(t.f.bytes)/sqlitePage)) //nolint:gosec // some thousand
	t.keys = append(t.keys, t.last)
	t.cells, t.used = nil, 0
}

// sqliteNode writes the head and the cells of a page.
func sqliteNode(page []byte, from int, kind byte, cells [][]byte, right uint32) {
	end, at := len(page), from+8
	if kind == 5 {
		binary.BigEndian.PutUint32(page[at:], right)
		at += 4
	}
	for _, c := range cells {
		end -= len(c)
		copy(page[end:], c)
		binary.BigEndian.PutUint16(page[at:], uint16(end)) //nolint:gosec // within a page
		at += 2
	}
	page[from] = kind
	binary.BigEndian.PutUint16(page[from+3:], uint16(len(cells))) //nolint:gosec // within a page
	binary.BigEndian.PutUint16(page[from+5:], uint16(end))        //nolint:gosec // within a page
}

// table writes n rows, numbered from 1, and all pages above them.
func (f *sqliteFile) table(name, columns string, n int, row func(int) []any) {
	leaves := &sqliteTree{f: f, kind: 13}
	for i := range n {
		record, key := sqliteRecord(row(i)), uint64(i+1)
		leaves.add(key, append(varint(varint(nil, uint64(len(record))), key), record...), 0)
	}
	leaves.flush()
	keys, pages := leaves.keys, leaves.pages
	for len(pages) > 1 {
		above := &sqliteTree{f: f, kind: 5}
		for i, p := range pages {
			above.add(keys[i], varint(binary.BigEndian.AppendUint32(nil, p), keys[i]), p)
		}
		above.right = pages[len(pages)-1]
		above.cells = above.cells[:len(above.cells)-1]
		above.flush()
		keys, pages = above.keys, above.pages
	}
	record := sqliteRecord([]any{"table", name, name, int(pages[0]), "CREATE TABLE " + name + " (" + columns + ")"})
	f.schema = append(f.schema, append(varint(varint(nil, uint64(len(record))), uint64(len(f.schema)+1)), record...))
}

// finish writes the first page.
func (f *sqliteFile) finish() ([]byte, error) {
	page := f.bytes[:sqlitePage]
	copy(page, "SQLite format 3\x00")
	binary.BigEndian.PutUint16(page[16:], sqlitePage)
	copy(page[18:], []byte{1, 1, 0, 64, 32, 32})
	for at, v := range map[int]uint32{24: 1, 28: uint32(len(f.bytes) / sqlitePage), 40: 1, 44: 4, 56: 1, 92: 1, 96: 3_045_000} { //nolint:gosec // small
		binary.BigEndian.PutUint32(page[at:], v)
	}
	sqliteNode(page, 100, 13, f.schema, 0)
	return f.bytes, nil
}
