package disk

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"unicode/utf16"
)

// listed is FILE_STREAM_INFORMATION as Windows is documented to give it: each entry on
// eight bytes, the last with no next.
func listed(all ...stream) []byte {
	var out []byte
	for i, s := range all {
		name := ":" + s.name + ":$DATA"
		units := utf16.Encode([]rune(name))
		e := binary.LittleEndian.AppendUint32(nil, 0)
		e = binary.LittleEndian.AppendUint32(e, uint32(2*len(units)))
		e = binary.LittleEndian.AppendUint64(e, uint64(s.size))
		e = binary.LittleEndian.AppendUint64(e, uint64(s.size+7)&^7)
		for _, u := range units {
			e = binary.LittleEndian.AppendUint16(e, u)
		}
		for i < len(all)-1 && len(e)%8 != 0 {
			e = append(e, 0)
		}
		if i < len(all)-1 {
			binary.LittleEndian.PutUint32(e, uint32(len(e)))
		}
		out = append(out, e...)
	}
	return append(out, make([]byte, 100)...) // the rest of the buffer
}

// TestStreams: what is read of a list, and of which streams sealing says no.
func TestStreams(t *testing.T) {
	content := stream{"", 96}
	for _, c := range []struct {
		all    []stream
		hidden []string
	}{
		{[]stream{content}, nil},
		{[]stream{content, {"Zone.Identifier", 26}}, nil},
		{[]stream{content, {"zone.identifier", 26}, {"SmartScreen", 7}, {"com.dropbox.attrs", 300}}, nil},
		{[]stream{content, {"vuoto", 0}}, nil},
		{[]stream{content, {"è nascosto", 5}}, []string{"è nascosto"}},
		{[]stream{{"clienti.csv", 4 << 30}, content, {"Zone.Identifier", 26}, {"AFP_Resource", 286}}, []string{"clienti.csv", "AFP_Resource"}},
		{[]stream{content, {"Zone.Identifier", markMost + 1}}, []string{"Zone.Identifier"}}, // no mark is that large
	} {
		got, ok := parseStreams(listed(c.all...))
		want := slices.DeleteFunc(slices.Clone(c.all), func(s stream) bool { return s.name == "" })
		if !ok || !slices.Equal(got, want) {
			t.Errorf("%v: read as %v %v", c.all, got, ok)
		}
		if names := foreign(got); !slices.Equal(names, c.hidden) {
			t.Errorf("%v: hidden %q, want %q", c.all, names, c.hidden)
		}
	}
}

// TestStreamsBroken: a list that is not whole is no list without streams.
func TestStreamsBroken(t *testing.T) {
	whole := listed(stream{"", 96}, stream{"Zone.Identifier", 26})
	for name, b := range map[string][]byte{
		"empty": nil, "cut in the first": whole[:20], "cut in the second": whole[:60],
		"long name":          append([]byte{0, 0, 0, 0, 255, 255, 0, 0}, make([]byte, 40)...),
		"next within itself": append([]byte{8, 0, 0, 0, 2, 0, 0, 0}, make([]byte, 40)...),
		"no colons":          append(append([]byte{0, 0, 0, 0, 2, 0, 0, 0}, make([]byte, 16)...), 'x', 0),
	} {
		if got, ok := parseStreams(b); ok {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// FuzzStreams: no list makes it panic.
func FuzzStreams(f *testing.F) {
	f.Add(listed(stream{"", 96}, stream{"Zone.Identifier", 26}))
	f.Fuzz(func(_ *testing.T, b []byte) { parseStreams(b) })
}

type layered struct {
	File

	names []string
	err   error
}

func (l layered) Hidden() ([]string, error) { return l.names, l.err }

// TestNoneHidden: an error of the system does not pass for a file without streams.
func TestNoneHidden(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		f    File
		want error
	}{
		{nil, nil},
		{layered{}, nil},
		{layered{names: []string{"x"}}, ErrHidden},
		{layered{err: broken}, broken},
	} {
		if err := NoneHidden(c.f); !errors.Is(err, c.want) {
			t.Errorf("%v: %v, want %v", c.f, err, c.want)
		}
	}
}
