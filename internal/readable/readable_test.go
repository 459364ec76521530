package readable

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// Figures worked out by hand.
func TestFigures(t *testing.T) {
	for _, c := range []struct {
		text             string
		want             Counts
		flesch, gulpease float64
	}{
		// 206.835 - 1.015*6/1 - 84.6*6/6; 89 + (300*1 - 10*17)/6
		{"The cat sat on the mat.", Counts{6, 1, 17, 6}, 116.145, 110.667},
		// five and five words, five and eight syllables, 20 and 20 letters
		{"Staff must lock the till. Nobody opens it at night.", Counts{10, 2, 40, 13}, 206.835 - 5.075 - 109.98, 89 + (600-400)/10.0},
		// 5 words, 21 letters
		{"Casa cane gatto luce sole.", Counts{5, 1, 21, 0}, 0, 107},
		// 9 words, 36 letters, two sentences: 89 + (600-360)/9
		{"Chiudi la cassa. Non dare la chiave a nessuno.", Counts{9, 2, 36, 0}, 0, 115.667},
		// l'ora and dell'incasso are one word each: 6 words, 27 letters
		{"È l'ora dell'incasso: conta i soldi!", Counts{6, 1, 27, 0}, 0, 89 + 30/6.0},
		{"The mail came at 5 p.m. on Monday... What now?", Counts{10, 2, 31, 11}, 206.835 - 1.015*5 - 84.6*1.1, 0},
		{"«Paga subito!» dice la voce. “Perché?”", Counts{6, 2, 26, 0}, 0, 89 + (600-260)/6.0},
		{"", Counts{}, 0, 0},
		{" — ... ?! ", Counts{}, 0, 0},
	} {
		got := Count(c.text)
		if c.want.Syllables == 0 {
			got.Syllables = 0 // an Italian text
		}
		if got != c.want {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
		if f := Count(c.text).Flesch(); c.flesch != 0 && math.Abs(f-c.flesch) > 0.001 {
			t.Errorf("%q: Flesch %.3f, want %.3f", c.text, f, c.flesch)
		}
		if g := Count(c.text).Gulpease(); c.gulpease != 0 && math.Abs(g-c.gulpease) > 0.001 {
			t.Errorf("%q: Gulpease %.3f, want %.3f", c.text, g, c.gulpease)
		}
	}
	if none := (Counts{}); none.Flesch() != 0 || none.Gulpease() != 0 || Count() != none {
		t.Error("nothing is neither easy nor hard")
	}
	// Each text is a sentence of its own, also without a full stop.
	if got := Count("Lock it", "Leave it"); got.Sentences != 2 || got.Words != 4 || got != Count("Lock it").Add(Count("Leave it")) {
		t.Errorf("%+v", got)
	}
	if got := Sentences("Ask first. e.g. by phone. Then pay.\n\nThen tell"); !slices.Equal(got, []string{"Ask first. e.g. by phone.", "Then pay.", "Then tell"}) {
		t.Errorf("%q", got)
	}
}

func TestSeconds(t *testing.T) {
	for words, want := range map[int]int{0: 0, 1: 1, 10: 3, 11: 4, 200: 60, 401: 121} {
		if got := Seconds(strings.Repeat("word ", words)); got != want {
			t.Errorf("%d words: %d s, want %d", words, got, want)
		}
	}
}

func TestSyllables(t *testing.T) {
	for n, words := range map[int]string{
		1: "the cat mail click shop's don't locked asked called used made name file files phone type one please rule rules staff through thieves known paid played text sites times laws",
		2: "open player buyer people password answer wanted needed sender table trouble pages boxes letters safely hopeful paper being going moment statement being doing before invoice quiet email",
		3: "customer employee computer attachment family supplier idea area video another attention business officer telephone department radio",
		4: "information delivery january",
	} {
		for w := range strings.FieldsSeq(words) {
			if got := Syllables(w); got != n {
				t.Errorf("%s: %d, want %d", w, got, n)
			}
		}
	}
	if Syllables("72") != 2 || Syllables("three-year") != 2 {
		t.Error("digits, hyphens")
	}
}
