package pdf

import "testing"

// TestLines shows what becomes of contents with one font, Helvetica, called F.
func TestLines(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"words":        {"BT /F 10 Tf 50 700 Td (Mario Rossi) Tj ET", "Mario Rossi\n"},
		"kerned":       {"BT /F 10 Tf 50 700 Td [(A)70(V)80(V)-20(O)30(CA)90(TO)-90(.)] TJ ET", "AVVOCATO.\n"},
		"gap is blank": {"BT /F 10 Tf 50 700 Td [(Mario)-278(Rossi)] TJ ET", "Mario Rossi\n"},
		"wide gap":     {"BT /F 10 Tf 50 700 Td [(Mario)-3000(Rossi)] TJ ET", "Mario\tRossi\n"},
		"one by one": {
			"BT /F 10 Tf 50 700 Td (a) Tj 5.56 0 Td (@) Tj 10.15 0 Td (b) Tj 5.56 0 Td (.) Tj 2.78 0 Td (i) Tj 2.22 0 Td (t) Tj ET",
			"a@b.it\n",
		},
		"one by one, backwards": {
			"BT /F 10 Tf 1 0 0 1 61.12 700 Tm (3) Tj 1 0 0 1 55.56 700 Tm (2) Tj 1 0 0 1 50 700 Tm (1) Tj ET",
			"123\n",
		},
		"cells out of order": {
			"BT /F 10 Tf 1 0 0 1 300 700.4 Tm (two) Tj 1 0 0 1 300 680 Tm (four) Tj 1 0 0 1 50 700 Tm (one) Tj 1 0 0 1 50 680 Tm (three) Tj ET",
			"one\ttwo\nthree\tfour\n",
		},
		"two columns":   {"BT /F 10 Tf 50 700 Td (RSSMRA85T10A562S) Tj 115 0 Td (IT60X0542811101) Tj ET", "RSSMRA85T10A562S\tIT60X0542811101\n"},
		"leading":       {"BT /F 10 Tf 12 TL 50 700 Td (a) Tj T* (b) Tj (c) ' 0 0 (d) \" ET", "a\nb\nc\nd\n"},
		"TD":            {"BT /F 10 Tf 50 700 Td (a) Tj 0 -12 TD (b) Tj T* (c) Tj ET", "a\nb\nc\n"},
		"scaled":        {"BT /F 10 Tf 50 Tz 50 700 Td (aaaa) Tj 100 Tz (b) Tj ET", "aaaab\n"},
		"letterspaced":  {"BT /F 10 Tf 4 Tc 50 700 Td (R O S) Tj (S I) Tj ET", "R O SS I\n"},
		"spaced out":    {"BT /F 10 Tf 4 Tc 50 700 Td (ROSSI) Tj ET", "ROSSI\n"},
		"word space":    {"BT /F 10 Tf 20 Tw 50 700 Td (via Roma) Tj ET", "via Roma\n"},
		"superscript":   {"BT /F 10 Tf 50 700 Td (3331234567) Tj /F 6 Tf 4 Ts (1) Tj ET", "1\n3331234567\n"},
		"shadow":        {"BT /F 10 Tf 50 700 Td (Rossi) Tj 0.3 0 Td (Rossi) Tj ET", "Rossi\n"},
		"each twice":    {"BT /F 10 Tf 50 700 Td (1) Tj .3 0 Td (1) Tj 5.26 0 Td (1) Tj .3 0 Td (1) Tj ET", "11\n"},
		"hidden":        {"BT 3 Tr /F 10 Tf 50 700 Td (from a scan) Tj ET", "from a scan\n"},
		"turned":        {"BT /F 10 Tf 0 1 -1 0 300 100 Tm (up) Tj [(a)-3000(b)] TJ ET", "upa\tb\n"},
		"upside down":   {"BT /F 10 Tf -1 0 0 -1 300 100 Tm (over) Tj ET", "over\n"},
		"mirrored ctm":  {"1 0 0 -1 0 800 cm BT /F 10 Tf 1 0 0 -1 50 100 Tm (a) Tj 1 0 0 -1 50 120 Tm (b) Tj ET", "a\nb\n"},
		"negative size": {"BT /F -10 Tf -1 0 0 -1 50 700 Tm (Ros) Tj (si) Tj ET", "Rossi\n"},
		"scaled matrix": {"q .1 0 0 .1 0 0 cm BT /F 100 Tf 500 7000 Td (Mario) Tj 300 0 Td (Rossi) Tj ET Q", "Mario Rossi\n"},
		"saved state":   {"BT /F 10 Tf 50 700 Td (a) Tj ET q BT /F 0 Tf ET Q BT 50 600 Td (b) Tj ET", "a\nb\n"},
		"clipped cells": {
			"q 50 690 40 20 re W n BT /F 10 Tf 50 700 Td (RSSMRA85) Tj ET Q q 90 690 60 20 re W n BT /F 10 Tf 91 700 Td (IT60) Tj ET Q",
			"RSSMRA85\tIT60\n",
		},
		"one clip, one word": {"q 50 690 400 20 re W n BT /F 10 Tf 50 700 Td (RSS) Tj (MRA) Tj ET Q", "RSSMRA\n"},
		"lies over":          {"BT /F 10 Tf 50 700 Td (Via Garibaldi) Tj ET BT /F 10 Tf 70 700 Td (Roma) Tj ET", "Via Garibaldi\tRoma\n"},
		"blank after":        {"BT /F 10 Tf 50 700 Td (Mario ) Tj 1 0 0 1 50 600 Tm (x) Tj 1 0 0 1 78 700 Tm (Rossi) Tj ET", "Mario Rossi\nx\n"},
		"WinAnsi":            {"BT /F 10 Tf 50 700 Td (Niccol\\362 \\200 5\\2265) Tj ET", "Niccolò € 5–5\n"},
		"hyphens":            {"BT /F 10 Tf 50 700 Td (02\\25512) Tj ET", "02-12\n"},
		"hex string":         {"BT /F 10 Tf 50 700 Td <526F737 3 69> Tj ET", "Rossi\n"},
		"escapes":            {"BT /F 10 Tf 50 700 Td (a\\(b\\)\\\n(c)\\061) Tj ET", "a(b)(c)1\n"},
		"inline image":       {say("a") + "\nq BI /W 4 /H 1 /BPC 8 /CS /G ID \x00EI\xff EI Q\n" + "BT 50 650 Td (b) Tj ET", "a\nb\n"},
		"marked":             {"/P <</MCID 0 /A [1 2 <</B (>>)>>]>> BDC " + say("a") + " EMC", "a\n"},
		"unfinished dict":    {"/P <</MCID 0 BDC " + say("a"), "a\n"},
		"odd numbers":        {"BT /F +10. Tf 50 --700 Td (a) Tj 0 -.5 Td (b) Tj ET", "a\tb\n"},
		"comment":            {"BT /F 10 Tf % (x) Tj\n50 700 Td (a) Tj ET", "a\n"},
		"many marks":         {"EMC EMC Q Q Q ET " + say("a"), "a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			text, info := must(t, simple(c.content).table())
			if text != c.want || info != (Info{Pages: 1}) {
				t.Errorf("%q %+v, want %q", text, info, c.want)
			}
		})
	}
}
