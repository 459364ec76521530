package main

import (
	"errors"
	"strings"
	"time"

	"custode/encrypt/cold"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/scan/walk"
)

// maxListed is how many files of a kind a document lists, and a page with --all.
const maxListed = 10_000

// firstListed is how many the page lists without --all.
const firstListed = 10

// sealResult is what became of the files.
type sealResult struct {
	totals replace.Totals
	took   time.Duration
	files  []outcomeDoc // those that are still readable, then those that are not
	sealed []outcomeDoc
	more   int64 // that are not in the lists
}

// The document of encrypt --json.
type encryptDoc struct {
	Schema     string       `json:"schema"`
	DryRun     bool         `json:"dry_run"`
	Kept       keepReason   `json:"kept_because"`
	Recipients []string     `json:"recipients"` // fingerprints
	Groups     []groupDoc   `json:"groups"`
	Totals     totalsDoc    `json:"totals"`
	Files      []outcomeDoc `json:"files"`
	More       int64        `json:"more"`
	Remains    remainsDoc   `json:"remains"`
}

type groupDoc struct {
	Group string `json:"group"`
	Files int64  `json:"files"`
	Bytes int64  `json:"bytes"`
}

type totalsDoc struct {
	Files   int   `json:"files"`
	Sealed  int   `json:"sealed"`
	Kept    int   `json:"kept"`
	Skipped int   `json:"skipped"`
	Bytes   int64 `json:"bytes"`
}

type outcomeDoc struct {
	Path    string `json:"path"`
	Sealed  string `json:"sealed"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	// What else is known of a file that is in use, and of one with several names.
	Program string   `json:"program,omitempty"`
	Names   []string `json:"names,omitempty"`

	mark  string // see replace.Result; of a file with hidden parts, their names
	how   string // Program is known: the end of the key of its sentence
	drive bool   // perhaps because its drive is gone
}

var outcomes = map[replace.Outcome]string{replace.Sealed: "sealed", replace.Kept: "kept", replace.Skipped: "skipped"}

func (r *sealResult) add(res replace.Result) {
	d := outcomeDoc{Path: res.Path, Sealed: res.Sealed, Outcome: outcomes[res.Outcome], Reason: string(res.Reason), mark: res.Mark, drive: mayBeDrive(res)}
	if h, ok := errors.AsType[*disk.HiddenError](res.Err); ok {
		d.mark, d.how = strings.Join(h.Names, ", "), ".of"
	}
	switch {
	case res.Outcome != replace.Sealed && len(r.files) < maxListed:
		r.files = append(r.files, d)
	case res.Outcome == replace.Sealed && len(r.sealed) < maxListed:
		r.sealed = append(r.sealed, d)
	default:
		r.more++
	}
}

// planned lists a file that a dry run would seal.
func (r *sealResult) planned(path string) {
	if len(r.files) == maxListed {
		r.more++
		return
	}
	r.files = append(r.files, outcomeDoc{Path: path, Outcome: "planned"})
}

func (r *sealResult) sum(t replace.Totals) {
	r.totals.Files += t.Files
	r.totals.Sealed += t.Sealed
	r.totals.Kept += t.Kept
	r.totals.Skipped += t.Skipped
	r.totals.Bytes += t.Bytes
}

// show says what became of the files, or would become, and ends with 1 when
// something is still readable that was to be sealed.
func (s *sealing) show() error {
	s.result.files = append(s.result.files, s.left...)
	s.result.totals.Files += s.unseen
	s.result.totals.Skipped += s.unseen
	s.result.more += int64(s.unseen - len(s.left))
	var err error
	if s.o.json {
		err = s.sh.json(s.document())
	} else {
		err = s.page()
	}
	if err == nil && s.result.troubles() {
		err = errListed
	}
	return err
}

// leave notes what can't be looked at.
func (s *sealing) leave(e walk.Entry) {
	if s.unseen++; len(s.left) < maxListed {
		s.left = append(s.left, outcomeDoc{Path: e.Path, Outcome: "skipped", Reason: leftReason(e)})
	}
}

// troubles reports whether something that was to be sealed is still readable for
// another reason than that it was sealed before, or that this was asked for.
func (r *sealResult) troubles() bool {
	for _, f := range r.files {
		if f.Outcome != "planned" && f.Reason != string(replace.AlreadySealed) && f.Reason != string(replace.Ours) {
			return true
		}
	}
	return false
}

func leftReason(e walk.Entry) string {
	switch {
	case e.Reason == walk.ReasonDecoy:
		return "decoy"
	case e.State == walk.Skipped:
		return "left-out"
	case e.State == walk.Link || e.State == walk.Special:
		return string(replace.Special)
	case e.Reason == walk.ReasonDenied:
		return string(replace.NoPermission)
	case e.Reason == walk.ReasonVanished:
		return string(replace.Vanished)
	case e.Reason == walk.ReasonLocked:
		return string(replace.InUse)
	}
	return string(replace.DiskError)
}

func (s *sealing) document() encryptDoc {
	t := s.result.totals
	d := encryptDoc{
		Schema: "custode.encrypt/1", DryRun: s.o.dryRun, Kept: s.keep, Recipients: []string{}, Groups: []groupDoc{},
		Totals: totalsDoc{t.Files, t.Sealed, t.Kept, t.Skipped, t.Bytes},
		Files:  append(append([]outcomeDoc{}, s.result.files...), s.result.sealed...), More: s.result.more,
		Remains: remainsDocument(s.remain),
	}
	if s.ring != nil {
		d.Recipients = s.ring.Fingerprints()
	}
	for _, g := range append([]cold.Group{""}, cold.Groups()...) {
		if n := s.groups[g]; n != nil {
			name := string(g)
			if g == "" {
				name = "named"
			}
			d.Groups = append(d.Groups, groupDoc{name, n.files, n.bytes})
		}
	}
	return d
}

// showGroups says what there is, group by group, and what is done with each.
func (s *sealing) showGroups(p *page) {
	w := s.sh.words
	for _, g := range cold.Groups() {
		if n := s.groups[g]; n != nil {
			p.hanging("  "+padLeft(w.N("encrypt.files", n.files), 12)+"  "+padLeft(w.Bytes(n.bytes), 9)+"  ", w.T("encrypt.group."+string(g)))
		}
	}
}

func (s *sealing) page() error {
	p, w := s.sh.page(s.sh.out, s.sh.outTerm), s.sh.words
	if s.result.totals.Files == 0 || s.o.dryRun {
		s.nothingDone(p)
		return p.fail
	}
	t := s.result.totals
	if t.Sealed > 0 {
		p.wrap("", p.green(w.N("encrypt.sealed", int64(t.Sealed), w.Duration(s.result.took))))
	}
	kept := 0
	for _, f := range s.result.files {
		if f.Outcome == "kept" && f.Reason == string(replace.Asked) {
			kept++
		}
	}
	if kept > 0 {
		p.wrap("", p.amber(w.N("encrypt.kept."+string(s.keep), int64(kept))))
		if s.keep == keepUnproven {
			p.wrap("  ", w.T("encrypt.kept.next"))
			for _, c := range [][]string{{"custode", "keys", "sheet"}, {"custode", "keys", "drill"}, {"custode", "encrypt"}} {
				p.line("    " + shellLine(s.sh.proposed(c)))
			}
		}
	}
	s.listReadable(p)
	if s.shared != "" {
		p.gap()
		p.hanging(p.amber("!")+" ", w.T("encrypt.shared", printable(s.shared)))
	}
	s.sh.showRemains(p, s.remain, s.o.all)
	if t.Sealed > 0 {
		first := s.result.sealed[0].Sealed
		p.gap()
		p.wrap("", w.T("encrypt.open"))
		p.line("    " + shellLine(s.sh.proposed([]string{"custode", "open", first})))
		p.line("    " + shellLine(s.sh.proposed([]string{"custode", "decrypt", first})))
		p.wrap("", p.dim(w.T("encrypt.honest")))
	}
	s.showByName(p)
	return p.fail
}

// showByName says how to seal what is sealed only when it is named.
func (s *sealing) showByName(p *page) {
	if s.byName == "" {
		return
	}
	p.gap()
	p.wrap("", s.sh.words.T("encrypt.by-name"))
	p.line("    " + shellLine(s.sh.proposed([]string{"custode", "encrypt", s.byName})))
}

// nothingDone shows the plan of a dry run, or that there is nothing to do.
func (s *sealing) nothingDone(p *page) {
	w := s.sh.words
	s.showGroups(p)
	switch {
	case s.toSeal().files == 0 && len(s.paths) == 0:
		p.wrap("", w.T("encrypt.nothing"))
	case s.toSeal().files == 0:
		p.wrap("", w.T("encrypt.nothing-named"))
	case s.o.dryRun:
		p.wrap("", w.N("encrypt.would", s.toSeal().files, w.Bytes(s.toSeal().bytes)))
		s.list(p, s.result.files)
	}
	s.listReadable(p)
	s.showByName(p)
}

// listReadable lists what is still readable although it was to be sealed.
func (s *sealing) listReadable(p *page) {
	var list []outcomeDoc
	for _, f := range s.result.files {
		if f.Reason != string(replace.Asked) && f.Outcome != "planned" && (!s.gone || !f.drive) {
			list = append(list, f)
		}
	}
	if len(list) > 0 {
		p.gap()
		p.wrap("", p.bold(s.sh.words.N("encrypt.readable", int64(len(list)))))
		s.list(p, list)
	}
}

func (s *sealing) list(p *page, list []outcomeDoc) {
	w := s.sh.words
	for i, f := range list {
		if i == firstListed && !s.o.all {
			p.wrap("  ", p.dim(w.N("encrypt.more", int64(len(list)-i)+s.result.more)))
			return
		}
		line := printable(f.Path)
		if f.Reason != "" {
			line += ": " + s.sh.why(f)
		}
		p.hanging("  ", line)
		s.showNames(p, f)
	}
}
