package sheet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"custode/encrypt/keys"
	"custode/encrypt/sheet"
	"custode/internal/secret"
)

var made = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

var kinds = map[string]keys.Kind{"hybrid": keys.Hybrid, "classic": keys.Classic}

func newSheet(t *testing.T, k keys.Kind) (keys.Identity, sheet.Sheet) {
	t.Helper()
	id, err := keys.Generate(k)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sheet.New(id, made)
	if err != nil {
		t.Fatal(err)
	}
	return id, s
}

// onPaper gives the lines as the text page has them.
func onPaper(s sheet.Sheet) []string {
	var out []string
	for _, l := range s.Lines {
		row := strconv.Itoa(l.Number) + "  "
		for _, g := range l.Groups {
			row += string(g.Reveal()) + " "
		}
		out = append(out, row+" "+string(l.Check.Reveal()))
	}
	return out
}

func TestLinesMakeTheKey(t *testing.T) {
	for name, k := range kinds {
		id, s := newSheet(t, k)
		key := s.Prefix
		for _, l := range s.Lines {
			for _, g := range l.Groups {
				key += string(g.Reveal())
			}
		}
		if key != string(id.Text().Reveal()) {
			t.Errorf("%s: prefix and groups without the checks are not the key", name)
		}
		public, ok := id.Recipient().(fmt.Stringer)
		if !ok {
			t.Fatalf("%s: a recipient without a text", name)
		}
		if len(s.Lines) != 4 || s.Fingerprint != keys.Fingerprint(public) || s.Kind != k || !s.Made.Equal(made) {
			t.Errorf("%s: %d lines, fingerprint %s, kind %v, made %v", name, len(s.Lines), s.Fingerprint, s.Kind, s.Made)
		}
	}
}

// TestSheetNeverPrints looks for the key, its lines and its modules in all that
// prints a sheet.
func TestSheetNeverPrints(t *testing.T) {
	id, s := newSheet(t, keys.Hybrid)
	var out bytes.Buffer
	for _, v := range []any{s, &s, []sheet.Sheet{s}, map[string]any{"s": s}, s.SVG(), s.Blocks("", ""), s.Lines[0], &s.Lines[3]} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
	}
	key := strings.TrimPrefix(string(id.Text().Reveal()), s.Prefix)
	for _, l := range s.Lines {
		for _, g := range append(slices.Clone(l.Groups), l.Check) {
			if bad := string(g.Reveal()); len(bad) > 2 && (strings.Contains(out.String(), bad) || strings.Contains(out.String(), fmt.Sprintf("%x", bad))) {
				t.Fatal("a group was printed")
			}
		}
	}
	if strings.Contains(out.String(), key) || strings.ContainsAny(out.String(), "█▀▄") || strings.Contains(out.String(), "<path") || strings.Contains(out.String(), "1 1 1 1 1 1 1 0") {
		t.Fatal("the key or its QR code was printed")
	}
	if !strings.Contains(out.String(), s.Fingerprint) {
		t.Fatal("the test would see nothing: not even the fingerprint was printed")
	}
}

func TestWipe(t *testing.T) {
	id, s := newSheet(t, keys.Hybrid)
	group, first := s.Lines[0].Groups[0].Reveal(), string(s.Lines[0].Groups[0].Reveal())
	s.Wipe()
	if string(group) == first || s.Black(0, 0) || strings.Contains(string(s.SVG().Reveal()), "h7v1") {
		t.Error("something was left after Wipe")
	}
	id.Wipe()
	if _, err := sheet.New(id, made); err == nil {
		t.Error("a sheet of a wiped identity")
	}
}

// TestQRStructure reads the code by the standard, module by module.
func TestQRStructure(t *testing.T) {
	for name, k := range kinds {
		for range 20 {
			id, s := newSheet(t, k)
			got, err := readQR(s)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got != string(id.Text().Reveal()) {
				t.Fatalf("%s: the code says something else than the key", name)
			}
		}
	}
}

// TestPicturesShowTheCode holds the SVG and the half blocks to the modules.
func TestPicturesShowTheCode(t *testing.T) {
	_, s := newSheet(t, keys.Hybrid)
	side := s.Size() + 8
	fromSVG := make([]bool, side*side)
	svg := string(s.SVG().Reveal())
	if !strings.Contains(svg, fmt.Sprintf(`viewBox="0 0 %d %d"`, side, side)) {
		t.Errorf("no edge of four modules: %.120s", svg)
	}
	_, path, _ := strings.Cut(svg, `fill="#000" d="`)
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Fatalf("an open rectangle %v", m)
		}
		for i := range n {
			fromSVG[y*side+x+i] = true
		}
	}
	rows := strings.Split(strings.TrimSuffix(string(s.Blocks("<", ">").Reveal()), "\n"), "\n")
	if len(rows) != (side+1)/2 {
		t.Fatalf("%d rows of half blocks", len(rows))
	}
	for y := range side {
		row := rows[y/2]
		if !strings.HasPrefix(row, "<") || !strings.HasSuffix(row, ">") {
			t.Fatalf("row %q", row)
		}
		cells := []rune(strings.Trim(row, "<>"))
		if len(cells) != side {
			t.Fatalf("%d columns, want %d", len(cells), side)
		}
		for x := range side {
			black := s.Black(x-4, y-4)
			if fromSVG[y*side+x] != black {
				t.Fatalf("SVG: %d,%d is %v", x, y, !black)
			}
			shown := cells[x] == '█' || cells[x] == '▀' && y%2 == 0 || cells[x] == '▄' && y%2 == 1
			if shown != black {
				t.Fatalf("half blocks: %d,%d is %v", x, y, !black)
			}
		}
	}
}

// TestQRReadByZbar wants a program that is not ours to read the code, also with a
// coffee stain on it.
func TestQRReadByZbar(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "zbar") {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: zbarimg is missing (Debian: zbar-tools): nobody else has read the QR code")
	}
	for name, k := range kinds {
		for _, stain := range []int{0, 9} {
			id, s := newSheet(t, k)
			file := filepath.Join(t.TempDir(), "qr.png")
			if err := os.WriteFile(file, picture(t, s, stain), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("zbarimg", "--quiet", "--raw", file).Output()
			if err != nil {
				t.Fatalf("%s, stain %d: %v", name, stain, err)
			}
			if strings.TrimSuffix(string(out), "\n") != string(id.Text().Reveal()) {
				t.Fatalf("%s, stain %d: zbarimg reads something else than the key", name, stain)
			}
		}
	}
}

// picture draws the code as a PNG, with a black square of that many modules on it.
func picture(t *testing.T, s sheet.Sheet, stain int) []byte {
	t.Helper()
	const scale = 6
	side := (s.Size() + 8) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			mx, my := x/scale-4, y/scale-4
			inStain := mx >= 16 && mx < 16+stain && my >= 16 && my < 16+stain
			if !inStain && !s.Black(mx, my) {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sealedText(rows ...string) secret.Bytes { return secret.FromString(strings.Join(rows, "\n")) }
