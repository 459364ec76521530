package bank

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/internal/readable"
	"custode/internal/source"
	"custode/training/question"
)

var file = flag.String("file", "", "TestOne: a file of questions to look at")

// known is what the questions that are built in may refer to.
func known(tb testing.TB) Known {
	tb.Helper()
	list, err := source.Load()
	if err != nil {
		tb.Fatal(err)
	}
	plans, err := filepath.Glob("../../playbook/plan/content/*.yaml")
	if err != nil || len(plans) == 0 {
		tb.Fatal(err)
	}
	k := Known{Sources: list}
	for _, p := range plans {
		k.Plans = append(k.Plans, strings.TrimSuffix(filepath.Base(p), ".yaml"))
	}
	return k
}

// TestBank holds what is built in to the rules.
func TestBank(t *testing.T) {
	files, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	k := known(t)
	k.Whole = true
	for _, f := range Lint(files, k) {
		t.Error(f)
	}
	var all []question.Question
	var en, it readable.Counts
	for _, f := range files {
		all = append(all, f.Questions...)
		for i := range f.Questions {
			en, it = en.Add(readable.Count(prose(&f.Questions[i], "en")...)), it.Add(readable.Count(prose(&f.Questions[i], "it")...))
		}
	}
	single := ofType(all, question.Single)
	counts, chi := Places(single)
	t.Logf("%d topics, %d questions: Flesch %.0f, Gulpease %.0f; right options of single questions stand %v (chi squared %.2f)", len(files), len(all), en.Flesch(), it.Gulpease(), counts, chi)
	counts, chi = Places(ofType(all, question.Multiple))
	t.Logf("of multiple ones %v (%.2f); %d %% of the scenes are genuine, %d %% of the statements true", counts, chi,
		share(ofType(all, question.Spot), func(q question.Question) bool { return q.Scene.Genuine }), share(ofType(all, question.TrueFalse), func(q question.Question) bool { return q.Statement }))
	for _, lang := range []string{"en", "it"} {
		t.Logf("%s: the right option is the longest in %d %%, the shortest in %d %%", lang,
			share(single, func(q question.Question) bool { return Longest(&q, lang) }), share(single, func(q question.Question) bool { return shortest(&q, lang) }))
	}
}

// TestOne shows all about one file, for who writes it.
func TestOne(t *testing.T) {
	if *file == "" {
		t.Skip("no -file")
	}
	raw, err := os.ReadFile(*file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := question.Parse(raw)
	if err != nil {
		t.Fatalf("%s\n%v", *file, err)
	}
	for _, fault := range Lint([]*question.File{f}, known(t)) {
		t.Error(fault)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-44s %-10s L %6s %6s %8s\n", "question", "type", "Flesch", "Gulp.", "seconds")
	var en, it readable.Counts
	for i := range f.Questions {
		q := &f.Questions[i]
		pe, pi := prose(q, "en"), prose(q, "it")
		ce, ci := readable.Count(pe...), readable.Count(pi...)
		en, it = en.Add(ce), it.Add(ci)
		extra := ""
		if q.Type == question.Single && (Longest(q, "en") || Longest(q, "it")) {
			extra = fmt.Sprintf("the right option is the longest: en %v, it %v", Longest(q, "en"), Longest(q, "it"))
		}
		fmt.Fprintf(&b, "%-44s %-10s %d %6.0f %6.0f %4d %3d %s\n", q.ID, q.Type, q.Level, ce.Flesch(), ci.Gulpease(), readable.Seconds(pe...), readable.Seconds(pi...), extra)
	}
	fmt.Fprintf(&b, "the topic: Flesch %.0f (at least %d), Gulpease %.0f (at least %d)\n", en.Flesch(), topicEasyEN, it.Gulpease(), topicEasyIT)
	for _, typ := range []question.Type{question.Single, question.Multiple} {
		counts, chi := Places(ofType(f.Questions, typ))
		fmt.Fprintf(&b, "%s: right options stand first, second, ...: %v (chi squared %.1f)\n", typ, counts, chi)
	}
	single := ofType(f.Questions, question.Single)
	for _, lang := range []string{"en", "it"} {
		fmt.Fprintf(&b, "%s: the right option is the longest in %d %% of the single questions (over the bank: at most %d %%)\n",
			lang, share(single, func(q question.Question) bool { return Longest(&q, lang) }), mostLongest)
	}
	t.Logf("%s\n%s", *file, b.String())
}

// Of which options are right, in which place: by hand.
func TestPlaces(t *testing.T) {
	at := func(n, right int) question.Question {
		q := question.Question{Options: make([]question.Option, n)}
		q.Options[right].Right = true
		return q
	}
	// Four questions of four options, all right in the first place: (4-1)²/1 + 3 * (0-1)²/1.
	counts, chi := Places([]question.Question{at(4, 0), at(4, 0), at(4, 0), at(4, 0)})
	if !slices.Equal(counts, []int{4, 0, 0, 0}) || chi != 12 {
		t.Errorf("%v %.3f", counts, chi)
	}
	// One of two and one of four options: wanted 3/4, 3/4, 1/4, 1/4.
	counts, chi = Places([]question.Question{at(2, 0), at(4, 1)})
	if want := 2*(1.0/16)/0.75 + 2*(1.0/16)/0.25; !slices.Equal(counts, []int{1, 1, 0, 0}) || chi < want-1e-9 || chi > want+1e-9 {
		t.Errorf("%v %.3f, want %.3f", counts, chi, want)
	}
}
