package scan

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"custode/scan/detect"
	"custode/scan/walk"
)

// pack makes a short record of a file, and a file of a record: so a report can keep
// very many of them. One method names the fields for both ways. The Sketch is
// left out, and of a time only the moment is kept.
//
// A record begins with what files are sorted by, so that the order of the bytes is
// that of the report: by risk, then people, then path. The likeness follows.
type pack struct {
	reading bool
	to      []byte // written
	from    string // still to be read
	bad     bool   // what is read is no record
	words   map[string]uint64
	list    []string
}

// maxWords is how many of the identifiers that many files share are numbered.
const maxWords = 4096

// keyOf is the part of a record that it is sorted by: no path has a NUL.
func keyOf(rec []byte) []byte { return rec[:keyHead+bytes.IndexByte(rec[keyHead:], 0)+1] }

// keyHead is the length of the risk and the number of people.
const keyHead = 9

func appendKey(to []byte, f *File) []byte {
	to = append(to, ^byte(f.Risk.Rank()))                     //nolint:gosec // four levels
	to = binary.BigEndian.AppendUint64(to, ^uint64(f.People)) //nolint:gosec // a number of people
	return append(append(to, f.Path...), 0)
}

// likenessOf reads no more than the likeness of a record.
func likenessOf(rec []byte) uint64 { return binary.BigEndian.Uint64(rec[len(keyOf(rec)):]) }

// record gives the record of a file; it holds until the next one.
func (p *pack) record(f *File) []byte {
	p.reading = false
	p.to = binary.BigEndian.AppendUint64(appendKey(p.to[:0], f), f.Likeness)
	p.file(f)
	return p.to
}

// open reads a record; what it gives shares no memory with it.
func (p *pack) open(rec []byte) (f File, ok bool) {
	key := len(keyOf(rec))
	all := string(rec)
	f.Path, f.Likeness = all[keyHead:key-1], likenessOf(rec)
	f.People = int64(^binary.BigEndian.Uint64(rec[1:keyHead])) //nolint:gosec // a number of people
	p.reading, p.bad, p.from = true, false, all[key+8:]
	p.file(&f)
	return f, !p.bad && p.from == ""
}

func (p *pack) file(f *File) {
	p.stamp(&f.Stamp)
	word(p, &f.State)
	word(p, &f.Reason)
	word(p, &f.Rule)
	word(p, &f.Because)
	word(p, &f.Format)
	list(p, &f.Findings)
	for i := range f.Findings {
		p.finding(&f.Findings[i])
	}
	list(p, &f.Counted)
	for i := range f.Counted {
		word(p, &f.Counted[i])
	}
	word(p, &f.Risk)
	word(p, &f.RiskReason)
	p.moment(&f.ReadAt)
	word(p, &f.Rules)
	list(p, &f.Unread)
	for i := range f.Unread {
		p.text(&f.Unread[i].Path)
		word(p, &f.Unread[i].Reason)
	}
	for _, n := range []*int64{&f.UnreadMore, &f.Pictures, &f.Held.Files, &f.Held.Bytes} {
		p.number(n)
	}
	for _, v := range []*bool{&f.Held.Unknown, &f.Reused, &f.Settled, &f.Gone, &f.Old} {
		p.yes(v)
	}
	word(p, &f.Newest)
	digest := string(f.Digest)
	if p.text(&digest); digest != "" {
		f.Digest = []byte(digest)
	}
	p.copies(f)
	word(p, &f.Exposure)
	word(p, &f.Access)
	word(p, &f.Base)
}

func (p *pack) stamp(st *walk.Stamp) {
	for _, n := range []*int64{&st.Size, &st.MTimeNS, &st.CTimeNS} {
		p.number(n)
	}
	whole(p, &st.Inode)
	whole(p, &st.Dev)
	whole(p, &st.Mode)
	whole(p, &st.UID)
}

func (p *pack) finding(x *detect.Finding) {
	word(p, &x.Kind)
	p.number(&x.Count)
	p.number(&x.Distinct)
	word(p, &x.Confidence)
	p.text(&x.Sample)
	w := &x.Where
	word(p, &w.Unit)
	p.text(&w.Name)
	p.number(&w.Number)
	p.number(&w.Row)
	p.text(&w.Path)
	p.text(&w.Sheet)
	whole(p, &w.Index)
	word(p, &w.Section)
	word(p, &x.Why)
	word(p, &x.Pattern)
	p.yes(&x.Person)
	p.yes(&x.Example)
}

// copies are the fields that are known only when all files are.
func (p *pack) copies(f *File) {
	p.yes(&f.Spare)
	list(p, &f.Copies)
	for i := range f.Copies {
		p.text(&f.Copies[i])
	}
	p.number(&f.CopiesMore)
}

func (p *pack) number(v *int64) {
	if !p.reading {
		p.to = binary.AppendVarint(p.to, *v)
		return
	}
	u := p.uvarint()
	*v = int64(u>>1) ^ -int64(u&1)
}

// uvarint reads a number without a sign.
func (p *pack) uvarint() (v uint64) {
	for i := 0; i < len(p.from) && i < binary.MaxVarintLen64; i++ {
		c := p.from[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			p.from = p.from[i+1:]
			return v
		}
	}
	p.bad, p.from = true, ""
	return 0
}

func whole[N ~int | ~uint8 | ~uint32 | ~uint64](p *pack, v *N) {
	if p.reading {
		*v = N(p.uvarint())
		return
	}
	p.to = binary.AppendUvarint(p.to, uint64(*v))
}

func (p *pack) yes(v *bool) {
	var n uint8
	if *v {
		n = 1
	}
	whole(p, &n)
	*v = n != 0
}

func (p *pack) text(v *string) {
	if !p.reading {
		p.to = append(binary.AppendUvarint(p.to, uint64(len(*v))), *v...)
		return
	}
	n := p.uvarint()
	if n > uint64(len(p.from)) {
		p.bad, p.from = true, ""
		return
	}
	*v, p.from = p.from[:n], p.from[n:]
}

func (p *pack) moment(v *time.Time) {
	zero := v.IsZero()
	p.yes(&zero)
	if zero {
		return
	}
	ns := v.UnixNano()
	if p.number(&ns); p.reading {
		*v = time.Unix(0, ns)
	}
}

// list makes room for as many as there are.
func list[T any](p *pack, v *[]T) {
	n := len(*v)
	whole(p, &n)
	if n < 0 || n > len(p.from) && p.reading { // each takes a byte at least
		p.bad, p.from = true, ""
		return
	}
	if p.reading && n > 0 {
		*v = make([]T, n)
	}
}

// word is a text that very many files share: all but the first have a number for it.
func word[S ~string](p *pack, v *S) {
	if p.reading {
		n := p.uvarint()
		switch {
		case n == 0:
			s := ""
			p.text(&s)
			*v = S(s)
		case n <= uint64(len(p.list)):
			*v = S(p.list[n-1])
		default:
			p.bad = true
		}
		return
	}
	n, ok := p.words[string(*v)]
	if !ok && len(p.list) < maxWords {
		if p.words == nil {
			p.words = map[string]uint64{}
		}
		own := strings.Clone(string(*v)) // it may be a part of something long
		p.list = append(p.list, own)
		n = uint64(len(p.list))
		p.words[own] = n
	}
	p.to = binary.AppendUvarint(p.to, n)
	if n == 0 {
		s := string(*v)
		p.text(&s)
	}
}
