package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"custode/internal/fault"
	"custode/scan/watch/intent"
	"custode/scan/watch/lookout"
)

// keepFor is the user's side of a watch that root runs: it writes down what that tells, sends
// the messages, and says what the shop has set. It is started by root, as the user.
func (sh *shell) keepFor(ctx context.Context, o watchOptions) error {
	release, err := sh.lock("watch")
	if err != nil {
		return err
	}
	defer release()
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	out := &wire{w: sh.out}
	said := &saying{out}
	mine := *sh
	mine.out = said
	v := &watching{sh: &mine, st: st, o: o, set: set, tell: teller{sh.words, set.Shop}, first: true}
	plan, err := sh.watchPlan(ctx, st, set)
	if err != nil {
		return err
	}
	var taken uint64
	if _, err := st.State(ctx, "taken", &taken); err != nil {
		return err
	}
	keeper, post := v.keeper(plan)
	if err := out.say(toRoot{Plan: &plan, Taken: &taken}); err != nil {
		return err
	}
	intents, err := intent.Listen(sh.intents(), sh.now, &intent.Relay{
		Begin: func(name string, a intent.Announcement) { _ = out.say(toRoot{Name: name, Begin: &a}) }, // without it there may be an alert too many
		End:   func(name string) { _ = out.say(toRoot{Name: name, End: true}) },
	})
	if err != nil {
		return fault.On(fault.CodeOf(err, fault.CannotMake), "fault.home.make", sh.intents(), err)
	}
	defer intents.Close()
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { post.Run(ctx) })
	plans := make(chan lookout.Plan)
	beside.Go(func() { v.follow(ctx, plans) })
	beside.Go(func() {
		for {
			select {
			case p := <-plans:
				_ = out.say(toRoot{Plan: &p}) // root starts another keeper, which says it
			case <-ctx.Done():
				return
			}
		}
	})
	beside.Go(func() {
		if sh.settingsChanged(ctx) {
			stop()
			_ = sh.in.Close() // nothing more is heard
		}
	})
	after := context.WithoutCancel(ctx)
	err = hear(sh.in, func(m toKeeper) error {
		if m.OK != "" {
			intents.Understood(m.OK)
		}
		if m.Entry == nil {
			return nil
		}
		if err := keeper.Take(after, *m.Entry); err != nil || m.N == 0 {
			return err
		}
		if err := st.SaveState(after, "taken", m.N); err != nil {
			return nil //nolint:nilerr // it is told again
		}
		return out.say(toRoot{Taken: &m.N})
	})
	stop()
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		err = keeper.Stopped(after, v.last)
	}
	return err
}

// saying sends what a person is to read to root's terminal.
type saying struct{ out *wire }

func (s *saying) Write(p []byte) (int, error) {
	return len(p), s.out.say(toRoot{Say: strings.TrimSuffix(string(p), "\n")})
}
