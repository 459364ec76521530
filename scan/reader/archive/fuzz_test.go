package archive

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// seeds adds the fixtures of a kind.
func seeds(f *testing.F, kinds ...string) {
	f.Helper()
	for _, kind := range kinds {
		names, err := filepath.Glob("testdata/*." + kind)
		if err != nil || len(names) == 0 {
			f.Fatal(kind, err)
		}
		for _, name := range names {
			f.Add(fixture(f, filepath.Base(name)))
		}
	}
}

// promise holds what a reading tells to what it may tell.
func promise(t *testing.T, b []byte, r *record, info Info) {
	t.Helper()
	if info.Members != int64(len(r.names)) || info.Damaged < 0 || info.Hidden < 0 || info.Hidden > int64(len(b)) || info.Stub > info.Hidden {
		t.Errorf("%+v of %d bytes and %d members", info, len(b), len(r.names))
	}
	for _, name := range r.names {
		if len(name) > maxName || !utf8.ValidString(name) {
			t.Errorf("a name of %d bytes: %.100q", len(name), name)
		}
	}
}

func FuzzZip(f *testing.F) {
	seeds(f, "zip")
	f.Fuzz(func(t *testing.T, b []byte) {
		src := &counted{r: bytes.NewReader(b)}
		r := &record{limit: 16 << 20, most: 1 << 10}
		info, _ := Zip(context.Background(), src, int64(len(b)), r.options(), r)
		promise(t, b, r, info)
		if work := int64(len(b)+4096) * int64(len(r.names)+endTries+8); src.n > work {
			t.Errorf("%d bytes read of %d", src.n, len(b))
		}
	})
}

func FuzzTar(f *testing.F) {
	seeds(f, "tar")
	f.Fuzz(func(t *testing.T, b []byte) {
		r, info, _ := ofStream(Tar, b)
		promise(t, b, r, info)
	})
}

func FuzzStreams(f *testing.F) {
	seeds(f, "gz", "bz2")
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, read := range []func(context.Context, io.Reader, Options, Handler) (Info, error){Gzip, Bzip2} {
			r := &record{limit: 16 << 20, most: 1 << 10}
			info, _ := read(context.Background(), bytes.NewReader(b), r.options(), r)
			promise(t, b, r, info)
		}
	})
}

func FuzzLocked(f *testing.F) {
	seeds(f, "7z")
	f.Add(rar4(rar4Block(0x73, 0, "123456", ""), rar4File(4, "data")))
	f.Add(rar5(rar5Block(1, 0, "\x00"), rar5File(0, vint(3)+vint(1)+"xy", "data")))
	f.Fuzz(func(_ *testing.T, b []byte) {
		Locked(Looks(b), bytes.NewReader(b), int64(len(b)))
	})
}
