package trend_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"custode/playbook/daily/trend"
)

func day(n, hour int) time.Time { return time.Date(2026, 11, n, hour, 0, 0, 0, time.UTC) }

func now() time.Time { return day(23, 9) }

// TestDraw holds pictures to what they have to look like.
func TestDraw(t *testing.T) {
	for _, c := range []struct {
		name          string
		points        []trend.Point
		blocks, plain string
	}{
		{"nothing", nil, "", ""},
		{"one", []trend.Point{{day(23, 9), 61}}, "▅", "6"},
		{"0 and 100 and between", []trend.Point{{day(21, 9), 0}, {day(22, 9), 50}, {day(23, 9), 100}}, "▁▅█", "059"},
		{"each height", []trend.Point{{day(16, 9), 12}, {day(17, 9), 13}, {day(18, 9), 25}, {day(19, 9), 38}, {day(20, 9), 63}, {day(21, 9), 75}, {day(22, 9), 88}, {day(23, 9), 99}}, "▁▂▃▄▆▇██", "11236789"},
		{"days without a check", []trend.Point{{day(19, 9), 40}, {day(22, 9), 60}, {day(23, 9), 60}}, "▄··▅▅", "4..66"},
		{"two checks of a day, the later counts", []trend.Point{{day(23, 8), 90}, {day(22, 18), 10}, {day(22, 9), 60}}, "▁█", "19"},
		{"too long ago, and after now", []trend.Point{{day(13, 9), 90}, {day(14, 9), 10}, {day(24, 9), 60}}, "▁", "1"},
		{"no score at all", []trend.Point{{day(22, 9), -4}, {day(23, 9), 400}}, "▁█", "09"},
	} {
		s := trend.Last(c.points, 10, now())
		if got := s.Blocks(); got != c.blocks {
			t.Errorf("%s: %q, want %q", c.name, got, c.blocks)
		}
		if got := s.Plain(); got != c.plain {
			t.Errorf("%s: %q, want %q", c.name, got, c.plain)
		}
	}
}

// TestSummerTime: a day of 23 or 25 hours is one column, and none is without a check.
func TestSummerTime(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Skip("no zones on this computer")
	}
	for _, month := range []time.Month{time.March, time.October} {
		var points []trend.Point
		for d := 20; d <= 31; d++ {
			points = append(points, trend.Point{Day: time.Date(2026, month, d, 0, 30, 0, 0, rome), Score: 50})
		}
		if got := trend.Last(points, 12, time.Date(2026, month, 31, 23, 30, 0, 0, rome)).Plain(); got != strings.Repeat("5", 12) {
			t.Errorf("%v: %s", month, got)
		}
	}
}

// TestLook holds the text beside a picture to its points.
func TestLook(t *testing.T) {
	for _, points := range [][]trend.Point{nil, {{day(23, 9), 3}}} {
		if l, ok := trend.Last(points, 30, now()).Look(); ok {
			t.Errorf("%v is a trend: %+v", points, l)
		}
	}
	points := []trend.Point{{day(10, 9), 45}, {day(12, 9), 40}, {day(13, 9), 40}, {day(20, 9), 70}, {day(23, 9), 61}}
	got, ok := trend.Last(points, 30, now()).Look()
	want := trend.Seen{First: points[0], Last: points[4], Low: points[2], High: points[3], Without: 9}
	if !ok || !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}

// TestAnyOrder: the order in which the points come changes no picture, each has one column a day, and what the
// text says is what the columns show.
func TestAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 2))
	for range 500 {
		var points []trend.Point
		for d := 1; d <= 23; d++ {
			if r.IntN(3) > 0 {
				points = append(points, trend.Point{Day: day(d, r.IntN(9)), Score: r.IntN(101)})
			}
		}
		s := trend.Last(points, 30, now())
		mixed := slices.Clone(points)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		other := trend.Last(mixed, 30, now())
		l := trend.Labels{ID: "a"}
		if s.Blocks() != other.Blocks() || s.Plain() != other.Plain() || s.SVG(l) != other.SVG(l) {
			t.Fatalf("%v\n%v", points, mixed)
		}
		if utf8.RuneCountInString(s.Blocks()) != len(s.Plain()) || strings.Count(s.SVG(l), "<circle") != len(s) {
			t.Fatal(points)
		}
		seen, ok := s.Look()
		if !ok {
			continue
		}
		if seen.Without != strings.Count(s.Plain(), ".") || strings.Count(s.Blocks(), "·") != seen.Without {
			t.Fatalf("%d days without a check in %s", seen.Without, s.Plain())
		}
		for _, p := range s {
			if p.Score < seen.Low.Score || p.Score > seen.High.Score {
				t.Fatalf("%v is not between %v and %v", p, seen.Low, seen.High)
			}
		}
	}
}

// TestSVG: the drawing is XML, says in words what it shows, is dark on white, and fetches nothing.
func TestSVG(t *testing.T) {
	s := trend.Last([]trend.Point{{day(19, 9), 0}, {day(20, 9), 50}, {day(22, 9), 100}, {day(23, 9), 61}}, 30, now())
	l := trend.Labels{ID: "score", Title: `The <score> & "more"`, Desc: "From 0 to 61", First: "19 Nov", Last: "23 Nov"}
	svg := s.SVG(l)
	texts, names := parsed(t, svg)
	for _, want := range []string{l.Title, l.Desc, l.First, l.Last, "0", "50", "100"} {
		if !slices.Contains(texts, want) {
			t.Errorf("no %q in %q", want, texts)
		}
	}
	if names["title"] != 1 || names["desc"] != 1 || names["circle"] != 4 || names["script"]+names["a"]+names["image"]+names["style"] > 0 {
		t.Error(names)
	}
	for _, want := range []string{`role="img"`, `aria-labelledby="score-title score-desc"`, `<rect width="640" height="180" fill="#ffffff"/>`, `stroke="#111111"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s", want)
		}
	}
	// The line is broken on the 21st, and stays within the drawing: 0 at the bottom, 100 at the top.
	if want := "M40.0 148.0L186.0 80.0M478.0 12.0L624.0 65.0"; !strings.Contains(svg, `d="`+want+`"`) {
		t.Errorf("no %s in\n%s", want, svg)
	}
	if strings.Contains(svg, "http") {
		t.Error("the drawing names an address")
	}
	if l.Alone = true; strings.Replace(s.SVG(l), ` xmlns="http://www.w3.org/2000/svg"`, "", 1) != svg {
		t.Error("a drawing in a file of its own is another")
	}
	for _, few := range []trend.Series{nil, s[:1]} {
		out := few.SVG(l)
		parsed(t, out)
		if regexp.MustCompile(`NaN|Inf|stroke="#111111"`).MatchString(out) {
			t.Error(out)
		}
	}
}

// TestAmounts: the scale of an amount ends at a round number that is not below the highest, and none of its
// amounts is cut off.
func TestAmounts(t *testing.T) {
	for most, end := range map[int]string{0: "2", 2: "2", 3: "4", 25: "40", 100: "100", 101: "200", 4200: "6000"} {
		s := trend.LastAmounts([]trend.Point{{day(22, 9), 0}, {day(23, 9), most}}, 30, now())
		if s[1].Score != most {
			t.Errorf("%d became %d", most, s[1].Score)
		}
		if texts, _ := parsed(t, s.Amounts(trend.Labels{ID: "a"})); !slices.Contains(texts, end) {
			t.Errorf("%d: no %s in %q", most, end, texts)
		}
	}
}

// parsed reads a drawing: its texts, and how many elements it has of each name. Numbers of places lie
// within it.
func parsed(t *testing.T, svg string) (texts []string, names map[string]int) {
	t.Helper()
	names = map[string]int{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts, names
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			names[e.Name.Local]++
			for _, a := range e.Attr {
				most := map[string]float64{"x": 640, "cx": 640, "y": 180, "cy": 180}[a.Name.Local]
				if v, err := strconv.ParseFloat(a.Value, 64); most > 0 && (err != nil || v < 0 || v > most) {
					t.Errorf("%s=%q lies outside", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(e)); s != "" {
				texts = append(texts, s)
			}
		}
	}
}
