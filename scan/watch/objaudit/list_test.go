package objaudit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A list as Windows keeps it: failures of everybody audited on the folder itself, and an entry of the folder above.
const (
	failures  = "0280140001000000" + "0101000000000001" + "00000000"
	fromAbove = "02d0140002000000" + "0101000000000005" + "12000000"
)

func list(t *testing.T, entries ...string) List {
	t.Helper()
	var parts [][]byte
	for _, e := range entries {
		raw, err := hex.DecodeString(e)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, raw)
	}
	l, err := List{4, 0, 8, 0, 0, 0, 0, 0}.join(parts)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEntry: it is, to the byte, what Windows makes of "audit what everybody succeeds in": S:(AU;OICISA;0xD0047;;;WD).
func TestEntry(t *testing.T) {
	if got := hex.EncodeToString(Entry()); got != "0243140047000d00"+"0101000000000001"+"00000000" {
		t.Error(got)
	}
}

// TestList: the entry goes in and out, and all else stays to the byte.
func TestList(t *testing.T) {
	for name, before := range map[string]List{"none": nil, "others": list(t, failures, fromAbove)} {
		with, added, err := before.With()
		if err != nil || !added || !bytes.Contains(with, Entry()) {
			t.Errorf("%s: %x %v %v", name, with, added, err)
		}
		if again, added, err := with.With(); err != nil || added || !bytes.Equal(again, with) {
			t.Errorf("%s: a second time: %x %v %v", name, again, added, err)
		}
		after, removed, err := with.Without()
		if err != nil || !removed || !bytes.Equal(after, before) {
			t.Errorf("%s: %x, before %x, %v %v", name, after, before, removed, err)
		}
		if after, removed, err := before.Without(); err != nil || removed || !bytes.Equal(after, before) {
			t.Errorf("%s: without one: %x %v %v", name, after, removed, err)
		}
	}
	above := Entry()
	above[1] |= inherited
	if l := list(t, hex.EncodeToString(above)); true {
		if _, removed, err := l.Without(); removed || err != nil {
			t.Error("an entry of the folder above was taken out", err)
		}
	}
}

// TestListDamaged: a list that is not as it should be is refused, whatever is wrong with it.
func TestListDamaged(t *testing.T) {
	good := list(t, failures, fromAbove)
	for i := range good {
		bad := append(List{}, good[:i]...)
		if _, _, err := bad.With(); i > 0 && !errors.Is(err, ErrDamaged) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
	for at, to := range map[int]byte{2: 4, 4: 3, 10: 3, 11: 9, 10 + 20: 0} {
		bad := append(List{}, good...)
		bad[at] = to
		if _, _, err := bad.With(); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

// FuzzList: whatever a list is, adding and removing ends, and gives back what was there.
func FuzzList(f *testing.F) {
	f.Add([]byte{2, 0, 8, 0, 0, 0, 0, 0})
	f.Add([]byte{4, 0, 28, 0, 1, 0, 0, 0, 2, 0x80, 20, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := List(raw)
		with, added, err := before.With()
		if err != nil || !added {
			return
		}
		after, removed, err := with.Without()
		entries, bad := before.entries()
		left, worse := after.entries()
		if err != nil || !removed || bad != nil || worse != nil || !bytes.Equal(bytes.Join(entries, nil), bytes.Join(left, nil)) {
			t.Errorf("%x became %x: %v", before, after, err)
		}
	})
}

// pc is a made-up computer with its settings.
type pc struct {
	on    bool
	lists map[string]List
	fails error // of every change
}

func (p *pc) Policy() (bool, error) { return p.on, nil }

func (p *pc) SetPolicy(on bool) error {
	if p.fails == nil {
		p.on = on
	}
	return p.fails
}

func (p *pc) List(folder string) (List, error) {
	l, there := p.lists[folder]
	if !there {
		return nil, fs.ErrNotExist
	}
	return l, nil
}

func (p *pc) SetList(folder string, l List) error {
	if p.fails == nil {
		p.lists[folder] = l
	}
	return p.fails
}

func marks(t *testing.T, p *pc) *Marks {
	t.Helper()
	return &Marks{Settings: p, File: filepath.Join(t.TempDir(), "audited.json")}
}

// TestMarks: what custode sets it takes back, also after it was killed; what was there before stays.
func TestMarks(t *testing.T) {
	others := list(t, failures)
	p := &pc{lists: map[string]List{"shop": nil, "lists": others, "gone": nil}}
	m := marks(t, p)
	if err := errors.Join(m.On(), m.Add("shop"), m.Add("lists"), m.Add("gone")); err != nil || !p.on {
		t.Fatal(p, err)
	}
	for folder, l := range p.lists {
		if !bytes.Contains(l, Entry()) {
			t.Errorf("%s: %x", folder, l)
		}
	}
	// It is killed. The next one finds all set, and has other folders.
	delete(p.lists, "gone")
	m = &Marks{Settings: p, File: m.File}
	if err := errors.Join(m.On(), m.Add("shop"), m.Only([]string{"shop"})); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.lists["lists"], others) || !bytes.Contains(p.lists["shop"], Entry()) || !p.on {
		t.Errorf("%+v", p)
	}
	if err := m.Off(); err != nil || p.on || p.lists["shop"] != nil {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := os.Stat(m.File); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the note stayed", err)
	}
}

// TestMarksOfOthers: what somebody else has set before is not taken back.
func TestMarksOfOthers(t *testing.T) {
	theirs, _, err := List(nil).With()
	if err != nil {
		t.Fatal(err)
	}
	p := &pc{on: true, lists: map[string]List{"shop": theirs}}
	m := marks(t, p)
	if err := errors.Join(m.On(), m.Add("shop"), m.Off()); err != nil || !p.on || !bytes.Equal(p.lists["shop"], theirs) {
		t.Errorf("%+v %v", p, err)
	}
}

// TestMarksRefused: what could not be taken back stays noted, and is taken back later; without a note nothing is set.
func TestMarksRefused(t *testing.T) {
	p := &pc{lists: map[string]List{"shop": nil}}
	m := marks(t, p)
	if err := errors.Join(m.On(), m.Add("shop")); err != nil {
		t.Fatal(err)
	}
	p.fails = fs.ErrPermission
	if err := m.Off(); !errors.Is(err, fs.ErrPermission) || !p.on {
		t.Errorf("%+v %v", p, err)
	}
	p.fails = nil
	if err := m.Off(); err != nil || p.on || p.lists["shop"] != nil {
		t.Errorf("%+v %v", p, err)
	}
	m.File = filepath.Join(t.TempDir(), "no", "such", "folder", "audited.json")
	if err := m.On(); err == nil || p.on {
		t.Error("it was set, and not noted", err)
	}
}
