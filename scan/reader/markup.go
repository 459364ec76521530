package reader

import (
	"bytes"
	"errors"
	"strings"

	"custode/scan/reader/markup"
	"custode/scan/reader/vcard"
)

// looksMarkup tells pages, XML, business cards and calendars by how they begin,
// or by the type that a mail gives its part; "" for any other text.
func looksMarkup(head []byte, ext, kind string) string {
	head = bytes.TrimLeft(head[:min(len(head), 1024)], " \t\r\n")
	begins := func(s string) bool { return len(head) >= len(s) && strings.EqualFold(string(head[:len(s)]), s) }
	switch {
	case begins("BEGIN:VCARD"):
		return "vcard"
	case begins("BEGIN:VCALENDAR"):
		return "calendar"
	case kind == "text/html", begins("<!doctype html"), begins("<html"):
		return "html"
	case begins("<?xml"):
		if bytes.Contains(head, []byte("<html")) || ext == "xhtml" {
			return "html"
		}
		return "xml"
	}
	switch {
	case len(head) == 0 || head[0] != '<':
	case ext == "htm", ext == "html", ext == "xhtml":
		return "html"
	case ext == "xml", ext == "svg", ext == "gpx", ext == "kml", ext == "rss":
		return "xml"
	}
	return ""
}

// readMarkup reads a text of one of the formats that looksMarkup tells.
func (r *Reader) readMarkup(format string) Outcome {
	from, ctx := textReader{&r.win}, r.src.ctx
	var err error
	switch format {
	case "html":
		err = markup.HTML(ctx, from, r.sink, r.namesColumns)
	case "xml":
		err = markup.XML(ctx, from, r.sink)
	default:
		var photos int64
		photos, err = vcard.Read(ctx, from, r.sink)
		r.nest.pictures += photos
	}
	switch {
	case errors.Is(err, vcard.ErrDamaged): // it ends inside a card
		r.nest.missed(r.inside, ReasonDamaged)
	case err != nil && r.src.err == nil:
		r.src.err = err
	}
	return Outcome{Format: format, Examined: true}
}

// namesColumns tells whether the first row of a table in a page is its header.
func (r *Reader) namesColumns(cells [][]byte) bool {
	usual, named := 0, 0
	for _, c := range cells {
		if len(c) > headerLong || bytes.IndexByte(c, '@') >= 0 || digitRun(c) >= 5 {
			return false
		}
		named += count(hasLetter(c))
		usual += count(r.usual(c))
	}
	return len(cells) >= 2 && usual >= 2 && named*10 >= len(cells)*6
}
