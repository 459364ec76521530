package main

import (
	"strconv"
	"strings"

	"custode/scan"
)

// looked says how much was looked at, and of what.
func (sh *shell) looked(r *scan.Report) string {
	w, l := sh.words, &r.Ledger
	looked := l.Looked()
	missed, unknown := l.Missed()
	switch all := looked.Bytes + missed.Bytes; {
	case all == 0:
		return w.N("scan.looked", looked.Files, w.Duration(r.Duration))
	case unknown > 0:
		return w.N("scan.looked-least", looked.Files, w.Duration(r.Duration), w.Bytes(looked.Bytes), w.Bytes(all))
	default:
		return w.N("scan.looked-part", looked.Files, w.Duration(r.Duration), strconv.Itoa(l.Percent())+" %", w.Bytes(all))
	}
}

// missed says how much was not looked at and why, in a line; nothing if all was.
func (sh *shell) missed(r *scan.Report) string {
	if r.Ledger.Whole() {
		return ""
	}
	var out []string
	for _, x := range r.Ledger.Listed() {
		out = append(out, sh.missedFor(x)...)
	}
	return sh.words.T("coverage", strings.Join(out, "; "))
}

// missedFor says it for one reason: the bytes, and what has none or an unknown
// number of them.
func (sh *shell) missedFor(x scan.Listed) (out []string) {
	w, key := sh.words, "coverage."+string(x.Reason)
	if x.Reason == scan.ByRule { // the rule's own id says more
		key = "coverage." + x.Rule
	}
	known := x.Entries - x.Unknown
	switch {
	case x.Reason == scan.LinkOut, x.Reason == scan.IsSpecial:
		return []string{w.N(key, x.Entries)}
	case x.Bytes > 0 || known > 0:
		out = append(out, w.Bytes(x.Bytes)+" "+w.T(key))
	}
	if x.Unknown > 0 {
		out = append(out, w.N("coverage.unknown", x.Unknown)+" "+w.T(key))
	}
	return out
}
