package seal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/seal"
)

type idle struct{}

func (idle) Wrap([]byte) ([]*age.Stanza, error) { return nil, nil }

type failing struct{}

var errToken = errors.New("no token")

func (failing) Wrap([]byte) ([]*age.Stanza, error)   { return nil, errToken }
func (failing) Unwrap([]*age.Stanza) ([]byte, error) { return nil, errToken }

// TestErrors: each failure is told apart, and none has the content in its words.
func TestErrors(t *testing.T) {
	k := hybrid(t)
	one, _ := sealBytes(t, content(70), seal.Options{}, k.to)
	four, _ := sealBytes(t, content(4*65536), seal.Options{}, k.to)
	head := len(one) - 70 - 16 - 16
	flip := func(b []byte, at int) []byte { b = bytes.Clone(b); b[at] ^= 4; return b }
	for name, c := range map[string]struct {
		file []byte
		id   age.Identity
		want error
	}{
		"another key":                   {one, hybrid(t).id, seal.ErrNoMatch},
		"a key of another kind":         {one, classic(t).id, seal.ErrNoMatch},
		"no key":                        {one, nil, seal.ErrNoMatch},
		"a token that fails":            {one, failing{}, seal.ErrIdentity},
		"empty":                         {nil, k.id, seal.ErrTruncated},
		"a letter":                      {[]byte("Dear Mrs Rossi, your card 4111 1111 1111 1111"), k.id, seal.ErrNotSealed},
		"the intro cut":                 {one[:10], k.id, seal.ErrTruncated},
		"the header cut":                {one[:300], k.id, seal.ErrTruncated},
		"the nonce cut":                 {one[:head+5], k.id, seal.ErrTruncated},
		"no payload":                    {one[:head+16], k.id, seal.ErrTruncated},
		"less than a tag":               {one[:head+16+15], k.id, seal.ErrTruncated},
		"the header's MAC":              {flip(one, head-10), k.id, seal.ErrDamaged},
		"the stanza's name":             {flip(one, 26), k.id, seal.ErrNoMatch},
		"the nonce":                     {flip(one, head+1), k.id, seal.ErrDamaged},
		"the only chunk":                {flip(one, len(one)-40), k.id, seal.ErrDamaged},
		"the first chunk":               {flip(four, head+16+100), k.id, seal.ErrDamaged},
		"the last, full chunk":          {flip(four, len(four)-1), k.id, seal.ErrDamaged},
		"a chunk too much":              {append(bytes.Clone(four), four[len(four)-65552:]...), k.id, seal.ErrDamaged},
		"a byte too much":               {append(bytes.Clone(four), 0), k.id, seal.ErrDamaged},
		"cut between chunks":            {four[:len(four)-65552], k.id, seal.ErrTruncated},
		"cut in a chunk":                {four[:len(four)-70], k.id, seal.ErrTruncated},
		"cut shortly after a chunk":     {four[:len(four)-65552+16], k.id, seal.ErrTruncated},
		"armor cut":                     {[]byte(armor.Header + "\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgy"), k.id, seal.ErrTruncated},
		"armor cut in its first line":   {[]byte(armor.Header[:20]), k.id, seal.ErrTruncated},
		"armor with a letter inside it": {[]byte(armor.Header + "\nRGVhciBNcnMgUm9zc2k=\n" + armor.Footer + "\n"), k.id, seal.ErrNotSealed},
		"armor that is no base64":       {[]byte(armor.Header + "\nDear Mrs Rossi\n" + armor.Footer + "\n"), k.id, seal.ErrDamaged},
	} {
		var ids []age.Identity
		if c.id != nil {
			ids = append(ids, c.id)
		}
		var out bytes.Buffer
		_, err := seal.DecryptTo(t.Context(), &out, bytes.NewReader(c.file), ids, seal.Options{Workers: 2})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if out.Len() > 0 || strings.Contains(fmt.Sprintf("%v %+v %q", err, err, err), "Rossi") {
			t.Errorf("%s: %d bytes released; %v", name, out.Len(), err)
		}
		for _, other := range []error{seal.ErrNoMatch, seal.ErrDamaged, seal.ErrTruncated, seal.ErrNotSealed, seal.ErrIdentity} {
			if !errors.Is(c.want, other) && errors.Is(err, other) {
				t.Errorf("%s: is %v too", name, other)
			}
		}
		if errors.Is(c.want, seal.ErrIdentity) && !errors.Is(err, errToken) {
			t.Errorf("%s: the cause is lost: %v", name, err)
		}
	}
}

// TestCheckSees: Check finds what changed since Seal, and works only after it.
func TestCheckSees(t *testing.T) {
	k := classic(t)
	plain := content(300_000)
	sealed, s := sealBytes(t, plain, seal.Options{}, k.to, classic(t).to)
	check := func(b []byte) error {
		return s.Check(t.Context(), bytes.NewReader(b), int64(len(b)), seal.Options{})
	}
	for name, b := range map[string][]byte{
		"a bit":                append(bytes.Clone(sealed[:200_000]), append([]byte{sealed[200_000] ^ 1}, sealed[200_001:]...)...),
		"a recipient's stanza": bytes.Replace(bytes.Clone(sealed), []byte("X25519"), []byte("X25518"), 1),
		"first byte":           append([]byte("b"), sealed[1:]...), "one byte less": sealed[:len(sealed)-1], "one byte more": append(bytes.Clone(sealed), 1), "empty": nil,
	} {
		if err := check(b); !errors.Is(err, seal.ErrDamaged) && !errors.Is(err, seal.ErrTruncated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, _ := sealBytes(t, plain, seal.Options{}, k.to)
	if err := check(other); err == nil {
		t.Error("another file of the same content passed")
	}
	got, err := seal.Verify(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), []age.Identity{k.id}, seal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Check(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), seal.Options{}); !errors.Is(err, seal.ErrForgotten) {
		t.Errorf("Check of what was verified: %v", err)
	}
	if err := check(sealed); err != nil {
		t.Fatal(err)
	}
	s.Forget()
	if err := check(sealed); !errors.Is(err, seal.ErrForgotten) {
		t.Errorf("after Forget: %v", err)
	}
}

// TestSalvage: Decrypt writes what is authentic before the first bad chunk, no
// more, and says how much.
func TestSalvage(t *testing.T) {
	k := classic(t)
	plain := content(13*65536 + 5)
	sealed, _ := sealBytes(t, plain, seal.Options{}, k.to)
	for chunk := range 14 {
		for workers := 1; workers < 4; workers++ {
			bad := bytes.Clone(sealed)
			bad[len(bad)-5-16-(13-chunk)*65552] ^= 1
			var out bytes.Buffer
			_, err := seal.Decrypt(t.Context(), &out, bytes.NewReader(bad), []age.Identity{k.id}, seal.Options{Workers: workers})
			var broken *seal.BrokenError
			if !errors.As(err, &broken) || broken.Good != int64(chunk)*65536 || !bytes.Equal(out.Bytes(), plain[:chunk*65536]) {
				t.Errorf("chunk %d, %d workers: %d bytes written, %v", chunk, workers, out.Len(), err)
			}
		}
	}
}

var errDisk = errors.New("disk full")

// full is a disk with room for n bytes.
type full struct{ n int }

func (f *full) Write(b []byte) (int, error) {
	if f.n -= len(b); f.n < 0 {
		return 0, errDisk
	}
	return len(b), nil
}

// TestFaults: errors of source and destination come back as they are, at every
// place, also when the source fails the way a cut archive does.
func TestFaults(t *testing.T) {
	k := classic(t)
	plain := content(20 * 65536)
	sealed, _ := sealBytes(t, plain, seal.Options{}, k.to)
	ids := []age.Identity{k.id}
	for at := 0; at < len(plain); at += 99_991 {
		for workers := 1; workers <= 3; workers++ {
			o := seal.Options{Workers: workers}
			if _, err := seal.Seal(t.Context(), &full{at}, bytes.NewReader(plain), []age.Recipient{k.to}, o); !errors.Is(err, errDisk) {
				t.Errorf("full after %d: %v", at, err)
			}
			if _, err := seal.Decrypt(t.Context(), &full{at}, bytes.NewReader(sealed), ids, o); !errors.Is(err, errDisk) {
				t.Errorf("decrypting, full after %d: %v", at, err)
			}
			for _, cause := range []error{errDisk, io.ErrUnexpectedEOF} {
				src := io.MultiReader(bytes.NewReader(plain[:at]), iotest.ErrReader(cause))
				if _, err := seal.Seal(t.Context(), io.Discard, src, []age.Recipient{k.to}, o); !errors.Is(err, cause) || errors.Is(err, seal.ErrTruncated) {
					t.Errorf("source fails after %d: %v", at, err)
				}
				src = io.MultiReader(bytes.NewReader(sealed[:at]), iotest.ErrReader(cause))
				if _, err := seal.Decrypt(t.Context(), io.Discard, src, ids, o); !errors.Is(err, cause) || errors.Is(err, seal.ErrTruncated) {
					t.Errorf("sealed source fails with %v after %d: %v", cause, at, err)
				}
			}
		}
	}
	short := writerFunc(func(b []byte) (int, error) { return len(b) / 2, nil })
	if _, err := seal.Seal(t.Context(), short, bytes.NewReader(plain), []age.Recipient{k.to}, seal.Options{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a short write: %v", err)
	}
	never := readerFunc(func([]byte) (int, error) { return 0, nil })
	if _, err := seal.Seal(t.Context(), io.Discard, never, []age.Recipient{k.to}, seal.Options{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a source that gives nothing: %v", err)
	}
}

type (
	writerFunc func([]byte) (int, error)
	readerFunc func([]byte) (int, error)
)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
func (f readerFunc) Read(b []byte) (int, error)  { return f(b) }

// TestCancel: a canceled context ends an endless stream.
func TestCancel(t *testing.T) {
	k := classic(t)
	for workers := 1; workers < 4; workers++ {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		dst := writerFunc(func(b []byte) (int, error) {
			if n += len(b); n > 4<<20 {
				cancel()
			}
			return len(b), nil
		})
		endless := readerFunc(func(b []byte) (int, error) { return len(b), nil })
		if _, err := seal.Seal(ctx, dst, endless, []age.Recipient{k.to}, seal.Options{Workers: workers}); !errors.Is(err, context.Canceled) {
			t.Errorf("%d workers: %v", workers, err)
		}
		if _, err := seal.Seal(ctx, dst, endless, []age.Recipient{k.to}, seal.Options{Workers: workers}); !errors.Is(err, context.Canceled) {
			t.Errorf("%d workers, canceled before: %v", workers, err)
		}
	}
}

// TestPanic: a panic of the source or the destination reaches the caller, on
// the caller's goroutine.
func TestPanic(t *testing.T) {
	k := classic(t)
	for name, run := range map[string]func() error{
		"source": func() error {
			n := 0
			_, err := seal.Seal(t.Context(), io.Discard, readerFunc(func(b []byte) (int, error) {
				if n += len(b); n > 4<<20 {
					panic("boom")
				}
				return len(b), nil
			}), []age.Recipient{k.to}, seal.Options{Workers: 2})
			return err
		},
		"destination": func() error {
			n := 0
			_, err := seal.Seal(t.Context(), writerFunc(func(b []byte) (int, error) {
				if n += len(b); n > 1<<20 {
					panic("boom")
				}
				return len(b), nil
			}), bytes.NewReader(content(8<<20)), []age.Recipient{k.to}, seal.Options{Workers: 2})
			return err
		},
	} {
		func() {
			defer func() {
				if v := fmt.Sprint(recover()); !strings.HasPrefix(v, "boom") {
					t.Errorf("%s: recovered %s", name, v)
				}
			}()
			t.Errorf("%s: no panic, %v", name, run())
		}()
	}
}

// TestNoSecretPrinted: the file key is not in what a Sealed prints.
func TestNoSecretPrinted(t *testing.T) {
	k := classic(t)
	sealed, s := sealBytes(t, []byte("x"), seal.Options{}, k.to)
	key, err := age.DecryptHeader(sealed, k.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q", "%z"} {
		out := fmt.Sprintf(format, s) + fmt.Sprintf(format, &s)
		for _, shape := range []string{string(key), fmt.Sprintf("%x", key), fmt.Sprintf("%d", key)[1:40], strings.TrimPrefix(fmt.Sprintf("%#v", key), "[]byte")} {
			if strings.Contains(out, shape) {
				t.Errorf("%s prints the file key", format)
			}
		}
	}
}
