package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// commas are the separators that are looked for.
var commas = []byte(",;\t")

// utfMark may stand at the start of a file in UTF-8.
var utfMark = []byte("\xef\xbb\xbf")

// Head reads the first row, and before it the mark of the file ("" where there
// is none): both together are what has to be copied. It finds the separator and
// what can be told of the encoding by now.
func (r *Rows) Head() (mark string, head Row, err error) {
	first, err := r.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", Row{}, err
	}
	if bytes.HasPrefix(first, []byte("\xff\xfe")) || bytes.HasPrefix(first, []byte("\xfe\xff")) {
		return "", Row{}, ErrEncoding
	}
	if bytes.Equal(first, utfMark) {
		mark = string(utfMark)
		r.Charset.is = utf
		_, _ = r.in.Discard(len(utfMark)) // they were peeked at
	}
	head, err = r.Next()
	if errors.Is(err, io.EOF) {
		return "", Row{}, ErrHeader
	}
	if err != nil {
		return "", Row{}, fmt.Errorf("row 1: %w", err)
	}
	if r.comma == 0 {
		if r.comma, err = separator(head.Raw); err != nil {
			return "", Row{}, err
		}
		head = r.cut()
	}
	switch {
	case !separating(r.comma):
		return "", Row{}, ErrComma
	case head.Broken || head.Empty():
		return "", Row{}, ErrHeader
	case bytes.IndexByte(head.Raw, 0) >= 0:
		return "", Row{}, ErrEncoding // UTF-16 without a mark
	}
	r.Charset.Learn(head.Raw)
	return mark, head, nil
}

// separating tells whether a byte can stand between cells at all.
func separating(b byte) bool {
	letter := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
	return bytes.IndexByte([]byte("\"\r\n\x00@"), b) < 0 && !letter && b < 0x80
}

// separator is the one of the three that stands most often outside quotes. In
// a header of one cell any will do, as rows with more cells will not match it.
func separator(raw []byte) (byte, error) {
	counts := make([]int, len(commas))
	quoted := false
	for _, b := range raw {
		if b == '"' {
			quoted = !quoted
		} else if i := bytes.IndexByte(commas, b); i >= 0 && !quoted {
			counts[i]++
		}
	}
	most := slices.Max(counts)
	at := slices.Index(counts, most)
	if most > 0 && slices.Contains(counts[at+1:], most) {
		return 0, ErrComma
	}
	return commas[at], nil
}

// Plain is a column's name in small letters only: "E-mail 1 - Value" is
// emailvalue.
func Plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
