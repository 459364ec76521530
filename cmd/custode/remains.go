package main

import (
	"context"
	"os"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/remains"
)

// mostRemains is how many copies are looked for.
const mostRemains = 10_000

// remainsOf looks for readable copies of files that were sealed.
func (sh *shell) remainsOf(ctx context.Context, files []string, same job.Duplicates) (remains.Found, error) {
	return job.Remains(ctx, files, same, remains.Options{
		Home: sh.userFolder(), DataHome: sh.env("XDG_DATA_HOME"), UID: os.Getuid(), Limit: mostRemains,
	})
}

func (sh *shell) userFolder() string {
	if home := sh.env("HOME"); home != "" {
		return home
	}
	return sh.env("USERPROFILE")
}

// showRemains lists readable copies: a few, or all.
func (sh *shell) showRemains(p *page, found remains.Found, all bool) {
	w := sh.words
	const few = 5
	if n := len(found.Copies); n > 0 {
		p.gap()
		if found.More {
			p.hanging(p.amber("!")+" ", w.T("encrypt.remains.many", w.Int(int64(n))))
		} else {
			p.hanging(p.amber("!")+" ", w.N("encrypt.remains", int64(n)))
		}
	}
	for i, c := range found.Copies {
		if i == few && !all {
			p.line("    " + w.N("encrypt.remains.more", int64(len(found.Copies)-few)))
			break
		}
		p.hanging("    ", w.T("encrypt.remains."+string(c.Kind))+": "+printable(c.Path))
	}
	for _, k := range found.Hidden {
		p.wrap("", w.T("encrypt.remains."+string(k)))
	}
}

// remainsDoc is what the documents say of readable copies elsewhere of what was sealed.
type remainsDoc struct {
	Copies []remainDoc `json:"copies"`
	More   bool        `json:"more"`
	Hidden []string    `json:"hidden"` // where there may be more that custode cannot see
}

type remainDoc struct {
	Kind string `json:"kind"`
	Path string `json:"path"`
}

func remainsDocument(found remains.Found) remainsDoc {
	d := remainsDoc{Copies: []remainDoc{}, More: found.More, Hidden: []string{}}
	for _, c := range found.Copies {
		d.Copies = append(d.Copies, remainDoc{string(c.Kind), c.Path})
	}
	for _, k := range found.Hidden {
		d.Hidden = append(d.Hidden, string(k))
	}
	return d
}
