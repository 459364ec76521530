package pdf

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The widths of the standard fonts from the blank to the tilde, in thousandths
// of the font's size, as in Adobe's metrics of the core 14 fonts.
var (
	helveticaWidths = [95]uint16{
		278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
		1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
		333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
		556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
	}
	helveticaBoldWidths = [95]uint16{
		278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
		975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
		333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
		611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
	}
	timesWidths = [95]uint16{
		250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278,
		500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
		921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
		556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
		333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
		500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
	}
	timesBoldWidths = [95]uint16{
		250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278,
		500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500,
		930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778,
		611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500,
		333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500,
		556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
	}
)

const (
	courierWidth = 600
	otherWidth   = 556 // of characters of the standard fonts that are not in the tables
)

// standardWidth returns the function that tells the width of a text's first
// character in the standard font that is nearest to a font of the given name.
func standardWidth(base string, fixed bool) func(string) float64 {
	low := strings.ToLower(base)
	bold := strings.Contains(low, "bold") || strings.Contains(low, "black")
	table := &helveticaWidths
	switch {
	case fixed, strings.Contains(low, "cour"), strings.Contains(low, "mono"):
		return func(string) float64 { return courierWidth }
	case strings.Contains(low, "times"), strings.Contains(low, "serif") && !strings.Contains(low, "sans"),
		strings.Contains(low, "roman"), strings.Contains(low, "georgia"), strings.Contains(low, "garamond"):
		table = &timesWidths
		if bold {
			table = &timesBoldWidths
		}
	case bold:
		table = &helveticaBoldWidths
	}
	return func(s string) float64 {
		if s == "" {
			return otherWidth
		}
		c := s[0]
		if c >= 0x80 {
			c = norm.NFD.String(s)[0]
		}
		if c < ' ' || c > '~' {
			return otherWidth
		}
		return float64(table[c-' '])
	}
}

func sortWidths(w []widthRange) {
	slices.SortStableFunc(w, func(a, b widthRange) int { return cmp.Compare(a.lo, b.lo) })
}

// findWidth finds the width of a CID.
func findWidth(w []widthRange, cid uint32) (float64, bool) {
	i, _ := slices.BinarySearchFunc(w, cid, func(x widthRange, c uint32) int {
		if x.lo <= c {
			return -1
		}
		return 1
	})
	if i == 0 || w[i-1].hi < cid {
		return 0, false
	}
	return float64(w[i-1].w), true
}
