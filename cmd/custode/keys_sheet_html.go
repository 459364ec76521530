package main

import (
	"bytes"
	"errors"
	"html/template"
	"io"
	"os"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/sheet"
	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/internal/secret"
)

// sheetView is what the recovery sheet for the browser shows. What is secret is
// no part of it: Hole stands in its place.
type sheetView struct {
	Lang, Title, Shop, Fingerprint, Prefix string
	Lines                                  []int
	Folders                                []string
	Columns                                []sheetColumn // one a language
	Hole                                   template.HTML
	Style                                  template.CSS    // of a page that stands for itself
	Frame                                  *web.SheetFrame // of one that the page serves; nil: it stands for itself
}

type sheetColumn struct {
	Lang, Title, Made, Warn, Lines, Where, More string
	Recipes                                     []string
	Copies, Call, Sign                          string
}

const (
	// hole is where a secret goes. The template escapes it in all other text.
	hole = "\x00"
	// sheetFolders is how many folders stand on the sheet, which is one page.
	sheetFolders = 5
)

// sheetHTML writes the page to print, and warns where it comes to lie in a file.
func (sh *shell) sheetHTML(s sheet.Sheet) error {
	if f, ok := sh.out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			p := sh.page(sh.err, sh.errTerm)
			p.hanging(p.amber(sh.words.T("app.note"))+" ", sh.words.T("keys.sheet.in-file", sh.command("custode", "keys", "sheet", "--print")))
		}
	}
	return sh.sheetPage(sh.out, s, nil)
}

// sheetPage writes the sheet as a page to print: nothing from elsewhere, one
// sheet of A4 or Letter. The template makes copies that nobody can wipe, so it
// never sees the key: lines and picture are put into its page afterwards.
func (sh *shell) sheetPage(w io.Writer, s sheet.Sheet, frame *web.SheetFrame) error {
	set, err := sh.settings()
	if err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	v := sheetView{Lang: sh.words.Lang, Title: sh.words.T("paper.title"), Shop: printable(set.Shop), Fingerprint: s.Fingerprint, Prefix: s.Prefix, Hole: hole, Frame: frame}
	if frame == nil {
		v.Style = template.CSS(web.SheetStyle()) //nolint:gosec // ours
	}
	for _, l := range s.Lines {
		v.Lines = append(v.Lines, l.Number)
	}
	for _, folder := range set.Folders[:min(len(set.Folders), sheetFolders)] {
		v.Folders = append(v.Folders, printable(folder))
	}
	for _, lang := range i18n.Languages() {
		words, err := i18n.Load(lang)
		if err != nil {
			return err
		}
		c := sheetColumn{
			Lang: lang, Title: words.T("paper.title"), Made: words.Date(s.Made.Local()), Warn: words.T("paper.warn"), Lines: words.T("paper.lines"),
			Recipes: append(recipes(words, s.Kind), words.T("paper.camera")),
			Copies:  words.T("paper.copies"), Call: words.T("paper.call"), Sign: words.T("paper.signature"),
		}
		if len(v.Folders) > 0 {
			c.Where = words.T("paper.where")
		}
		if more := len(set.Folders) - len(v.Folders); more > 0 {
			c.More = words.T("paper.where.more", more)
		}
		v.Columns = append(v.Columns, c)
	}
	tpl, err := template.New("sheet.html").Funcs(template.FuncMap{"parts": func(s string) []string { return strings.Split(s, "`") }, "odd": func(i int) bool { return i%2 == 1 }}).ParseFS(pages, "page/sheet.html")
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := tpl.Execute(&page, v); err != nil {
		return err
	}
	return fillSheet(w, page.Bytes(), s)
}

// fillSheet puts the lines, each with its check, and the picture into the holes
// of a page, and writes it.
func fillSheet(w io.Writer, page []byte, s sheet.Sheet) error {
	picture := s.SVG()
	defer picture.Wipe()
	var fill [][]byte
	for _, l := range s.Lines {
		var groups [][]byte
		for _, g := range l.Groups {
			groups = append(groups, g.Reveal())
		}
		row := secret.New(bytes.Join(groups, []byte(" ")))
		defer row.Wipe()
		fill = append(fill, row.Reveal(), l.Check.Reveal())
	}
	fill = append(fill, picture.Reveal())
	parts := bytes.Split(page, []byte(hole))
	if len(parts) != len(fill)+1 {
		return errors.New("the page of the sheet has other holes than the sheet has parts")
	}
	for i, part := range parts {
		if _, err := w.Write(part); err != nil {
			return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
		}
		if i == len(fill) {
			break
		}
		if _, err := w.Write(fill[i]); err != nil {
			return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
		}
	}
	return nil
}
