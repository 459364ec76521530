package pin

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"custode/internal/secret"
)

var cheap = Cost{Time: 1, Memory: 8, Threads: 1}

func TestGood(t *testing.T) {
	for pin, want := range map[string]error{
		"": ErrShape, "123": ErrShape, "12a4": ErrShape, "1234567890123": ErrShape, "١٢٣٤": ErrShape, " 1357": ErrShape,
		"0000": ErrEasy, "1111": ErrEasy, "1234": ErrEasy, "4321": ErrEasy, "7890": ErrEasy, "0987": ErrEasy, "123456": ErrEasy, "999999999999": ErrEasy,
		"1357": nil, "2580": nil, "1233": nil, "9012": ErrEasy, "8642": nil, "0909": nil, "135791357913": nil,
	} {
		if err := Good(secret.FromString(pin)); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: %v, want %v", pin, err, want)
		}
	}
}

func TestLock(t *testing.T) {
	l, key, err := New(secret.FromString("2580"), cheap, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("2580")) {
		t.Error("the PIN stands in the lock")
	}
	back, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Open(secret.FromString("2580"))
	if err != nil || !again.Equal(key.Bytes) {
		t.Fatal("the PIN does not open it", err)
	}
	for _, wrong := range []string{"", "2581", "02580", "25800"} {
		if _, err := back.Open(secret.FromString(wrong)); !errors.Is(err, ErrWrong) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	for _, bad := range []string{"", "{", `{"cost":{"t":1,"m":4294967295,"p":1},"salt":"AAAA","wrapped":""}`, `{"cost":{"t":0,"m":8,"p":1},"salt":"AAAA"}`, `{"cost":{"t":1,"m":8,"p":1}}`} {
		l, err := Decode([]byte(bad))
		if err == nil {
			_, err = l.Open(secret.FromString("2580"))
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestSeal(t *testing.T) {
	_, key, err := New(secret.FromString("2580"), cheap, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 100, block - 1, block, block + 1, 3 * block} {
		plain := bytes.Repeat([]byte{0x80, 0}, n)[:n] // like the padding
		sealed, err := key.Seal(rand.Reader, "answers", plain)
		if err != nil {
			t.Fatal(err)
		}
		back, err := key.Unseal("answers", sealed)
		if err != nil || !bytes.Equal(back, plain) {
			t.Fatalf("%d: %v", n, err)
		}
		if _, err := key.Unseal("progress", sealed); !errors.Is(err, ErrDamaged) {
			t.Error("opened for another purpose")
		}
		for _, i := range []int{0, 30, len(sealed) - 1} {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1
			if _, err := key.Unseal("answers", bad); !errors.Is(err, ErrDamaged) {
				t.Errorf("byte %d turned: opened", i)
			}
		}
		if _, err := key.Unseal("answers", sealed[:10]); !errors.Is(err, ErrDamaged) {
			t.Error("cut: opened")
		}
	}
}

// The length of what is sealed must not tell a right answer from a wrong one.
func TestLengths(t *testing.T) {
	_, key, err := New(secret.FromString("2580"), cheap, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	right, err := key.Seal(rand.Reader, "a", []byte(`{"question":"phishing-1","chosen":["a"],"score":100}`))
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := key.Seal(rand.Reader, "a", []byte(`{"question":"phishing-1","chosen":["b","c"],"score":0}`))
	if err != nil || len(right) != len(wrong) {
		t.Errorf("%d bytes when right, %d when wrong (%v)", len(right), len(wrong), err)
	}
}

func TestWait(t *testing.T) {
	var total time.Duration
	for n := range 1000 {
		w := Wait(n)
		if n < 3 && w != 0 || n >= 3 && w < firstWait || w > LongestWait || n > 0 && w < Wait(n-1) {
			t.Fatalf("after %d: %s", n, w)
		}
		total += w
	}
	if total < 40*24*time.Hour {
		t.Errorf("a thousand tries take %s", total)
	}
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		wrong int
		after time.Duration
		want  time.Duration
	}{
		{2, 0, 0},
		{3, 0, 30 * time.Second},
		{3, 10 * time.Second, 20 * time.Second},
		{3, time.Minute, 0},
		{50, 0, time.Hour},
		{50, -48 * time.Hour, time.Hour}, // the clock was set back
	} {
		if got := Left(c.wrong, at, at.Add(c.after)); got != c.want {
			t.Errorf("%d wrong, %s later: %s, want %s", c.wrong, c.after, got, c.want)
		}
	}
}
