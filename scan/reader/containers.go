package reader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"custode/scan/reader/archive"
	"custode/scan/reader/mime"
)

// container reads a file that holds others, or none at all: ok is false when the
// format has no reader.
func (r *Reader) container(format string) (out Outcome, ok bool) {
	switch format {
	case "zip":
		return r.readZip(), true
	case "tar", "gz", "bz2":
		return r.readStream(format), true
	case "xlsx", "docx", "pptx", "ods", "odt", "odp":
		return r.readOffice(format), true
	case "pdf":
		return r.readPDF(), true
	case "rtf":
		return r.readRTF(), true
	case "sqlite", "sqlite-wal":
		return r.readSQLite(format), true
	}
	return Outcome{}, false
}

// members takes the members of an archive.
type members struct {
	r      *Reader
	format string
}

func (m members) Member(e archive.Member, c archive.Content) error {
	r := m.r
	name := strings.TrimPrefix(e.Name, "./")
	switch {
	case e.Link, strings.HasSuffix(name, "/"):
		return nil
	case e.Encrypted:
		r.nest.sealed++
		return nil
	case e.Method != "":
		r.nest.missed(within(r.inside, name), ReasonNoReader)
		return nil
	}
	if name == "" { // a gzip without a name: clienti.csv.gz holds clienti.csv
		name = strings.TrimSuffix(r.base, "."+ext(r.base))
	}
	if at, size, ok := c.At(); ok {
		return r.member(content{name: name, size: size, at: at, open: c.Open})
	}
	return r.member(content{name: name, size: e.Size, open: c.Open})
}

func (r *Reader) readZip() Outcome {
	at, size, err := r.randomAccess()
	if err != nil {
		return r.ended("zip", err, false)
	}
	info, err := archive.Zip(r.src.ctx, at, size, archive.Options{Spend: r.nest.spend}, members{r, "zip"})
	return r.archived("zip", info, err)
}

func (r *Reader) readStream(format string) Outcome {
	read := archive.Tar
	switch format {
	case "gz":
		read = archive.Gzip
	case "bz2":
		read = archive.Bzip2
	}
	info, err := read(r.src.ctx, r.raw(), archive.Options{Spend: r.nest.spend}, members{r, format})
	return r.archived(format, info, err)
}

func (r *Reader) archived(format string, info archive.Info, err error) Outcome {
	if info.Hidden > 0 {
		r.nest.missed(r.inside, ReasonDamaged)
	}
	out := r.ended(format, err, errors.Is(err, archive.ErrDamaged))
	if err == nil && info.Hidden == 0 && r.depth == 0 && r.nest.sealed > 0 && r.nest.plain == 0 && len(r.nest.unread) == 0 {
		out.Encrypted, out.Reason = true, ReasonSealed
	}
	return out
}

// mails takes the parts of mails.
type mails struct{ r *Reader }

// Header is the header of a message, in words.
func (m mails) Header(message int, text []byte, line int64) error {
	m.r.sink.Part(Part{Path: m.r.inside, Message: int64(message)})
	m.r.sink.Text(text, 0, len(text), line)
	return m.r.src.ctx.Err()
}

// Part is a body or an attachment. Bodies belong to the mail itself.
func (m mails) Part(p mime.Part, body io.Reader) error {
	name := p.Name
	if p.Inline {
		name = ""
	} else if name == "" {
		name = "attachment"
	}
	m.r.message = int64(p.Message)
	return m.r.member(content{name: name, kind: p.Type, line: p.Line, size: -1, once: body})
}

// readMail reads a mail or a mailbox that begins with head.
func (r *Reader) readMail(from io.Reader, head []byte) Outcome {
	mailbox := bytes.HasPrefix(head, []byte("From "))
	info, err := r.mail.Read(r.src.ctx, from, mailbox, mime.Options{Spend: r.nest.spend}, mails{r})
	for range info.Unread {
		r.nest.missed(r.inside, ReasonEncoded)
	}
	r.nest.sealed += info.Encrypted
	if mailbox {
		return r.ended("mbox", err, false)
	}
	return r.ended("eml", err, false)
}

// opaque is the outcome for a format without a reader: what is locked with a
// password counts as sealed.
func (r *Reader) opaque(format, reason string) Outcome {
	switch format {
	case "7z", "rar":
		at, size, err := r.randomAccess()
		if err != nil {
			break
		}
		if locked, known := archive.Locked(format, at, size); locked && known {
			return Outcome{Format: format, Encrypted: true, Examined: true, Reason: ReasonSealed}
		}
	case "ole", "doc", "xls", "ppt":
		at, size, err := r.randomAccess()
		if err == nil && oleSealed(at, size) {
			return Outcome{Format: format, Encrypted: true, Examined: true, Reason: ReasonSealed}
		}
	}
	return Outcome{Format: format, Reason: reason}
}

// oleSealed tells an OLE compound file that holds an Office document encrypted
// with a password ([MS-OFFCRYPTO] 2.3.4): its first folder sectors ([MS-CFB] 2.6)
// name the stream EncryptedPackage.
func oleSealed(at io.ReaderAt, size int64) bool {
	var head [0x34]byte
	if _, err := at.ReadAt(head[:], 0); err != nil {
		return false
	}
	shift := binary.LittleEndian.Uint16(head[0x1e:])
	first := int64(binary.LittleEndian.Uint32(head[0x30:]))
	if shift < 9 || shift > 12 || (first+1)<<shift >= size {
		return false
	}
	sector := make([]byte, 4096)
	n, _ := at.ReadAt(sector, (first+1)<<shift)
	return bytes.Contains(sector[:n], []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"))
}
