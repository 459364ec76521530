package gift

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func say(s string) Text { return Text{S: s} }

// one makes a file of one question.
func one(q Question) []Item { return []Item{{Question: &q}} }

// good is what must be read, and as what. The shapes are those of Moodle's documentation and
// of its own tests; the words are ours.
var good = []struct {
	name, in string
	want     []Item
}{
	{
		"choice", "Who may open the till?{~A guest ~A courier =The cashier}",
		one(Question{Kind: Choice, Text: say("Who may open the till?"), Answers: []Answer{{Text: say("A guest")}, {Text: say("A courier")}, {Right: true, Weight: 100, Text: say("The cashier")}}}),
	},
	{
		"missing word", "The till is {~open =locked ~sold} at night.",
		one(Question{Kind: Choice, Text: say("The till is "), Gap: true, After: " at night.", Answers: []Answer{{Text: say("open")}, {Right: true, Weight: 100, Text: say("locked")}, {Text: say("sold")}}}),
	},
	{
		"missing word over lines", "The shop opens on the {\n    ~second\n    ~third\n    =fourth\n} day of the month.",
		one(Question{Kind: Choice, Text: say("The shop opens on the "), Gap: true, After: " day of the month.", Answers: []Answer{{Text: say("second")}, {Text: say("third")}, {Right: true, Weight: 100, Text: say("fourth")}}}),
	},
	{
		"missing word at the beginning", "{=Locked ~Open} tills are safe.",
		one(Question{Kind: Choice, Gap: true, After: " tills are safe.", Answers: []Answer{{Right: true, Weight: 100, Text: say("Locked")}, {Text: say("Open")}}}),
	},
	{
		"gap before the full stop", "Two and two is {=four =4}.",
		one(Question{Kind: Short, Text: say("Two and two is "), Gap: true, After: ".", Answers: []Answer{{Weight: 100, Text: say("four")}, {Weight: 100, Text: say("4")}}}),
	},
	{
		"title and feedback", "\n// a choice, with feedback\n::Q2:: Which light is between red and green?\n{\n    =amber # right; good!\n    ~red # [html]wrong, it's amber\n    ~[plain]blue # wrong, it's amber\n}",
		[]Item{{Comments: []string{"a choice, with feedback"}, Question: &Question{Kind: Choice, Title: "Q2", Text: say("Which light is between red and green?"), Answers: []Answer{
			{Right: true, Weight: 100, Text: say("amber"), Feedback: say("right; good!")},
			{Text: say("red"), Feedback: Text{HTML, "wrong, it's amber"}},
			{Text: Text{Plain, "blue"}, Feedback: say("wrong, it's amber")},
		}}}},
	},
	{
		"several right", "::lights:: Which are lights?\n{\n    ~%50%amber # right; good!\n    ~%-100%door # [html]wrong\n    ~%50%off-red # right; good!\n    ~%-33.33333%[plain]key # wrong\n}",
		one(Question{Kind: Choice, Title: "lights", Text: say("Which are lights?"), Answers: []Answer{
			{Weight: 50, Text: say("amber"), Feedback: say("right; good!")},
			{Weight: -100, Text: say("door"), Feedback: Text{HTML, "wrong"}},
			{Weight: 50, Text: say("off-red"), Feedback: say("right; good!")},
			{Weight: -33.33333, Text: Text{Plain, "key"}, Feedback: say("wrong")},
		}}),
	},
	{
		"a weight behind the equals sign", "Hard.{~no ~%50%half =%100%full =%75% nearly}",
		one(Question{Kind: Choice, Text: say("Hard."), Answers: []Answer{{Text: say("no")}, {Weight: 50, Text: say("half")}, {Right: true, Weight: 100, Text: say("full")}, {Right: true, Weight: 75, Text: say("nearly")}}}),
	},
	{
		"a per cent sign that is no weight", "How much?{=%-signs ~% of all ~%a%}",
		one(Question{Kind: Choice, Text: say("How much?"), Answers: []Answer{{Right: true, Weight: 100, Text: say("%-signs")}, {Text: say("% of all")}, {Text: say("%a%")}}}),
	},
	{"true", "The sun rises in the east.{T}", one(Question{Kind: TrueFalse, True: true, Text: say("The sun rises in the east.")})},
	{"true in full", "// name 0-11\n::2-08 X::X is so.{TRUE}", []Item{{Comments: []string{"name 0-11"}, Question: &Question{Kind: TrueFalse, Title: "2-08 X", True: true, Text: say("X is so.")}}}},
	{"false, with one feedback", "The key lies under the mat.{FALSE#No key lies there.}", one(Question{Kind: TrueFalse, Text: say("The key lies under the mat."), IfWrong: say("No key lies there.")})},
	{
		"false, with both feedbacks", "::Q1:: 42 is every PIN.{\nFALSE#42 is no PIN.#That is right.####Think of one.}",
		one(Question{Kind: TrueFalse, Title: "Q1", Text: say("42 is every PIN."), IfWrong: say("42 is no PIN."), IfRight: say("That is right."), Feedback: say("Think of one.")}),
	},
	{"true, with feedback for right alone", "So it is.{TRUE##Good.#Really}", one(Question{Kind: TrueFalse, True: true, Text: say("So it is."), IfRight: say("Good.#Really")})},
	{"short answer", "Who has the key?{=no one =nobody}", one(Question{Kind: Short, Text: say("Who has the key?"), Answers: []Answer{{Weight: 100, Text: say("no one")}, {Weight: 100, Text: say("nobody")}}})},
	{"short answer without a sign", "Who has the key?{nobody}", one(Question{Kind: Short, Text: say("Who has the key?"), Answers: []Answer{{Weight: 100, Text: say("nobody")}}})},
	{"short answer with an arrow", "What leads on?{a -> b}", one(Question{Kind: Short, Text: say("What leads on?"), Answers: []Answer{{Weight: 100, Text: say("a -> b")}}})},
	{
		"short answer with weights", "// question: 666  name: Short\n::Short::Which animal?{\n    =Frog#Good!\n    =%50%Cat#Why cats?\n    =%0%*#Quite wrong\n    ####[html]In <b>general</b>!\n}",
		[]Item{{Comments: []string{"question: 666  name: Short"}, Question: &Question{Kind: Short, Title: "Short", Text: say("Which animal?"), Feedback: Text{HTML, "In <b>general</b>!"}, Answers: []Answer{
			{Weight: 100, Text: say("Frog"), Feedback: say("Good!")}, {Weight: 50, Text: say("Cat"), Feedback: say("Why cats?")}, {Text: say("*"), Feedback: say("Quite wrong")},
		}}}},
	},
	{
		"matching", "Match the towns. {\n    =Canada -> Ottawa\n    =Italy  -> Rome\n    =Japan->Tokyo\n    = -> Bern\n    }",
		one(Question{Kind: Matching, Text: say("Match the towns."), Answers: []Answer{{Text: say("Canada"), Match: "Ottawa"}, {Text: say("Italy"), Match: "Rome"}, {Text: say("Japan"), Match: "Tokyo"}, {Match: "Bern"}}}),
	},
	{
		"matching with formats", "::Tools::[html]Match the <b>tool</b>.{\n    =[html]It shuts. -> Lock\n    =[moodle]It opens. -> Key\n    =[plain]It counts. -> Till\n    =[markdown]It *rings*. -> Bell#1\n}",
		one(Question{Kind: Matching, Title: "Tools", Text: Text{HTML, "Match the <b>tool</b>."}, Answers: []Answer{{Text: Text{HTML, "It shuts."}, Match: "Lock"}, {Text: Text{Moodle, "It opens."}, Match: "Key"}, {Text: Text{Plain, "It counts."}, Match: "Till"}, {Text: Text{Markdown, "It *rings*."}, Match: "Bell#1"}}}),
	},
	{"number", "When did we open? {#1822}", one(Question{Kind: Numerical, Text: say("When did we open?"), Answers: []Answer{{Weight: 100, Value: "1822"}}})},
	{"number with a margin", "What is pi? {#3.1415:0.0005}.", one(Question{Kind: Numerical, Text: say("What is pi? "), Gap: true, After: ".", Answers: []Answer{{Weight: 100, Value: "3.1415", Margin: "0.0005"}}})},
	{"number in an interval", "What is pi? {#3.141..3.142}", one(Question{Kind: Numerical, Text: say("What is pi?"), Answers: []Answer{{Weight: 100, Value: "3.141", Upper: "3.142"}}})},
	{
		"several numbers", "When? {#\n     =1822:0      #Right!\n     =%50%1822:2  #Close.\n                  Half of it.\n}",
		one(Question{Kind: Numerical, Text: say("When?"), Answers: []Answer{{Weight: 100, Value: "1822", Margin: "0", Feedback: say("Right!")}, {Weight: 50, Value: "1822", Margin: "2", Feedback: say("Close.\n                  Half of it.")}}}),
	},
	{
		"a number and all others", "::Q5:: A number from 1 to 5? {#3:2~#Quite wrong}",
		one(Question{Kind: Numerical, Title: "Q5", Text: say("A number from 1 to 5?"), Answers: []Answer{{Weight: 100, Value: "3", Margin: "2"}, {Value: "*", Feedback: say("Quite wrong")}}}),
	},
	{"essay", "\n// essay\n::Q8:: How are you? {}", []Item{{Comments: []string{"essay"}, Question: &Question{Kind: Essay, Title: "Q8", Text: say("How are you?")}}}},
	{"essay with feedback", "How are you?{####Thank you.}", one(Question{Kind: Essay, Text: say("How are you?"), Feedback: say("Thank you.")})},
	{"description", "Now come the questions on keys.\n[Each] counts.", one(Question{Kind: Description, Text: say("Now come the questions on keys.\n[Each] counts.")})},
	{"format", "[markdown]Who has **the key**?{\n=no one#fine\n=nobody#fine}", one(Question{Kind: Short, Text: Text{Markdown, "Who has **the key**?"}, Answers: []Answer{{Weight: 100, Text: say("no one"), Feedback: say("fine")}, {Weight: 100, Text: say("nobody"), Feedback: say("fine")}}})},
	{
		"escapes", "::Signs\\: all::\nWhich is no sign? {\n   ~ \\~     # \\~ is one.\n   ~ \\=     # \\= is one.\n   ~ \\#     # \\# is one.\n   ~ \\{     # \\{ is one.\n   ~ \\}\\n.  # \\} is one\\: yes.\n   = \\\\     # It is \\\\, and C:\\Users\n            too.\n}",
		one(Question{Kind: Choice, Title: "Signs: all", Text: say("Which is no sign?"), Answers: []Answer{
			{Text: say("~"), Feedback: say("~ is one.")},
			{Text: say("="), Feedback: say("= is one.")},
			{Text: say("#"), Feedback: say("# is one.")},
			{Text: say("{"), Feedback: say("{ is one.")},
			{Text: say("}\n."), Feedback: say("} is one: yes.")},
			{Right: true, Weight: 100, Text: say(`\`), Feedback: say("It is \\, and C:\\Users\n            too.")},
		}}),
	},
	{"backslashes", `::double backslash:: A \\ B \\\\ C{}`, one(Question{Kind: Essay, Title: "double backslash", Text: say(`A \ B \\ C`)})},
	{"a backslash and an n", `A \\n B{}`, one(Question{Kind: Essay, Text: say(`A \n B`)})},
	{"lines that matter", "::Q::[html]<pre>\n    if x \\{\n        y();\n    \\}\n</pre>\n{}", one(Question{Kind: Essay, Title: "Q", Text: Text{HTML, "<pre>\n    if x {\n        y();\n    }\n</pre>"}})},
	{
		"comments with tags", "\n// For the tags: [tag:one] [tag:  t\\]wo ].\n// And an id: [id:my id].\n::Name:: How are you? {}",
		[]Item{{Comments: []string{`For the tags: [tag:one] [tag:  t\]wo ].`, "And an id: [id:my id]."}, Question: &Question{Kind: Essay, Title: "Name", Text: say("How are you?")}}},
	},
	{"a comment within", "a\n  // said\nb{T}", []Item{{Comments: []string{"said"}, Question: &Question{Kind: TrueFalse, True: true, Text: say("a\nb")}}}},
	{"comments alone", "//-----//\n\n//\n\na", []Item{{Comments: []string{"-----//"}}, {Comments: []string{""}}, one(Question{Kind: Description, Text: say("a")})[0]}},
	{"category", "// for\n$CATEGORY: $course$/top/Keys \\& locks\n\na{T}", []Item{{Comments: []string{"for"}, Category: `$course$/top/Keys \& locks`}, one(Question{Kind: TrueFalse, True: true, Text: say("a")})[0]}},
	{"category without blank lines", "a{T}\n$CATEGORY: b\nc{F}", []Item{one(Question{Kind: TrueFalse, True: true, Text: say("a")})[0], {Category: "b"}, one(Question{Kind: TrueFalse, Text: say("c")})[0]}},
	{"Windows line ends, and a mark at the beginning", "\ufeff::t::a\r\nb{T}\r\n\r\n\r\nc{F}\r\n", []Item{one(Question{Kind: TrueFalse, Title: "t", True: true, Text: say("a\nb")})[0], one(Question{Kind: TrueFalse, Text: say("c")})[0]}},
	{"line ends of old", "a{T}\r\rb{F}", []Item{one(Question{Kind: TrueFalse, True: true, Text: say("a")})[0], one(Question{Kind: TrueFalse, Text: say("b")})[0]}},
	{"Windows-1252", "Perch\xe9 no?{T#\x93s\xec\x94}", one(Question{Kind: TrueFalse, True: true, Text: say("Perché no?"), IfWrong: say("“sì”")})},
	{"UTF-16", "\xff\xfea\x00\xe9\x00{\x00T\x00}\x00", one(Question{Kind: TrueFalse, True: true, Text: say("aé")})},
	{"UTF-16, the other way", "\xfe\xff\x00a\x00{\x00T\x00}", one(Question{Kind: TrueFalse, True: true, Text: say("a")})},
	{"signs in the text", "a = b # c ~ d: e{T}", one(Question{Kind: TrueFalse, True: true, Text: say("a = b # c ~ d: e")})},
	{"what only looks like a format", "[HTML]a{=\\n[html]b ~\\n%50%c}", one(Question{Kind: Choice, Text: say("[HTML]a"), Answers: []Answer{{Right: true, Weight: 100, Text: say("[html]b")}, {Text: say("%50%c")}}})},
}

// bad is what must be refused, and why.
var bad = []struct {
	name, in, code string
	line, column   int
}{
	{"no closing brace", "ok{T}\n\na {=b ~c", "open", 3, 3},
	{"an escaped closing brace", `a {=b ~c\}`, "open", 1, 3},
	{"a blank line within", "a {\n=b\n\n~c\n}\n\nok{T}", "blank", 1, 3},
	{"no opening brace", "a =b ~c}", "close", 1, 8},
	{"braces the wrong way", "a } {", "close", 1, 3},
	{"a formula", "a {=x^{2} ~c}", "nested", 1, 7},
	{"two pairs", "a {=b ~c} d {=e ~f}", "second", 1, 13},
	{"two questions without a blank line", "a {=b ~c}\nd {=e ~f}", "second", 2, 3},
	{"half a title", "::a {T}", "title", 1, 1},
	{"a backslash at the end", "a\nb\\", "escape", 2, 2},
	{"no name", "$CATEGORY:  ", "category", 1, 1},
	{"nothing asked", "::t::{=a ~b}", "empty-text", 1, 6},
	{"a format alone", "[html]", "empty-text", 1, 1},
	{"an answer without text", "a {=b ~ ~c}", "empty-answer", 1, 7},
	{"feedback without an answer", "a {=b ~#c}", "empty-answer", 1, 7},
	{"a short answer without text", "a {=}", "empty-answer", 1, 4},
	{"text before the answers", "a {b ~c =d}", "stray", 1, 4},
	{"true, and what looks like a pair", "So it is.{TRUE##Good = fine -> on}", "stray", 1, 11},
	{"one answer", "a {~b}", "few", 1, 4},
	{"one pair", "a {=b -> c}", "few", 1, 4},
	{"none right", "a\n {~b ~c}", "no-right", 2, 3},
	{"none right, with weights", "a {~%0%b ~%-50%c}", "no-right", 1, 4},
	{"no short answer right", "a {=%0%b}", "no-right", 1, 4},
	{"too heavy", "a {~%150%b =c}", "weight", 1, 5},
	{"too light", "a {~%-150%b =c}", "weight", 1, 5},
	{"a comma", "a {~%33,3%b =c}", "weight", 1, 5},
	{"no number", "a {#b}", "number", 1, 5},
	{"a number with a comma", "a {#3,14}", "number", 1, 5},
	{"no numbers at all", "a {#}", "few", 1, 5},
	{"half an interval", "a {#1..}", "number", 1, 5},
	{"no margin", "a {#1:}", "number", 1, 5},
	{"a pair without an arrow", "a {=b -> c =d}", "pair", 1, 12},
	{"half a pair", "a {=b -> =d -> e}", "empty-answer", 1, 4},
	{"behind a comment and signs", "// x\né\\:\n// y\n  \\~é\\\\}", "close", 4, 8},
	{"a program", "MZ\x00\x01", "binary", 1, 1},
	{"nothing", "\n \r\n", "nothing", 1, 1},
}

func TestGood(t *testing.T) {
	for _, c := range good {
		f, _, err := Parse([]byte(c.in))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, f.Items, equal); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
		holds(t, []byte(c.in))
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		comments []string
		id       string
		tags     []string
	}{
		{nil, "", nil},
		{[]string{"A comment."}, "", nil},
		{[]string{"A comment with [id:frog] in it."}, "frog", nil},
		{[]string{"Tags: [tag:frog] [tag:toad]."}, "", []string{"frog", "toad"}},
		{[]string{"[tag:  one] Here is", "a [id:   four   ] que[tag:two   ]stion, [id:five]"}, "four", []string{"one", "two"}},
		{[]string{"Never [tag:", "closed]."}, "", nil},
		{[]string{`[id:i\]d] [tag:t\]ag] [tag:]`}, "i]d", []string{"t]ag"}},
	} {
		i := Item{Comments: c.comments}
		if i.ID() != c.id || !slices.Equal(i.Tags(), c.tags) {
			t.Errorf("%q: %q %q", c.comments, i.ID(), i.Tags())
		}
	}
}

// TestNotes sees that what was read otherwise than it stood there is said.
func TestNotes(t *testing.T) {
	for in, want := range map[string]Note{
		"a\n\nPerch\xe9{T}": {1, "windows-1252", "Windows-1252"}, "\xfe\xff\x00a": {1, "utf-16", "UTF-16"}, "a\n\x07b": {2, "control", "U+0000-U+001F"},
		"$CATEGORY: a\nb{T}": {2, "no-blank", "b{T}"}, "b{T}\n$CATEGORY: a": {2, "no-blank", "$CATEGORY: a"},
	} {
		if _, notes, err := Parse([]byte(in)); err != nil || !slices.Equal(notes, []Note{want}) {
			t.Errorf("%q: %v, %v", in, notes, err)
		}
	}
}

// TestCodes sees that each error that there is has an example.
func TestCodes(t *testing.T) {
	have := map[string]bool{"big": true, "many": true, "answers": true} // TestLimits
	for _, c := range bad {
		have[c.code] = true
	}
	for _, c := range codes[:slices.Index(codes, "aiken-answer")] {
		if !have[c] {
			t.Error("no example of", c)
		}
	}
}

func TestBad(t *testing.T) {
	for _, c := range bad {
		f, _, err := Parse([]byte(c.in))
		var e *Error
		var all Errors
		if !errors.As(err, &all) || !errors.As(err, &e) || len(all) != 1 || e.Code != c.code || e.Line != c.line || e.Column != c.column {
			t.Errorf("%s: %v, want %s at line %d, column %d", c.name, err, c.code, c.line, c.column)
		}
		if ok := len(c.in) > 5 && (c.in[:2] == "ok" || c.in[len(c.in)-5:] == "ok{T}"); ok != (f != nil) {
			t.Errorf("%s: the other question: %v", c.name, f)
		}
		holds(t, []byte(c.in))
	}
}
