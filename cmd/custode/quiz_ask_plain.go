package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"custode/training"
	"custode/training/question"
)

// askPlain asks in plain lines: all choices once, numbered; then numbers are typed.
func (z *quizScreen) askPlain(ctx context.Context, q *question.Question, items []offer) (training.Answer, error) {
	w, none := z.sh.words, training.Answer{}
	n := w.Int(int64(len(items)))
	switch q.Type {
	case question.Multiple:
		z.list(items)
		chosen, err := z.typedNumbers(ctx, w.T("quiz.ask.type.several"), func(s string) ([]int, string) {
			if got, ok := numbers(s, len(items)); ok && len(got) > 0 {
				slices.Sort(got)
				return slices.Compact(got), ""
			}
			return nil, w.T("quiz.ask.wrong.several", n)
		})
		if err != nil {
			return none, err
		}
		return training.Answer{Chosen: ids(items, chosen)}, nil
	case question.Order:
		z.list(items)
		chosen, err := z.typedNumbers(ctx, w.T("quiz.ask.type.order"), func(s string) ([]int, string) {
			got, ok := numbers(s, len(items))
			each := slices.Compact(slices.Sorted(slices.Values(got)))
			if ok && len(got) == len(items) && len(each) == len(items) {
				return got, ""
			}
			return nil, w.T("quiz.ask.wrong.order", n)
		})
		if err != nil {
			return none, err
		}
		return training.Answer{Chosen: ids(items, chosen)}, nil
	case question.Spot:
		return z.spotPlain(ctx, items)
	case question.Single, question.TrueFalse:
	}
	z.list(items)
	prompt := w.T("quiz.ask.type.single", n)
	if len(items) == 2 {
		prompt = w.T("quiz.ask.type.two")
	}
	chosen, err := z.typedNumbers(ctx, prompt, func(s string) ([]int, string) {
		if i, ok := oneOf(s, items, q.Type == question.TrueFalse); ok {
			return []int{i}, ""
		}
		return nil, w.T("quiz.ask.wrong.single", n)
	})
	switch {
	case err != nil:
		return none, err
	case q.Type == question.TrueFalse:
		return training.Answer{Verdict: items[chosen[0]].id}, nil
	}
	return training.Answer{Chosen: ids(items, chosen)}, nil
}

// spotPlain asks for the verdict, and of a fraud for the clues. "2; 3 4" says both at once.
func (z *quizScreen) spotPlain(ctx context.Context, parts []offer) (training.Answer, error) {
	w, verdicts := z.sh.words, z.verdicts()
	n := w.Int(int64(len(parts)))
	clues := func(s string) ([]int, string) {
		got, ok := numbers(s, len(parts))
		if !ok && strings.TrimSpace(s) != "0" || s == "" {
			return nil, w.T("quiz.ask.wrong.clues", n)
		}
		slices.Sort(got)
		return slices.Compact(got), ""
	}
	z.list(verdicts)
	var marked []int
	given := false
	verdict, err := z.typedNumbers(ctx, w.T("quiz.ask.type.two"), func(s string) ([]int, string) {
		first, rest := s, ""
		if _, word := oneOf(s, verdicts, true); !word {
			if i := strings.IndexAny(s, " ;,:"); i > 0 {
				first, rest = s[:i], strings.Trim(s[i:], " ;,:")
			}
		}
		v, ok := oneOf(first, verdicts, true)
		if !ok || rest != "" && verdicts[v].id == training.Genuine {
			return nil, w.T("quiz.ask.wrong.verdict")
		}
		if rest == "" {
			return []int{v}, ""
		}
		got, wrong := clues(rest)
		marked, given = got, wrong == ""
		return []int{v}, wrong
	})
	if err != nil {
		return training.Answer{}, err
	}
	a := training.Answer{Verdict: verdicts[verdict[0]].id}
	if a.Verdict == training.Genuine {
		return a, nil
	}
	if !given {
		if marked, err = z.typedNumbers(ctx, w.T("quiz.ask.type.clues"), clues); err != nil {
			return training.Answer{}, err
		}
	}
	a.Chosen = ids(parts, marked)
	return a, nil
}

// list writes what can be chosen.
func (z *quizScreen) list(items []offer) {
	p := z.page()
	for i, c := range items {
		write(p, "  "+padLeft(numbered(i), columns(numbered(len(items)-1)))+"  ", c.text, nil)
	}
	p.gap()
}

// typedNumbers asks for a line until read accepts it: read gives what was chosen, or a
// sentence that says what is wrong.
func (z *quizScreen) typedNumbers(ctx context.Context, prompt string, read func(string) ([]int, string)) ([]int, error) {
	for {
		line, err := z.lineFor(ctx, prompt)
		if err != nil {
			return nil, err
		}
		chosen, wrong := read(line)
		if wrong == "" {
			return chosen, nil
		}
		write(z.page(), "", wrong, nil)
	}
}

// lineFor asks for one line. It gives errEnough where there is none, and where the person
// wants to stop.
func (z *quizScreen) lineFor(ctx context.Context, prompt string) (string, error) {
	p, w := z.page(), z.sh.words
	prompt += ":"
	if columns(prompt) > p.width-8 { // no room for the answer
		write(p, "", prompt, p.bold)
		prompt = ">"
	}
	if _, err := fmt.Fprint(z.sh.out, p.bold(strings.ReplaceAll(prompt, unbroken, " "))+" "); err != nil && p.fail == nil {
		p.fail = err
	}
	line, ok := z.sh.typed(ctx, false)
	if !ok || !z.sh.inTerm { // no Enter key was shown
		p.gap()
	}
	s := strings.ToLower(strings.TrimSpace(string(line)))
	if !ok || s == w.T("quiz.ask.key.quit") || s == w.T("quiz.ask.key.quit-word") {
		return "", errEnough
	}
	return s, p.fail
}

// oneOf finds the one choice that was typed: its number, or with words also the word that it
// is or its first letter.
func oneOf(s string, items []offer, words bool) (int, bool) {
	if got, ok := numbers(s, len(items)); ok && len(got) == 1 {
		return got[0], true
	}
	i := slices.IndexFunc(items, func(c offer) bool {
		r, _ := utf8.DecodeRuneInString(c.text)
		return words && (strings.EqualFold(s, c.text) || strings.EqualFold(s, string(r)))
	})
	return i, i >= 0
}

// numbers reads numbers from 1 to n, and gives them from 0: "1 3", "1, 3", "1 and 3"; where
// all have one digit, "13" too.
func numbers(s string, n int) ([]int, bool) {
	fields := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t,;.:/&+", r) })
	if len(fields) == 1 && n <= 9 {
		fields = strings.Split(fields[0], "")
	}
	var out []int
	for _, f := range fields {
		if f == "and" || f == "e" {
			continue
		}
		i, err := strconv.ParseUint(f, 10, 16)
		if err != nil || i < 1 || int(i) > n {
			return nil, false
		}
		out = append(out, int(i)-1)
	}
	return out, len(out) > 0
}
