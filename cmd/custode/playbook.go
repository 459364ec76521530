package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/contacts"
	"custode/playbook/decide"
	"custode/playbook/drill"
	"custode/playbook/fact"
	"custode/playbook/letter"
)

// runOptions say which run a command is about, and who acts.
type runOptions struct {
	json  bool
	drill bool
	run   int64
	as    string
}

func (sh *shell) runFlags(o *runOptions, more ...cli.Flag) []cli.Flag {
	t := sh.words.T
	return append(append([]cli.Flag{sh.jsonFlag(&o.json)}, more...),
		&cli.Int64Flag{Name: "run", Usage: t("flag.play.run"), Destination: &o.run},
		&cli.BoolFlag{Name: "drill", Usage: t("flag.play.drill"), Destination: &o.drill},
		&cli.StringFlag{Name: "as", Usage: t("flag.play.as"), Destination: &o.as},
	)
}

func playbookCommand(sh *shell) *cli.Command {
	t := sh.words.T
	return &cli.Command{
		Name: "playbook", Usage: t("cmd.play"), UsageText: t("cmd.play.use"), Description: t("cmd.play.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			playListCommand(sh), playShowCommand(sh), playStartCommand(sh), playNextCommand(sh), playStatusCommand(sh),
			playDoneCommand(sh), playSkipCommand(sh), playAssignCommand(sh), playNoteCommand(sh), playFactsCommand(sh),
			playAssessCommand(sh), playLetterCommand(sh), playEvidenceCommand(sh), playReportCommand(sh), playRegisterCommand(sh), playLessonCommand(sh), playDrillCommand(sh), playImportCommand(sh), playExportCommand(sh), playContactsCommand(sh), playCloseCommand(sh), playReopenCommand(sh), playLintCommand(sh),
		},
	}
}

// responder is all that a command of the playbook works with.
type responder struct {
	library

	sh        *shell
	set       settings
	st        state
	in        job.Incidents
	rules     *decide.Rules
	clockBook *clock.Book
	people    map[string]playbook.Contact // the shop's own contacts, by kind
	public    []contacts.Body
	letters   *letter.Library
	scenarios []drill.Scenario // of exercises: once they were asked for
	o         runOptions
}

// responder opens what the playbook needs: the home's database, or that of its exercises. Who
// gets it closes it.
func (sh *shell) responder(ctx context.Context, o runOptions) (*responder, error) {
	set, err := sh.settings()
	if err != nil {
		return nil, err
	}
	d, built := &responder{sh: sh, set: set, o: o}, sh.builtIn()
	if d.library, err = sh.loadPlans(); err != nil {
		return nil, err
	}
	if d.letters, err = built.letters(); err != nil {
		return nil, err
	}
	if d.clockBook, err = built.clocks(); err != nil {
		return nil, err
	}
	if d.rules, err = built.rules(); err != nil {
		return nil, err
	}
	if o.drill {
		d.st, err = sh.openDrill(ctx)
	} else {
		d.st, err = sh.open(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := d.contacts(ctx); err != nil {
		return nil, errors.Join(err, d.st.Close())
	}
	d.in = job.Incidents{Store: d.st, Book: d.book, Library: d.plans, Lang: d.sh.words.Lang, Spoken: d.proposed}
	return d, nil
}

// contacts reads whom to call: it stands in the home's own database, also for exercises.
func (d *responder) contacts(ctx context.Context) (err error) {
	book, err := d.sh.builtIn().contacts()
	if err != nil {
		return err
	}
	d.public = book.Public(d.set.Country)
	st := d.st
	if d.o.drill {
		if st, err = d.sh.open(ctx); err != nil {
			return err
		}
		defer st.Close() // it was only read
	}
	d.people, err = st.Contacts(ctx)
	return err
}

// close closes the database; every write was committed.
func (d *responder) close() { _ = d.st.Close() }

// who is the person that acts, now.
func (d *responder) who() playbook.Who {
	name := plain(d.o.as)
	if name == "" {
		name = d.sh.person()
	}
	return playbook.Who{Name: name, At: d.sh.now()}
}

// theRun gives the run that is meant: the one named, or the only one that is open.
func (d *responder) theRun(ctx context.Context) (int64, error) {
	if d.o.run != 0 {
		return d.o.run, nil
	}
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return 0, err
	}
	var open []int64
	for _, r := range rows {
		if r.Closed.IsZero() {
			open = append(open, r.ID)
		}
	}
	switch {
	case len(open) == 1:
		return open[0], nil
	case len(open) == 0:
		return 0, fault.New(fault.NoInput, "fault.play.none")
	}
	return 0, fault.New(fault.Usage, "fault.play.several", d.numbers(open))
}

func (d *responder) numbers(ids []int64) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(out, ", ")
}

// run reads the run that is meant.
func (d *responder) run(ctx context.Context) (int64, *playbook.Run, error) {
	id, err := d.theRun(ctx)
	if err != nil {
		return 0, nil, err
	}
	r, err := d.in.Run(ctx, id)
	return id, r, d.refused(err, id)
}

// onRun opens what a command works with, and reads the run that is meant. Who gets the
// responder closes it.
func (sh *shell) onRun(ctx context.Context, o runOptions) (*responder, int64, *playbook.Run, error) {
	d, err := sh.responder(ctx, o)
	if err != nil {
		return nil, 0, nil, err
	}
	id, r, err := d.run(ctx)
	if err != nil {
		d.close()
		return nil, 0, nil, err
	}
	return d, id, r, nil
}

// change writes what fn makes of a run.
func (d *responder) change(ctx context.Context, id int64, fn func(*playbook.Run) ([]playbook.Event, error)) (*playbook.Run, error) {
	r, err := d.in.Change(ctx, id, fn)
	return r, d.refused(err, id)
}

// refused turns what the engine refuses into a fault with words.
func (d *responder) refused(err error, id int64) error {
	if at, ok := errors.AsType[*playbook.StepError](err); ok {
		return d.stepFault(at)
	}
	_, detail, _ := strings.Cut(fmt.Sprint(err), ": ") // of a fact: its key
	if f, ok := refused(err, []refusal{
		{err: job.ErrNoRun, code: fault.NoInput, id: "fault.play.unknown", args: []any{strconv.FormatInt(id, 10)}},
		{err: playbook.ErrEvents, code: fault.Data, id: "fault.play.events"},
		{err: playbook.ErrPlans, code: fault.Data, id: "fault.play.plans"},
		{err: playbook.ErrClosed, code: fault.Data, id: "fault.play.closed"},
		{err: playbook.ErrOpen, code: fault.Data, id: "fault.play.open"},
		{err: playbook.ErrReason, code: fault.Usage, id: "fault.play.reason"},
		{err: playbook.ErrLeft, code: fault.Usage, id: "fault.play.left"},
		{err: playbook.ErrRegister, code: fault.Usage, id: "fault.play.register"},
		{err: playbook.ErrEmpty, code: fault.Usage, id: "fault.play.empty"},
		{err: playbook.ErrLong, code: fault.Usage, id: "fault.play.long"},
		{err: fact.ErrLong, code: fault.Usage, id: "fault.play.long"},
		{err: fact.ErrNoFact, code: fault.Usage, id: "fault.play.no-fact", args: []any{printable(detail)}},
		{err: fact.ErrValue, code: fault.Usage, id: "fault.play.value", args: []any{printable(detail)}},
	}); ok {
		return f
	}
	return err
}

func (d *responder) stepFault(e *playbook.StepError) error {
	step := printable(e.Step)
	switch {
	case errors.Is(e, playbook.ErrAlready) && e.By != "":
		return fault.New(fault.Data, "fault.play.already-by", step, printable(e.By), d.sh.words.DateTime(d.zoned(e.At)))
	case errors.Is(e, playbook.ErrAlready):
		return fault.New(fault.Data, "fault.play.already", step)
	case errors.Is(e, playbook.ErrNot):
		return fault.New(fault.Data, "fault.play.not-needed", step)
	case errors.Is(e, playbook.ErrClosed):
		return fault.New(fault.Data, "fault.play.closed")
	case errors.Is(e, playbook.ErrUnasked):
		return fault.New(fault.Usage, "fault.play.unasked", step, strings.Join(e.Keys, ", "))
	case errors.Is(e, playbook.ErrReason):
		return fault.New(fault.Usage, "fault.play.reason")
	case errors.Is(e, playbook.ErrLong):
		return fault.New(fault.Usage, "fault.play.long")
	}
	return fault.New(fault.Usage, "fault.play.step", step)
}
