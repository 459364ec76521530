package scan

import "custode/internal/extsort"

// Narrow makes a report write its files away early.
func (r *Report) Narrow(room int) { r.room, r.kept = room, extsort.New(r.temp, room) }

// Packed makes a record of a file and reads it back.
func Packed(f File) (back File, rec []byte, ok bool) {
	var p pack
	rec = p.record(&f)
	back, ok = p.open(rec)
	return back, rec, ok
}

// Unpack reads a record that may be none.
func Unpack(rec []byte) (File, bool) { return new(pack).open(rec) }
