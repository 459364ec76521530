// Package sqlitefile reads the file format of SQLite itself, as published in
// https://www.sqlite.org/fileformat2.html, and not through an SQL engine: it
// reads only, takes no lock, needs no file beside the database, works on a copy
// in memory or inside an archive, and sees the rows that were deleted.
//
// [Read] walks the b-trees that the schema names and hands over every live row;
// bytes of pages where no live row is (free pages, free blocks, the gap of a
// page, pages that no b-tree reaches) go out as remnants, taken apart into
// values where the cells are still whole. [ReadWAL] does the same for the frames
// of a write-ahead log.
//
// Memory is about 8 MiB and two bits per page of the file, whatever the file
// holds; time is linear in its size, for every page is handed over once.
package sqlitefile

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrDamaged says that the structure of the file is broken or cut short: what
// could be read was handed over before.
var ErrDamaged = errors.New("sqlitefile: damaged")

const (
	magic = "SQLite format 3\x00"

	longestValue = 64 << 10  // bytes of a value that is handed over whole
	rowSpace     = 1 << 20   // bytes of the values of one row that are not in its leaf page
	longestSQL   = 256 << 10 // bytes of a CREATE statement that is looked into
	schemaSpace  = 4 << 20   // bytes of names that are remembered of the schema
	headerSpace  = 256 << 10 // bytes of the header of a record
	mostColumns  = 32767     // columns of a table, as in SQLite
	mostLevels   = 40        // levels of a b-tree; SQLite itself stops at 20
	mostPages    = 1 << 28   // pages that are followed: 32 MiB for each of the two sets
	readAhead    = 256 << 10 // bytes read at once at most
	shortestRun  = 6         // printable bytes that make a remnant worth telling
	remnantSpace = 64 << 10  // bytes of remnants collected before they are handed over
	carveCost    = 16        // steps for each byte of a page that go into finding cells outside of a tree
)

// Options bound a reading.
type Options struct {
	// Spend, when not nil, is told of every n bytes that were produced by decoding
	// (text of UTF-16 databases turned into UTF-8; nothing else grows here), before
	// they are handed over; an error from it ends the reading and is returned wrapped.
	Spend func(n int64) error
}

// Handler takes what is in a database, in order, from one goroutine. Every slice
// is valid only during the call. An error ends the reading and is returned as it is.
type Handler interface {
	// Table begins the rows of a table. columns are the names from its CREATE TABLE
	// statement, in order, without those that are computed and not stored; nil when
	// the statement can't be parsed: then the width of the rows counts. The schema
	// itself comes first, as a table named sqlite_schema. The slice may be kept.
	Table(name string, columns []string) error
	// Row is one live row: values in column order, as text (integers and reals in
	// decimal, blobs as their bytes, nil for NULL; an empty text is not nil). The
	// column that is an alias of the rowid gets the rowid. Values are at most 64 KiB;
	// longer ones are nil here and go to Long before the Row; so do the last ones of a
	// row that has more than 1 MiB in all. There may be fewer values than columns (rows older than
	// a column), and more. The rowid is 0 in tables WITHOUT ROWID.
	Row(rowid int64, values [][]byte) error
	// Long streams a value longer than 64 KiB of the row that follows; text is UTF-8.
	// What is not read is passed over.
	Long(column int, r io.Reader) error
	// Remnant is what is legible in a run of bytes where no live row is: each
	// value of a deleted row, or each printable run, on a line of its own. Runs of bytes
	// without six printable ones in a row are left out. It is UTF-8.
	Remnant(b []byte) error
}

// Info is what there is to say of a file that was read.
type Info struct {
	Tables, Rows int64 // without the schema's own
	Pages        int64 // in the file (frames in a log); one that is cut short counts
	Unread       int64 // pages that could not be read as what they should be
	WAL          bool  // the header says write-ahead logging: newer content may lie in the -wal file beside it
}

// Read reads a database of size bytes. An empty file is an empty database. It
// returns ErrDamaged, wrapped, when the file is cut short, a page could not be
// read as what it should be, or the header is not SQLite's: everything legible has
// reached h by then. Errors of src and of ctx are returned wrapped.
func Read(ctx context.Context, src io.ReaderAt, size int64, o Options, h Handler) (Info, error) {
	r := newReader(ctx, src, size, o, h)
	if size == 0 {
		return r.info, nil
	}
	err := r.readDatabase()
	if err == nil && (r.damaged || r.info.Unread > 0) {
		err = fmt.Errorf("%w: %d of %d pages unread", ErrDamaged, r.info.Unread, r.info.Pages)
	}
	return r.info, err
}

// encoding is how text is stored: the numbers of the header.
type encoding uint32

const (
	unknown encoding = iota // decided for every value by itself
	utf8Text
	utf16le
	utf16be
)

// reader reads one file.
type reader struct {
	stop    func() error
	spend   func(n int64) error
	h       Handler
	win     window
	info    Info
	damaged bool

	pageSize int
	usable   int   // pageSize without the reserved bytes at the end of each page
	pages    int64 // in the file, the last one may be cut short
	encoding encoding
	pointers int64 // pages from one pointer map to the next, 0 for none
	follow   bool  // remnants may claim overflow pages: all that is live is known

	seen, bad set
	stack     []page // interior pages on the way from the root
	leaf      page
	overflow  []byte // the overflow page at hand
	cover     cover
	schema    schema

	in      payload // of the cell at hand
	plain   table   // a table of which nothing is known
	num     [8]byte
	serials []uint64 // the serial types of the record at hand
	values  [][]byte
	row     []byte // values that do not stand in the leaf page
	head    []byte // the header of a record that goes over pages
	rem     []byte // remnants that were not handed over yet
	budget  int    // steps that may still be spent on finding cells in the page at hand
}

func newReader(ctx context.Context, src io.ReaderAt, size int64, o Options, h Handler) *reader {
	r := &reader{stop: ctx.Err, spend: o.Spend, h: h}
	r.win = window{src: src, size: size}
	return r
}

// spent tells of n bytes made by decoding.
func (r *reader) spent(n int) error {
	if r.spend == nil || n == 0 {
		return nil
	}
	if err := r.spend(int64(n)); err != nil {
		return fmt.Errorf("sqlitefile: %w", err)
	}
	return nil
}

func (r *reader) readDatabase() error {
	free, err := r.readHeader()
	if err != nil {
		return err
	}
	if r.pageSize == 0 {
		return r.readRaw()
	}
	if err := r.readTree(1, &table{name: "sqlite_schema", columns: []string{"type", "name", "tbl_name", "rootpage", "sql"}, alias: -1, schema: true, live: true}); err != nil {
		return err
	}
	for i := range r.schema.entries {
		if err := r.readTree(r.schema.entries[i].root, &r.schema.entries[i].table); err != nil {
			return err
		}
	}
	if err := r.readTrunks(free); err != nil {
		return err
	}
	r.follow = true
	return r.readUnreached()
}

// readHeader reads the first 100 bytes (section 1.3) and returns the first trunk
// page of the free list. The page size stays 0 when the header is not SQLite's.
func (r *reader) readHeader() (free int64, err error) {
	var b [100]byte
	n, err := r.win.readAt(b[:], 0)
	if err != nil {
		return 0, err
	}
	r.encoding = utf8Text
	if n < len(b) || string(b[:16]) != magic || !r.setPageSize(int(binary.BigEndian.Uint16(b[16:])), int(b[20])) {
		r.damaged = true
		return 0, nil
	}
	r.info.WAL = b[18] == 2 || b[19] == 2
	r.pages = (r.win.size + int64(r.pageSize) - 1) / int64(r.pageSize)
	r.info.Pages = r.pages
	// The size in the header counts only when the last writer knew of it.
	if told := int64(binary.BigEndian.Uint32(b[28:])); told > r.pages && string(b[24:28]) == string(b[92:96]) {
		r.damaged = true
	}
	if r.win.size%int64(r.pageSize) != 0 {
		r.damaged = true
		r.markBad(r.pages)
	}
	r.setEncoding(binary.BigEndian.Uint32(b[56:]))
	if binary.BigEndian.Uint32(b[52:]) != 0 {
		r.pointers = int64(r.usable/5 + 1)
	}
	return int64(binary.BigEndian.Uint32(b[32:])), nil
}

// setEncoding takes the encoding from a header: 0 is that of a database in which
// nothing has been made yet.
func (r *reader) setEncoding(n uint32) {
	switch n {
	case 0, 1:
		r.encoding = utf8Text
	case 2:
		r.encoding = utf16le
	case 3:
		r.encoding = utf16be
	default:
		r.encoding, r.damaged = unknown, true
	}
}

// setPageSize takes the size of pages as it stands in a header, and makes the
// buffers that depend on it.
func (r *reader) setPageSize(size, reserved int) bool {
	if size == 1 {
		size = 64 << 10
	}
	if size < 512 || size > 64<<10 || size&(size-1) != 0 || size-reserved < 480 {
		return false
	}
	r.pageSize, r.usable = size, size-reserved
	r.leaf.b = make([]byte, size)
	r.overflow = make([]byte, size)
	r.cover.bits = make([]uint64, size/64+1)
	r.row = make([]byte, 0, 4<<10)
	r.rem = make([]byte, 0, 2*remnantSpace)
	r.win.pageSize = size
	return true
}

// readRaw hands over what is legible in a file without a header.
func (r *reader) readRaw() error {
	r.setPageSize(4096, 0)
	r.pages = (r.win.size + 4095) / 4096
	r.info.Pages, r.info.Unread = r.pages, r.pages
	r.encoding, r.follow = unknown, false
	for n := int64(1); n <= r.pages; n++ {
		b, err := r.load(r.leaf.b, n)
		if err != nil {
			return err
		}
		if err := r.carve(b, field{}); err != nil {
			return err
		}
		if err := r.flush(); err != nil {
			return err
		}
	}
	return nil
}

// markBad counts a page as unread, once.
func (r *reader) markBad(n int64) {
	if n < 1 || n > r.pages {
		r.damaged = true
		return
	}
	if !r.bad.add(n, r.pages) {
		return
	}
	r.info.Unread++
}

// claim takes page n for what is being read. Every page is handed over once: one
// that is out of the file or was taken before is not to be had.
func (r *reader) claim(n int64) bool {
	if n < 1 || n > min(r.pages, mostPages) || !r.seen.add(n, r.pages) {
		r.markBad(n)
		return false
	}
	return true
}
