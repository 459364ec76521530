package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/internal/readable"
	"custode/internal/source"
	"custode/playbook/daily"
	"custode/playbook/privacy/printed"
	"custode/playbook/privacy/statement"
)

type statementOptions struct {
	json, check        bool
	out, size, contact string
}

func privacyStatementCommand(sh *shell) *cli.Command {
	var o statementOptions
	t := sh.words.T
	return &cli.Command{
		Name: "statement", Usage: t("cmd.privacy.statement"), UsageText: t("cmd.privacy.statement.use"), Description: t("cmd.privacy.statement.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &o.out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
			&cli.StringFlag{Name: "contact", Usage: t("flag.statement.contact"), Destination: &o.contact},
			&cli.BoolFlag{Name: "check", Usage: t("flag.statement.check"), Destination: &o.check},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			if o.check && (o.out != "" || o.contact != "" || o.size != "") {
				return fault.New(fault.Usage, "fault.statement.either")
			}
			d, err := sh.stater(c.Context)
			if err != nil {
				return err
			}
			defer d.close()
			if o.check {
				return d.checkPrinted(c.Context, o)
			}
			return d.give(c.Context, o)
		},
	}
}

// stater is what the statement works with: what is known now, and what can be said of it.
type stater struct {
	sh    *shell
	set   settings
	st    state
	book  *statement.Book
	facts statement.Facts
	items []daily.Item
	law   string
	said  []statement.Sentence
	left  []statement.Left
	whom  string // from the declaration; "" not said
}

// stater opens the home and gathers the facts. Who gets it closes it.
func (sh *shell) stater(ctx context.Context) (*stater, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	d := &stater{sh: sh, set: set, st: st}
	if err := d.gather(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// close closes the database; every write was committed.
func (d *stater) close() { _ = d.st.Close() }

func (d *stater) gather(ctx context.Context) (err error) {
	if d.book, err = d.sh.builtIn().claims(); err != nil {
		return err
	}
	shop, err := d.sh.shop(d.set)
	if err != nil {
		return err
	}
	around, err := d.standing(ctx)
	if err != nil {
		return err
	}
	d.law = around.Terms.Law
	facts, result, err := job.StatementFacts(ctx, d.st, shop, around, d.sh.now())
	if err != nil {
		return err
	}
	d.facts, d.items = facts, result.Items
	d.said, d.left = d.book.Judge(facts, d.sh.now())
	return nil
}

type claimDoc struct {
	ID     string `json:"id"`
	Part   string `json:"part"`
	Text   string `json:"text"`
	Source string `json:"source"` // a law that it repeats, or ""
}

type unsaidDoc struct {
	ID      string   `json:"id"`
	Claim   string   `json:"claim"`
	Why     string   `json:"why"`
	Command []string `json:"command"`
}

type statementDoc struct {
	Schema    string      `json:"schema"`
	Made      string      `json:"made"`
	Lang      string      `json:"lang"`
	Path      string      `json:"path"` // of the file that was written, or ""
	Sentences []claimDoc  `json:"sentences"`
	Left      []unsaidDoc `json:"left_out"`
	Words     int         `json:"words"`
	Seconds   int         `json:"seconds"`
	Ease      int         `json:"reading_ease"` // English: Flesch; Italian: Gulpease; 0 to 100
}

// give shows the statement, or writes it into a new file and keeps what it says.
func (d *stater) give(ctx context.Context, o statementOptions) error {
	sh := d.sh
	if o.contact == "" {
		o.contact = d.whom
	}
	list, err := source.Load()
	if err != nil {
		return err
	}
	draft, err := d.draw(list, sh.words.Lang, o.contact)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := d.write(ctx, draft, o); err != nil {
			return err
		}
	}
	if o.json {
		return sh.json(d.document(draft, o.out, list))
	}
	page, rest := sh.page(sh.out, sh.outTerm), sh.page(sh.err, sh.errTerm)
	if o.out == "" {
		page.text(paper.Plain(draft.Doc, page.width))
	} else {
		page.wrap("", page.green(sh.words.T("play.report.written", printable(o.out))))
		rest = page
	}
	d.tell(rest, draft, o)
	return errors.Join(page.fail, rest.fail)
}

// draw makes the statement in a language.
func (d *stater) draw(list *source.List, lang, contact string) (statement.Draft, error) {
	p := statement.Page{Lang: lang, Shop: d.set.Shop, Contact: contact, Made: d.sh.now()}
	for _, ref := range d.book.Laws(d.said, d.law) {
		p.Laws = append(p.Laws, list.Cite(ref).In(p.Lang))
	}
	return d.book.Draw(p, d.said)
}

// keep keeps what a statement says. path "": it was given away, into no file that is known.
func (d *stater) keep(ctx context.Context, draft statement.Draft, raw []byte, path string) error {
	facts, err := draft.Encode()
	if err != nil {
		return err
	}
	return d.st.SavePrinted(ctx, printed.Paper{
		Kind: printed.Statement, Lang: draft.Doc.Lang, Made: draft.Doc.Made, Path: path, Digest: sha256.Sum256(raw), Facts: facts,
	})
}

// write writes the statement into a new file and keeps what it says: both or neither.
func (d *stater) write(ctx context.Context, draft statement.Draft, o statementOptions) error {
	raw, err := drawDoc(draft.Doc, o.out, o.size, d.set.Country)
	if err != nil {
		return err
	}
	path, err := filepath.Abs(o.out)
	if err != nil {
		return err
	}
	if err := newFile(o.out, raw); err != nil {
		return err
	}
	if err := d.keep(ctx, draft, raw, path); err != nil {
		return errors.Join(err, os.Remove(o.out))
	}
	return nil
}

// reading gives how a text reads: words, seconds, and the index of its language from 0 to 100.
func reading(lang string, texts []string) (words, seconds, ease int) {
	c := readable.Count(texts...)
	index := c.Flesch()
	if lang == "it" {
		index = c.Gulpease()
	}
	return c.Words, readable.Seconds(texts...), int(min(max(index, 0), 100))
}

func (d *stater) document(draft statement.Draft, out string, list *source.List) statementDoc {
	doc := statementDoc{
		Schema: "custode.statement/1", Made: draft.Doc.Made.Format(time.RFC3339), Lang: draft.Doc.Lang, Path: out,
		Sentences: []claimDoc{}, Left: []unsaidDoc{},
	}
	for _, s := range draft.Sentences {
		c, _ := d.book.Find(s.ID)
		one := claimDoc{ID: s.ID, Part: string(c.Part), Text: s.Text}
		if ref := c.Source[d.law]; ref != "" {
			one.Source = list.Cite(ref).In(draft.Doc.Lang)
		}
		doc.Sentences = append(doc.Sentences, one)
	}
	for _, l := range d.left {
		c, _ := d.book.Find(l.ID)
		if c.Part != statement.Do {
			continue
		}
		command := d.sh.proposed(d.helps(l.Lack))
		if command == nil {
			command = []string{}
		}
		doc.Left = append(doc.Left, unsaidDoc{l.ID, c.Label.In(draft.Doc.Lang), d.why(l.Lack), command})
	}
	doc.Words, doc.Seconds, doc.Ease = reading(draft.Doc.Lang, draft.Text())
	return doc
}

// tell says to the owner how the statement reads, and what could not be said and why.
func (d *stater) tell(p *page, draft statement.Draft, o statementOptions) {
	w := d.sh.words
	words, seconds, ease := reading(draft.Doc.Lang, draft.Text())
	p.gap()
	p.wrap("", p.dim(w.T("statement.reads", w.Int(int64(words)), w.Duration(time.Duration(seconds)*time.Second), w.Int(int64(ease)))))
	if o.contact == "" {
		p.hanging(p.amber(w.T("app.note"))+" ", w.T("statement.no-contact"))
	}
	d.tellLeft(p, o.out == "")
	if o.out == "" {
		p.wrap("", w.T("statement.print", d.sh.command("custode", "privacy", "statement", "--out", w.T("statement.file"))))
	} else {
		p.wrap("", w.T("statement.later", d.sh.command("custode", "privacy", "statement", "--check")))
	}
}

// tellLeft says what could not be said: each with why, or only how much.
func (d *stater) tellLeft(p *page, each bool) {
	w := d.sh.words
	n := int64(0)
	for _, l := range d.left {
		c, _ := d.book.Find(l.ID)
		if c.Part != statement.Do {
			continue
		}
		if n++; !each {
			continue
		}
		if n == 1 {
			p.wrap("", p.bold(w.T("statement.left")))
		}
		p.hanging("  - ", c.Label.In(w.Lang)+": "+d.why(l.Lack))
		if command := d.helps(l.Lack); len(command) > 0 {
			p.line("      " + shellLine(d.sh.proposed(command)))
		}
	}
	if n > 0 && !each {
		p.wrap("", w.N("statement.left.count", n, d.sh.command("custode", "privacy", "statement")))
	}
}

// why says what a claim lacks.
func (d *stater) why(l statement.Lack) string {
	w := d.sh.words
	switch {
	case l.Item != "":
		for _, it := range d.items {
			if it.ID == l.Item && it.Status != daily.OK {
				return d.sh.say(it.Title)
			}
		}
		return w.T("statement.why." + l.Item)
	case l.Name == "":
		return w.T("statement.why.unknown")
	case l.Days > 0:
		return w.T("statement.why."+string(l.Name), w.Int(int64(l.Days)))
	}
	return w.T("statement.why." + string(l.Name))
}

// helps gives the command that helps a claim, nil where none does.
func (d *stater) helps(l statement.Lack) []string {
	for _, it := range d.items {
		if it.ID == l.Item && it.Status != daily.OK && len(it.Command) > 0 {
			return it.Command
		}
	}
	return remedies()[cmp.Or(l.Item, string(l.Name))]
}

// remedies are the commands that help, by what is lacking.
func remedies() map[string][]string {
	c := func(words ...string) []string { return append([]string{"custode"}, words...) }
	return map[string][]string{
		watchRunning:                 c("watch"),
		"backup.home":                c("backup", "custode-backup.age"),
		string(statement.Sealed):     c("encrypt"),
		string(statement.Open):       c("encrypt"),
		string(statement.Found):      c("scan"),
		string(statement.Unseen):     c("scan"),
		string(statement.Scanned):    c("scan"),
		string(statement.Copies):     c("open", "--leftovers"),
		string(statement.Damaged):    c("verify"),
		string(statement.Checked):    c("verify"),
		string(statement.KeysHeld):   c("keys", "init"),
		string(statement.KeysDoubt):  c("keys", "rotate"),
		string(statement.Drilled):    c("keys", "drill"),
		string(statement.People):     c("staff", "add", "Anna"),
		string(statement.PeopleDue):  c("quiz", "due"),
		string(statement.QuizOldest): c("quiz", "due"),
		string(statement.Exercise):   c("playbook", "drill", "start", "lost-device"),
		string(statement.Contacts):   c("playbook", "contacts"),
		string(statement.BackedUp):   c("backup", "custode-backup.age"),
		string(statement.Uses):       c("privacy", "map", "--ask"),
		string(statement.TooLong):    c("privacy", "map"),
		string(statement.Choices):    c("privacy", "choices", "record"),
	}
}
