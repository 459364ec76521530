package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/ring"
	"custode/internal/agent"
	"custode/internal/fault"
	"custode/internal/host"
)

// How long the key is held: after it was last used, and at the longest.
const (
	holdIdle    = 15 * time.Minute
	holdLongest = 8 * time.Hour
)

type unlockOptions struct {
	json, status bool
	idle         string
	keys         keyFlags
}

func unlockCommand(sh *shell) *cli.Command {
	var o unlockOptions
	t := sh.words.T
	return &cli.Command{
		Name: "unlock", Usage: t("cmd.unlock"), UsageText: t("cmd.unlock.use"), Description: t("cmd.unlock.more"),
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "for", Usage: t("flag.unlock.for"), DefaultText: t("flag.unlock.for.default"), Destination: &o.idle},
			&cli.BoolFlag{Name: "status", Usage: t("flag.unlock.status"), Destination: &o.status},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			if o.status {
				return sh.showHeld(c.Context, o, job.Proof{})
			}
			return sh.unlock(c.Context, o)
		},
	}
}

// unlock hands the vault key to the agent, after it has proven some files.
func (sh *shell) unlock(ctx context.Context, o unlockOptions) error {
	idle := holdIdle
	if o.idle != "" {
		var err error
		if idle, err = time.ParseDuration(o.idle); err != nil || idle < time.Minute || idle > holdLongest {
			return fault.New(fault.Usage, "fault.unlock.for", printable(o.idle))
		}
	}
	path, ok := sh.agentPath()
	if !ok {
		return fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	r, err := sh.ring()
	if err != nil {
		return err
	}
	u, err := sh.unlockedAnew(ctx, r, o.keys)
	if err != nil {
		return err
	}
	defer u.Wipe()
	if err := sh.startAgent(ctx, u, idle); err != nil {
		return fault.On(fault.CannotMake, "fault.unlock.start", path, err)
	}
	var proof job.Proof
	if sh.hasHome() {
		st, err := sh.open(ctx)
		if err != nil {
			return err
		}
		defer st.Close() // every write was committed
		if proof, err = job.ProveSample(ctx, st, u.Identities(), sh.now()); err != nil {
			return err
		}
	}
	if err := sh.showHeld(ctx, o, proof); err != nil {
		return err
	}
	if len(proof.Failed) > 0 {
		return errListed
	}
	return nil
}

func (sh *shell) startAgent(ctx context.Context, u ring.Unlocked, idle time.Duration) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	msg := agent.HandOver(u.Vault.Text(), idle, holdLongest)
	defer clear(msg)
	return host.Background(ctx, self, []string{"--home", sh.home, holdName}, msg)
}

type unlockDoc struct {
	Schema     string   `json:"schema"`
	Held       bool     `json:"held"`
	Until      string   `json:"until"`   // "" when not held
	Longest    string   `json:"longest"` // "" when not held
	ScreenLock bool     `json:"screen_lock"`
	Proven     int      `json:"proven"`
	Unproven   int64    `json:"unproven"`
	Failed     []string `json:"failed"`
}

// showHeld says how long the key is held, and what was proven with it.
func (sh *shell) showHeld(ctx context.Context, o unlockOptions, proof job.Proof) error {
	path, ok := sh.agentPath()
	var s agent.Status
	err := agent.ErrNone
	if ok {
		s, err = agent.Ask(ctx, path)
	}
	held := err == nil
	_, screen := host.ScreenLocked(ctx, sh.env)
	if o.json {
		d := unlockDoc{Schema: "custode.unlock/1", Held: held, ScreenLock: screen, Proven: proof.Proven, Unproven: proof.Left, Failed: append([]string{}, proof.Failed...)}
		if held {
			d.Until, d.Longest = s.Until.UTC().Format(time.RFC3339), s.Last.UTC().Format(time.RFC3339)
		}
		return sh.json(d)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if !held {
		p.wrap("", w.T("unlock.not-held"))
		return p.fail
	}
	p.wrap("", p.green(w.T("unlock.held"))+" "+w.T("unlock.until", w.Duration(s.Idle), w.DateTime(s.Last.Local())))
	if screen {
		p.wrap("", w.T("unlock.screen"))
	} else {
		p.wrap("", w.T("unlock.no-screen"))
	}
	if proof.Proven > 0 {
		p.wrap("", w.N("unlock.proven", int64(proof.Proven)))
	}
	for _, f := range proof.Failed {
		p.hanging(p.red("! "), w.T("unlock.failed", printable(f)))
	}
	if proof.Left > 0 {
		p.wrap("", w.N("unlock.left", proof.Left))
	}
	return p.fail
}

func lockCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "lock", Usage: t("cmd.lock"), UsageText: "custode lock", Description: t("cmd.lock.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.lockKey(c.Context, asJSON)
		},
	}
}

type lockDoc struct {
	Schema  string `json:"schema"`
	WasHeld bool   `json:"was_held"`
}

// lockKey makes the agent let go.
func (sh *shell) lockKey(ctx context.Context, asJSON bool) error {
	held := false
	if path, ok := sh.agentPath(); ok {
		err := agent.Lock(ctx, path)
		if err != nil && !errors.Is(err, agent.ErrNone) {
			return fault.On(fault.IO, "fault.unlock.socket", path, err)
		}
		held = err == nil
	}
	if asJSON {
		return sh.json(lockDoc{"custode.lock/1", held})
	}
	p, key := sh.page(sh.out, sh.outTerm), "unlock.was-not-held"
	if held {
		key = "unlock.let-go"
	}
	p.wrap("", sh.words.T(key))
	return p.fail
}
