package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/request"
	"custode/playbook/privacy/request/answer"
	"custode/scan"
	"custode/scan/seek"
)

type requestSearchOptions struct {
	json, show bool
	save       string
	typed      []seek.Term
	keys       keyFlags
}

// termFlags are how a person is looked for besides the name and the contact of the request.
var termFlags = []struct {
	name string
	kind seek.Kind
}{{"name", seek.Name}, {"email", seek.Email}, {"phone", seek.Phone}, {"code", seek.Code}}

func (sh *shell) termFlags() (flags []cli.Flag) {
	for _, f := range termFlags {
		flags = append(flags, &cli.StringSliceFlag{Name: f.name, Usage: sh.words.T("flag.request.term." + f.name)})
	}
	return flags
}

func typedTerms(c *cli.Context) (terms []seek.Term) {
	for _, f := range termFlags {
		for _, text := range c.StringSlice(f.name) {
			terms = append(terms, seek.Term{Kind: f.kind, Text: text})
		}
	}
	return terms
}

func requestSearchCommand(sh *shell) *cli.Command {
	var o requestSearchOptions
	t := sh.words.T
	return &cli.Command{
		Name: "search", Usage: t("cmd.request.search"), UsageText: t("cmd.request.search.use"), Description: t("cmd.request.search.more"),
		Flags: slices.Concat([]cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "show", Usage: t("flag.request.show"), Destination: &o.show},
			&cli.StringFlag{Name: "save", Usage: t("flag.request.save"), Destination: &o.save},
		}, sh.termFlags(), o.keys.flags(sh)),
		Action: func(c *cli.Context) error {
			id, _, err := requestNumber(c, 0)
			if err != nil {
				return err
			}
			if o.show && o.json {
				return fault.New(fault.Usage, "fault.request.show-json")
			}
			o.typed = typedTerms(c)
			return sh.onRequest(c.Context, id, func(d *requester, r job.RequestDue) error { return d.search(c.Context, o, r) })
		},
	}
}

type requestFileDoc struct {
	Path    string `json:"path"`
	Sealed  bool   `json:"sealed"`
	Sure    int64  `json:"sure"`
	Likely  int64  `json:"likely"`
	Perhaps int64  `json:"perhaps"`
}

type requestUnseenDoc struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

type requestSearchDoc struct {
	Schema  string             `json:"schema"`
	Number  int64              `json:"number"`
	Looked  int64              `json:"files_looked_at"`
	Opened  int64              `json:"sealed_opened"`
	Sure    int64              `json:"sure"`
	Likely  int64              `json:"likely"`
	Perhaps int64              `json:"perhaps"`
	Files   []requestFileDoc   `json:"files"`
	Unseen  []requestUnseenDoc `json:"unseen"`
	Left    int64              `json:"left_out_by_settings"`
}

// search looks for who asks in all data folders. What is found is shown and kept
// nowhere; into the record go two numbers.
func (d *requester) search(ctx context.Context, o requestSearchOptions, r job.RequestDue) error {
	sh, id := d.sh, r.ID
	if err := r.May(request.Searched); err != nil {
		return requestFault(err, id)
	}
	copied, err := newCopy(o.save)
	if err != nil {
		return err
	}
	ids, wipe, err := d.holder(ctx, o.keys, true)
	if err != nil {
		return err
	}
	defer wipe()
	p := sh.page(sh.out, sh.outTerm)
	found, err := d.seek(ctx, r, o.typed, ids, func(path string, rec seek.Record) {
		if o.show {
			d.showRecord(p, path, rec)
		}
		copied.add(d.folderOf(path), rec)
	})
	if err != nil {
		return err
	}
	if err := copied.write(); err != nil {
		return err
	}
	if _, err := d.note(ctx, id, d.searched(found)); err != nil {
		return err
	}
	if o.json {
		return sh.json(searchDocOf(id, found))
	}
	d.foundPage(p, r, found)
	if o.save != "" {
		p.gap()
		p.wrap("", p.green(sh.words.N("request.saved", int64(len(copied.rows)), printable(o.save))))
		if copied.texts > 0 {
			p.wrap("", p.amber(sh.words.N("request.saved.texts", copied.texts)))
		}
	}
	return p.fail
}

// searched is what is noted of a search: two numbers.
func (d *requester) searched(found *job.Seeking) request.Event {
	numbers := strconv.FormatInt(found.Sure+found.Likely+found.Perhaps, 10) + " " + strconv.Itoa(len(found.Found))
	return request.Event{Day: d.sh.now().Format(time.DateOnly), What: request.Searched, Detail: numbers}
}

func searchDocOf(id int64, found *job.Seeking) requestSearchDoc {
	doc := requestSearchDoc{
		Schema: "custode.request-search/1", Number: id, Looked: found.Files, Opened: found.Opened, Sure: found.Sure, Likely: found.Likely, Perhaps: found.Perhaps,
		Files: []requestFileDoc{}, Unseen: []requestUnseenDoc{}, Left: found.LeftOut[scan.RuleSettings],
	}
	for _, f := range found.Found {
		doc.Files = append(doc.Files, requestFileDoc{f.Path, f.Opened, f.Sure, f.Likely, f.Perhaps})
	}
	for _, f := range found.Unseen {
		doc.Unseen = append(doc.Unseen, requestUnseenDoc{f.Path, string(f.Reason)})
	}
	return doc
}

// seek runs the search for who asks: what the request says of them, and what was typed.
func (d *requester) seek(ctx context.Context, r job.RequestDue, typed []seek.Term, ids []age.Identity, show func(string, seek.Record)) (*job.Seeking, error) {
	return d.seekBy(ctx, r, typed, job.SeekOptions{Identities: ids, Show: show})
}

// seekBy is seek with what else is to be said of the search.
func (d *requester) seekBy(ctx context.Context, r job.RequestDue, typed []seek.Term, o job.SeekOptions) (*job.Seeking, error) {
	who, _, err := d.who(ctx, r, o.Identities)
	if err != nil {
		return nil, err
	}
	terms := append(searchable(termsOf(who), d.set.Country), typed...)
	o.Roots, o.Exclude, o.Exclusions, o.Terms = d.set.Folders, []string{d.sh.home}, d.set.exclusions(), terms
	o.Country, o.Announce = d.set.Country, d.sh.announce
	found, err := job.Seek(ctx, d.st, o)
	if bad, ok := errors.AsType[*seek.TermError](err); ok {
		return nil, d.sh.noTerm(terms[bad.Index])
	}
	if errors.Is(err, seek.ErrNone) {
		return nil, fault.New(fault.Usage, "fault.request.no-terms")
	}
	return found, err
}

// folderOf is the folder that a file is shown in.
func (d *requester) folderOf(path string) string {
	for _, root := range d.set.Folders {
		if f := datamap.Folder(root, path); f != "" {
			return f
		}
	}
	return ""
}

// places gives the folders in which the person was found, surely or likely, and the kinds of
// data that the map knows of the files there.
func (d *requester) places(m *datamap.Map, found *job.Seeking) []answer.Place {
	var out []answer.Place
	for _, f := range found.Found {
		if f.Sure+f.Likely == 0 {
			continue
		}
		folder := d.folderOf(f.Path)
		i := slices.IndexFunc(out, func(p answer.Place) bool { return p.Folder == folder })
		if i < 0 {
			i = len(out)
			out = append(out, answer.Place{Folder: folder})
		}
		for _, h := range m.Holdings {
			held := slices.ContainsFunc(h.Files, func(one datamap.HeldFile) bool { return one.Path == f.Path })
			if held && !slices.Contains(out[i].Categories, h.Category.ID) {
				out[i].Categories = append(out[i].Categories, h.Category.ID)
			}
		}
	}
	return out
}

// foundPage says where the person was found, and what was not looked into.
func (d *requester) foundPage(p *page, r job.RequestDue, found *job.Seeking) {
	w := d.sh.words
	p.wrap("", w.N("request.looked", found.Files))
	if len(found.Found) == 0 {
		p.wrap("", p.bold(w.T("request.found.nothing")))
	}
	for _, f := range found.Found {
		p.hanging("  ", p.bold(printable(f.Path)))
		p.hanging("    ", d.placesSaid(f))
	}
	if found.Perhaps > 0 {
		p.wrap("", p.dim(w.T("request.perhaps.more")))
	}
	d.unseen(p, found)
	p.gap()
	p.wrap("", p.dim(w.T("request.search.kept")))
	if len(found.Found) == 0 {
		p.wrap("", w.T("request.then", d.command("letter", r.ID, "answer", "--nothing")))
		return
	}
	p.wrap("", w.T("request.then", d.command("letter", r.ID, "answer", "--search", "--out", w.T("request.file"))))
}

// placesSaid says how many places there are in a file, and how sure they are.
func (d *requester) placesSaid(f seek.File) string {
	var said []string
	for _, c := range []struct {
		n   int64
		key string
	}{{f.Sure, "request.sure"}, {f.Likely, "request.likely"}, {f.Perhaps, "request.perhaps"}} {
		if c.n > 0 {
			said = append(said, d.sh.words.N(c.key, c.n))
		}
	}
	return strings.Join(said, ", ")
}

// unseenFiles are files that were not looked into, for one reason.
type unseenFiles struct {
	say   string
	files []string // some of them
	more  string   // how many more; "": none
}

// unseen says which files were not looked into, by reason, with some of each.
func (d *requester) unseen(p *page, found *job.Seeking) {
	for _, u := range d.unseenBy(found) {
		p.wrap("", p.amber(u.say))
		for _, path := range u.files {
			p.hanging("  ", path)
		}
		if u.more != "" {
			p.wrap("  ", u.more)
		}
	}
}

// unseenBy gives the files that were not looked into by reason, with some of each.
func (d *requester) unseenBy(found *job.Seeking) (out []unseenFiles) {
	const few = 5
	w := d.sh.words
	by := map[scan.Reason][]string{}
	var order []scan.Reason
	for _, f := range found.Unseen {
		reason := f.Reason
		if reason == "" {
			reason = scan.Partly
		}
		if by[reason] == nil {
			order = append(order, reason)
		}
		by[reason] = append(by[reason], printable(f.Path))
	}
	for _, reason := range order {
		key := "coverage." + string(reason)
		switch reason {
		case seek.Locked, seek.NoKey, seek.Password, scan.LinkOut, scan.IsSpecial:
			key = "request.unseen." + string(reason)
		default:
		}
		list := by[reason]
		u := unseenFiles{say: w.N("request.unseen", int64(len(list)), w.T(key)), files: list[:min(few, len(list))]}
		if len(list) > few {
			u.more = w.N("request.unseen.more", int64(len(list)-few))
		}
		out = append(out, u)
	}
	for _, c := range []struct {
		n   int64
		key string
	}{{found.UnseenMore, "request.unseen.more"}, {found.LeftOut[scan.RuleSettings], "request.left-out"}, {found.Pictures, "request.pictures"}} {
		if c.n > 0 {
			out = append(out, unseenFiles{say: w.N(c.key, c.n)})
		}
	}
	return out
}

// showRecord shows what stands at a place: to the terminal, and nowhere else.
func (d *requester) showRecord(p *page, path string, rec seek.Record) {
	w := d.sh.words
	p.wrap("", p.bold(d.placeOf(path, rec))+" · "+w.T("request.is."+string(rec.Place.Certainty)))
	for _, c := range rec.Cells {
		p.hanging("  "+printable(headOf(c))+": ", shownText(c.Value))
	}
	if rec.Text != "" {
		p.wrap("  ", shownText(rec.Text))
	}
	p.gap()
}

// placeOf says where a record stands.
func (d *requester) placeOf(path string, rec seek.Record) string {
	where := printable(path)
	if rec.Place.Path != "" {
		where += "!/" + printable(rec.Place.Path)
	}
	if rec.Place.Number > 0 {
		where += ", " + d.sh.words.T("request.unit."+unitOf(rec.Place.Unit), d.sh.words.Int(rec.Place.Number))
	}
	return where
}

// headOf names a cell: its heading, else the number of its column.
func headOf(c seek.Cell) string {
	if c.Header == "" {
		return strconv.Itoa(c.Column)
	}
	return c.Header
}

func unitOf(u seek.Unit) string {
	if u == seek.None {
		return string(seek.Row)
	}
	return string(u)
}
