package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/term"

	"custode/internal/i18n"
	"custode/training"
	"custode/training/question"
)

// askedOne is a question of the tests, and the order in which its options are shown.
type askedOne struct {
	q     question.Question
	shown []string
}

func both(en, it string) i18n.Text { return i18n.Text{EN: en, IT: it} }

// asked are the questions that the tests ask: one of each type, one that is genuine, one in
// wide and right-to-left scripts, and one that wants to play tricks on the terminal.
func askedQuestions() map[string]askedOne {
	return map[string]askedOne{
		"single": {question.Question{
			ID: "devices-tablet", Topic: "devices", Type: question.Single, Sources: []string{"NCSC-SBG", "FTC-BASICS"},
			Text: both("You are at the salon's counter, with the bookings open on the tablet. You have to mix a colour in the back room. What do you do with the tablet?",
				"Sei al banco del salone, con gli appuntamenti aperti sul tablet. Devi andare nel retro a preparare un colore. Che cosa fai con il tablet?"),
			Options: []question.Option{
				{ID: "a", Text: both("Turn it over, so that nobody sees the screen.", "Lo giri, così nessuno vede lo schermo."), Why: both("One hand is enough to turn it back, and all the bookings are open.", "Basta una mano per rigirarlo, e gli appuntamenti sono tutti aperti.")},
				{ID: "b", Right: true, Text: both("Lock the screen before you go.", "Blocchi lo schermo e poi vai.")},
				{ID: "c", Text: both("Ask the customer in the first chair to keep an eye on it.", "Chiedi a chi è seduto più vicino di darci un'occhiata."), Why: both("Customers mean well, but they look at their phones too, and they could read the names themselves.", "Chi aspetta lo fa volentieri, ma guarda anche il suo telefono, e potrebbe leggere i nomi.")},
				{ID: "d", Text: both("Leave it as it is: you will be back in two minutes.", "Lo lasci così: tra due minuti torni."), Why: both("Two minutes often become ten.", "Due minuti diventano spesso dieci.")},
			},
			Explain: both("Walk away, lock it: each time, even for a minute. A locked screen stops curious eyes.", "Se ti allontani, blocca: ogni volta, anche per un minuto. Lo schermo bloccato ferma i curiosi."),
		}, []string{"c", "b", "d", "a"}},
		"multiple": {question.Question{
			ID: "devices-fair", Topic: "devices", Type: question.Multiple, Sources: []string{"EDPB-01-2021:case 10"},
			Text: both("You take the laptop to a trade fair. It could be stolen there. What protects the customers' data in that case?", "Porti il portatile in fiera. Lì potrebbero rubarlo. In quel caso che cosa protegge i dati dei clienti?"),
			Options: []question.Option{
				{ID: "a", Right: true, Text: both("The disk is encrypted.", "Il disco è cifrato.")},
				{ID: "b", Text: both("The customer files are in a hidden folder.", "I file dei clienti sono in una cartella nascosta."), Why: both("A hidden folder is seen in a minute, with one setting.", "Una cartella nascosta si trova in un minuto, con un'impostazione.")},
				{ID: "c", Right: true, Text: both("Only the files for the fair are on it.", "Ci sono solo i file che servono in fiera.")},
				{ID: "d", Text: both("A sticker says whose it is.", "Un adesivo dice di chi è."), Why: both("A thief reads the sticker and then the files.", "Un ladro legge l'adesivo e poi i file.")},
				{ID: "e", Right: true, Text: both("It locks by itself, and opens with a strong password.", "Si blocca da solo e si apre con una password robusta.")},
			},
			Explain: both("Encryption and a locked screen keep a thief out. And what is not on the laptop cannot be lost with it.", "Cifratura e blocco dello schermo tengono fuori il ladro. E ciò che non è sul portatile non si perde con lui."),
		}, []string{"b", "e", "a", "d", "c"}},
		"true-false": {question.Question{
			ID: "devices-updates", Topic: "devices", Type: question.TrueFalse, Sources: []string{"NCSC-DEVICE"},
			Text:    both("The old tablet gets no more updates, but it still works well. So it can go on holding the bookings.", "Il vecchio tablet non riceve più aggiornamenti, ma funziona bene. Quindi può continuare a contenere gli appuntamenti."),
			Explain: both("Without updates, each new hole stays open for ever. Tell the owner.", "Senza aggiornamenti ogni nuova falla resta aperta per sempre. Parlane con il titolare."),
		}, nil},
		"order": {question.Question{
			ID: "devices-stolen", Topic: "devices", Type: question.Order, Sources: []string{"ICO-72H"},
			Text: both("The shop's tablet was stolen at the market. Put these steps in order.", "Al mercato hanno rubato il tablet del negozio. Metti in ordine questi passi."),
			Steps: []question.Step{
				{ID: "a", Text: both("Tell the owner, who has the log-in for lost devices.", "Avvisa il titolare, che ha l'accesso al servizio per i dispositivi smarriti.")},
				{ID: "b", Text: both("From another device, lock the tablet.", "Da un altro dispositivo blocca il tablet.")},
				{ID: "c", Text: both("Send it the order to erase itself.", "Invia il comando di cancellare tutto.")},
				{ID: "d", Text: both("Only then remove the tablet from the account.", "Solo allora togli il tablet dall'account.")},
			},
			Explain: both("Tell, lock, erase, remove. A tablet that was removed too early can no longer be erased from afar.", "Avvisa, blocca, cancella, togli. Un tablet tolto troppo presto non si può più cancellare a distanza."),
		}, []string{"c", "a", "d", "b"}},
		"spot":    {spotQuestion(), nil},
		"genuine": {genuineQuestion(), nil},
		"scripts": {question.Question{
			ID: "own-scripts", Topic: "own", Type: question.Single,
			Text: both("报警名单放在哪里？店里的每个人都应该知道，因为在紧急情况下没有时间去找。 👩‍🍳❤️🇮🇹", "报警名单放在哪里？店里的每个人都应该知道，因为在紧急情况下没有时间去找。 👩‍🍳❤️🇮🇹"),
			Options: []question.Option{
				{ID: "a", Right: true, Text: both("在收银台下面的红色文件夹里，和钥匙放在一起，晚上锁起来，只有店主和副手有钥匙。", "在收银台下面的红色文件夹里，和钥匙放在一起，晚上锁起来，只有店主和副手有钥匙。")},
				{ID: "b", Text: both("في الدرج الأول تحت الطاولة بجانب الهاتف القديم", "في الدرج الأول تحت الطاولة بجانب الهاتف القديم"), Why: both("हर किसी के पास चाबी नहीं है।", "हर किसी के पास चाबी नहीं है।")},
				{ID: "c", Text: both("https://intranet.example.com/a/very/long/path/that/has/no/blank/in/it?at=all&on=forty&columns=wide", "https://intranet.example.com/a/very/long/path/that/has/no/blank/in/it?at=all&on=forty&columns=wide"), Why: both("No.", "No.")},
			},
			Explain: both("红色文件夹。", "红色文件夹。"),
		}, []string{"b", "a", "c"}},
		"tricks": {question.Question{
			ID: "own-tricks", Topic: "own\x1b[2J", Type: question.Single,
			Text: both("One\nTwo\tthree \x1b[2J\x1b[H\x07\u202egone\u2028 \xff", "x"),
			Options: []question.Option{
				{ID: "a", Right: true, Text: both("first\r\nsecond \x1b]0;title\x07", "x")},
				{ID: "b", Text: both("\u009b31mred", "x"), Why: both("\x1b[31m", "x")},
			},
			Explain: both("\x1b[1A", "x"),
		}, nil},
	}
}

func spotQuestion() question.Question {
	return question.Question{
		ID: "phishing-blocked", Topic: "phishing", Type: question.Spot, Sources: []string{"NCSC-PHISH"},
		Text: both("This mail arrives on Monday. Genuine or a fraud?", "Questa e-mail arriva lunedì. Vero o truffa?"),
		Scene: &question.Scene{Kind: question.Mail, Parts: []question.Part{
			{ID: "from", Kind: question.From, Text: both("Lindenbank", "Lindenbank"), Target: "service@lindenbank-secure.test", Clue: both("The bank writes from lindenbank.example; this is somebody else's address.", "La banca scrive da lindenbank.example; questo è l'indirizzo di qualcun altro.")},
			{ID: "subject", Kind: question.Subject, Text: both("Your business account: please confirm", "Il tuo conto aziendale: conferma")},
			{ID: "hello", Kind: question.Body, Text: both("Good morning,", "Buongiorno,"), Fine: both("No name in the greeting proves nothing: many real mails have none.", "Un saluto senza nome non prova nulla: molte e-mail vere non lo hanno.")},
			{ID: "hurry", Kind: question.Body, Text: both("we have seen three payments that look odd. If you do not confirm within two hours, your account will be closed.", "abbiamo visto tre pagamenti insoliti. Se non confermi entro due ore, il conto verrà chiuso."), Clue: both("A bank does not close an account within two hours. The hurry keeps you from thinking.", "Una banca non chiude un conto in due ore. La fretta serve a non farti pensare.")},
			{ID: "link", Kind: question.Link, Text: both("Confirm now", "Conferma ora"), Target: "https://lindenbank.example.badhost.test/login", Clue: both("Read from the right: the link leads to badhost.test.", "Leggi da destra: il link porta a badhost.test.")},
			{ID: "thanks", Kind: question.Body, Text: both("Thank you for your trust.", "Grazie per la fiducia.")},
		}},
		Explain: both("Delete it after you reported it. To look at the account, type the bank's address yourself.", "Segnalala e poi cancellala. Per guardare il conto scrivi tu l'indirizzo della banca."),
	}
}

func genuineQuestion() question.Question {
	return question.Question{
		ID: "devices-till", Topic: "devices", Type: question.Spot, Sources: []string{"NCSC-DEVICE"},
		Text: both("After closing you open the till's settings yourself, and choose Updates. You see this. Genuine or a fraud?", "Dopo la chiusura apri tu le impostazioni della cassa e scegli Aggiornamenti. Vedi questo. Vero o truffa?"),
		Scene: &question.Scene{Kind: question.Screen, Genuine: true, Parts: []question.Part{
			{ID: "title", Kind: question.Subject, Text: both("One security update is ready", "È pronto un aggiornamento di sicurezza")},
			{ID: "what", Kind: question.Body, Text: both("It closes three holes that attackers use. Install it soon.", "Chiude tre falle che vengono sfruttate. Installalo presto."), Fine: both("It sounds like pressure, but there is no threat and no clock.", "Sembra fretta, ma non c'è minaccia né conto alla rovescia.")},
			{ID: "time", Kind: question.Body, Text: both("The till restarts, and cannot be used for about 20 minutes.", "La cassa si riavvia e per circa 20 minuti non si può usare.")},
			{ID: "now", Kind: question.Button, Text: both("Restart now", "Riavvia ora")},
		}},
		Explain: both("You opened the settings yourself, and nobody asks for a password, money or a call.", "Le impostazioni le hai aperte tu, e nessuno chiede password, soldi o telefonate."),
	}
}

// graded is what an answer to one of these questions is worth.
func graded(q *question.Question, a training.Answer) training.Result {
	score := 0
	switch q.Type {
	case question.Single, question.Multiple:
		hits, wrong, right := 0, 0, 0
		for _, o := range q.Options {
			chosen := slices.Contains(a.Chosen, o.ID)
			if o.Right {
				right++
			}
			if o.Right && chosen {
				hits++
			} else if chosen {
				wrong++
			}
		}
		score = (max(0, hits-wrong)*200 + right) / (2 * right)
	case question.TrueFalse:
		if (a.Verdict == training.True) == q.Statement {
			score = 100
		}
	case question.Order:
		n, wrong := len(q.Steps), 0
		place := func(id string) int {
			return slices.IndexFunc(q.Steps, func(s question.Step) bool { return s.ID == id })
		}
		for i := range a.Chosen {
			for j := range i {
				if place(a.Chosen[j]) > place(a.Chosen[i]) {
					wrong++
				}
			}
		}
		score = 100 - 100*wrong/(n*(n-1)/2)
	case question.Spot:
		switch {
		case (a.Verdict == training.Genuine) != q.Scene.Genuine:
		case q.Scene.Genuine:
			score = 100
		default:
			hits := 0
			for _, c := range q.Scene.Clues() {
				if slices.Contains(a.Chosen, c) {
					hits++
				}
			}
			score = 50 + (100*hits+1)/(len(a.Chosen)+len(q.Scene.Clues()))
		}
	}
	return training.Result{Score: score, Passed: score >= training.PassMark}
}

var quizTopics = map[string]i18n.Text{"devices": both("Devices and updates", "Dispositivi e aggiornamenti"), "phishing": both("Phishing e-mail", "E-mail di phishing")}

// sit asks questions one after the other, and writes the answers to w, one a line.
func sit(ctx context.Context, sh *shell, plain bool, names []string, w io.Writer) error {
	z, err := sh.quizScreen(plain, quizTopics)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	for i, name := range names {
		one := askedQuestions()[name]
		a, err := z.askQuestion(ctx, &one.q, one.shown, i+1, len(names))
		if err == nil {
			_ = enc.Encode(a)
			err = z.tellResult(ctx, &one.q, one.shown, a, graded(&one.q, a))
		}
		if errors.Is(err, errEnough) {
			_, _ = io.WriteString(w, "enough\n")
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// askQuizMain is a program that sits: askquiz LANG plain|live QUESTION ... The answers go to
// the file that ASKED names.
func askQuizMain() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	terminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	sh := &shell{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now, width: 80,
		inTerm: terminal(os.Stdin), outTerm: terminal(os.Stdout), errTerm: terminal(os.Stderr),
	}
	var err error
	if sh.words, err = i18n.Load(os.Args[1]); err != nil {
		panic(err)
	}
	w := io.Writer(io.Discard)
	if path := os.Getenv("ASKED"); path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		w = f
	}
	if os.Getenv("ASKED_PANIC") != "" {
		w = panicking{}
	}
	os.Exit(func() (code int) {
		defer func() {
			if r := recover(); r != nil {
				code = sh.exit(panicked(r))
			}
		}()
		return sh.exit(sit(ctx, sh, os.Args[2] == "plain", os.Args[3:], w))
	}())
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("on purpose") }

// piped asks questions through pipes, what is typed standing there already.
func piped(t *testing.T, lang string, width int, typed string, names ...string) (shown, answers string) {
	t.Helper()
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	_, _ = feed.WriteString(typed)
	_ = feed.Close()
	words, err := i18n.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	var out, got strings.Builder
	sh := &shell{in: in, out: &out, err: &out, env: func(string) string { return "" }, now: time.Now, width: width, words: words}
	if err := sit(t.Context(), sh, false, names, &got); err != nil {
		t.Fatal(err)
	}
	return out.String(), got.String()
}

// TestQuizTyped types answers to each type of question in all ways that are understood, and in
// some that are not: these are told, and asked again.
func TestQuizTyped(t *testing.T) {
	for _, c := range []struct{ name, typed, want, told string }{
		{"single", "2\n", `{"chosen":["b"]}`, ""},
		{"single", "  3 \r\n", `{"chosen":["d"]}`, ""},
		{"single", "4.\n", `{"chosen":["a"]}`, ""},
		{"single", "5\n0\n\n1 2\n-1\nb\n99999999999999999999\n1\n", `{"chosen":["c"]}`, "quiz.ask.wrong.single"},
		{"multiple", "5 2 3\n", `{"chosen":["e","a","c"]}`, ""},
		{"multiple", "1, 2 and 2\n", `{"chosen":["b","e"]}`, ""},
		{"multiple", "235\n", `{"chosen":["e","a","c"]}`, ""},
		{"multiple", "1 e 5\n", `{"chosen":["b","c"]}`, ""},
		{"multiple", "0\n\nall\n1 6\n4\n", `{"chosen":["d"]}`, "quiz.ask.wrong.several"},
		{"true-false", "2\n", `{"verdict":"false"}`, ""},
		{"true-false", "T\n", `{"verdict":"true"}`, ""},
		{"true-false", "False\n", `{"verdict":"false"}`, ""},
		{"true-false", "3\nyes\n1\n", `{"verdict":"true"}`, "quiz.ask.wrong.single"},
		{"order", "2 4 1 3\n", `{"chosen":["a","b","c","d"]}`, ""},
		{"order", "2413\n", `{"chosen":["a","b","c","d"]}`, ""},
		{"order", "1 2 3\n1 2 3 3\n1 2 3 4 4\n\n1 2 3 5\n1,2,3,4\n", `{"chosen":["c","a","d","b"]}`, "quiz.ask.wrong.order"},
		{"spot", "1\n", `{"verdict":"genuine"}`, ""},
		{"spot", "2\n4 1\n", `{"chosen":["from","hurry"],"verdict":"fraud"}`, ""},
		{"spot", "2; 5 4\n", `{"chosen":["hurry","link"],"verdict":"fraud"}`, ""},
		{"spot", "2 1\n", `{"chosen":["from"],"verdict":"fraud"}`, ""},
		{"spot", "fraud: 1 5\n", `{"chosen":["from","link"],"verdict":"fraud"}`, ""},
		{"spot", "f\n0\n", `{"verdict":"fraud"}`, ""},
		{"spot", "2\n7\n\nlink\n5\n", `{"chosen":["link"],"verdict":"fraud"}`, "quiz.ask.wrong.clues"},
		{"spot", "3\n1 2\n1\n", `{"verdict":"genuine"}`, "quiz.ask.wrong.verdict"},
		{"spot", "2; 9\n2; 5\n", `{"chosen":["link"],"verdict":"fraud"}`, "quiz.ask.wrong.clues"},
		{"single", "q\n", `enough`, ""},
		{"single", " STOP\n", `enough`, ""},
		{"single", "", `enough`, ""},
		{"single", "7\n", `enough`, "quiz.ask.wrong.single"},
		{"spot", "2\n", `enough`, ""},
		{"spot", "2\nq\n", `enough`, ""},
		{"single", "2", `{"chosen":["b"]}`, ""}, // the last line has no end
	} {
		t.Run(c.name+" "+c.typed, func(t *testing.T) {
			t.Parallel()
			shown, got := piped(t, "en", 80, c.typed, c.name)
			if got != c.want+"\n" {
				t.Errorf("got %s, want %s: %s", got, c.want, shown)
			}
			en, err := i18n.Load("en")
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"single", "several", "order", "verdict", "clues"} {
				key = "quiz.ask.wrong." + key
				sentence, _, _ := strings.Cut(strings.ReplaceAll(en.T(key, "@"), "%!", "@"), "@")
				if said := strings.Contains(strings.Join(strings.Fields(shown), " "), strings.Join(strings.Fields(sentence), " ")); said != (key == c.told) {
					t.Errorf("%s: said %v: %s", key, said, shown)
				}
			}
		})
	}
	if _, got := piped(t, "it", 80, "falso\nv\nt; 1\nbasta\n", "true-false", "true-false", "spot", "spot"); got != `{"verdict":"false"}`+"\n"+`{"verdict":"true"}`+"\n"+`{"chosen":["from"],"verdict":"fraud"}`+"\nenough\n" {
		t.Errorf("in Italian: %s", got)
	}
}

// TestQuizTame holds what is shown to plain text, whatever a question says.
func TestQuizTame(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		shown, got := piped(t, lang, 40, "2\n1\n", "tricks", "scripts")
		if strings.Count(got, "chosen") != 2 {
			t.Fatalf("%s %s", got, shown)
		}
		if i := strings.IndexFunc(shown, func(r rune) bool { return r != '\n' && printable(string(r)) != string(r) }); i >= 0 {
			t.Errorf("it wrote %q", shown[i:])
		}
	}
	if got := tame("a\tb\r\nc\x1b[31m\u202e\xff\n"); got != "a b\nc\\x1b[31m\\u202e\ufffd" {
		t.Errorf("%q", got)
	}
}

// TestQuizWidth holds every line to the width, in any script.
func TestQuizWidth(t *testing.T) {
	for name := range askedQuestions() {
		for _, width := range []int{40, 61, 80, 200} {
			for _, lang := range []string{"en", "it"} {
				shown, _ := piped(t, lang, width, "2\n1 2\n", name)
				for line := range strings.Lines(shown) {
					if columns(strings.TrimRight(line, "\n")) > min(width, maxWidth) {
						t.Errorf("%s %d %s: %s", name, width, lang, line)
					}
				}
			}
		}
	}
}

func TestFolded(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 8, []string{"one two", "three"}},
		{"one\n\ntwo", 8, []string{"one", "", "two"}},
		{"报警名单放在哪里", 9, []string{"报警名单", "放在哪里"}},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 8, []string{strings.Repeat("e\u0301", 8), "e\u0301"}},
		{"https://login.example.com/a", 17, []string{"https://login", ".example.com/a"}},
		{"see https://a.example", 12, []string{"see", "https://a", ".example"}},
		{"aaaaaaa👩‍🍳", 10, []string{"aaaaaaa", "👩‍🍳"}},
	} {
		if diff := cmp.Diff(c.want, folded(c.text, c.width)); diff != "" {
			t.Errorf("%q in %d: %s", c.text, c.width, diff)
		}
	}
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{{"short", 10, "short"}, {"a longer text", 8, "a longe…"}, {"报警名单", 5, "报警…"}, {"a\nb", 9, "a b"}, {"one two", 5, "one…"}} {
		if got := brief(c.text, c.width); got != c.want || columns(got) > c.width {
			t.Errorf("%q in %d: %q", c.text, c.width, got)
		}
	}
}

// FuzzKeys wants the decoder to go on whatever it is given.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{"\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b[[A", "q", "\x1b\x1b", "é", "\x1b[200~1\x1b[201~", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			_, n := decode(b)
			if n < 0 || n > len(b) {
				t.Fatalf("%q: %d", b, n)
			}
			if n == 0 {
				return
			}
			b = b[n:]
		}
	})
}

func TestKeys(t *testing.T) {
	for in, want := range map[string]press{
		"\x1b[A": {key: keyUp}, "\x1bOA": {key: keyUp}, "\x1b[1;5B": {key: keyDown}, "\x1b[H": {key: keyFirst}, "\x1b[4~": {key: keyLast}, "\x1b[Z": {key: keyUp},
		"\x1bOM": {key: keyEnter}, "\r": {key: keyEnter}, "\n": {key: keyEnter}, " ": {key: keySpace}, "j": {key: keyDown}, "k": {key: keyUp}, "\t": {key: keyDown},
		"q": {key: keyLeave}, "\x03": {key: keyLeave}, "\x04": {key: keyLeave}, "\x1b\x1b": {key: keyLeave}, "7": {key: keyDigit, digit: 7}, "\x7f": {key: keyBack},
		"x": {}, "é": {}, "\x1bx": {}, "\x1b[15~": {}, "\x1b[[B": {}, "\x00": {}, "\xff": {},
	} {
		got, n := decode([]byte(in))
		if got != want || n != len(in) && in != "\x1b\x1b" {
			t.Errorf("%q: %+v in %d bytes", in, got, n)
		}
	}
	for _, in := range []string{"\x1b", "\x1b[", "\x1b[1;", "\x1bO", "\xc3", "\x1b\xc3"} {
		if got, n := decode([]byte(in)); n != 0 {
			t.Errorf("%q is taken for %+v", in, got)
		}
	}
}

// TestOrdering takes steps up, moves and types them.
func TestOrdering(t *testing.T) {
	for keys, want := range map[string]string{
		"":        "1234",
		"d":       "1234",
		"edde":    "2314",
		"eddddde": "2341", // it stops at the end
		"eue":     "1234",
		"ddseus":  "1234", // taken up and put down with either key
		"ddsus":   "1324",
		"241":     "2413", // the last one is clear
		"31":      "3124",
		"33":      "3124", // typed already
		"3b4":     "4312",
		"905":     "1234",
		"3ee":     "3124",
		"edb2":    "2134",
		"Lb":      "1234",
		"elf":     "1234",
	} {
		o := ordering{order: []int{0, 1, 2, 3}}
		for _, k := range keys {
			switch k {
			case 'd':
				o.take(press{key: keyDown})
			case 'u':
				o.take(press{key: keyUp})
			case 'e':
				o.take(press{key: keyEnter})
			case 's':
				o.take(press{key: keySpace})
			case 'b':
				o.take(press{key: keyBack})
			case 'l', 'L':
				o.take(press{key: keyLast})
			case 'f':
				o.take(press{key: keyFirst})
			default:
				o.take(press{keyDigit, int(k - '0')})
			}
		}
		got := ""
		for _, i := range o.order {
			got += strconv.Itoa(i + 1)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", keys, got, want)
		}
	}
}
