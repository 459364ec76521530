package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/scan/walk"
	"custode/scan/watch/cases"
	"custode/scan/watch/gate"
	"custode/scan/watch/intent"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

type watchOptions struct {
	json, status, reconcile, whole bool
	keeper                         bool // the user's side of a watch that root runs
	pause, why                     string
}

func watchCommand(sh *shell) *cli.Command {
	var o watchOptions
	t := sh.words.T
	return &cli.Command{
		Name: "watch", Usage: t("cmd.watch"), UsageText: t("cmd.watch.use"), Description: t("cmd.watch.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "status", Usage: t("flag.watch.status"), Destination: &o.status},
			&cli.BoolFlag{Name: "reconcile", Usage: t("flag.watch.reconcile"), Destination: &o.reconcile},
			&cli.BoolFlag{Name: "full", Usage: t("flag.watch.full"), Destination: &o.whole},
			&cli.StringFlag{Name: "pause", Usage: t("flag.watch.pause"), Destination: &o.pause},
			&cli.BoolFlag{Name: "keeper", Hidden: true, Destination: &o.keeper},
			&cli.StringFlag{Name: "why", Usage: t("flag.watch.why"), Destination: &o.why},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return sh.unknown(c.Command.Subcommands, c.Args().First())
			}
			switch {
			case o.keeper:
				return sh.keepFor(c.Context, o)
			case o.pause != "" && (o.status || o.reconcile), o.status && o.reconcile, o.whole && !o.reconcile, o.why != "" && o.pause == "":
				return fault.New(fault.Usage, "fault.watch.flags")
			case o.status:
				return sh.watchStatus(c.Context, o.json)
			case o.pause != "":
				return sh.watchPause(c.Context, o)
			case o.reconcile:
				return sh.reconcile(c.Context, o)
			}
			return sh.watch(c.Context, o)
		},
		Subcommands: []*cli.Command{watchReviewCommand(sh), decoysCommand(sh)},
	}
}

// watchGarbage is how much garbage may lie about, in per cent of what is in use: the watch
// runs for months beside other programs, and is seldom in a hurry for long.
const watchGarbage = 30

// How often settings, and what was said in the database, are looked at.
const (
	settingsEvery = 2 * time.Second
	turnEvery     = 2 * time.Second
)

// watch watches until it is interrupted. When the settings are changed it takes them
// over.
func (sh *shell) watch(ctx context.Context, o watchOptions) error {
	if owner, other := sh.otherOwner(); other {
		return sh.watchFor(ctx, owner, o)
	}
	debug.SetGCPercent(watchGarbage)
	release, err := sh.lock("watch")
	if err != nil {
		return err
	}
	defer release()
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	first := true
	for ctx.Err() == nil {
		set, err := sh.settings()
		if err != nil {
			return err
		}
		changed, err := sh.watchOnce(ctx, st, set, o, first)
		if err != nil || !changed {
			return err
		}
		first = false
	}
	return nil
}

// watching is one run of the watch with one state of the settings.
type watching struct {
	sh    *shell
	st    state
	o     watchOptions
	set   settings
	tell  teller
	first bool
	ways  bool       // people are told by some way
	out   sync.Mutex // one line at a time
	lines bytes.Buffer
	last  lookout.Status
	shown bool
}

func (sh *shell) watchOnce(ctx context.Context, st state, set settings, o watchOptions, first bool) (changed bool, err error) {
	v := &watching{sh: sh, st: st, o: o, set: set, tell: teller{sh.words, set.Shop}, first: first}
	opt, err := sh.lookoutOptions()
	if err != nil {
		return false, err
	}
	if o.json {
		opt.Events = v.events
	}
	intents, err := intent.Listen(sh.intents(), sh.now, nil)
	if err != nil {
		return false, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.home.make", sh.intents(), err)
	}
	defer intents.Close()
	opt.Intents = intents
	plan, err := sh.watchPlan(ctx, st, set)
	if err != nil {
		return false, err
	}
	keeper, post := v.keeper(plan)
	run, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { post.Run(run) })
	plans := make(chan lookout.Plan)
	beside.Go(func() { v.follow(run, plans) })
	beside.Go(func() {
		if sh.settingsChanged(run) {
			changed = true
			stop()
		}
	})
	told := inTurn(func(e lookout.Entry) error { return keeper.Take(context.WithoutCancel(ctx), e) })
	err = lookout.Run(run, opt, plan, plans, told.take)
	err = errors.Join(err, told.end())
	stop()
	beside.Wait()
	if !changed {
		_ = host.TellStopping(sh.env) // who started it may not listen
	}
	after := context.WithoutCancel(ctx)
	err = errors.Join(err, keeper.Stopped(after, v.last))
	if !changed && !o.json && err == nil {
		sh.page(sh.err, sh.errTerm).wrap("", sh.words.T("watch.ended"))
	}
	return changed, err
}

// keeper makes what keeps the record, and what sends the messages.
func (v *watching) keeper(plan lookout.Plan) (*job.Keeper, *job.Post) {
	ways := v.sh.channels(v.set)
	v.ways = len(ways) > 0
	post := &job.Post{Store: v.st, Teller: v.tell, Channels: ways, Hours: plan.Hours, Beat: v.set.beat(), Now: v.set.clock(v.sh.now)}
	return &job.Keeper{Store: v.st, Teller: v.tell, Post: post, Now: v.sh.now, Told: v.told, Status: v.status}, post
}

// lookoutOptions are what every lookout of this home has.
func (sh *shell) lookoutOptions() (lookout.Options, error) {
	own, err := host.Self()
	if err != nil {
		return lookout.Options{}, fault.On(fault.Bug, "fault.watch.self", "", err)
	}
	program, err := os.Executable()
	if err != nil {
		return lookout.Options{}, fault.On(fault.Bug, "fault.watch.self", "", err)
	}
	return lookout.Options{
		Guard: []string{program, "--home", sh.home, "guard"},
		Dir:   filepath.Join(sh.home, "watch"), Walk: walk.Options{Exclude: []string{sh.home}},
		Now: sh.now, Root: os.Geteuid() == 0, Own: own, Booted: host.Booted, Access: host.AccessDigest, Packed: host.Packaged, HandBack: host.HandBack,
	}, nil
}

// announce tells a watch of this home what is about to be done. Where that fails there may
// be an alert too many, and nothing else.
func (sh *shell) announce(files, roots []string) (end func()) {
	end, _ = intent.Announce(sh.intents(), intent.Announcement{Files: files, Roots: roots}) // it is always given
	return end
}

// guardCommand is the process of the gate that answers the kernel. Only a watch starts it.
func guardCommand() *cli.Command {
	return &cli.Command{Name: "guard", Hidden: true, Action: func(*cli.Context) error { return gate.Respond() }}
}

// intents is the folder in which custode announces to its watch what it does.
func (sh *shell) intents() string { return filepath.Join(sh.home, "watch", "intent") }

// watchPlan is what the settings and the people of the shop have said to the watch.
func (sh *shell) watchPlan(ctx context.Context, st state, set settings) (lookout.Plan, error) {
	p, err := job.Plan(ctx, st, set.Folders, set.week())
	p.Zone, p.Gate = set.Zone, set.Gate
	return p, err
}

// follow hands the lookout a new plan whenever it changes, and once at the beginning: it
// may have changed since the first one was made.
func (v *watching) follow(ctx context.Context, plans chan<- lookout.Plan) {
	tick := time.NewTicker(turnEvery)
	defer tick.Stop()
	last := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		n, err := v.st.Turn(ctx)
		if err != nil || n == last {
			continue
		}
		p, err := v.sh.watchPlan(ctx, v.st, v.set)
		if err != nil {
			continue // tried again
		}
		last = n
		select {
		case plans <- p:
		case <-ctx.Done():
		}
	}
}

// settingsChanged waits until the settings are others than they were, or ctx ends.
func (sh *shell) settingsChanged(ctx context.Context) bool {
	stamp := func() (time.Time, int64) {
		info, err := os.Stat(sh.settingsPath())
		if err != nil {
			return time.Time{}, 0
		}
		return info.ModTime(), info.Size()
	}
	at, size := stamp()
	tick := time.NewTicker(settingsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		now, n := stamp()
		if now.IsZero() || now.Equal(at) && n == size {
			continue
		}
		at, size = now, n
		if _, err := sh.settings(); err == nil {
			return true
		}
	}
}

// status tells the service manager that it lives, and once what is seen here.
func (v *watching) status(s lookout.Status) error {
	v.last = s
	v.tellSystem(s)
	if v.o.json || v.shown || s.Tested.IsZero() {
		return nil
	}
	v.shown = true
	if !v.first {
		v.sh.page(v.sh.err, v.sh.errTerm).wrap("", v.sh.words.T("watch.again"))
		return nil
	}
	v.out.Lock()
	defer v.out.Unlock()
	p := v.sh.page(v.sh.out, v.sh.outTerm)
	p.line(p.bold(v.sh.words.T("watch.watching")))
	v.sh.coveragePage(p, v.tell, s)
	if !v.ways {
		p.wrap("", p.amber(v.sh.words.T("watch.no-channel")))
	}
	p.wrap("", p.dim(v.sh.words.T("watch.stop")))
	return p.fail
}

// told shows what became of an incident.
func (v *watching) told(c cases.Case, what string) error {
	v.out.Lock()
	defer v.out.Unlock()
	if v.o.json {
		return ignoreOutput(v.sh.jsonLine(v.sh.alertLine(v.tell, c, what)))
	}
	if what == rules.Over && c.Severity == rules.Note {
		return nil
	}
	p := v.sh.page(v.sh.out, v.sh.outTerm)
	p.gap()
	v.sh.casePage(p, v.tell, c, what)
	return ignoreOutput(p.fail)
}

// ignoreOutput lets the watch go on where nobody reads what it says.
func ignoreOutput(error) error { return nil }

func (sh *shell) alertLine(t teller, c cases.Case, what string) alertLine {
	severity := "attention"
	if c.Severity == rules.Critical {
		severity = "act"
	}
	return alertLine{
		Schema: "custode.alert/1", ID: c.ID, At: stamp(c.Last), State: what, Severity: severity, Rule: string(c.Rule), Why: string(c.Why), Summary: t.title(c),
		Folder: c.Folder, Files: c.Counts.Files, People: c.Stake.People, Encrypted: c.Stake.Sealed, Program: c.Who.Program, User: c.Who.User,
	}
}

// watchState is how the watch was heard of last.
func (sh *shell) watchState(ctx context.Context, st state) (k job.Kept, running bool, err error) {
	there, err := st.State(ctx, "status", &k)
	if err != nil || !there {
		return k, false, err
	}
	return k, k.Running(sh.now(), host.Alive), nil
}
