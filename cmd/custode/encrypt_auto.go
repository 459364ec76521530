package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/quiet"
	"custode/encrypt/replace"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/scan/walk"
)

// The document of encrypt --auto --json, and of each look of encrypt --watch --json.
type autoDoc struct {
	Schema  string       `json:"schema"`
	At      string       `json:"at"`
	DryRun  bool         `json:"dry_run"`
	Waits   autoWaits    `json:"waits_for"`
	Sealed  int          `json:"sealed"`
	Waiting int          `json:"not_quiet"` // with personal data, touched lately or open in a program
	Files   []outcomeDoc `json:"files"`
	More    int64        `json:"more"`
}

// autoWaits says what automatic sealing waits for: "" for nothing.
type autoWaits string

const (
	waitsKeys  autoWaits = "keys"
	waitsSheet autoWaits = "sheet"
)

// autoRun is automatic sealing, once or all the time.
type autoRun struct {
	sh  *shell
	o   encryptOptions
	st  state
	key catalogue.Key
	job job.AutoOptions

	ctx     context.Context //nolint:containedctx // of the command, for keys
	wipe    func()
	waits   autoWaits
	waiting int
	result  sealResult
}

// autoReady says what automatic sealing waits for.
func (sh *shell) autoReady() (*ring.Ring, autoWaits, error) {
	r, err := sh.ring()
	switch {
	case isFault(err, "fault.keys.none"):
		return nil, waitsKeys, nil
	case err != nil:
		return nil, "", err
	case r.Recovery().ProvenAt.IsZero():
		return r, waitsSheet, nil
	}
	return r, "", nil
}

// auto seals in the folders of automatic sealing, once.
func (sh *shell) auto(ctx context.Context, o encryptOptions) error {
	a, err := sh.newAuto(ctx, o)
	if err != nil {
		return err
	}
	defer a.st.Close() // every write was committed
	if _, a.waits, err = sh.autoReady(); err != nil {
		return err
	}
	if a.waits == "" {
		_, err = a.look(ctx, nil)
		a.wipe()
		if a.result.totals.Files > 0 || err == nil {
			err = errors.Join(err, a.show())
		}
		return err
	}
	return a.show()
}

// sealByTheHour seals in the folders of automatic sealing what is due: the computer asks each hour whether the daily check
// is. It says nothing. Where it waits for the keys or fails, the check says that automatic sealing has not run.
func (sh *shell) sealByTheHour(ctx context.Context, set settings) {
	if len(set.AutoSeal) == 0 {
		return
	}
	a, err := sh.newAuto(ctx, encryptOptions{})
	if err != nil {
		return
	}
	defer a.st.Close() // every write was committed
	if _, waits, err := sh.autoReady(); err != nil || waits != "" {
		return
	}
	_, _ = a.look(ctx, nil) // see above
	a.wipe()
}

// newAuto opens what automatic sealing needs.
func (sh *shell) newAuto(ctx context.Context, o encryptOptions) (*autoRun, error) {
	if len(o.paths) > 0 || o.keep || o.noDrill || o.archive || o.watch && (o.auto || o.dryRun) || o.quiet < 0 {
		return nil, fault.New(fault.Usage, "fault.encrypt.auto")
	}
	set, err := sh.settings()
	if err != nil {
		return nil, err
	}
	a := &autoRun{sh: sh, o: o, ctx: ctx, wipe: func() {}, job: job.AutoOptions{Folders: set.autoFolders(o.quiet), Dry: o.dryRun}}
	if len(a.job.Folders) == 0 {
		return nil, fault.On(fault.Config, "fault.encrypt.auto-none", sh.settingsPath(), nil)
	}
	for i, f := range a.job.Folders { // under the names that a scan gives
		if real, err := walk.Roots(ctx, []string{f.Path}, walk.Options{}); err == nil && len(real) == 1 {
			a.job.Folders[i].Path = real[0]
		}
	}
	if a.job.Scan, err = sh.scanJob(set, scanOptions{}, false); err != nil {
		return nil, err
	}
	key, _, err := sh.peopleKey()
	if err != nil {
		return nil, err
	}
	a.key = catalogue.NewKey(key[:])
	a.job.Done, a.job.Keys = a.add, a.keys
	a.st, err = sh.open(ctx)
	return a, err
}

// keys gives whom to seal for now: somebody may have changed the keys since.
func (a *autoRun) keys() (job.ProtectOptions, error) {
	r, waits, err := a.sh.autoReady()
	if err == nil && waits != "" {
		err = errWaits
	}
	if err != nil {
		return job.ProtectOptions{}, err
	}
	o := job.ProtectOptions{To: r.Recipients(), Fingerprints: r.Fingerprints(), Key: a.key, Now: a.sh.now, Announce: a.sh.announce}
	if a.o.watch { // does not keep the keys unlocked by using them
		return o, nil
	}
	u, there, err := a.sh.keyAtHand(a.ctx, r, a.o.passphraseFile)
	if there { // only needed where an earlier run was killed between two steps
		a.wipe, o.With = u.Wipe, u.Identities()
	}
	return o, err
}

// errWaits ends a look for which the keys are not ready.
var errWaits = errors.New("automatic sealing waits for the keys")

// quietly are the reasons that nobody need be told of.
var quietly = []replace.Reason{replace.AlreadySealed, replace.Ours, replace.Vanished, replace.Cancelled, replace.LockFile}

func (a *autoRun) add(r replace.Result) {
	if r.Outcome == 0 {
		a.result.planned(r.Path)
		return
	}
	if !slices.Contains(quietly, r.Reason) {
		a.result.totals.Files++
		a.result.add(r)
	}
	if r.Outcome == replace.Sealed {
		a.result.totals.Sealed++
	}
}

// look looks once. A look at all folders is noted in the journal, by which the check
// knows that automatic sealing runs.
func (a *autoRun) look(ctx context.Context, only []string) ([]quiet.Waiting, error) {
	waiting, err := job.Auto(ctx, a.st, a.job, only)
	a.waiting = len(waiting)
	err = a.sh.diskFault(err, "fault.encrypt.full")
	if err == nil && only == nil && !a.o.dryRun {
		_, err = a.st.Record(ctx, job.AutoRan, map[string]any{"folders": len(a.job.Folders), "sealed": a.result.totals.Sealed})
	}
	return waiting, err
}

func (a *autoRun) document() autoDoc {
	return autoDoc{
		Schema: "custode.auto/1", At: a.sh.now().Format(time.RFC3339), DryRun: a.o.dryRun, Waits: a.waits, Sealed: a.result.totals.Sealed, Waiting: a.waiting,
		Files: append(append([]outcomeDoc{}, a.result.files...), a.result.sealed...), More: a.result.more,
	}
}

// show says what was done. Without a terminal it is silent where there is nothing to
// tell: what the system starts every few minutes must not fill a mailbox.
func (a *autoRun) show() error {
	troubled := false
	for _, f := range a.result.files {
		troubled = troubled || f.Outcome != "planned"
	}
	var err error
	if a.o.json {
		err = a.sh.json(a.document())
	} else {
		err = a.page(a.sh.outTerm || a.o.dryRun)
	}
	if err == nil && troubled {
		err = errListed
	}
	return err
}

func (a *autoRun) page(talk bool) error {
	p, w := a.sh.page(a.sh.out, a.sh.outTerm), a.sh.words
	if a.waits != "" {
		if talk {
			p.wrap("", p.amber(w.T(autoSays[a.waits])))
			p.line("    " + shellLine(a.sh.proposed(autoNext[a.waits])))
		}
		return p.fail
	}
	if n := a.result.totals.Sealed; n > 0 {
		p.wrap("", p.green(w.N("auto.sealed", int64(n))))
		a.list(p, a.result.sealed)
	}
	if a.o.dryRun {
		p.wrap("", w.N("auto.would", int64(len(a.result.files))+a.result.more))
		a.list(p, a.result.files)
	} else if len(a.result.files) > 0 {
		p.wrap("", p.bold(w.N("encrypt.readable", int64(len(a.result.files)))))
		a.list(p, a.result.files)
	}
	if talk && a.result.totals.Files == 0 && !a.o.dryRun {
		p.wrap("", w.T("auto.nothing"))
	}
	if talk && a.waiting > 0 {
		p.wrap("", w.N("auto.not-quiet", int64(a.waiting)))
	}
	return p.fail
}

// autoSays is the sentence of what it waits for.
var autoSays = map[autoWaits]string{waitsKeys: "auto.waits.keys", waitsSheet: "auto.waits.sheet"}

// autoNext is what to do so that automatic sealing need not wait.
var autoNext = map[autoWaits][]string{waitsKeys: {"custode", "keys", "init"}, waitsSheet: {"custode", "keys", "drill"}}

func (a *autoRun) list(p *page, files []outcomeDoc) {
	(&sealing{sh: a.sh, o: a.o, result: a.result}).list(p, files)
}
