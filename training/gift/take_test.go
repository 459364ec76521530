package gift

import (
	"cmp"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"custode/internal/i18n"
	"custode/training/question"
)

// unlined compares questions but for the lines.
var unlined = gocmp.Options{cmpopts.IgnoreFields(question.Question{}, "Line"), cmpopts.EquateEmpty()}

func lossCodes(all []Loss) []string {
	var out []string
	for _, l := range all {
		out = append(out, l.Code)
	}
	return out
}

// taken is what becomes of a question, and what is lost.
var taken = []struct {
	name, in string
	want     []question.Question
	lost     []string
}{
	{
		"a choice", "::Who, then?::Who may open the till?{~A guest#No, never. =The cashier#Yes: who else? ~%0%A\ncourier####Only one.}",
		[]question.Question{{ID: "own-who-then", Type: question.Single, Text: both("Who may open the till?"), Explain: both("Only one."), Options: []question.Option{
			{ID: "a", Text: both("A guest"), Why: both("No, never.")}, {ID: "b", Text: both("The cashier"), Right: true}, {ID: "c", Text: both("A courier")},
		}}},
		[]string{"lost-feedback"},
	},
	{
		"praise becomes the explanation", "a?{=b#because ~c}",
		[]question.Question{{ID: "own-a", Type: question.Single, Text: both("a?"), Explain: both("because"), Options: []question.Option{{ID: "a", Text: both("b"), Right: true}, {ID: "b", Text: both("c")}}}},
		nil,
	},
	{
		"a gap", "The till is {~open =locked} at night.",
		[]question.Question{{ID: "own-the-till-is-at-night", Type: question.Single, Text: both("The till is ____ at night."), Options: []question.Option{{ID: "a", Text: both("open")}, {ID: "b", Text: both("locked"), Right: true}}}},
		nil,
	},
	{
		"several right", "Which?{~%50%a#good ~%-50%b#bad ~%50%c#fine}",
		[]question.Question{{ID: "own-which", Type: question.Multiple, Text: both("Which?"), Explain: both("good"), Options: []question.Option{{ID: "a", Text: both("a"), Right: true}, {ID: "b", Text: both("b"), Why: both("bad")}, {ID: "c", Text: both("c"), Right: true}}}},
		[]string{"lost-feedback"},
	},
	{
		"several, of which one is enough", "Which?{=a =b ~c}",
		[]question.Question{{ID: "own-which", Type: question.Multiple, Text: both("Which?"), Options: []question.Option{{ID: "a", Text: both("a"), Right: true}, {ID: "b", Text: both("b"), Right: true}, {ID: "c", Text: both("c")}}}},
		[]string{"lost-one-of"},
	},
	{
		"half right", "Which?{=a ~%50%b ~c}",
		[]question.Question{{ID: "own-which", Type: question.Single, Text: both("Which?"), Options: []question.Option{{ID: "a", Text: both("a"), Right: true}, {ID: "b", Text: both("b")}, {ID: "c", Text: both("c")}}}},
		[]string{"lost-weights"},
	},
	{
		"unequal shares", "Which?{~%60%a ~%40%b ~c}",
		[]question.Question{{ID: "own-which", Type: question.Multiple, Text: both("Which?"), Options: []question.Option{{ID: "a", Text: both("a"), Right: true}, {ID: "b", Text: both("b"), Right: true}, {ID: "c", Text: both("c")}}}},
		[]string{"lost-weights"},
	},
	{
		"one right with weights", "Which?{~%100%a ~%-100%b}",
		[]question.Question{{ID: "own-which", Type: question.Single, Text: both("Which?"), Options: []question.Option{{ID: "a", Text: both("a"), Right: true}, {ID: "b", Text: both("b")}}}},
		nil,
	},
	{
		"true", "It is so.{T#No: look.#Yes.}",
		[]question.Question{{ID: "own-it-is-so", Type: question.TrueFalse, Statement: true, Text: both("It is so."), Explain: both("No: look.")}},
		[]string{"lost-feedback"},
	},
	{"false", "It is so.{FALSE####It is not.}", []question.Question{{ID: "own-it-is-so", Type: question.TrueFalse, Text: both("It is so."), Explain: both("It is not.")}}, nil},
	{
		"order", "Put in order.{=second -> 2 =first -> 1 =third -> 3####So.}",
		[]question.Question{{ID: "own-put-in-order", Type: question.Order, Text: both("Put in order."), Explain: both("So."), Steps: []question.Step{{ID: "a", Text: both("first")}, {ID: "b", Text: both("second")}, {ID: "c", Text: both("third")}}}},
		nil,
	},
	{
		"tags", "[html]<p>Who &amp; <b>what</b>?</p>\\n<p>Say&nbsp;it.</p>{=[plain]<a> ~b <br> c<img src\\=\"x\" alt\\=\"a key\">}",
		[]question.Question{{ID: "own-who-what-say-it", Type: question.Single, Text: both("Who & what?\nSay it."), Options: []question.Option{{ID: "a", Text: both("<a>"), Right: true}, {ID: "b", Text: both("b ca key")}}}},
		[]string{"lost-html"},
	},
	{
		"lines", "Who has the key\nto the till? Say so.\nNobody:{T}\n\n[plain]Who\nhas it?{F}",
		[]question.Question{
			{ID: "own-who-has-the-key-to-the-till-say", Type: question.TrueFalse, Statement: true, Text: both("Who has the key to the till? Say so.\nNobody:")},
			{ID: "own-who-has-it", Type: question.TrueFalse, Text: both("Who\nhas it?")},
		},
		nil,
	},
	{"markdown", "[markdown]**So**{T}", []question.Question{{ID: "own-so", Type: question.TrueFalse, Statement: true, Text: both("**So**")}}, []string{"lost-markdown"}},
	{
		"categories", "$CATEGORY: $course$/top/Keys // locks\n\na{T}\n\n$CATEGORY: other\n\nb{F}",
		[]question.Question{{ID: "keys-locks-a", Topic: "keys-locks", Type: question.TrueFalse, Statement: true, Text: both("a")}, {ID: "keys-locks-b", Topic: "keys-locks", Type: question.TrueFalse, Text: both("b")}},
		[]string{"lost-category"},
	},
	{
		"names", "::own-x::a{T}\n\n::own-x::b{T}\n\n::own-x-2::c{T}\n\n::Ключ::d{T}\n\n::Perché \\#1, l'altro?::e{T}",
		[]question.Question{
			{ID: "own-x", Type: question.TrueFalse, Statement: true, Text: both("a")},
			{ID: "own-x-2", Type: question.TrueFalse, Statement: true, Text: both("b")},
			{ID: "own-x-2-2", Type: question.TrueFalse, Statement: true, Text: both("c")},
			{ID: "own-q1b9b2241", Type: question.TrueFalse, Statement: true, Text: both("d")},
			{ID: "own-perche-1-laltro", Type: question.TrueFalse, Statement: true, Text: both("e")},
		},
		nil,
	},
	{"short", "a{=b}", nil, []string{"lost-short"}},
	{"matching", "a{=b -> c =d -> e}", nil, []string{"lost-matching"}},
	{"two steps", "a{=b -> 1 =d -> 2}", nil, []string{"lost-matching"}},
	{"numbers that are no order", "a{=b -> 1 =d -> 2 =e -> 2}", nil, []string{"lost-matching"}},
	{"number", "[markdown]a{#1}", nil, []string{"lost-numerical"}},
	{"essay", "a{}", nil, []string{"lost-essay"}},
	{"description", "a", nil, []string{"lost-description"}},
	{"all right", "a{=b =c ~%100%d}", []question.Question{{ID: "own-a", Type: question.Multiple, Text: both("a"), Options: []question.Option{{ID: "a", Text: both("b"), Right: true}, {ID: "b", Text: both("c"), Right: true}, {ID: "c", Text: both("d")}}}}, []string{"lost-one-of", "lost-weights"}},
	{"really all right", "a{~%50%b ~%50%c}", nil, []string{"lost-all-right"}},
	{"many options", "a{=b" + strings.Repeat("~c", 12) + "}", nil, []string{"lost-options"}},
	{"long", strings.Repeat("a", 2001) + "{T}", nil, []string{"lost-long"}},
	{"a long reason", "a{=b ~c#" + strings.Repeat("a", 1001) + "}", nil, []string{"lost-long"}},
	{"a picture alone", "[html]<img src\\=\"a\">{T}", nil, []string{"lost-empty"}},
}

func TestTake(t *testing.T) {
	seen := map[string]bool{"lost-order": true, "lost-spot": true, "lost-arrow": true, "lost-notes": true} // TestGive
	for _, c := range taken {
		f, _, err := Parse([]byte(c.in))
		if err != nil {
			t.Fatal(c.name, err)
		}
		got, lost := ToQuestions(f, Options{})
		for i := range c.want {
			c.want[i].Level, c.want[i].Topic = 1, cmp.Or(c.want[i].Topic, "own")
		}
		if d := gocmp.Diff(c.want, got.Questions, unlined); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
		if !slices.Equal(lossCodes(lost), c.lost) {
			t.Errorf("%s: lost %v, want %v", c.name, lost, c.lost)
		}
		for _, l := range lost {
			seen[l.Code] = true
			if l.Line < 1 || l.Title == "" || l.Detail == "" {
				t.Errorf("%s: %+v", c.name, l)
			}
		}
	}
	for _, c := range codes {
		if strings.HasPrefix(c, "lost-") && !seen[c] {
			t.Error("no example of", c)
		}
	}
}

func TestTakeOptions(t *testing.T) {
	f, _, _ := Parse([]byte("$CATEGORY: Keys\n\na{T}"))
	got, _ := ToQuestions(f, Options{Topic: "doors", Title: "Doors", Level: 3})
	want := &question.File{Topic: "doors", Title: both("Doors"), Questions: []question.Question{{ID: "doors-a", Topic: "doors", Type: question.TrueFalse, Statement: true, Text: both("a"), Level: 3, Line: 3}}}
	if d := gocmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

// comesHome is the promise between the two: what was taken from a file is a sound file of
// questions, and comes back from GIFT as it was, with nothing lost.
func comesHome(t *testing.T, raw []byte) {
	t.Helper()
	f, _, _ := Parse(raw)
	if f == nil {
		return
	}
	once, lost := ToQuestions(f, Options{})
	for _, l := range lost {
		if l.Line < 1 || l.Title == "" || l.Detail == "" || !slices.Contains(codes, l.Code) {
			t.Fatalf("%.300q: %+v", raw, l)
		}
	}
	sound(t, raw, once)
	given, lost := FromQuestions(once, "it")
	for _, l := range lost {
		if l.Code != "lost-order" {
			t.Fatalf("%.300q: %+v", raw, l)
		}
	}
	if len(once.Questions) == 0 {
		return
	}
	text := written(t, given)
	again, notes, err := Parse([]byte(text))
	if err != nil || len(notes) > 0 {
		t.Fatalf("%.300q\nwritten as %.300q: %v %v", raw, text, err, notes)
	}
	twice, lost := ToQuestions(again, Options{})
	if len(lost) > 0 {
		t.Fatalf("%.300q\nwritten as %.300q: lost %v", raw, text, lost)
	}
	if d := gocmp.Diff(once, twice, unlined); d != "" {
		t.Fatalf("%.300q\nwritten as %.300q:\n%s", raw, text, d)
	}
}

// sound sees that package question reads what was taken.
func sound(t *testing.T, raw []byte, f *question.File) {
	t.Helper()
	if len(f.Questions) == 0 {
		return
	}
	yaml, err := question.Encode(f)
	if err != nil {
		t.Fatalf("%.300q: %v", raw, err)
	}
	read, err := question.ParseOwn(yaml)
	if err != nil {
		t.Fatalf("%.300q: %v", raw, err)
	}
	if d := gocmp.Diff(f, read, unlined); d != "" {
		t.Fatalf("%.300q:\n%s", raw, d)
	}
}

func FuzzTake(f *testing.F) {
	for _, c := range taken {
		f.Add([]byte(c.in))
	}
	for _, c := range good {
		f.Add([]byte(c.in))
	}
	f.Fuzz(comesHome)
}

func TestTakeMade(t *testing.T) {
	n := 50
	if os.Getenv("CUSTODE_TORTURE") != "" {
		n = 20000
	}
	seed := rand.New(rand.NewPCG(3, 1))
	for range n {
		comesHome(t, []byte(written(t, made(seed))))
	}
}

// TestBankComesHome takes the bank out and in again, in both languages.
func TestBankComesHome(t *testing.T) {
	names, _ := filepath.Glob("../bank/content/*.yaml")
	if len(names) == 0 {
		t.Skip("there is no bank yet")
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		bank, err := question.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"en", "it"} {
			given, lost := FromQuestions(bank, lang)
			text := written(t, given)
			holds(t, []byte(text))
			f, notes, err := Parse([]byte(text))
			if err != nil || len(notes) > 0 {
				t.Fatal(name, err, notes)
			}
			home, in := ToQuestions(f, Options{Topic: bank.Topic})
			if len(in) > 0 || len(home.Questions) != len(bank.Questions) {
				t.Fatal(name, in)
			}
			want := slices.Clone(bank.Questions)
			for i := range want {
				want[i] = asGift(want[i], home.Questions[i], lang)
			}
			if d := gocmp.Diff(want, home.Questions, unlined); d != "" {
				t.Errorf("%s:\n%s", name, d)
			}
			for _, l := range lost {
				if l.Code != "lost-order" && l.Code != "lost-spot" && l.Code != "lost-notes" {
					t.Errorf("%s: %+v", name, l)
				}
			}
		}
	}
}

// asGift is a question without what GIFT has no place for. got is taken for what a scene
// became, which TestGive looks at.
func asGift(q, got question.Question, lang string) question.Question {
	in := func(t i18n.Text) i18n.Text { return both(strings.TrimSpace(t.In(lang))) }
	out := question.Question{ID: q.ID, Topic: q.Topic, Type: q.Type, Level: 1, Text: in(q.Text), Explain: in(q.Explain), Statement: q.Statement}
	for i, o := range q.Options {
		out.Options = append(out.Options, question.Option{ID: letter(i), Text: in(o.Text), Right: o.Right, Why: in(o.Why)})
	}
	for i, s := range q.Steps {
		out.Steps = append(out.Steps, question.Step{ID: letter(i), Text: in(s.Text)})
	}
	if q.Type == question.Spot {
		out.Type, out.Text, out.Options = question.Single, got.Text, got.Options
	}
	return out
}

func TestGive(t *testing.T) {
	f := &question.File{Topic: "keys", Title: i18n.Text{EN: "Keys/locks", IT: "Chiavi"}, Questions: []question.Question{
		{ID: "keys-three", Type: question.Multiple, Level: 2, Text: both("Which?"), Options: []question.Option{{Text: both("a"), Right: true}, {Text: both("b"), Right: true}, {Text: both("c"), Right: true}, {Text: both("d"), Why: both("no: why?")}}},
		{ID: "keys-order", Type: question.Order, Level: 1, Text: i18n.Text{EN: "Order:"}, Steps: []question.Step{{Text: both("a -> b")}, {Text: both("c")}, {Text: both("d")}}, Line: 9},
		{ID: "keys-true", Type: question.TrueFalse, Level: 1, Text: both("So."), Explain: both("Why\nnot")},
		{ID: "keys-mail", Type: question.Spot, Level: 1, Text: both("Genuine?"), Explain: both("Look."), Scene: &question.Scene{Kind: question.Mail, Parts: []question.Part{
			{Kind: question.From, Text: both("Lindenbank"), Target: "a@b.test", Clue: both("Not the bank.")},
			{Kind: question.ReplyTo, Target: "c@d.test"},
			{Kind: question.Subject, Text: both("Now!")},
			{Kind: question.Body, Text: both("Dear customer"), Fine: both("Many write so.")},
			{Kind: question.Link, Text: both("here"), Target: "https://x.test/", Clue: both("Elsewhere.")},
			{Kind: question.Attachment, Text: both("a.exe")},
			{Kind: question.Button, Text: both("Pay")},
		}}},
		{ID: "keys-sms", Type: question.Spot, Level: 1, Text: both("Genuine?"), Scene: &question.Scene{Kind: question.Chat, Genuine: true, Parts: []question.Part{{Kind: question.From, Text: both("Shop")}, {Kind: question.Body, Text: both("Open at 9"), Fine: both("Nothing is asked.")}}}},
	}}
	got, lost := FromQuestions(f, "en")
	want := `$CATEGORY: Keys//locks

// [id:keys-three]
::keys-three::[plain]Which?{
	~%33.33333%a
	~%33.33333%b
	~%33.33333%c
	~%-33.33333%d#no\: why?
}

// [id:keys-order]
::keys-order::[plain]Order\:{
	=a → b -> 1
	=c -> 2
	=d -> 3
}

// [id:keys-true]
::keys-true::[plain]So.{FALSE####Why\nnot}

// [id:keys-mail]
::keys-mail::[plain]Genuine?\nFrom\: Lindenbank <a@b.test>\nAnswers go to\: c@d.test\nSubject\: Now!\nDear customer\nLink\: here (leads to https\://x.test/)\nAttached file\: a.exe\nButton\: [ Pay ]{
	~Genuine#Not the bank. Elsewhere.
	=Fraud
	####Look.
}

// [id:keys-sms]
::keys-sms::[plain]Genuine?\nFrom\: Shop\nOpen at 9{
	=Genuine
	~Fraud#Nothing is asked.
}

`
	if d := gocmp.Diff(want, written(t, got)); d != "" {
		t.Error(d)
	}
	if d := gocmp.Diff([]Loss{
		{9, "keys-order", "lost-order", "Order:"}, {9, "keys-order", "lost-arrow", "a -> b"}, {0, "keys-mail", "lost-spot", "Genuine?"}, {0, "keys-sms", "lost-spot", "Genuine?"}, {1, "keys", "lost-notes", "1"},
	}, lost); d != "" {
		t.Error(d)
	}
	comesHome(t, []byte(want))
}
