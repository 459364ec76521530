package sample

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteClean(t *testing.T) {
	write := func(seed uint64, scale float64) map[string]string {
		dir := filepath.Join(t.TempDir(), "clean")
		if err := WriteClean(dir, seed, scale); err != nil {
			t.Fatal(err)
		}
		return tree(t, dir)
	}
	first := write(1, 0.001)
	if d := cmp.Diff(first, write(1, 0.001)); d != "" {
		t.Errorf("the same seed made other files:\n%.500s", d)
	}
	for name, content := range write(2, 0.002) {
		if content == first[name] && len(content) > 2000 {
			t.Errorf("%s: another seed made the same", name)
		}
		if name == "log/access.log" {
			if n := len(content); n < 100_000 || n > 101_000 {
				t.Errorf("%d bytes of log at a scale of 0.002", n)
			}
		}
	}
	if len(first) < 80 {
		t.Errorf("only %d files", len(first))
	}
	for name, content := range first {
		if len(content) == 0 || strings.ContainsAny(content, "«»") || strings.Contains(content, "@@") {
			t.Errorf("%s: empty, or a piece of a template is left", name)
		}
	}
	for _, scale := range []float64{0, -1} {
		if WriteClean(filepath.Join(t.TempDir(), "x"), 1, scale) == nil {
			t.Errorf("wrote at a scale of %v", scale)
		}
	}
}

func TestTemplates(t *testing.T) {
	m := &maker{crowd: &crowd{}}
	for _, wrong := range []string{
		"«what»", "«n", "«dig|x»", "«num|1»", "«num|1|2|3|4»", "«pick»", "«text|it»", "@@end\n", "@@rows x\n", "@@rows 1\n@@rows 2\n@@end\n@@end\n", "@@rows 3\nx\n", "@@glue\n",
	} {
		if _, err := m.parse(wrong); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}

func TestNumbersOfThings(t *testing.T) {
	for _, tt := range []struct{ what, got, want string }{
		{"EAN-8", gtin("9638507"), "96385074"},
		{"UPC-A", gtin("03600029145"), "036000291452"},
		{"EAN-13", gtin("400638133393"), "4006381333931"},
		{"GTIN-14", gtin("1001234567890"), "10012345678902"},
		{"SSCC", gtin("37610425002123456"), "376104250021234569"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.what, tt.got, tt.want)
		}
	}
}
