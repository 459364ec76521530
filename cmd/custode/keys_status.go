package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/ring"
	"custode/scan"
)

// drillEvery is how old the last drill may be.
const drillEvery = 90 * 24 * time.Hour

func keysStatusCommand(sh *shell) *cli.Command {
	var asJSON, all bool
	t := sh.words.T
	return &cli.Command{
		Name: "status", Usage: t("cmd.keys.status"), UsageText: "custode keys status", Description: t("cmd.keys.status.more"),
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "all", Usage: t("flag.keys.status.all"), Destination: &all},
			sh.jsonFlag(&asJSON),
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysStatus(c.Context, asJSON, all)
		},
	}
}

// keysStatus tells what would be lost if this computer burned today. It needs no
// passphrase.
func (sh *shell) keysStatus(ctx context.Context, asJSON, all bool) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	r, err := sh.ringIfAny()
	if err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	b, err := job.Burns(ctx, st, r, &scan.Places{Roots: set.Folders, Own: sh.usualFolders()})
	if err != nil {
		return err
	}
	var rest job.Unfinished
	if r != nil {
		if rest, err = job.LookUnfinished(ctx, st, r); err != nil {
			return err
		}
	}
	unsealed := sh.unsealedCopies(ctx)
	same := b.There && sh.sameDrive(filepath.Dir(b.Backup.File))
	if asJSON {
		doc := sh.statusDocument(r, b, same, rest.Any || rest.Left)
		doc.Copies = unsealed
		return sh.json(doc)
	}
	if err := sh.statusPage(r, b, statusHow{same, all, rest.Any || rest.Left}); err != nil {
		return err
	}
	p := sh.page(sh.out, sh.outTerm)
	leftCount{unsealed: unsealed}.say(sh, p)
	return p.fail
}

type statusDoc struct {
	Schema string      `json:"schema"`
	Keys   bool        `json:"keys"`
	Kind   string      `json:"kind"`
	People []string    `json:"people"`
	Sheet  sheetDoc    `json:"sheet"`
	Backup savedDoc    `json:"backup"`
	Sealed sealedDoc   `json:"sealed"`
	Lost   lostDoc     `json:"lost"`
	Where  []folderDoc `json:"lost_in"`
	Copies int         `json:"unsealed_copies"` // what custode open --leftovers lists
}

type sheetDoc struct {
	Proven   bool   `json:"proven"`
	LastAt   string `json:"last_drill_at"` // "" for never
	DrillDue bool   `json:"drill_due"`
	Exposed  bool   `json:"exposed"`
}

type savedDoc struct {
	File      string `json:"file"` // "" for none
	At        string `json:"at"`
	There     bool   `json:"there"`
	SameDrive bool   `json:"same_drive"`
	OldSheet  bool   `json:"former_sheet"` // only a sheet of before opens it
}

type sealedDoc struct {
	Files    int64 `json:"files"`
	Bytes    int64 `json:"bytes"`
	Kept     int64 `json:"kept_readable"`
	Unproven int64 `json:"not_yet_proven"`
	Rest     bool  `json:"former_keys"` // some may not be sealed for the present keys yet
}

type lostDoc struct {
	Sealed      int64 `json:"sealed_files"`
	SealedBytes int64 `json:"sealed_bytes"`
	Open        int64 `json:"readable_files"`
	OpenBytes   int64 `json:"readable_bytes"`
}

type folderDoc struct {
	Path  string `json:"path"`
	Files int64  `json:"files"`
}

func (sh *shell) statusDocument(r *ring.Ring, b job.Burnt, same, rest bool) statusDoc {
	d := statusDoc{
		Schema: "custode.keys-status/1", Keys: r != nil, People: []string{}, Where: []folderDoc{},
		Backup: savedDoc{b.Backup.File, stamp(b.Backup.At), b.There, same, oldSheet(r, b)},
		Sealed: sealedDoc{b.Totals.Files, b.Totals.Bytes, b.Totals.Kept, b.Totals.Unproven, rest},
		Lost:   lostDoc{b.Sealed.Files, b.Sealed.Bytes, b.Open.Files, b.Open.Bytes},
	}
	if r != nil {
		c := r.Recovery()
		d.Kind = kindName(r.Kind())
		d.Sheet = sheetDoc{!c.ProvenAt.IsZero(), stamp(b.Drill), sh.drillDue(b), c.Exposed}
		for _, p := range r.People() {
			d.People = append(d.People, p.Name)
		}
	}
	for _, f := range b.Folders {
		d.Where = append(d.Where, folderDoc(f))
	}
	return d
}

func (sh *shell) drillDue(b job.Burnt) bool { return sh.now().Sub(b.Drill) > drillEvery }

// statusHow is what else the page depends on.
type statusHow struct {
	same bool // the backup lies on the drive of the files
	all  bool // every folder is asked for
	rest bool // some files may not be sealed for the present keys yet
}

func (sh *shell) statusPage(r *ring.Ring, b job.Burnt, how statusHow) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	t := w.T
	p.wrap("", p.bold(t("keys.status.title")))
	p.gap()
	rows := [][2]string{}
	if r == nil {
		rows = append(rows, [2]string{t("keys.status.keys"), p.amber(t("keys.status.none"))})
	} else {
		var names []string
		for _, person := range r.People() {
			names = append(names, printable(person.Name))
		}
		rows = append(rows, [2]string{t("keys.status.keys"), w.N("keys.status.people", int64(len(names)), strings.Join(names, ", ")) + " " + t("keys.opened-by."+kindName(r.Kind()))},
			[2]string{t("keys.status.sheet"), sh.sheetStatus(p, r, b)})
	}
	rows = append(rows, [2]string{t("keys.status.backup"), sh.backupStatus(p, b, how.same, oldSheet(r, b))})
	sealed := w.N("keys.status.sealed", b.Totals.Files, w.Bytes(b.Totals.Bytes))
	if b.Totals.Kept > 0 {
		sealed += " " + p.amber(w.N("keys.status.kept", b.Totals.Kept))
	}
	if b.Totals.Unproven > 0 {
		sealed += " " + w.N("keys.status.unproven", b.Totals.Unproven, sh.command("custode", "verify", "--open"))
	}
	if how.rest {
		sealed += " " + p.amber(t("keys.status.rest", sh.command("custode", "keys", "rotate", "--finish")))
	}
	p.definitions(append(rows, [2]string{t("keys.status.files"), sealed}))
	p.gap()
	return sh.lostPage(p, b, how.all)
}

func (sh *shell) sheetStatus(p *page, r *ring.Ring, b job.Burnt) string {
	c := r.Recovery()
	s := sh.sheetState(c)
	switch {
	case c.ProvenAt.IsZero() || c.Exposed:
		return p.amber(s)
	case sh.drillDue(b):
		return s + " " + p.amber(sh.words.T("keys.status.drill-due", sh.words.Date(b.Drill.Local())))
	}
	last := sh.words.Date(b.Drill.Local())
	if last == sh.words.Date(c.ProvenAt.Local()) {
		return s
	}
	return s + " " + sh.words.T("keys.status.drilled", last)
}

// oldSheet reports whether the backup was made for a sheet that has been replaced since.
func oldSheet(r *ring.Ring, b job.Burnt) bool {
	return r != nil && b.Backup.Recovery != "" && b.Backup.Recovery != r.Recovery().Fingerprint
}

func (sh *shell) backupStatus(p *page, b job.Burnt, same, old bool) string {
	w := sh.words
	if b.Backup.File == "" {
		return p.amber(w.T("keys.status.no-backup"))
	}
	s := w.T("keys.status.backed-up", w.DateTime(b.Backup.At.Local()), printable(b.Backup.File))
	if old {
		s += " " + p.amber(w.T("keys.status.backup-old"))
	}
	switch {
	case !b.There:
		s += " " + w.T("keys.status.backup-away")
	case same:
		s += " " + p.amber(w.T("keys.status.backup-same"))
	}
	return s
}

// lostPage says which files have no second copy, and where they lie.
func (sh *shell) lostPage(p *page, b job.Burnt, all bool) error {
	w := sh.words
	files := b.Sealed.Files + b.Open.Files
	if files == 0 {
		p.wrap("", w.T("keys.status.nothing"))
		return p.fail
	}
	p.hanging(p.amber("!")+" ", w.N("keys.status.lost", files, w.Bytes(b.Sealed.Bytes+b.Open.Bytes), w.Int(b.Sealed.Files), w.Int(b.Open.Files)))
	const few = 5
	for i, f := range b.Folders {
		if i == few && !all {
			p.line("    " + w.N("keys.status.folders", int64(len(b.Folders)-few)))
			break
		}
		p.line("    " + padLeft(w.Int(f.Files), 7) + "  " + shorten(printable(f.Path), p.width-13))
	}
	p.gap()
	p.wrap("", w.T("keys.status.do"))
	p.line("    " + sh.command("custode", "scan", "/media/usb"))
	p.line("    " + sh.command("custode", "verify", "--open", "/media/usb"))
	return p.fail
}
