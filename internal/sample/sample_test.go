package sample

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nyaruka/phonenumbers"
)

// seeds are the shops that every promise is tried on.
func seeds() []uint64 { return []uint64{0, 1, 2, 7, 1 << 63} }

// tree reads all files below dir, opening what is closed.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() == 0 {
			if err := os.Chmod(name, 0o600); err != nil {
				return err
			}
		}
		b, err := os.ReadFile(name)
		rel, relErr := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(b)
		return errors.Join(err, relErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// decoded is the text of a page, whatever its alphabet.
func decoded(p *page) string {
	switch {
	case bytes.HasPrefix(p.bytes, []byte{0xff, 0xfe}):
		var units []uint16
		for i := 2; i+1 < len(p.bytes); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(p.bytes[i:]))
		}
		return string(utf16.Decode(units))
	case strings.HasSuffix(p.file.Path, "rubrica.csv"):
		var runes []rune
		for _, b := range p.bytes {
			runes = append(runes, rune(b))
		}
		return string(runes)
	default:
		return string(p.bytes)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	write := func(seed uint64) (map[string]string, Truth) {
		dir := filepath.Join(t.TempDir(), "shop")
		truth, err := Write(dir, Options{Seed: seed, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return tree(t, dir), truth
	}
	first, truth := write(1)
	again, truthAgain := write(1)
	other, truthOther := write(2)
	if d := cmp.Diff(first, again); d != "" {
		t.Errorf("the same seed made other files:\n%s", d)
	}
	if d := cmp.Diff(truth, truthAgain); d != "" {
		t.Errorf("the same seed made another truth:\n%s", d)
	}
	if cmp.Equal(first, other) || cmp.Equal(truth, truthOther) {
		t.Error("another seed made the same shop")
	}
	if n := len(first); n < 38 || n > 46 || n != len(truth.Files) {
		t.Errorf("%d files, the truth has %d, want 38 to 46", n, len(truth.Files))
	}
	for _, f := range truth.Files {
		if _, ok := first[f.Path]; !ok {
			t.Errorf("%q is not there", f.Path)
		}
	}
}

func TestAges(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	truth, err := Write(dir, Options{Seed: 1, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var warm, cold int
	for _, f := range truth.Files {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		if !info.ModTime().Before(now) {
			t.Errorf("%s comes from the future", f.Path)
		}
		if info.ModTime().Before(now.AddDate(0, 0, -30)) {
			cold++
		} else {
			warm++
		}
		if f.Unreadable && info.Mode().Perm() != 0 {
			t.Errorf("%s has mode %v", f.Path, info.Mode())
		}
	}
	if warm < 8 || cold < 15 {
		t.Errorf("%d files are younger than 30 days, %d older", warm, cold)
	}
}

func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, Options{}); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("Write into a full folder: %v", err)
	}
	if err := WriteBulk(dir, 1, 3, 1000); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("WriteBulk into a full folder: %v", err)
	}
	if _, err := Write(name, Options{}); err == nil {
		t.Error("Write into a file went well")
	}
	if d := cmp.Diff(map[string]string{"mine.txt": "x"}, tree(t, dir)); d != "" {
		t.Errorf("something changed:\n%s", d)
	}
}

func TestFailureLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "shop")
	broken := errors.New("broken")
	err := fill(dir, func() error {
		return errors.Join(os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700), create(filepath.Join(dir, "a", "c"), nil), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestOnlyInvented(t *testing.T) {
	address := regexp.MustCompile(`[\pL\d._+-]+@[\pL\d-]+(\.[\pL\d-]+)+`)
	domain := regexp.MustCompile(`(?i)@(example\.(com|org|net)|([a-z]+\.)?example\.com|[a-z]+\.example)$`)
	harmless := regexp.MustCompile(`@(2x\.png|1\.2\.3)$`)
	for _, seed := range seeds() {
		for _, p := range newShop(seed).pages {
			if p.file.Format == "age" || p.file.Format == "png" || p.file.Format == "jpeg" {
				continue
			}
			for _, found := range address.FindAllString(decoded(p), -1) {
				if !domain.MatchString(found) && !harmless.MatchString(found) {
					t.Errorf("%s: %q may be somebody's", p.file.Path, found)
				}
			}
			for at, values := range p.seen {
				for norm := range values {
					if why := notInvented(at.kind, norm); why != "" {
						t.Errorf("%s: %s %q: %s", p.file.Path, at.kind, norm, why)
					}
				}
			}
		}
	}
}

// notInvented says why a value may belong to somebody, or why it is no value.
func notInvented(kind, norm string) string {
	switch kind {
	case kindCard:
		if !regexp.MustCompile(`^(4000009900|5555559900|3782829900|6011119900)0?0`).MatchString(norm) {
			return "not of an account that nobody has"
		}
		if !luhnValid(norm) {
			return "wrong check digit"
		}
		if want := map[bool]int{true: 15, false: 16}[norm[:2] == "37"]; len(norm) != want {
			return "wrong length"
		}
	case kindPhone:
		n, err := phonenumbers.Parse(norm, "")
		if err != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.Format(n, phonenumbers.E164) != norm {
			return "not a valid number"
		}
		if !regexp.MustCompile(`^(\+39399\d{7}|\+121255501\d\d|\+442079460\d{3})$`).MatchString(norm) {
			return "an operator may have given it to somebody"
		}
	case kindIBAN:
		if !regexp.MustCompile(`^IT\d\d[A-Z](00000|99999)\d{17}$`).MatchString(norm) || mod97(norm) != 1 || norm[4] != oddEven(norm[5:]) {
			return "not an account at a bank that does not exist"
		}
	case kindFiscal:
		if !regexp.MustCompile(`^[A-Z]{6}\d\d[ABCDEHLMPRST]\d\dZ999[A-Z]$`).MatchString(norm) || norm[15] != oddEven(norm[:15]) {
			return "not the code of somebody born nowhere"
		}
	case kindVAT:
		if !regexp.MustCompile(`^9999\d{7}$`).MatchString(norm) || !luhnValid(norm) {
			return "not a number that was never given"
		}
	}
	return ""
}

func TestSpelledPhonesParse(t *testing.T) {
	s := newShop(1)
	for range 5 {
		for _, who := range s.invited {
			for where, v := range map[string]value{"": s.phone(who), "IT": s.phoneCell(who)} {
				n, err := phonenumbers.Parse(v.spelled, where)
				if err != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.Format(n, phonenumbers.E164) != v.norm {
					t.Errorf("%q is not %s in region %q: %v", v.spelled, v.norm, where, err)
				}
			}
		}
	}
}

func TestTruthAgreesWithItself(t *testing.T) {
	for _, seed := range seeds() {
		s := newShop(seed)
		truth := s.truth()
		people := 0
		kinds := set{}
		for i, p := range s.pages {
			f := truth.Files[i]
			if f.Examined {
				people += f.People
			}
			if f.Clean != (f.Examined && len(f.Kinds) == 0) || f.Clean && f.People != 0 {
				t.Errorf("%s: clean is %v with %v and %d people", f.Path, f.Clean, f.Kinds, f.People)
			}
			if (f.Sealed || f.Unreadable) && f.Examined {
				t.Errorf("%s: examined and closed", f.Path)
			}
			for kind, n := range f.Kinds {
				kinds[kind] = struct{}{}
				if n.Count < 1 || n.Distinct < 1 || n.Distinct > n.Count {
					t.Errorf("%s: %s %+v", f.Path, kind, n)
				}
			}
			text := decoded(p)
			for v := range p.stands {
				if !strings.Contains(text, v) {
					t.Errorf("%s: %q does not stand in it", f.Path, v)
				}
			}
		}
		if truth.People < 300 || truth.People >= people {
			t.Errorf("%d people in the shop, %d file by file", truth.People, people)
		}
		if len(kinds) != 9 {
			t.Errorf("only the kinds %v", kinds)
		}
		for i, v := range truth.Values {
			if len(v) < 9 || i > 0 && truth.Values[i-1] >= v {
				t.Errorf("value %q is short, or out of order", v)
			}
			for _, f := range truth.Files {
				if strings.Contains(f.Path, v) {
					t.Errorf("the path %q holds %q", f.Path, v)
				}
			}
		}
	}
}

// TestCleanHoldsNoValue looks for what was planted elsewhere in the clean files.
func TestCleanHoldsNoValue(t *testing.T) {
	for _, seed := range seeds() {
		s := newShop(seed)
		values := s.truth().Values
		for _, p := range s.pages {
			if !p.file.Clean {
				continue
			}
			for _, v := range values {
				if strings.Contains(decoded(p), v) {
					t.Errorf("%s holds %q", p.file.Path, v)
				}
			}
		}
	}
}

func TestKnownFiles(t *testing.T) {
	got := map[string]File{}
	for _, f := range newShop(1).truth().Files {
		got[f.Path] = f
	}
	count := func(path, kind string) Count { return got[path].Kinds[kind] }
	for _, tt := range []struct {
		path, kind string
		want       Count
	}{
		{"Clienti/clienti.csv", kindCard, Count{9, 8}},
		{"Clienti/clienti.csv", kindName, Count{240, count("Clienti/clienti.csv", kindName).Distinct}},
		{"Clienti/da-sistemare.csv", kindEmail, Count{30, 30}},
		{"Marketing/newsletter.csv", kindEmail, Count{305, 300}},
		{"Fornitori/appunti iban.txt", kindIBAN, Count{4, 3}},
		{"Fornitori/fattura-0117.txt", kindVAT, Count{2, 2}},
		{"Log/sms-gateway.log", kindPhone, Count{400, count("Log/sms-gateway.log", kindPhone).Distinct}},
	} {
		if d := cmp.Diff(tt.want, count(tt.path, tt.kind)); d != "" {
			t.Errorf("%s %s:\n%s", tt.path, tt.kind, d)
		}
	}
	sealed := File{Path: "Clienti/clienti-2024.csv.age", Format: "age", Sealed: true}
	if d := cmp.Diff(sealed, got[sealed.Path], cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

func TestBulk(t *testing.T) {
	for _, tt := range []struct {
		files int
		bytes int64
	}{{1, 5000}, {7, 100_000}, {450, 4_000_000}, {30, 0}} {
		var trees []map[string]string
		for _, seed := range []uint64{5, 5, 6} {
			dir := filepath.Join(t.TempDir(), "bulk")
			if err := WriteBulk(dir, seed, tt.files, tt.bytes); err != nil {
				t.Fatal(err)
			}
			trees = append(trees, tree(t, dir))
		}
		if !cmp.Equal(trees[0], trees[1]) {
			t.Errorf("%+v: the same seed made other files", tt)
		}
		if tt.bytes > 0 && cmp.Equal(trees[0], trees[2]) {
			t.Errorf("%+v: another seed made the same files", tt)
		}
		var size int64
		for _, content := range trees[0] {
			size += int64(len(content))
		}
		if len(trees[0]) != tt.files || size < tt.bytes*9/10 || size > tt.bytes*11/10+1000*int64(tt.files) {
			t.Errorf("%+v: %d files with %d bytes", tt, len(trees[0]), size)
		}
	}
}

func BenchmarkBulk(b *testing.B) {
	const size = 64 << 20
	b.SetBytes(size)
	for i := 0; b.Loop(); i++ {
		if err := WriteBulk(filepath.Join(b.TempDir(), "bulk"), uint64(i), 2000, size); err != nil {
			b.Fatal(err)
		}
	}
}
