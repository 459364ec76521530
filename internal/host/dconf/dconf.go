// Package dconf reads the settings of GNOME's programs from the file in which they are kept
// (~/.config/dconf/user), without running anything. The file is a hash table of names and
// serialized values (GVDB and GVariant of GLib); it is read whole and only as far as texts and
// lists of texts need it. Only files of the byte order of PCs are read.
package dconf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
)

// ErrDamaged says that the bytes are no such file.
var ErrDamaged = errors.New("no settings file, or a damaged one")

// Settings holds what a file says, by full name: /org/gnome/deja-dup/last-backup.
type Settings map[string]Value

// Value is one setting, as it is kept.
type Value struct {
	kind string // the type, as GVariant writes it: s, as, b
	data []byte
}

const (
	signature = "GVariant"
	itemSize  = 24
	longest   = 1024 // of a name
	noParent  = 0xffffffff
)

// Read reads a file.
func Read(file []byte) (Settings, error) {
	if len(file) < 24 || string(file[:8]) != signature {
		return nil, ErrDamaged
	}
	table, ok := cut(file, file[16:24])
	if !ok || len(table) < 8 {
		return nil, ErrDamaged
	}
	bloom := int64(binary.LittleEndian.Uint32(table) & (1<<27 - 1))
	buckets := int64(binary.LittleEndian.Uint32(table[4:]))
	from := 8 + 4*bloom + 4*buckets
	if from > int64(len(table)) {
		return nil, ErrDamaged
	}
	items := table[from:]
	out := Settings{}
	for i := range len(items) / itemSize {
		it := items[i*itemSize:]
		if it[14] != 'v' {
			continue
		}
		name, ok := fullName(file, items, i)
		raw, there := cut(file, it[16:24])
		if !ok || !there {
			return nil, ErrDamaged
		}
		if v, ok := variant(raw); ok {
			out[name] = v
		}
	}
	return out, nil
}

// cut gives the bytes between two offsets, which stand in 8 bytes.
func cut(file, at []byte) ([]byte, bool) {
	from, to := binary.LittleEndian.Uint32(at), binary.LittleEndian.Uint32(at[4:])
	if from > to || int64(to) > int64(len(file)) {
		return nil, false
	}
	return file[from:to], true
}

// fullName puts together the name of an item, whose beginning stands with its parents.
func fullName(file, items []byte, i int) (string, bool) {
	var parts []string
	for n := 0; ; {
		it := items[i*itemSize:]
		start, size := int64(binary.LittleEndian.Uint32(it[8:])), int64(binary.LittleEndian.Uint16(it[12:]))
		if start+size > int64(len(file)) {
			return "", false
		}
		parts = append([]string{string(file[start : start+size])}, parts...)
		parent := binary.LittleEndian.Uint32(it[4:])
		if parent == noParent {
			return strings.Join(parts, ""), true
		}
		if n += int(size) + 1; n > longest || int64(parent) >= int64(len(items)/itemSize) {
			return "", false
		}
		i = int(parent)
	}
}

// variant takes a value apart into what it is and its bytes.
func variant(raw []byte) (Value, bool) {
	i := bytes.LastIndexByte(raw, 0)
	if i < 0 {
		return Value{}, false
	}
	return Value{string(raw[i+1:]), raw[:i]}, true
}

// Text gives a text.
func (v Value) Text() (string, bool) {
	if v.kind != "s" || len(v.data) == 0 || v.data[len(v.data)-1] != 0 {
		return "", false
	}
	return string(v.data[:len(v.data)-1]), true
}

// Texts gives a list of texts.
func (v Value) Texts() ([]string, bool) {
	if v.kind != "as" {
		return nil, false
	}
	if len(v.data) == 0 {
		return nil, true
	}
	wide := 1 // of each offset
	for n := len(v.data); n > 1<<(8*wide)-1 && wide < 4; {
		wide *= 2
	}
	offset := func(at int) int {
		n := 0
		for i := range wide {
			n |= int(v.data[at+i]) << (8 * i)
		}
		return n
	}
	if len(v.data) < wide {
		return nil, false
	}
	ends := offset(len(v.data) - wide) // where the last text ends, the offsets begin
	if ends > len(v.data)-wide || (len(v.data)-ends)%wide != 0 {
		return nil, false
	}
	var out []string
	from := 0
	for at := ends; at < len(v.data); at += wide {
		to := offset(at)
		if to <= from || to > ends || v.data[to-1] != 0 {
			return nil, false
		}
		out = append(out, string(v.data[from:to-1]))
		from = to
	}
	return out, true
}

// Bool gives a yes or no.
func (v Value) Bool() (on, ok bool) {
	if v.kind != "b" || len(v.data) != 1 || v.data[0] > 1 {
		return false, false
	}
	return v.data[0] == 1, true
}

// Number gives a whole number that is not negative.
func (v Value) Number() (uint64, bool) {
	if len(v.data) != 4 || v.kind != "u" && v.kind != "i" {
		return 0, false
	}
	n := binary.LittleEndian.Uint32(v.data)
	if v.kind == "i" && n > 1<<31-1 {
		return 0, false
	}
	return uint64(n), true
}
