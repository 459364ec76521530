package main

import (
	"encoding/json"
	"testing"
	"time"

	"custode/internal/secret"
	"custode/training"
	"custode/training/bank"
	"custode/training/pin"
	"custode/training/question"
)

// Two years of right answers leave sealed texts of the same length behind as two years of
// wrong ones, though whoever answers rightly sees more questions.
func TestLongYearsAreAlike(t *testing.T) {
	files, err := bank.Load()
	if err != nil {
		t.Fatal(err)
	}
	quick := training.NewBank(files, nil, func(*question.Question) int { return 5 }) // as short as a shop's own can be: eight a week
	_, key, err := pin.New(secret.FromString("2580"), cheapPIN, &chance{seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var lengths, plain [2][]int
	for i, right := range []bool{true, false} {
		p := &training.Progress{}
		now := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
		for week := range 104 {
			s := training.Begin(p, quick, nil, now, uint64(week))
			for next, ok := s.Next(); ok; next, ok = s.Next() {
				if _, err := s.Give(next.Question.ID, answerTo(next.Question, right), now); err != nil {
					t.Fatal(err)
				}
			}
			raw, err := p.Encode()
			if err != nil {
				t.Fatal(err)
			}
			raw, err = json.Marshal(map[string]json.RawMessage{"progress": raw})
			if err != nil {
				t.Fatal(err)
			}
			sealed, err := key.Seal(&chance{seed: 2}, "progress", raw)
			if err != nil {
				t.Fatal(err)
			}
			lengths[i], plain[i] = append(lengths[i], len(sealed)), append(plain[i], len(raw))
			now = now.AddDate(0, 0, 7)
		}
	}
	differ := 0
	for week, a := range lengths[0] {
		if b := lengths[1][week]; a != b {
			t.Errorf("week %d shows it: %d bytes when right, %d when wrong", week, a, b)
			break
		}
		if plain[0][week]/4096 != plain[1][week]/4096 { // blocks of 4 KiB would show it
			differ++
		}
	}
	if differ == 0 {
		t.Errorf("even short blocks would show nothing: %d, %d bytes", plain[0][103], plain[1][103])
	}
}
