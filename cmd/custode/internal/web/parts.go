package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
)

// parts are those of a form with files, as they come in.
type parts struct {
	from *multipart.Reader
	seen *tail
	last []byte // the line that ends the form
}

// parts reads an upload part by part. Its files may have so many bytes in all: one that announces more is refused with
// tooBig, and of one that sends more no more is read.
func (v *visit) parts(most int64, tooBig error) (*parts, error) {
	if v.r.ContentLength > most+mostAround {
		return nil, tooBig
	}
	seen := &tail{ReadCloser: http.MaxBytesReader(v.w, v.r.Body, most+mostAround)}
	v.r.Body = seen
	from, err := v.r.MultipartReader()
	_, fields, bad := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	if err != nil || bad != nil {
		return nil, refusal{http.StatusBadRequest, "web.broken-form"}
	}
	return &parts{from, seen, []byte("--" + fields["boundary"] + "--")}, nil
}

// next gives the next part, io.EOF itself after the last. The library takes an end within the head of a part for that
// of the form: where the line that ends it never came, it is io.ErrUnexpectedEOF.
func (p *parts) next() (*multipart.Part, error) {
	part, err := p.from.NextRawPart()
	if errors.Is(err, io.EOF) && p.seen.ended && !bytes.HasPrefix(p.seen.bytes, p.last) && !bytes.Contains(p.seen.bytes, append([]byte{'\n'}, p.last...)) {
		return nil, io.ErrUnexpectedEOF
	}
	return part, err
}

// readFields reads the fields of an upload that is not taken, so that what was written in them is given back. Its files are
// passed over, as long as they are not larger than a list may be: what stands after one that is, is not read.
func (v *visit) readFields() {
	v.r.PostForm = url.Values{}
	all, err := v.parts(mostList, refusal{http.StatusRequestEntityTooLarge, "web.too-long"})
	for size := 0; err == nil && size <= mostForm; {
		var part *multipart.Part
		if part, err = all.next(); err != nil || fileName(part) != "" {
			continue
		}
		var b []byte
		if b, err = io.ReadAll(io.LimitReader(part, mostForm)); err == nil {
			v.r.PostForm.Add(part.FormName(), string(b))
			size += len(b)
		}
	}
}

// tailKeeps is how much of the end of a body is remembered: what the reader of parts reads ahead, and a line, which has
// at most 70 bytes besides its strokes.
const tailKeeps = 8 << 10

// tail remembers the end of what is read.
type tail struct {
	io.ReadCloser

	bytes []byte
	ended bool
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.bytes = append(t.bytes, p[max(0, n-tailKeeps):n]...)
	if more := len(t.bytes) - tailKeeps; more > 0 {
		t.bytes = t.bytes[:copy(t.bytes, t.bytes[more:])]
	}
	t.ended = t.ended || err == io.EOF
	return n, err
}
