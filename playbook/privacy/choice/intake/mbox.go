package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
)

// What a file of mails is.
type mails int

const (
	none   mails = iota
	single       // one mail (.eml)
	mbox         // many, as mail programs keep them
)

// peeked is how much of a file is looked at to tell what it is.
const peeked = 1 << 10

// A mail begins with a field, and has one of these.
var (
	field  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:[ \t\r\n]`)
	fields = regexp.MustCompile(`(?im)^(?:from|date|subject|received|message-id|return-path):`)
)

// mailKind tells mails from a table.
func mailKind(head []byte) mails {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(head, []byte("From ")):
		return mbox
	case field.Match(head) && fields.Match(head):
		return single
	}
	return none
}

// maxMail bounds how much of a mail is kept: what was answered stands at its start.
const maxMail = 1 << 20

// mbox reads many mails. One begins at a line "From ..." after an empty one.
func (t *taker) mbox(in *bufio.Reader) error {
	t.tally.Tool = "mails"
	var mail []byte
	begun, blank, whole := false, true, true // whole: the last piece that was read began a line
	flush := func() error {
		if !begun {
			return nil
		}
		t.line++
		return t.mail(mail)
	}
	for {
		piece, err := in.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if whole && blank && bytes.HasPrefix(piece, []byte("From ")) {
			if err := flush(); err != nil {
				return err
			}
			mail, begun = mail[:0], true
		} else if begun && len(mail)+len(piece) <= maxMail {
			if whole && bytes.HasPrefix(bytes.TrimLeft(piece, ">"), []byte("From ")) {
				piece = bytes.TrimPrefix(piece, []byte(">"))
			}
			mail = append(mail, piece...)
		}
		blank = whole && len(bytes.TrimRight(piece, "\r\n")) == 0
		whole = !errors.Is(err, bufio.ErrBufferFull)
		if errors.Is(err, io.EOF) {
			return flush()
		}
	}
}

// single reads one mail.
func (t *taker) single(in io.Reader) error {
	t.tally.Tool = "mails"
	mail, err := io.ReadAll(io.LimitReader(in, maxMail))
	if err != nil {
		return err
	}
	t.line = 1
	return t.mail(bytes.TrimPrefix(mail, []byte("\xef\xbb\xbf")))
}
