package qr

import (
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var texts = []string{
	"https://example.com/privacy",
	"mailto:bottega@example.com?subject=I%20miei%20dati",
	"SMSTO:+393331234567:NO PROMO",
	"A", strings.Repeat("x", Most),
}

// picture paints a code: from its modules, or from what its drawing says.
func picture(c Code, black func(x, y int) bool) image.Image {
	const scale = 6
	img := image.NewGray(image.Rect(0, 0, c.Side()*scale, c.Side()*scale))
	for y := range c.Side() * scale {
		for x := range c.Side() * scale {
			if !black(x/scale, y/scale) {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return img
}

var stroke = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// drawn reads the modules back out of a drawing.
func drawn(t *testing.T, svg string) map[[2]int]bool {
	t.Helper()
	out := map[[2]int]bool{}
	for _, m := range stroke.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		run, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Fatalf("stroke %q does not close", m[0])
		}
		for i := range run {
			out[[2]int{x + i, y}] = true
		}
	}
	return out
}

// TestDrawing holds the drawing to the modules: all of them, and the border white.
func TestDrawing(t *testing.T) {
	for _, text := range texts {
		c, err := New(text)
		if err != nil {
			t.Fatal(err)
		}
		got := drawn(t, c.SVG(""))
		for y := range c.Side() {
			for x := range c.Side() {
				if got[[2]int{x, y}] != c.Black(x, y) {
					t.Fatalf("%.20q: module %d,%d", text, x, y)
				}
				if edge := x < Edge || y < Edge || x >= c.Side()-Edge || y >= c.Side()-Edge; edge && c.Black(x, y) {
					t.Fatalf("%.20q: the border is black at %d,%d", text, x, y)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	if _, err := New(strings.Repeat("x", Most+1)); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
	if _, err := New(""); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	if _, err := New("caffè"); !errors.Is(err, ErrLetters) {
		t.Error(err)
	}
	if c, _ := New(strings.Repeat("x", Most)); c.Side() > 73+2*Edge {
		t.Errorf("%d modules", c.Side())
	}
}

// TestLabel: what is said to people who do not see the code can't end the attribute.
func TestLabel(t *testing.T) {
	c, err := New("A")
	if err != nil {
		t.Fatal(err)
	}
	if svg := c.SVG(`"><script>`); strings.Contains(svg, "<script") || !strings.Contains(svg, `role="img"`) {
		t.Error(svg[:200])
	}
	if svg := c.SVG(""); !strings.Contains(svg, `aria-hidden="true"`) {
		t.Error(svg[:200])
	}
}

// TestOthersReadIt lets another program read what is drawn, with a stain on it.
func TestOthersReadIt(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		if slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "zbar") {
			t.Fatal("zbarimg is missing")
		}
		t.Skip("SKIPPED: zbarimg is missing (Debian: zbar-tools): nobody else has read the QR code")
	}
	for _, text := range texts {
		c, err := New(text)
		if err != nil {
			t.Fatal(err)
		}
		modules := drawn(t, c.SVG(""))
		for _, stain := range []int{0, 3} {
			name := filepath.Join(t.TempDir(), "qr.png")
			f, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			middle := c.Side() / 2
			if err := png.Encode(f, picture(c, func(x, y int) bool {
				return modules[[2]int{x, y}] || x >= middle && x < middle+stain && y >= middle && y < middle+stain
			})); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("zbarimg", "--quiet", "--raw", name).Output()
			if err != nil || strings.TrimSuffix(string(out), "\n") != text {
				t.Errorf("%.20q, stain %d: read %.40q, %v", text, stain, out, err)
			}
		}
	}
}
