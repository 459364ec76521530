// Package pdf makes a PDF of a document: one column on A4 or Letter, with a font of its
// own inside, so that it looks the same on every machine. The same document always gives
// the same bytes.
//
// The font (DejaVu Sans, see font/) has the letters of Europe: Latin, Greek, Cyrillic. A
// character that it does not have, such as an Arabic or Chinese one, is printed as a box.
package pdf

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"custode/internal/paper"
)

//go:embed font/DejaVuSans-Latin-Greek-Cyrillic.ttf
var regular []byte

//go:embed font/DejaVuSans-Bold-Latin-Greek-Cyrillic.ttf
var bold []byte

// The measures of a page, in millimetres and points.
const (
	family  = "dejavu"
	margin  = 20.0
	bottom  = 22.0
	body    = 10.0
	small   = 8.0
	title   = 16.0
	heading = 11.5
	point   = 25.4 / 72
	leading = 1.42
)

// Write makes the PDF of a document.
func Write(w io.Writer, d paper.Doc, size paper.Size) error {
	d = paper.Cleaned(d)
	glyphs, err := coverage(regular)
	if err != nil {
		return err
	}
	// The first pass counts the pages, for "page 1 of 3".
	s, err := draw(d, size, glyphs, 0)
	if err != nil {
		return err
	}
	s, err = draw(d, size, glyphs, s.f.PageNo())
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.f.Output(&b); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// sheet is a PDF that is being drawn.
type sheet struct {
	f      *fpdf.Fpdf
	d      paper.Doc
	glyphs map[rune]bool
	pages  int
	width  float64 // between the margins
	end    float64 // where the foot begins

	cellSize float64 // of the letters of the table that is being drawn
}

func draw(d paper.Doc, size paper.Size, glyphs map[rune]bool, pages int) (*sheet, error) {
	f := fpdf.New("P", "mm", string(size), "")
	made := d.Made.UTC().Truncate(time.Second)
	f.SetCatalogSort(true)
	f.SetCreationDate(made)
	f.SetModificationDate(made)
	f.SetProducer("custode", true)
	f.SetCreator("custode", true)
	f.SetTitle(d.Title, true)
	f.SetAuthor(d.Author, true)
	f.SetKeywords(d.Label, false)
	f.SetLang(d.Lang)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(false, 0)
	f.SetCellMargin(0)
	f.AddUTF8FontFromBytes(family, "", bytes.Clone(regular))
	f.AddUTF8FontFromBytes(family, "B", bytes.Clone(bold))
	wide, high := f.GetPageSize()
	s := &sheet{f: f, d: d, glyphs: glyphs, pages: pages, width: wide - 2*margin, end: high - bottom}
	f.SetHeaderFunc(s.top)
	f.SetFooterFunc(s.foot)
	f.AddPage()
	s.content()
	if f.Err() {
		return nil, fmt.Errorf("pdf: %w", f.Error())
	}
	return s, nil
}

// top draws what stands on every page: the mark of an exercise.
func (s *sheet) top() {
	if s.d.Mark == "" {
		return
	}
	wide, high := s.f.GetPageSize()
	mark := s.known(s.d.Mark)
	s.f.SetTextColor(179, 38, 30)
	s.font("B", 9)
	s.f.Text(margin, margin-8, mark)
	s.font("B", 90)
	if w := s.f.GetStringWidth(mark); w > high*0.75 {
		s.font("B", 90*high*0.75/w)
	}
	w := s.f.GetStringWidth(mark)
	s.f.SetAlpha(0.13, "Normal")
	s.f.TransformBegin()
	s.f.TransformRotate(50, wide/2, high/2)
	s.f.Text((wide-w)/2, high/2, mark)
	s.f.TransformEnd()
	s.f.SetAlpha(1, "Normal")
	s.f.SetTextColor(0, 0, 0)
	s.f.SetXY(margin, margin)
}

func (s *sheet) foot() {
	_, high := s.f.GetPageSize()
	s.f.SetDrawColor(200, 205, 212)
	s.f.Line(margin, s.end+4, margin+s.width, s.end+4)
	s.f.SetTextColor(77, 87, 102)
	s.font("", small)
	number := ""
	if s.d.Page != "" {
		number = s.known(fmt.Sprintf(s.d.Page, s.f.PageNo(), s.pages))
		s.f.Text(margin+s.width-s.f.GetStringWidth(number), high-bottom+9, number)
	}
	room := s.width - s.f.GetStringWidth(number) - 6
	for i, line := range s.wrap(paper.Say(s.d.Foot), room) {
		if i == 3 {
			break
		}
		s.f.SetTextColor(77, 87, 102)
		s.runs(margin, s.end+9+float64(i)*small*point*1.25, line)
	}
	s.f.SetTextColor(0, 0, 0)
}

func (s *sheet) content() {
	if len(s.d.Above) > 0 {
		s.paragraph(s.d.Above, body)
		s.skip(6)
	}
	s.bold(s.d.Title, title)
	if s.d.Note != "" {
		s.skip(1)
		s.f.SetTextColor(77, 87, 102)
		s.paragraph(paper.Say(s.d.Note), small+0.5)
		s.f.SetTextColor(0, 0, 0)
	}
	s.skip(2)
	for _, b := range s.d.Blocks {
		s.block(b)
	}
}

func (s *sheet) block(b paper.Block) {
	switch b.Kind {
	case paper.Heading:
		s.skip(3)
		s.room(18) // a heading does not stand alone at the end of a page
		size := heading
		if b.Under {
			size = body
		}
		s.bold(b.Text.String(), size)
		s.skip(0.8)
	case paper.Para:
		s.paragraph(b.Text, letters(b))
		s.skip(2)
	case paper.List:
		for _, t := range b.Items {
			s.item(t, letters(b))
		}
		s.skip(2)
	case paper.Fields:
		for _, r := range b.Rows {
			s.row(r)
		}
		s.skip(2)
	case paper.Table:
		s.table(b)
	case paper.Break:
		s.f.AddPage()
		s.f.SetXY(margin, margin)
	case paper.Chart:
		s.chart(b)
	case paper.Sign:
		s.skip(14)
		s.room(12)
		w := s.width / float64(max(len(b.Items), 1))
		for i, t := range b.Items {
			x := margin + float64(i)*w
			s.f.SetDrawColor(90, 90, 90)
			s.f.Line(x, s.f.GetY(), x+w-8, s.f.GetY())
			s.font("", small+0.5)
			s.runs(x, s.f.GetY()+4.5, s.wrap(t, w-8)[0])
		}
		s.skip(10)
	}
}

// letters is the size of the letters of a paragraph or list.
func letters(b paper.Block) float64 {
	if b.Small {
		return small + 0.5
	}
	return body
}
