package web

import (
	"net/url"
	"strconv"
)

// Choice is one line of a list from which one is chosen.
type Choice struct {
	ID, Name string
	On       bool
}

// leafHolds is how many things of a long list stand on a page.
const leafHolds = 50

// leaf is where in a long list a page is: what the template "pager" lays out.
type leaf struct {
	Page, Last    int64
	Before, After string // addresses; "": there is none
}

// leaves is how many pages a list of so many things has.
func leaves(all int64) int64 { return (all + leafHolds - 1) / leafHolds }

// turn is where in a long list a page is whose other pages are sent as forms, under that name: what stands in an address
// would stay in the browser. The template "turn" lays it out.
type turn struct {
	Name       string
	Page, Last int64
}

// Before is the number of the page before; 0: there is none.
func (t turn) Before() int64 { return t.Page - 1 }

// After is the number of the next page; 0: there is none.
func (t turn) After() int64 {
	if t.Page < t.Last {
		return t.Page + 1
	}
	return 0
}

// leafNumber is the number of the page that is asked for, 1 for the first.
func (v *visit) leafNumber() int64 {
	n, err := strconv.ParseInt(v.field("page"), 10, 32)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// skip is how many things of the list stand on the pages before the one that is asked for.
func (v *visit) skip() int64 { return (v.leafNumber() - 1) * leafHolds }

// leafOf says where in a list of so many things the page that is asked for is. The addresses of the
// others carry what the list is narrowed by.
func (v *visit) leafOf(path string, all int64, by url.Values) leaf {
	l := leaf{Page: v.leafNumber(), Last: leaves(all)}
	at := func(n int64) string {
		q := url.Values{"page": {strconv.FormatInt(n, 10)}}
		for k, some := range by {
			if len(some) > 0 && some[0] != "" {
				q[k] = some
			}
		}
		return path + "?" + q.Encode()
	}
	if l.Page > 1 && l.Last > 0 {
		l.Before = at(min(l.Page-1, l.Last))
	}
	if l.Page < l.Last {
		l.After = at(l.Page + 1)
	}
	return l
}
