package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/internal/agent"
	"custode/internal/fault"
	"custode/internal/host"
)

// holdName is the command with which custode starts its own agent. It is not in the
// help: by hand it does nothing.
const holdName = "hold-key"

func holdCommand(sh *shell) *cli.Command {
	return &cli.Command{Name: holdName, Hidden: true, Action: func(c *cli.Context) error {
		if err := none(c); err != nil {
			return err
		}
		return sh.hold(c.Context)
	}}
}

// agentPath is where the agent of this home listens. False: there is no private folder.
func (sh *shell) agentPath() (string, bool) {
	dir, err := host.Private(sh.env)
	if err != nil {
		return "", false
	}
	return agent.Path(dir.Path, sh.realHome()), true
}

// realHome names the home as the system does: one home is not two for being reached
// through a link.
func (sh *shell) realHome() string {
	if real, err := filepath.EvalSymlinks(sh.home); err == nil {
		return real
	}
	return sh.home
}

// heldKey gives the vault identity if the agent holds it.
func (sh *shell) heldKey(ctx context.Context) (keys.Identity, bool) {
	path, ok := sh.agentPath()
	if !ok {
		return keys.Identity{}, false
	}
	text, err := agent.Key(ctx, path)
	if err != nil {
		return keys.Identity{}, false
	}
	id, err := keys.Parse(text)
	return id, err == nil
}

// hold is the agent: it takes the key from the pipe that the one who started it
// holds, and keeps it until it is time to let go.
func (sh *shell) hold(ctx context.Context) error {
	info, err := sh.in.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return fault.New(fault.Usage, "fault.unlock.by-hand")
	}
	key, idle, longest, err := agent.TakeOver(sh.in)
	if err != nil {
		return fault.New(fault.Usage, "fault.unlock.by-hand")
	}
	path, ok := sh.agentPath()
	if !ok {
		key.Wipe()
		return fault.New(fault.CannotMake, "fault.unlock.folder")
	}
	err = agent.Serve(ctx, path, key, agent.Options{
		Idle: idle, Longest: longest, Now: sh.now,
		Locked: func(ctx context.Context) (bool, bool) { return host.ScreenLocked(ctx, sh.env) },
		Ready:  func() { fmt.Fprintln(sh.out, "ready") },
	})
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.unlock.socket", path, err)
	}
	return nil
}
