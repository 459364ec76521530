package main

import (
	"bytes"
	"errors"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"custode/internal/fault"
	"custode/internal/paper"
	"custode/internal/qr"
	"custode/playbook/privacy/notice"
	"custode/playbook/privacy/printed"
)

// cardView is what the counter card shows.
type cardView struct {
	Lang, Title, Shop string
	Parts             []cardPart
	Much              bool // many words: a smaller letter
	QR                template.HTML
	Caption, Made     string
}

type cardPart struct {
	ID, Title string
	Items     []notice.Item
}

// figures are what no line is broken within: "10 years", a telephone number.
var figures = regexp.MustCompile(`(\d) (\d|\p{L}{3,})`)

// muchText is how many words fit the card in its larger letter.
const muchText = 150

// drawCard draws the short notice as a card to print; code is what its QR code holds, "" none.
func drawCard(n *notice.Notice, code string) ([]byte, error) {
	v := cardView{Lang: n.Lang, Title: n.Title, Shop: n.Shop(), Much: n.Measure().Words > muchText, Made: n.Printed()}
	for _, p := range n.Parts {
		items := n.Items(p.ID)
		for i, it := range items {
			items[i].Rest = figures.ReplaceAllString(it.Rest, "$1\u00a0$2")
		}
		v.Parts = append(v.Parts, cardPart{p.ID, p.Title, items})
	}
	if code != "" {
		c, err := qr.New(code)
		if err != nil {
			return nil, err
		}
		v.QR, v.Caption = template.HTML(c.SVG(n.Label(code))), n.Caption(code) //nolint:gosec // qr escapes the label
	}
	tpl, err := template.ParseFS(pages, "page/card.html")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(paper.Mark + "\n")
	err = tpl.ExecuteTemplate(&b, "card.html", v)
	return b.Bytes(), err
}

// cardCode says what the QR code of a card holds: the address that is asked for, else the one
// that was asked for last, else that of the shop's own.
func cardCode(address string, n *notice.Notice, papers []printed.Paper) (code string, asked bool, err error) {
	if address != "" {
		code, err = webAddress(address)
		return code, true, err
	}
	for _, p := range papers {
		if code := codeAsked(p); code != "" && p.Lang == n.Lang {
			return code, true, nil
		}
	}
	return ownCode(n), false, nil
}

// codeAsked is the address that the owner wanted on a card; "": none, or it is no card.
func codeAsked(p printed.Paper) string {
	f, err := notice.Decode(p.Facts)
	if p.Kind != printed.Card || err != nil || !f.Asked {
		return ""
	}
	return f.Code
}

// ownCode is what a card's QR code holds where the owner asked for nothing: a message to the
// shop, else its telephone; "" where there is neither, or no phone would read it.
func ownCode(n *notice.Notice) string {
	mail, phone := n.Contacts()
	code := ""
	switch {
	case strings.Contains(mail, "@"):
		u := url.URL{Scheme: "mailto", Opaque: url.PathEscape(mail), RawQuery: "subject=" + url.PathEscape(n.Subject())}
		code = u.String()
	case strings.ContainsAny(phone, "0123456789"):
		code = "tel:" + strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, phone)
	}
	if _, err := qr.New(code); err != nil {
		return ""
	}
	return code
}

// bareHost reports whether the name of a site is one as it goes over the net.
func bareHost(name string) bool {
	return strings.Contains(name, ".") && strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

func onWeb(code string) bool {
	return strings.HasPrefix(code, "https://") || strings.HasPrefix(code, "http://")
}

// webAddress checks an address for a QR code, and writes its letters as readers want them.
func webAddress(s string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err == nil && u.Scheme == "" {
		u, err = url.Parse("https://" + strings.TrimSpace(s))
	}
	good := err == nil && u.User == nil && (onWeb(u.String()) && bareHost(u.Hostname()) || u.Scheme == "mailto" && strings.Contains(u.Opaque, "@"))
	if !good {
		return "", fault.New(fault.Usage, "fault.notice.url", printable(s))
	}
	code := u.String()
	switch _, err := qr.New(code); {
	case errors.Is(err, qr.ErrTooLong):
		return "", fault.New(fault.Usage, "fault.notice.url-long", qr.Most)
	case err != nil:
		return "", fault.New(fault.Usage, "fault.notice.url", printable(s))
	}
	return code, nil
}
