package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"custode/internal/fault"
	"custode/internal/safefile"
)

// What lies where a file of the service belongs.
type unitState int

const (
	unitNone    unitState = iota
	unitOurs              // as this program writes it now
	unitOlder             // written by custode and not changed since, but another text
	unitForeign           // not custode's, or changed
)

// mark is the line near the beginning of a file of ours that says that it is: what it says of the rest tells whether
// somebody changed it.
type mark struct {
	before     string // lines that have to stand above it
	begin, end string // how a remark begins and ends
}

func unitMark() mark { return mark{begin: "# "} }

// on puts the mark on a text.
func (m mark) on(text string) string {
	sum := sha256.Sum256([]byte(text))
	return m.before + m.begin + "custode service install, sha256 " + hex.EncodeToString(sum[:]) + m.end + "\n" + text
}

// look tells what lies where a file belongs that would be written as now.
func (m mark) look(path, now string) (unitState, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return unitNone, nil
	}
	if err != nil {
		return unitForeign, fault.On(fault.CodeOf(err, fault.IO), "fault.service.read", path, err)
	}
	const most = 1 << 16
	if !info.Mode().IsRegular() || info.Size() > most {
		return unitForeign, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return unitForeign, fault.On(fault.CodeOf(err, fault.IO), "fault.service.read", path, err)
	}
	_, rest, _ := strings.Cut(strings.TrimPrefix(string(raw), m.before), "\n")
	switch string(raw) {
	case now:
		return unitOurs, nil
	case m.on(rest):
		return unitOlder, nil
	}
	return unitForeign, nil
}

// writeService puts a file where what starts services looks for it, for everybody to read, as systemd and launchd have
// theirs.
func writeService(path, text string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755) //nolint:gosec // as above
	if err == nil {
		err = safefile.Write(path, []byte(text), 0o644)
	}
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.service.write", path, err)
	}
	return nil
}
