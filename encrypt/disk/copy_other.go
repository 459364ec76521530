//go:build !linux

package disk

func copyRange(*file, *file, int64, int64) (done int64, err error) { return 0, nil }
