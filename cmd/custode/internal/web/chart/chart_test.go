package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

func words() Words {
	return Words{ID: "w", Title: `By hour & "more"`, Desc: "<none>", Number: func(n int64) string { return strconv.FormatInt(n, 10) }}
}

func TestMost(t *testing.T) {
	for highest, want := range map[int64]int64{-3: 4, 0: 4, 4: 4, 5: 5, 6: 10, 10: 10, 11: 20, 21: 50, 51: 100, 999: 1000, 1001: 2000, math.MaxInt64: math.MaxInt64} {
		if got := Most(highest); got != want {
			t.Errorf("%d: %d, want %d", highest, got, want)
		}
	}
}

func TestSVG(t *testing.T) {
	day := make([]Column, 24)
	day[3].Unknown, day[5] = true, Column{Label: "05:00", Base: 10, Upon: 10, Mark: true}
	for name, c := range map[string]struct {
		columns []Column
		has     []string
		not     []string
	}{
		"of none an empty scale":  {nil, []string{">4</text>", ">2</text>", ">0</text>"}, []string{"#0b3d75", "#b3261e", `fill="url(`}},
		"of nothing too":          {make([]Column, 24), []string{">4</text>"}, []string{"#0b3d75"}},
		"a day":                   {day, []string{">20</text>", ">10</text>", "05:00", "#b3261e", `fill="url(#w-hatch)"`, `height="62.0" fill="#0b3d75"`, `y="22.0"`}, nil},
		"a little beside much":    {[]Column{{Base: 1_000_000}, {Base: 1}}, []string{`height="2.0" fill="#0b3d75"`, `height="124.0"`}, nil},
		"below nothing":           {[]Column{{Base: -5, Upon: -7}}, []string{">4</text>"}, []string{"#0b3d75"}},
		"a label is only letters": {[]Column{{Label: `<a href="x">`}}, []string{"&lt;a href"}, []string{"<a"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := SVG(c.columns, words())
			for d := xml.NewDecoder(strings.NewReader(s)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%v in %s", err, s)
				}
			}
			for _, part := range append(c.has, `role="img"`, "By hour &amp;", "&lt;none&gt;") {
				if !strings.Contains(s, part) {
					t.Errorf("no %q in %s", part, s)
				}
			}
			for _, part := range append(c.not, "style=", "<script", "href=\"") {
				if strings.Contains(s, part) {
					t.Errorf("%q in %s", part, s)
				}
			}
		})
	}
}

// TestNothingSticksOut: a week of hours stays within the drawing.
func TestNothingSticksOut(t *testing.T) {
	week := make([]Column, 168)
	for i := range week {
		week[i] = Column{Base: int64(i), Upon: int64(i * i)}
	}
	var x, y, w, h float64
	n := 0
	for line := range strings.Lines(SVG(week, words())) {
		if k, _ := fmt.Sscanf(line, `<rect x="%f" y="%f" width="%f" height="%f"`, &x, &y, &w, &h); k == 4 {
			if n++; x < left || x+w > right+0.1 || y < top-0.1 || y+h > bottom+0.1 {
				t.Errorf("sticks out: %s", line)
			}
		}
	}
	if n != 2*167 {
		t.Errorf("%d columns", n)
	}
}
