package sample

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// corpus holds the templates of the clean files, each at the path at which its
// file is written, and README.md says what each is for. A template is text with
// pieces in «» that are made up anew each time (see tokens), and with blocks:
//
//	@@rows 200     what follows, up to @@end, 200 times
//	@@bytes 1000   the same, until it has made 1000 bytes, times the scale
//	@@or           between two versions of a block, of which one is taken each time
//	@@glue         as the first line of a block: without line ends
//
//go:embed all:corpus
var corpus embed.FS

// templateEnd is at the end of every template's name, so that no tool takes it
// for a source or a module of ours.
const templateEnd = ".tmpl"

// WriteClean fills dir, which is empty or does not exist yet, with files in
// which there is nobody, although they are full of numbers: nothing may be
// found in them with more than low confidence. Scale 1 makes an access log of
// 50 MB; it must be positive, and changes little else. The same arguments make
// the same bytes.
func WriteClean(dir string, seed uint64, scale float64) error {
	if scale <= 0 {
		return fmt.Errorf("the scale %v is not positive", scale)
	}
	return fill(dir, func() error {
		return fs.WalkDir(corpus, "corpus", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel := strings.TrimSuffix(strings.TrimPrefix(name, "corpus/"), templateEnd)
			if err := writeClean(filepath.Join(dir, filepath.FromSlash(rel)), name, seed, scale); err != nil {
				return fmt.Errorf("%s: %w", rel, err)
			}
			return nil
		})
	})
}

// writeClean makes one file of its template. Each has a seed of its own, so
// that a new template changes no other file.
func writeClean(to, template string, seed uint64, scale float64) (err error) {
	content, err := corpus.ReadFile(template)
	if err != nil {
		return err
	}
	own := uint64(0xc1ea0)
	for i := range len(template) {
		own = own*31 + uint64(template[i])
	}
	m := &maker{crowd: newCrowd(rand.New(rand.NewPCG(seed, own)))} //nolint:gosec // invented data wants a seed, not secrecy
	blocks, err := m.parse(string(content))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<16)
	for _, b := range blocks {
		if err := m.run(w, b, scale); err != nil {
			return err
		}
	}
	return w.Flush()
}

// maker makes one clean file.
type maker struct {
	*crowd
	row int // of the block, from 1
	buf []byte
}

// piece appends something made up.
type piece func(to []byte) []byte

// block is a part of a template.
type block struct {
	rows     int       // how often, or
	bytes    int       // until so many bytes are made, times the scale
	glue     bool      // without line ends
	versions [][]piece // of which one is taken each time
}

// run writes one block.
func (m *maker) run(w *bufio.Writer, b block, scale float64) error {
	made, most := 0, int(float64(b.bytes)*scale)
	for m.row = 1; m.row <= b.rows || made < most; m.row++ {
		version := b.versions[0]
		if len(b.versions) > 1 {
			version = b.versions[m.rng.IntN(len(b.versions))]
		}
		m.buf = m.buf[:0]
		for _, p := range version {
			m.buf = p(m.buf)
		}
		if _, err := w.Write(m.buf); err != nil {
			return err
		}
		made += len(m.buf)
	}
	return nil
}

// parse cuts a template into blocks.
func (m *maker) parse(text string) ([]block, error) {
	var blocks []block
	now := block{rows: 1, versions: [][]piece{nil}}
	inside := false
	closeBlock := func() {
		if now.versions[0] != nil {
			blocks = append(blocks, now)
		}
		now = block{rows: 1, versions: [][]piece{nil}}
	}
	for line := range strings.Lines(text) {
		word, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(arg)
		switch {
		case word == "@@rows" && !inside && err == nil:
			closeBlock()
			now.rows, inside = n, true
		case word == "@@bytes" && !inside && err == nil:
			closeBlock()
			now.rows, now.bytes, inside = 1, n, true
		case word == "@@or" && inside:
			now.versions = append(now.versions, nil)
		case word == "@@glue" && inside:
			now.glue = true
		case word == "@@end" && inside:
			closeBlock()
			inside = false
		case strings.HasPrefix(word, "@@"):
			return nil, fmt.Errorf("template: %q does not stand here", word)
		default:
			if now.glue {
				line = strings.TrimSuffix(line, "\n")
			}
			pieces, err := m.pieces(line)
			if err != nil {
				return nil, err
			}
			last := len(now.versions) - 1
			now.versions[last] = append(now.versions[last], pieces...)
		}
	}
	if inside {
		return nil, errors.New("template: a block has no end")
	}
	closeBlock()
	return blocks, nil
}

// pieces cuts a line into text and tokens.
func (m *maker) pieces(line string) ([]piece, error) {
	var all []piece
	for line != "" {
		before, rest, found := strings.Cut(line, "«")
		if before != "" {
			all = append(all, func(to []byte) []byte { return append(to, before...) })
		}
		if !found {
			break
		}
		token, behind, closed := strings.Cut(rest, "»")
		args := strings.Split(token, "|")
		p, err := m.token(args[0], args[1:])
		if err != nil || !closed {
			return nil, fmt.Errorf("template: «%s»: %w", token, err)
		}
		all = append(all, p)
		line = behind
	}
	return all, nil
}
