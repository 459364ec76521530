package sqlitefile

import "bytes"

// The columns of the schema table (section 2.6).
const (
	schemaType = iota
	schemaName
	_ // the table that an index is of
	schemaRoot
	schemaSQL
	schemaWidth
)

// schema is what is remembered of the schema while its trees are read.
type schema struct {
	entries []entry
	sql     []byte // the statement of the row at hand
	space   int    // bytes taken by the entries
}

// entry is a table or an index.
type entry struct {
	root  int64
	table table
}

// remember takes a row of the schema. One for which there is no more room makes its
// root page an unread one: the rows are then found as remnants.
func (r *reader) remember(row [][]byte) {
	if len(row) < schemaWidth || len(row[schemaRoot]) == 0 {
		return
	}
	root, ok := decimal(row[schemaRoot])
	if !ok || root < 2 {
		if root != 0 || !ok { // views and triggers have 0
			r.damaged = true
		}
		return
	}
	s := &r.schema
	e := entry{root: root, table: table{alias: -1, live: !bytes.EqualFold(row[schemaType], []byte("index"))}}
	need := 128 + len(row[schemaName])
	if e.table.live {
		d := parseCreate(s.sql)
		for _, c := range d.columns {
			need += 32 + len(c)
		}
		e.table.columns, e.table.order, e.table.alias = d.columns, d.order, d.alias
	}
	if s.space+need > schemaSpace {
		r.markBad(root)
		return
	}
	s.space += need
	e.table.name = string(row[schemaName])
	s.entries = append(s.entries, e)
}

// decimal reads a whole number that was written in decimal.
func decimal(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, len(b) > 0
}
