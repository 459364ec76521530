package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
)

// autoSeal is a folder in which new files with personal data are sealed by
// themselves: with its full path, or with its path below the data folders.
type autoSeal struct {
	Path  string `yaml:"path"`
	Quiet string `yaml:"quiet,omitempty"` // as 10m or 1h30m
}

// How long nobody must have touched a file.
const (
	defaultQuiet = 10 * time.Minute
	minQuiet     = 10 * time.Second
	maxQuiet     = 720 * time.Hour
)

// wrongAuto says what about the folders of automatic sealing can't stay, and where.
func (s settings) wrongAuto() (path, id string) {
	for i, a := range s.AutoSeal {
		at := fmt.Sprintf("$.auto_seal[%d]", i)
		if len(s.autoPaths(a)) == 0 {
			return at + ".path", "auto-path"
		}
		if _, ok := a.quiet(); !ok {
			return at + ".quiet", "auto-quiet"
		}
	}
	return "", ""
}

func (a autoSeal) quiet() (time.Duration, bool) {
	if a.Quiet == "" {
		return defaultQuiet, true
	}
	d, err := time.ParseDuration(a.Quiet)
	return d, err == nil && d >= minQuiet && d <= maxQuiet
}

// autoPaths gives the full paths that are meant, all at or below data folders. A path
// below them that is there in some is not looked for in the others.
func (s settings) autoPaths(a autoSeal) (out []string) {
	if strings.TrimSpace(a.Path) == "" || strings.ContainsAny(a.Path, "\x00\n") {
		return nil
	}
	for _, f := range s.Folders {
		p := a.Path
		if !filepath.IsAbs(p) {
			p = filepath.Join(f, p)
		}
		if isWithin(f, p) {
			out = append(out, filepath.Clean(p))
		}
	}
	there := slices.DeleteFunc(slices.Clone(out), func(p string) bool { _, err := os.Stat(p); return err != nil })
	if len(there) > 0 {
		return there
	}
	return out
}

// autoFolders gives the folders of automatic sealing. A quiet time that was asked for
// counts for all of them.
func (s settings) autoFolders(asked time.Duration) (out []job.AutoFolder) {
	for _, a := range s.AutoSeal {
		d, _ := a.quiet()
		if asked > 0 {
			d = asked
		}
		for _, p := range s.autoPaths(a) {
			out = append(out, job.AutoFolder{Path: p, Quiet: d})
		}
	}
	return out
}
