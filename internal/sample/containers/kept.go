package containers

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Seed is the seed of the people in the files that [Kept] unpacks.
const Seed = 1

// kept are files made by other programs, the big ones compressed.
//
//go:embed testdata
var kept embed.FS

// maxKept is how big a kept file may be when it is unpacked.
const maxKept = 8 << 20

// Kept unpacks into dir, which it creates if need be, the files that
// LibreOffice, Chromium, SQLite and two Go modules made of the people of [Seed];
// it replaces nothing.
func Kept(dir string) ([]Made, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := kept.ReadDir("testdata")
	if err != nil {
		return nil, err
	}
	var made []Made
	for _, e := range entries {
		if maker, _, _ := strings.Cut(e.Name(), "-"); !slices.Contains([]string{"soffice", "chromium", "excelize", "fpdf", "sqlite3"}, maker) {
			continue
		}
		m, err := unpack(dir, e.Name())
		if err != nil {
			return made, fmt.Errorf("unpack %s: %w", e.Name(), err)
		}
		made = append(made, m)
	}
	return made, nil
}

// unpack writes one kept file.
func unpack(dir, name string) (Made, error) {
	content, err := kept.ReadFile("testdata/" + name)
	if err != nil {
		return Made{}, err
	}
	plainName, compressed := strings.CutSuffix(name, ".gz")
	if compressed {
		r, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			return Made{}, err
		}
		if content, err = io.ReadAll(io.LimitReader(r, maxKept)); err != nil {
			return Made{}, err
		}
	}
	format := strings.TrimPrefix(path.Ext(plainName), ".")
	return Made{Path: plainName, Format: format, People: People}, create(filepath.Join(dir, plainName), content)
}
