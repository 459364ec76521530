package main

import (
	"bytes"
	"embed"
	"html/template"

	"custode/cmd/custode/internal/job"
	"custode/playbook/daily"
)

//go:embed page/*.html
var pages embed.FS

// reportView is what the printable page shows.
type reportView struct {
	Lang, Shop, At, Receipt, Below string
	Status                         daily.Status
	Score                          int
	First, Rest                    []itemView
}

type itemView struct {
	Status                  daily.Status
	Title, Why, Do, Command string
	Minutes                 string
	Files                   []string
	More                    string
	MapsTo                  []string
}

// reportFiles is how many files of an item stand on the printed page.
const reportFiles = 6

// htmlReport makes the check a page of its own: no scripts, nothing from
// elsewhere, one sheet of paper.
func (sh *shell) htmlReport(c job.Check, set settings) ([]byte, error) {
	w := sh.words
	tpl, err := template.New("check.html").Funcs(template.FuncMap{"t": func(key string, args ...any) string { return w.T(key, args...) }}).
		ParseFS(pages, "page/check.html")
	if err != nil {
		return nil, err
	}
	v := reportView{Lang: w.Lang, Shop: set.Shop, At: w.DateTime(c.At), Receipt: c.Head.Receipt(), Status: c.Status, Score: c.Score}
	plain, base := sh.page(nil, false), commonFolder(set.Folders)
	if base != "" {
		v.Below = w.T("scan.below", printable(base))
	}
	view := func(it daily.Item) itemView {
		iv := itemView{Status: it.Status, Title: sh.itemTitle(it), Why: sh.say(it.Why), Do: sh.say(it.Do), MapsTo: it.MapsTo, Minutes: w.N("check.minutes", int64(it.Minutes))}
		if len(it.Command) > 0 {
			iv.Command = shellLine(sh.proposed(it.Command))
		}
		for i, f := range it.Paths {
			if i == reportFiles {
				iv.More = w.N("report.more", int64(len(it.Paths)-i))
				break
			}
			iv.Files = append(iv.Files, sh.fileWords(plain, f, base))
		}
		return iv
	}
	for _, it := range c.First(len(c.Items)) {
		v.First = append(v.First, view(it))
	}
	for _, it := range c.Items {
		if it.Status == daily.OK {
			v.Rest = append(v.Rest, view(it))
		}
	}
	var b bytes.Buffer
	b.WriteString(reportMark + "\n")
	err = tpl.Execute(&b, v)
	return b.Bytes(), err
}
