package scan

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"custode/scan/walk"
	"custode/scan/walk/baddisk"
)

// TestSourceRemembersTheDisk: a failure of the disk is not forgotten, whatever a
// reader makes of it; the end of the file, and a place beyond it, are none.
func TestSourceRemembersTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		fault baddisk.Fault
		use   func(s *source)
		want  error
	}{
		"read":          {baddisk.Fault{At: 5, Read: baddisk.ErrIO}, func(s *source) { _, _ = io.ReadAll(s) }, baddisk.ErrIO},
		"read anywhere": {baddisk.Fault{At: 5, Read: baddisk.ErrIO}, func(s *source) { _, _ = s.ReadAt(make([]byte, 2), 7) }, baddisk.ErrIO},
		"before it":     {baddisk.Fault{At: 5, Read: baddisk.ErrIO}, func(s *source) { _, _ = s.ReadAt(make([]byte, 2), 1) }, nil},
		"to the end":    {baddisk.Fault{}, func(s *source) { _, _ = io.ReadAll(s) }, nil},
		"beyond it":     {baddisk.Fault{}, func(s *source) { _, _ = s.ReadAt(make([]byte, 2), 70) }, nil},
		"nowhere":       {baddisk.Fault{}, func(s *source) { _, _ = s.ReadAt(make([]byte, 2), -1) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			opened, stamp, err := baddisk.New(map[string]baddisk.Fault{path: c.fault}).Open(path, walk.Stamp{})
			if err != nil {
				t.Fatal(err)
			}
			defer opened.Close()
			s := &source{Content: opened, size: stamp.Size}
			c.use(s)
			_, _ = s.ReadAt(make([]byte, 1), 0) // what works afterwards changes nothing
			if got := s.failed(); !errors.Is(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
