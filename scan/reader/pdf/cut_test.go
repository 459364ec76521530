package pdf

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// documents are the files of testdata, and those of other producers.
func documents(tb testing.TB) map[string][]byte {
	tb.Helper()
	all := map[string][]byte{}
	for _, pattern := range []string{"testdata/*.pdf", "../../../internal/sample/containers/testdata/*.pdf"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			tb.Fatal(pattern, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				tb.Fatal(err)
			}
			all[name] = b
		}
	}
	return all
}

// TestCut cuts every document off at many places: what is left is read, and what
// is not there is never passed over in silence.
func TestCut(t *testing.T) {
	for name, whole := range documents(t) {
		for i := range 24 {
			n := len(whole) * i / 24
			info, err := Read(context.Background(), bytes.NewReader(whole[:n]), int64(n), Options{}, &strict{t: t})
			if err == nil && info.Unread == 0 && !info.Encrypted && n < len(whole)*9/10 {
				t.Errorf("%s cut at %d of %d: %+v", name, n, len(whole), info)
			}
			// A file may also be cut off while it is read: it is shorter than it was.
			info, err = Read(context.Background(), bytes.NewReader(whole[:n]), int64(len(whole)), Options{}, &strict{t: t})
			if err == nil && info.Unread == 0 && !info.Encrypted {
				t.Errorf("%s cut at %d of %d while it was read: no error", name, n, len(whole))
			}
		}
	}
}
