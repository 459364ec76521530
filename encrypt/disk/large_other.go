//go:build !windows && !linux

package disk

import (
	"io"
	"os"
)

// behind leaves it to the flush at the end.
type behind struct{}

func (*behind) wrote(int, int) error { return nil }

func inOrder(int) {}

// direct is for Linux.
type direct struct{ io.ReaderAt }

func newDirect(*os.File, int64) *direct { return nil }

func (*direct) close() {}

// straight is for Linux.
type straight struct{}

func newStraight(*os.File, int64) *straight { return nil }

func (*straight) Write([]byte) (int, error) { return 0, ErrUnsupported }

func (*straight) settle() error { return nil }

func (*straight) sync() error { return nil }

func (*straight) close() {}

func newReadBack(*straight, *file) ReadBack { return nil }
