package main

import (
	"context"
	"slices"
	"strings"
)

// pickOne lets a person choose one. Nothing is marked in the beginning, so that an Enter
// that was meant for the screen before answers nothing.
func (z *quizScreen) pickOne(ctx context.Context, items []offer) (int, error) {
	w := z.sh.words
	help := w.T("quiz.ask.help.single", w.Int(int64(len(items))))
	if len(items) == 2 {
		help = w.T("quiz.ask.help.two")
	}
	var all []row
	for i, c := range items {
		all = append(all, row{number: numbered(i), text: c.text})
	}
	s, mark, now := panel{z: z, help: help}, -1, help
	s.begin(all)
	for {
		s.draw(all, mark, now)
		now = help
		switch k := z.keys.next(ctx); k.key {
		case keyLeave:
			s.draw(all, -1, "")
			return 0, errEnough
		case keyEnter, keySpace:
			if mark >= 0 && k.key == keyEnter {
				s.draw(all, mark, "")
				return mark, nil
			}
			if mark < 0 {
				now = w.T("quiz.ask.live.first")
			}
		case keyDigit:
			if k.digit >= 1 && k.digit <= len(items) {
				mark = k.digit - 1
			} else {
				now = w.T("quiz.ask.live.first")
			}
		default:
			mark = move(mark, len(items), k.key)
		}
	}
}

// pickSeveral lets a person tick choices, at least one. Clues are the parts of a scene that
// stands above, so they are shown in short, and there may be none: a second Enter says so.
func (z *quizScreen) pickSeveral(ctx context.Context, items []offer, clues bool) ([]int, error) {
	w := z.sh.words
	help, none := w.T("quiz.ask.help.several"), w.T("quiz.ask.live.none")
	if clues {
		help, none = w.T("quiz.ask.help.clues"), w.T("quiz.ask.live.no-clue")
	}
	ticked := make([]bool, len(items))
	rows := func() []row {
		var all []row
		for i, c := range items {
			box := "[ ] "
			if ticked[i] {
				box = "[x] "
			}
			all = append(all, row{before: box, number: numbered(i), text: c.text, strong: ticked[i]})
		}
		return all
	}
	s, mark, now, sure := panel{z: z, short: clues, help: help}, 0, help, false
	s.begin(rows())
	for {
		s.draw(rows(), mark, now)
		now = help
		k := z.keys.next(ctx)
		wasSure := sure
		sure = false
		switch k.key {
		case keyLeave:
			s.draw(rows(), -1, "")
			return nil, errEnough
		case keyEnter:
			if slices.Contains(ticked, true) || wasSure {
				s.draw(rows(), -1, "")
				return those(ticked), nil
			}
			now, sure = none, clues
		case keySpace:
			ticked[mark] = !ticked[mark]
		case keyDigit:
			if k.digit >= 1 && k.digit <= len(items) {
				mark = k.digit - 1
				ticked[mark] = !ticked[mark]
			}
		default:
			mark = move(mark, len(items), k.key)
		}
	}
}

func those(ticked []bool) []int {
	out := []int{}
	for i, t := range ticked {
		if t {
			out = append(out, i)
		}
	}
	return out
}

// ordering is steps while a person puts them in order.
type ordering struct {
	order []int // the numbers of the steps, from 0, as they stand now
	typed int   // how many of them, from the top, were typed as numbers
	mark  int   // a place; behind the last step: that it is done
	held  bool  // the marked step goes with the mark
}

// pickOrder lets a person put steps in order: with the arrows, or by typing the numbers.
func (z *quizScreen) pickOrder(ctx context.Context, items []offer) ([]int, error) {
	w := z.sh.words
	help := w.T("quiz.ask.help.order")
	o := ordering{}
	for i := range items {
		o.order = append(o.order, i)
	}
	rows := func(done bool) []row {
		var all []row
		for place, i := range o.order {
			r := row{number: numbered(i), text: items[i].text, before: "  "}
			switch {
			case o.held && place == o.mark:
				r.before = "^ "
			case place < o.typed:
				r.strong = true
			}
			if done {
				r = row{number: numbered(place) + ".", text: r.text}
			}
			all = append(all, r)
		}
		if !done {
			all = append(all, row{before: "  ", text: w.T("quiz.ask.live.done")})
		}
		return all
	}
	s := panel{z: z, help: help}
	s.begin(rows(false))
	for {
		now := help
		switch {
		case o.held:
			now = w.T("quiz.ask.live.held", numbered(o.order[o.mark]))
		case o.mark == len(items):
			now = w.T("quiz.ask.live.enter")
		case o.typed > 0:
			var typed []string
			for _, i := range o.order[:o.typed] {
				typed = append(typed, numbered(i))
			}
			now = w.T("quiz.ask.live.typed", strings.Join(typed, " "))
		}
		s.draw(rows(false), o.mark, now)
		k := z.keys.next(ctx)
		switch {
		case k.key == keyLeave:
			o.mark = -1
			s.draw(rows(false)[:len(items)], -1, "")
			return nil, errEnough
		case k.key == keyEnter && o.mark == len(items):
			s.draw(rows(true), -1, "")
			return o.order, nil
		}
		o.take(k)
	}
}

// take does what a key says.
func (o *ordering) take(k press) {
	n := len(o.order)
	switch k.key {
	case keyEnter, keySpace:
		if o.mark < n {
			o.held, o.typed = !o.held, 0
		}
	case keyDigit:
		i := slices.Index(o.order, k.digit-1)
		if k.digit < 1 || i < o.typed { // there is none, or it was typed before
			return
		}
		o.order = slices.Insert(slices.Delete(o.order, i, i+1), o.typed, k.digit-1)
		o.typed++
		o.held, o.mark = false, o.typed
		if o.typed >= n-1 { // where the last one stands is known
			o.typed, o.mark = n, n
		}
	case keyBack:
		if o.typed > 0 {
			o.typed--
			o.mark, o.held = o.typed, false
		}
	case keyUp, keyDown, keyFirst, keyLast:
		if !o.held {
			o.mark = move(o.mark, n+1, k.key)
			return
		}
		to := min(max(move(o.mark, n, k.key), 0), n-1)
		if k.key == keyUp && o.mark == 0 || k.key == keyDown && o.mark == n-1 { // a held step does not go round
			return
		}
		step := o.order[o.mark]
		o.order = slices.Insert(slices.Delete(o.order, o.mark, o.mark+1), to, step)
		o.mark = to
	case keyNone, keyLeave:
	}
}
