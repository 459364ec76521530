package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/internal/journal"
)

type journalOptions struct {
	json    bool
	last    int
	lastSet bool
	receipt string
}

func journalCommand(sh *shell) *cli.Command {
	var show, verify journalOptions
	var about proofOptions
	t := sh.words.T
	return &cli.Command{
		Name: "journal", Usage: t("cmd.journal"), UsageText: "custode journal show\ncustode journal verify", Description: t("cmd.journal.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			{
				Name: "show", Usage: t("cmd.journal.show"), UsageText: t("cmd.journal.show.use"), Description: t("cmd.journal.show.more"),
				Flags: []cli.Flag{
					sh.jsonFlag(&show.json),
					&cli.IntFlag{Name: "last", Usage: t("flag.journal.last"), Destination: &show.last},
					&cli.StringFlag{Name: "file", Usage: t("flag.journal.file"), Destination: &about.file},
					&cli.StringFlag{Name: "at", Usage: t("flag.journal.at"), Destination: &about.at},
					&cli.StringFlag{Name: "out", Usage: t("flag.journal.out"), Destination: &about.out},
					&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &about.paper},
				},
				Action: func(c *cli.Context) error {
					if err := none(c); err != nil {
						return err
					}
					if show.lastSet = c.IsSet("last"); about != (proofOptions{}) {
						if show.lastSet {
							return fault.New(fault.Usage, "fault.proof.last")
						}
						return sh.proveFile(c.Context, about, show.json)
					}
					return sh.showJournal(c.Context, show)
				},
			},
			{
				Name: "verify", Usage: t("cmd.journal.verify"), UsageText: t("cmd.journal.verify.use"), Description: t("cmd.journal.verify.more"),
				Flags: []cli.Flag{
					sh.jsonFlag(&verify.json),
					&cli.StringFlag{Name: "receipt", Usage: t("flag.journal.receipt"), Destination: &verify.receipt},
				},
				Action: func(c *cli.Context) error {
					if err := none(c); err != nil {
						return err
					}
					return sh.verifyJournal(c.Context, verify)
				},
			},
		},
	}
}

type entryDoc struct {
	Schema string          `json:"schema"`
	Seq    int64           `json:"seq"`
	At     string          `json:"at"`
	Kind   string          `json:"kind"`
	Body   json.RawMessage `json:"body"`
	Prev   string          `json:"prev"`
	Hash   string          `json:"hash"`
}

// showJournal lists entries, one a line, the newest last.
func (sh *shell) showJournal(ctx context.Context, o journalOptions) error {
	_, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	from := int64(1)
	if o.last < 0 || o.lastSet && o.last == 0 {
		return fault.New(fault.Usage, "fault.journal.last")
	}
	if o.last > 0 {
		last, err := st.Last(ctx)
		if err != nil {
			return err
		}
		from = max(1, last-int64(o.last)+1)
	}
	p := sh.page(sh.out, sh.outTerm)
	return st.Journal(ctx, from, func(e journal.Entry) error {
		if o.json {
			return sh.jsonLine(entryDoc{
				Schema: "custode.journal/1", Seq: e.Seq, At: e.At, Kind: e.Kind, Body: e.Body,
				Prev: fmt.Sprintf("%x", e.Prev), Hash: fmt.Sprintf("%x", e.Hash),
			})
		}
		p.hanging(padLeft(sh.words.Int(e.Seq), 5)+"  ", sh.entryWords(e))
		return p.fail
	})
}

// entryWords says an entry in a sentence, and when it was.
func (sh *shell) entryWords(e journal.Entry) string {
	when := e.At
	if at, err := time.Parse(time.RFC3339Nano, e.At); err == nil {
		when = sh.words.DateTime(at.Local())
	}
	return when + "  " + sh.whatWords(e)
}

// whatWords says what an entry tells; of one that is not known to this version it shows the kind.
func (sh *shell) whatWords(e journal.Entry) string {
	if key := "journal.kind." + e.Kind; sh.words.Has(key) {
		return sh.words.T(key) + sh.bodyWords(e.Body)
	}
	return e.Kind
}

// bodyWords says what stands in a body, of the values that all kinds share.
func (sh *shell) bodyWords(body json.RawMessage) string {
	var b struct {
		Folders     []string
		Person      string
		File        string
		Sealed      []struct{ Path string }
		Status      string
		Score       int64
		Files       *int64
		People      int64
		Errors      int64
		NotExamined int64  `json:"not_examined"`
		LookedAt    *int64 `json:"looked_at"`
		Sound       int64
		Paths       []string
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return ""
	}
	for _, f := range b.Sealed {
		b.Paths = append(b.Paths, f.Path)
	}
	w := sh.words
	switch {
	case len(b.Folders) > 0:
		for i, f := range b.Folders {
			b.Folders[i] = printable(f)
		}
		return ": " + strings.Join(b.Folders, ", ")
	case b.File != "":
		return ": " + printable(b.File)
	case b.Person != "":
		return ": " + printable(b.Person)
	case b.Status != "" && w.Has("check.status."+b.Status):
		return ": " + w.T("check.status."+b.Status) + " " + w.T("check.score", w.Int(b.Score))
	case len(b.Paths) == 1:
		return ": " + printable(b.Paths[0])
	case len(b.Paths) > 1:
		return ": " + w.N("journal.files", int64(len(b.Paths)))
	case b.LookedAt != nil:
		s := ": " + w.N("journal.files", *b.LookedAt)
		if bad := *b.LookedAt - b.Sound; bad > 0 {
			s += ", " + w.N("journal.not-sound", bad)
		}
		return s
	case b.Files != nil:
		s := ": " + w.N("journal.files", *b.Files) + ", " + w.N("scan.persons", b.People)
		if unseen := b.Errors + b.NotExamined; unseen > 0 {
			s += ", " + w.N("journal.unseen", unseen)
		}
		return s
	}
	return ""
}

// proveJournal proves the chain, against a receipt unless that is "": how far it goes, and the first
// entry that is wrong; nil for none.
func (sh *shell) proveJournal(ctx context.Context, code string) (head journal.Head, finding *journal.Finding, err error) {
	if _, err := sh.settings(); err != nil {
		return head, nil, err
	}
	var receipt *journal.Head
	if code != "" {
		h, err := journal.ParseReceipt(code)
		if err != nil {
			return head, nil, fault.New(fault.Usage, "fault.journal.receipt")
		}
		receipt = &h
	}
	st, err := sh.open(ctx)
	if err != nil {
		return head, nil, err
	}
	defer st.Close() // every write was committed
	if head, finding, err = st.Verify(ctx, receipt); err != nil {
		return head, nil, err
	}
	begun, err := st.Begun(ctx)
	if err != nil {
		return head, nil, err
	}
	if finding == nil && begun.IsZero() { // or else a journal that was removed would pass for a new one
		finding = &journal.Finding{Seq: 1, Trouble: "empty"}
	}
	return head, finding, nil
}

// findingFault is the failure for people of a journal that is wrong.
func findingFault(f *journal.Finding) error {
	return fault.New(fault.Data, "fault.journal."+string(f.Trouble), f.Seq)
}

// verifyJournal proves the chain, or names the first entry that is wrong.
func (sh *shell) verifyJournal(ctx context.Context, o journalOptions) error {
	head, finding, err := sh.proveJournal(ctx, o.receipt)
	if err != nil {
		return err
	}
	if o.json {
		if err := sh.json(verifyDocument(head, finding)); err != nil {
			return err
		}
	} else if finding == nil {
		p, w := sh.page(sh.out, sh.outTerm), sh.words
		p.wrap("", p.green(w.N("journal.sound", head.Seq)))
		if o.receipt != "" {
			p.wrap("", w.T("journal.receipt-fits"))
		}
		p.wrap("", w.T("journal.receipt", head.Receipt()))
		if p.fail != nil {
			return p.fail
		}
	}
	if finding != nil {
		return findingFault(finding)
	}
	return nil
}

type verifyDoc struct {
	Schema   string `json:"schema"`
	OK       bool   `json:"ok"`
	Entries  int64  `json:"entries"`
	Receipt  string `json:"receipt"`
	FirstBad int64  `json:"first_bad"`
	Trouble  string `json:"trouble"`
}

func verifyDocument(head journal.Head, f *journal.Finding) verifyDoc {
	d := verifyDoc{Schema: "custode.journal-verify/1", OK: f == nil, Entries: head.Seq, Receipt: head.Receipt()}
	if f != nil {
		d.FirstBad, d.Trouble = f.Seq, string(f.Trouble)
	}
	return d
}
