package office

import (
	"testing"
	"time"
)

func TestNumeral(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "7": "7", "3331234567": "3331234567", "3.331234567E9": "3331234567", "3.3312345670E+9": "3331234567", "3331234567.0": "3331234567",
		"1E3": "1000", "1e+02": "100", "12.50": "12.5", "0.25": "0.25", "1.5E-3": "1.5E-3", "12345.6E-2": "123.456", "-3.5E1": "-35", "-0.5": "-0.5", "5E-1": "0.5",
		"0.30000000000000004": "0.30000000000000004", "12345678901234567": "12345678901234567", "1.2345678901234567E16": "12345678901234567",
		"1E300": "1E300", "1E999999999999": "1E999999999999", "NaN": "NaN", "": "", "-": "-", ".": ".", "1E": "1E", "E5": "E5", "1.2.3": "1.2.3", "007": "007", "007.0": "7", "+5E0": "5", " 5": " 5",
		"12E1x": "12E1x", "1-2": "1-2",
	} {
		if got := string(appendNumeral(nil, []byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSerial(t *testing.T) {
	for _, c := range []struct {
		in     string
		kind   formatKind
		from04 bool
		want   string
	}{
		{"1", formatDate, false, "1900-01-01"},
		{"59", formatDate, false, "1900-02-28"},
		{"60", formatDate, false, "1900-02-29"},
		{"61", formatDate, false, "1900-03-01"},
		{"27102", formatDate, false, "1974-03-14"},
		{"36585", formatDate, false, "2000-02-29"},
		{"2958465", formatDate, false, "9999-12-31"},
		{"2958466", formatDate, false, ""},
		{"0", formatDate, false, ""},
		{"-5", formatDate, false, ""},
		{"0", formatDate, true, "1904-01-01"},
		{"25640", formatDate, true, "1974-03-14"},
		{"27102.75", formatBoth, false, "1974-03-14 18:00:00"},
		{"27102.75", formatDate, false, "1974-03-14"},
		{"27102", formatBoth, false, "1974-03-14"},
		{"27102.9999999999", formatBoth, false, "1974-03-15"},
		{"0.5", formatTime, false, "12:00:00"},
		{"0.75", formatBoth, false, "18:00:00"},
		{"12345678", formatDate, false, ""},
		{"x", formatDate, false, ""},
	} {
		got, ok := appendSerial(nil, []byte(c.in), c.kind, c.from04)
		if string(got) != c.want || ok != (c.want != "") {
			t.Errorf("%v: %q %v", c, got, ok)
		}
	}
	day := time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
	for n := 61; n < 200000; n++ {
		if got := string(appendDate(nil, n, false)); got != day.Format("2006-01-02") {
			t.Fatalf("%d: %s", n, got)
		}
		day = day.AddDate(0, 0, 1)
	}
}

func TestFormats(t *testing.T) {
	for code, want := range map[string]formatKind{
		"General": formatNone, "Standard": formatNone, "@": formatNone, "0": formatNone, "0.00": formatNone, "#,##0": formatNone, "0.00E+00": formatNone, "# ?/?": formatNone,
		`0" days"`: formatNone, `0\d`: formatNone, `[Red]0.0`: formatNone, `[$€-410] #,##0.00`: formatNone, "0%": formatNone, `_-* #,##0.00\ "kr"_-`: formatNone,
		"dd/mm/yyyy": formatDate, "DD/MM/YYYY": formatDate, "yyyy-mm-dd;@": formatDate, "[$-410]d mmmm yyyy": formatDate, "mmm-yy": formatDate, "mmmm": formatDate, "gg/mm/aaaa": formatDate,
		"h:mm": formatTime, "[h]:mm:ss": formatTime, "mm:ss.0": formatTime, "h:mm AM/PM": formatTime, "[hh]": formatTime,
		"dd/mm/yyyy hh:mm": formatBoth, "m/d/yy h:mm": formatBoth,
		"00000": formatDigits, "00000000000": formatDigits, `000\-00\-0000`: formatDigits, "(000) 000-0000": formatDigits, `"+39 "000 0000000`: formatDigits, "0### ######": formatDigits,
		"[<=9999999]000-0000;(000) 000-0000": formatNone, `"open`: formatNone, "[open": formatNone, `\`: formatNone, "_": formatNone,
	} {
		if got := parseFormat([]byte(code)).kind; got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
	for _, c := range [][3]string{
		{"00000", "123", "00123"},
		{"00000", "1234567", "1234567"},
		{`000\-00\-0000`, "78051120", "078-05-1120"},
		{"(000) 000-0000", "2025550123", "(202) 555-0123"},
		{`"+39 "000 0000000`, "3331234567", "+39 333 1234567"},
		{"0### ######", "12345", "0 12345"},
		{"##-00", "5", "-05"},
	} {
		f := parseFormat([]byte(c[0]))
		if got := string(appendPattern(nil, []byte(c[1]), f.pattern)); got != c[2] {
			t.Errorf("%q with %q: %q, want %q", c[1], c[0], got, c[2])
		}
	}
}

func TestColumnOf(t *testing.T) {
	for in, want := range map[string]int{"A1": 0, "Z9": 25, "AA10": 26, "XFD1048576": 16383, "XFE1": -1, "b2": 1, "1": -1, "": -1, "A": -1, "ZZZZZZ1": -1, "$A$1": -1} {
		if got := columnOf([]byte(in)); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

func TestHeaderCodes(t *testing.T) {
	for in, want := range map[string]string{
		"&Lsinistra&Ccentro&Rdestra": "\nsinistra\ncentro\ndestra", `&"Arial,Bold"&14Testo`: "Testo", "&KFF00FFx": "x", "a && b": "a & b", "&": "&", `&"open`: "", "&K": "",
	} {
		if got := string(withoutCodes([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
