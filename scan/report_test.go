package scan_test

import (
	order "cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

// fill gives every field below v a value that is not zero.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(int64(*n), 7)))
			return
		}
		for _, field := range v.Fields() {
			fill(field, n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(-*n * 1_000_003))
	case reflect.Uint8:
		v.SetUint(uint64(200 + *n%50))
	case reflect.Uint32:
		v.SetUint(1<<32 - uint64(*n))
	case reflect.Uint64:
		v.SetUint(^uint64(*n))
	case reflect.Pointer: // the sketch, which is not kept
	default:
		panic(v.Kind())
	}
}

// TestPacked: whatever a file has comes back, and a field that is forgotten fails here.
func TestPacked(t *testing.T) {
	var full scan.File
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	full.People = 12
	for i, f := range full.Findings {
		full.Findings[i].Where.Index = -f.Where.Index
	}
	for _, f := range []scan.File{full, {}, {Path: "/a", Digest: []byte{0}}, {Path: "/b", ReadAt: time.Unix(0, 0)}} {
		back, rec, ok := scan.Packed(f)
		if diff := cmp.Diff(f, back, cmp.Comparer(func(a, b *people.Sketch) bool { return a == b })); !ok || diff != "" {
			t.Errorf("%v (-want +got):\n%s", ok, diff)
		}
		for cut := range rec[len(f.Path)+18:] { // a record that is not whole is none
			if _, ok := scan.Unpack(rec[:len(f.Path)+18+cut]); ok {
				t.Errorf("%d bytes of %d are a record", len(f.Path)+18+cut, len(rec))
			}
		}
	}
}

// many gives files as a scan of very many finds them: of four levels of risk, a few numbers of
// people, many of them alike, of one content or not.
func many(dir string, n int) []scan.File {
	rnd := rand.New(rand.NewPCG(3, 4))
	kinds := []detect.Kind{detect.Email, detect.Card, detect.Phone, detect.IBAN}
	out := make([]scan.File, n)
	for i := range out {
		digest := make([]byte, 32)
		digest[0], digest[31] = byte(rnd.IntN(3)), byte(rnd.IntN(2))
		sub := []string{"Downloads", "backup", "a", "b/c"}[rnd.IntN(4)]
		out[i] = scan.File{
			Path:  filepath.Join(dir, sub, fmt.Sprintf("%0*d.csv", 1+rnd.IntN(9), i)),
			Stamp: walk.Stamp{Size: 100, MTimeNS: int64(1e18) - rnd.Int64N(50)*int64(time.Hour)*1000, Mode: 0o644}, State: scan.Examined, Format: "csv",
			ReadAt: time.Unix(1e9, 0), Rules: "r", People: rnd.Int64N(40),
			Findings: []detect.Finding{{Kind: kinds[rnd.IntN(4)], Count: 3, Distinct: 2, Confidence: detect.High, Sample: "m…@e….it", Where: detect.Where{Unit: "line", Number: int64(i)}}},
			Likeness: 1 + rnd.Uint64N(1+rnd.Uint64N(uint64(n/2))), Digest: digest,
		}
	}
	return out
}

// TestFilesInAnyRoom holds the report that keeps its files outside of memory to the
// plain way: a list that is sorted, and copies that are looked for in it.
func TestFilesInAnyRoom(t *testing.T) {
	dir := t.TempDir()
	files := many(dir, 3000)
	var got [3][]scan.File
	for i, room := range []int{1 << 20, 50_000, 700} {
		r := scan.NewReport(time.Unix(1.1e9, 0), []string{dir}, false)
		r.Temporary(t.TempDir())
		r.Folders(map[string]scan.Exposure{filepath.Join(dir, "Downloads"): scan.InDownloads})
		if r.Narrow(room); i == 0 {
			r.Temporary(t.TempDir())
		}
		for _, f := range files {
			if err := r.Add(f); err != nil {
				t.Fatal(err)
			}
		}
		for before, f := range filesOf(t, r) { // what the rest needs: it is judged
			got[i] = append(got[i], f)
			if before > 0 && worse(got[i][before-1], f) >= 0 {
				t.Fatalf("%+v before %+v", got[i][before-1], f)
			}
		}
		if err := r.Copies(t.Context(), scan.CopyOptions{Read: func(p string) { t.Errorf("read %s", p) }}, nil); err != nil {
			t.Fatal(err)
		}
		want := plainCopies(got[i])
		got[i] = filesOf(t, r)
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Errorf("room %d (-want +got):\n%.3000s", room, diff)
		}
		if r.Kept() != int64(len(files)) {
			t.Errorf("%d kept", r.Kept())
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(got[0], got[2]); diff != "" {
		t.Errorf("in little room (-in memory +got):\n%.3000s", diff)
	}
	spare, more := 0, int64(0)
	for _, f := range got[0] {
		if f.Spare {
			spare++
		}
		more = max(more, f.CopiesMore)
	}
	if spare < 500 || more < 1 {
		t.Errorf("the files are no test: %d copies, %d more at most", spare, more)
	}
}

func worse(a, b scan.File) int {
	return order.Or(order.Compare(b.Risk.Rank(), a.Risk.Rank()), order.Compare(b.People, a.People), order.Compare(a.Path, b.Path))
}

// plainCopies notes the copies in a list of files that fits into memory. What
// lies in a folder for backups is kept last, then what lies in Downloads.
func plainCopies(files []scan.File) []scan.File {
	out := slices.Clone(files)
	groups := map[string][]*scan.File{}
	for i := range out {
		key := fmt.Sprintf("%d %x", out[i].Likeness, out[i].Digest)
		groups[key] = append(groups[key], &out[i])
	}
	place := func(f *scan.File) int {
		switch filepath.Base(filepath.Dir(f.Path)) {
		case "backup":
			return 2
		case "Downloads":
			return 1
		}
		return 0
	}
	for _, same := range groups {
		slices.SortFunc(same, func(a, b *scan.File) int {
			return order.Or(order.Compare(place(a), place(b)), order.Compare(a.Stamp.MTimeNS, b.Stamp.MTimeNS), order.Compare(len(a.Path), len(b.Path)), order.Compare(a.Path, b.Path))
		})
		for i, f := range same {
			f.Spare = i > 0
			for j, other := range same {
				if i != j && len(f.Copies) < 5 {
					f.Copies = append(f.Copies, other.Path)
				}
			}
			f.CopiesMore = int64(len(same) - 1 - len(f.Copies))
		}
	}
	return out
}

// TestReportIsSmall: of 300,000 files with findings, many of them copies, little is
// held in memory.
func TestReportIsSmall(t *testing.T) {
	r := scan.NewReport(time.Unix(1.1e9, 0), []string{"/data"}, false)
	r.Temporary(t.TempDir())
	defer r.Close()
	before, peak, n := inUse(), int64(0), 0
	const parts = 10
	for part := range parts {
		for _, f := range many(fmt.Sprintf("/data/%d", part), 300_000/parts) {
			if err := r.Add(f); err != nil {
				t.Fatal(err)
			}
		}
		peak = max(peak, inUse())
	}
	if err := r.Copies(t.Context(), scan.CopyOptions{}, nil); err != nil {
		t.Fatal(err)
	}
	peak = max(peak, inUse())
	for f, err := range r.Files() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%50_000 == 0 {
			peak = max(peak, inUse())
		}
		_ = f
	}
	if n != 300_000 || r.Kept() != int64(n) {
		t.Errorf("%d files of %d", n, r.Kept())
	}
	t.Logf("%d KiB at most", (peak-before)>>10)
	if grown := peak - before; grown > 32<<20 {
		t.Errorf("%d KiB held for %d files", grown>>10, n)
	}
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
