package decoy_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"custode/scan/watch/decoy"
)

var now = time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)

// stream is a random source that a number begins.
func stream(n uint64) *bytes.Reader {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("decoy"), n))
	return bytes.NewReader(sum[:])
}

func plan(t *testing.T, f decoy.Folder, o decoy.Options) []decoy.Draft {
	t.Helper()
	o.Now = now
	if o.Lang == "" {
		o.Lang = "it"
	}
	if o.Random == nil {
		o.Random = stream(1)
	}
	list, err := decoy.Plan(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func folder(names ...string) decoy.Folder {
	f := decoy.Folder{Path: "/shop/clienti", Mode: 0o750}
	for i, n := range names {
		e := decoy.Entry{Name: strings.TrimSuffix(n, "/"), Dir: strings.HasSuffix(n, "/"), Size: int64(20_000 + 700*i), MTime: now.AddDate(0, 0, -10-i), Mode: 0o640}
		e.Regular = !e.Dir
		f.Entries = append(f.Entries, e)
	}
	return f
}

// numbered gives n names.
func numbered(n int, format string) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf(format, i+1))
	}
	return out
}

// TestHowMany: one decoy in a small folder, two where there is more to lose, three in
// a large one, and where all are there none.
func TestHowMany(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  int
	}{
		{nil, 1},
		{[]string{"a.csv"}, 1},
		{[]string{"a.csv", "b.csv", "c.csv"}, 1},
		{[]string{"a.csv", "2024/"}, 2},
		{[]string{"2023/", "2024/"}, 1},
		{numbered(4, "ordini %d.csv"), 2},
		{numbered(19, "ordini %d.csv"), 2},
		{numbered(20, "ordini %d.csv"), 3},
		{numbered(500, "ordini %d.csv"), 3},
	} {
		f := folder(c.names...)
		got := plan(t, f, decoy.Options{})
		if len(got) != c.want {
			t.Errorf("%d entries: %d decoys, want %d", len(c.names), len(got), c.want)
		}
		have := map[string]bool{}
		for _, d := range got {
			f.Entries = append(f.Entries, entry(d))
			have[filepath.Base(d.Path)] = true
		}
		if again := plan(t, f, decoy.Options{Have: have, Random: stream(2)}); len(again) != 0 {
			t.Errorf("%d entries: planned again: %v", len(c.names), again[0].Path)
		}
	}
}

func entry(d decoy.Draft) decoy.Entry {
	return decoy.Entry{Name: filepath.Base(d.Path), Regular: true, Size: d.Size, MTime: d.MTime, Mode: d.Mode}
}

// TestHeals: what the shop adds before the first decoy gets one before it, and a decoy
// that somebody deleted comes back in its place; never more than three.
func TestHeals(t *testing.T) {
	f := folder(append(numbered(12, "b%02d.csv"), numbered(12, "s%02d.csv")...)...)
	have := map[string]bool{}
	put := func(list []decoy.Draft) {
		for _, d := range list {
			f.Entries = append(f.Entries, entry(d))
			have[filepath.Base(d.Path)] = true
		}
	}
	put(plan(t, f, decoy.Options{}))
	lastOne := ""
	for name := range have {
		lastOne = max(lastOne, name)
	}
	f.Entries = slices.DeleteFunc(f.Entries, func(e decoy.Entry) bool { return e.Name == lastOne })
	delete(have, lastOne)
	fresh := plan(t, f, decoy.Options{Have: have, Random: stream(3)})
	if len(fresh) != 1 || filepath.Base(fresh[0].Path) <= "s12.csv" {
		t.Fatalf("%d for the one that stood last", len(fresh))
	}
	put(fresh)
	f.Entries = append(f.Entries, decoy.Entry{Name: "0 nuovo.csv", Regular: true, MTime: now, Mode: 0o640})
	if more := plan(t, f, decoy.Options{Have: have, Random: stream(4)}); len(more) != 0 {
		t.Errorf("a fourth: %s", more[0].Path)
	}
}

// TestSame: the same source makes the same decoys, another one others.
func TestSame(t *testing.T) {
	f := folder(numbered(30, "Ordine_%03d.pdf")...)
	a, b, c := plan(t, f, decoy.Options{}), plan(t, f, decoy.Options{}), plan(t, f, decoy.Options{Random: stream(9)})
	for i := range a {
		if a[i].Path != b[i].Path || !bytes.Equal(a[i].Data, b[i].Data) || !a[i].MTime.Equal(b[i].MTime) {
			t.Errorf("%s and %s of one source", a[i].Path, b[i].Path)
		}
		if bytes.Equal(a[i].Data, c[i].Data) {
			t.Errorf("%s: two sources, one content", a[i].Path)
		}
	}
	if _, err := decoy.Plan(f, decoy.Options{Now: now, Random: bytes.NewReader(nil)}); err == nil {
		t.Error("planned without chance")
	}
}

// TestLooksLikeSiblings: words are parted, begun and ended as in the other files,
// permissions are the usual ones, nothing is hidden.
func TestLooksLikeSiblings(t *testing.T) {
	for _, c := range []struct {
		lang  string
		names []string
		bad   string // characters that no name may have
		upper bool
	}{
		{"it", numbered(24, "ordini_cliente_%02d.csv"), " -", false},
		{"en", numbered(24, "customer-order-%02d.pdf"), " _", false},
		{"it", numbered(24, "FATTURE CLIENTI %02d.XLSX"), "_-", true},
	} {
		got := plan(t, folder(c.names...), decoy.Options{Lang: c.lang})
		for _, d := range got {
			name := filepath.Base(d.Path)
			stem := strings.TrimSuffix(name, filepath.Ext(name))
			if strings.ContainsAny(name, c.bad) || name[0] == '.' || c.upper != (stem == strings.ToUpper(stem)) {
				t.Errorf("%s among %s", name, c.names[0])
			}
			if d.Mode != 0o640 {
				t.Errorf("%s: mode %v among files of mode 0640", name, d.Mode)
			}
		}
	}
	if d := plan(t, folder(numbered(6, "Ordini %d 2024.csv")...), decoy.Options{})[0]; !strings.Contains(d.Path, "2026") && !strings.Contains(d.Path, "2025") {
		t.Errorf("%s where names have years", d.Path)
	}
	if d := plan(t, decoy.Folder{Path: "/x", Mode: 0o700}, decoy.Options{})[0]; d.Mode != 0o600 {
		t.Errorf("mode %v in a folder of mode 0700", d.Mode)
	}
	kinds := map[string]bool{}
	for _, d := range plan(t, folder(append(numbered(30, "n%d.txt"), numbered(20, "n%d.pdf")...)...), decoy.Options{}) {
		kinds[filepath.Ext(d.Path)] = true
	}
	if !kinds[".txt"] || !kinds[".pdf"] {
		t.Errorf("among texts and pages: %v", kinds)
	}
}

// TestTimeAndSize: one is the newest, one the oldest, one the largest, all in the past.
func TestTimeAndSize(t *testing.T) {
	f := folder(numbered(40, "cliente %d.csv")...)
	f.Entries[3].Size = 80_000
	for seed := range uint64(2) {
		list := plan(t, f, decoy.Options{Random: stream(seed)})
		newest, oldest, large := false, false, false
		for _, d := range list {
			newest = newest || d.MTime.After(f.Entries[0].MTime)
			oldest = oldest || d.MTime.Before(f.Entries[39].MTime)
			large = large || d.Size > 80_000
			if !d.MTime.Before(now) || d.Size < 10_000 || d.Size > 110_000 || d.Size != int64(len(d.Data)) || d.Digest != sha256.Sum256(d.Data) {
				t.Errorf("%s: %v, %d bytes", d.Path, d.MTime, d.Size)
			}
		}
		if !newest || !oldest || !large {
			t.Errorf("seed %d: newest %v, oldest %v, largest %v", seed, newest, oldest, large)
		}
	}
	f.Entries[0].MTime = now.AddDate(3, 0, 0) // by a wrong clock
	for _, d := range plan(t, f, decoy.Options{}) {
		if !d.MTime.Before(now) {
			t.Errorf("%s is from the future", d.Path)
		}
	}
}

// node is a folder of a made-up tree.
type node struct {
	f    decoy.Folder
	subs map[string]*node
	bait map[string]bool
}

// grow makes a tree with decoys in each folder that has files.
func grow(t *testing.T, r *rand.Rand, depth int, seed *uint64) *node {
	t.Helper()
	n := &node{f: decoy.Folder{Path: "/t", Mode: 0o755}, subs: map[string]*node{}, bait: map[string]bool{}}
	styles := []string{"Ordini %d.csv", "clienti_%d.xlsx", "%04d.pdf", "Über %d.txt", "Zz %d.csv", "AA %d.csv", "è %d.csv", "_%d.csv", "(%d).csv", "zzz%d.csv"}
	style := styles[r.IntN(len(styles))]
	for i := range r.IntN(30) {
		n.f.Entries = append(n.f.Entries, decoy.Entry{Name: fmt.Sprintf(style, i), Regular: true, Size: int64(r.IntN(90_000)), MTime: now.Add(-time.Duration(1+r.IntN(1e6)) * time.Minute), Mode: 0o644})
	}
	if depth > 0 {
		for i := range r.IntN(4) {
			name := []string{"00 vecchi", "Archivio", "zz", "Clienti", "è"}[r.IntN(5)] + fmt.Sprint(i)
			n.f.Entries = append(n.f.Entries, decoy.Entry{Name: name, Dir: true, Mode: 0o755})
			n.subs[name] = grow(t, r, depth-1, seed)
		}
	}
	if *seed++; len(n.f.Entries) > len(n.subs) || depth == 2 {
		o := decoy.Options{Random: stream(*seed)}
		if *seed%2 == 0 {
			o.Order = hashed
		}
		if depth == 2 {
			o.Newest, o.Largest = n.newest(), 89_999
		}
		for _, d := range plan(t, n.f, o) {
			n.f.Entries = append(n.f.Entries, entry(d))
			n.bait[filepath.Base(d.Path)] = true
		}
	}
	return n
}

func (n *node) newest() (t time.Time) {
	for _, e := range n.f.Entries {
		if e.MTime.After(t) {
			t = e.MTime
		}
	}
	for _, s := range n.subs {
		if u := s.newest(); u.After(t) {
			t = u
		}
	}
	return t
}

// walk goes through a tree in an order, and gives each file's bait mark.
func (n *node) walk(less func(a, b decoy.Entry) int, foldersAt int, fn func(bait bool, e decoy.Entry)) {
	list := slices.Clone(n.f.Entries)
	slices.SortFunc(list, less)
	each := func(files, dirs bool) {
		for _, e := range list {
			if e.Dir && dirs {
				n.subs[e.Name].walk(less, foldersAt, fn)
			}
			if !e.Dir && files {
				fn(n.bait[e.Name], e)
			}
		}
	}
	switch foldersAt {
	case 0:
		each(true, true)
	case 1:
		each(true, false)
		each(false, true)
	default:
		each(false, true)
		each(true, false)
	}
}

// hashed is a disk that lists files by a number that it makes of the name.
func hashed(f decoy.Folder, names []string) map[string]int {
	out := map[string]int{}
	for _, n := range names {
		for _, e := range f.Entries {
			if number(e.Name) < number(n) {
				out[n]++
			}
		}
	}
	return out
}

func number(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return bits.Reverse64(h.Sum64())
}

// TestThreeAtMost is the promise: whoever goes through a tree in some order has at
// most three files before a decoy.
func TestThreeAtMost(t *testing.T) {
	by := func(key func(string) string, sign int) func(a, b decoy.Entry) int {
		return func(a, b decoy.Entry) int { return sign * cmp.Compare(key(a.Name), key(b.Name)) }
	}
	same := func(s string) string { return s }
	worst := map[string]int{}
	var seed uint64
	trees := uint64(1)
	if os.Getenv("CUSTODE_TORTURE") != "" {
		trees = 400
	}
	for n := range trees {
		tree := grow(t, rand.New(rand.NewPCG(n, 7)), 2, &seed)
		for _, c := range []struct {
			name string
			less func(a, b decoy.Entry) int
		}{
			{"name", by(same, 1)},
			{"name backwards", by(same, -1)},
			{"NAME", by(strings.ToUpper, 1)},
			{"NAME backwards", by(strings.ToUpper, -1)},
			{"lower case", by(strings.ToLower, 1)},
			{"lower case backwards", by(strings.ToLower, -1)},
		} {
			for folders, where := range []string{"", ", files first", ", folders first"} {
				lost, met := 0, false
				tree.walk(c.less, folders, func(bait bool, _ decoy.Entry) {
					if met = met || bait; !met {
						lost++
					}
				})
				worst[c.name+where] = max(worst[c.name+where], lost)
			}
		}
		for name, less := range map[string]func(a, b decoy.Entry) int{
			"newest":  func(a, b decoy.Entry) int { return b.MTime.Compare(a.MTime) },
			"largest": func(a, b decoy.Entry) int { return cmp.Compare(b.Size, a.Size) },
		} {
			worst[name] = max(worst[name], flat(tree, less))
		}
	}
	for order, lost := range worst {
		if lost > 3 {
			t.Errorf("by %s %d files are lost before the first decoy", order, lost)
		}
	}
	t.Log(worst)
}

// flat goes through all files of a tree in one order.
func flat(n *node, less func(a, b decoy.Entry) int) int {
	type file struct {
		e    decoy.Entry
		bait bool
	}
	var all []file
	n.walk(less, 0, func(bait bool, e decoy.Entry) { all = append(all, file{e, bait}) })
	slices.SortStableFunc(all, func(a, b file) int { return less(a.e, b.e) })
	return max(0, slices.IndexFunc(all, func(f file) bool { return f.bait }))
}

// TestOldNames: in a folder whose names leave little room a decoy still has a free
// name, and a plain one.
func TestOldNames(t *testing.T) {
	for _, names := range [][]string{
		{"!!!!.csv", "~~~~.csv", "a", "b"},
		{" a.csv", "\u00ff.csv", "b", "c"},
		{"\x01.csv", "\U0010ffff.csv", "b", "c"},
		{"a\nb.csv", "zz\x1b[31m.csv", "b", "c"},
		numbered(300, "\xff%d.csv"),
	} {
		f := folder(names...)
		for _, d := range plan(t, f, decoy.Options{}) {
			name := filepath.Base(d.Path)
			if slices.Contains(names, name) || strings.ContainsAny(name, "\n\x1b\x01/") || !utf8.ValidString(name) {
				t.Errorf("%q", name)
			}
		}
	}
}

// FuzzNames: a decoy never has the name of a file that is there, in any case, and none
// has another's.
func FuzzNames(f *testing.F) {
	f.Add(uint64(1), "clienti.csv\nElenco clienti.csv\n00 clienti.xlsx", true)
	f.Add(uint64(2), "Z\nzz\nzzz clienti.csv\nÉ", false)
	f.Fuzz(func(t *testing.T, seed uint64, list string, italian bool) {
		lang := "en"
		if italian {
			lang = "it"
		}
		names := strings.Split(list, "\n")
		if len(names) > 60 {
			return
		}
		taken := map[string]bool{}
		for _, n := range names {
			taken[strings.ToLower(n)] = true
		}
		for _, d := range plan(t, folder(names...), decoy.Options{Lang: lang, Random: stream(seed)}) {
			name := filepath.Base(d.Path)
			if taken[strings.ToLower(name)] || filepath.Dir(d.Path) != "/shop/clienti" || name[0] == '.' || len(name) > 200 {
				t.Errorf("%q among %q", name, names)
			}
			taken[strings.ToLower(name)] = true
		}
	})
}
