package statement_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/readable"
	"custode/internal/source"
	"custode/playbook/clock"
	"custode/playbook/fact"
	"custode/playbook/privacy/statement"
)

func now() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) }

// ago is so many days ago.
func ago(days int) time.Time { return now().AddDate(0, 0, -days) }

// tick is the least time.
const tick = time.Nanosecond

func book(t *testing.T) *statement.Book {
	t.Helper()
	b, err := statement.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sound is a shop of which every claim holds.
func sound() statement.Facts {
	return statement.Facts{
		Green: map[string]bool{
			"data.plaintext": true, "data.access": true, "scan.unread": true, "sealed.kept": true, "sealed.sound": true,
			"watch.running": true, "self.log": true, "backup.home": true,
		},
		Count: map[statement.Name]int64{
			statement.Sealed: 12, statement.Found: 12, statement.Open: 0, statement.Unseen: 0, statement.Pictures: 0, statement.Copies: 0, statement.Damaged: 0,
			statement.KeysHeld: 1, statement.KeysDoubt: 0, statement.People: 3, statement.PeopleDue: 0, statement.Contacts: 2,
			statement.Uses: 4, statement.TooLong: 0, statement.Choices: 40, statement.LawHours: 72, statement.PeopleDays: 30,
		},
		Moment: map[statement.Name]time.Time{
			statement.Scanned: ago(1), statement.FirstSeal: ago(200), statement.Checked: ago(10), statement.Drilled: ago(20),
			statement.WatchSince: ago(60), statement.QuizOldest: ago(5), statement.Exercise: ago(100), statement.BackedUp: ago(15),
		},
	}
}

func copied(f statement.Facts) statement.Facts {
	return statement.Facts{Green: maps.Clone(f.Green), Count: maps.Clone(f.Count), Moment: maps.Clone(f.Moment)}
}

// change is one thing that is different from a sound shop.
type change struct {
	name string
	do   func(f *statement.Facts)
	want string // the claim that takes the place in its group; "": none
}

func red(item string) func(*statement.Facts) {
	return func(f *statement.Facts) { delete(f.Green, item) }
}

func count(n statement.Name, v int64) func(*statement.Facts) {
	return func(f *statement.Facts) { f.Count[n] = v }
}

func unknown(n statement.Name) func(*statement.Facts) {
	return func(f *statement.Facts) { delete(f.Count, n); delete(f.Moment, n) }
}

func at(n statement.Name, when time.Time) func(*statement.Facts) {
	return func(f *statement.Facts) { f.Moment[n] = when }
}

// both makes two changes: the first one takes the better claims of the group away.
func both(a, b func(*statement.Facts)) func(*statement.Facts) {
	return func(f *statement.Facts) { a(f); b(f) }
}

// one is what is only readable now.
func oneOpen(f *statement.Facts) {
	f.Count[statement.Open], f.Count[statement.Sealed] = 1, 11
	delete(f.Green, "data.plaintext")
}

// turns has for each claim what must remove or turn it, at the border of each age.
var turns = map[string][]change{
	"files.all": {
		{"one can be read", oneOpen, "files.share"},
		{"nothing sealed", count(statement.Sealed, 0), ""},
		{"sealed is not known", unknown(statement.Sealed), ""},
		{"a readable one that the check does not name", count(statement.Open, 1), "files.share"},
		{"readable ones are not known", unknown(statement.Open), "files.share"},
		{"the check is not green", red("data.plaintext"), "files.share"},
		{"something could not be looked at", count(statement.Unseen, 1), "files.share-unseen"},
		{"nobody knows what was looked at", unknown(statement.Unseen), "files.share-unseen"},
		{"something could not be read", red("scan.unread"), "files.share"},
		{"pictures", count(statement.Pictures, 1), "files.all-but-pictures"},
		{"pictures are not known", unknown(statement.Pictures), "files.all-but-pictures"},
		{"a copy lies open", count(statement.Copies, 1), "files.some"},
		{"copies are not known", unknown(statement.Copies), "files.some"},
		{"a damaged one", count(statement.Damaged, 1), ""},
		{"damage is not known", unknown(statement.Damaged), ""},
		{"not looked at for long", red("sealed.sound"), "files.some"},
		{"an original beside it", red("sealed.kept"), "files.share"},
		{"the scan is seven days old", at(statement.Scanned, ago(7)), "files.all"},
		{"the scan is older", at(statement.Scanned, ago(7).Add(-tick)), "files.some"},
		{"the scan is in the future", at(statement.Scanned, now().Add(tick)), "files.some"},
		{"never scanned", unknown(statement.Scanned), "files.some"},
		{"nobody knows since when", unknown(statement.FirstSeal), "files.share"},
	},
	"files.all-but-pictures": {
		{"one can be read", both(count(statement.Pictures, 4), oneOpen), "files.share"},
		{"a folder was away", both(count(statement.Pictures, 4), count(statement.Unseen, 1)), "files.share-unseen"},
		{"the scan is seven days old", both(count(statement.Pictures, 4), at(statement.Scanned, ago(7))), "files.all-but-pictures"},
		{"the scan is older", both(count(statement.Pictures, 4), at(statement.Scanned, ago(7).Add(-tick))), "files.some"},
		{"nothing sealed", both(count(statement.Pictures, 4), count(statement.Sealed, 0)), ""},
		{"not green", both(count(statement.Pictures, 4), red("data.plaintext")), "files.share"},
		{"unread", both(count(statement.Pictures, 4), red("scan.unread")), "files.share"},
		{"kept", both(count(statement.Pictures, 4), red("sealed.kept")), "files.share"},
		{"unsound", both(count(statement.Pictures, 4), red("sealed.sound")), "files.some"},
		{"copies", both(count(statement.Pictures, 4), count(statement.Copies, 1)), "files.some"},
		{"damaged", both(count(statement.Pictures, 4), count(statement.Damaged, 1)), ""},
		{"open", both(count(statement.Pictures, 4), count(statement.Open, 1)), "files.share"},
	},
	"files.share": {
		{"unseen", both(oneOpen, count(statement.Unseen, 1)), "files.share-unseen"},
		{"copies", both(oneOpen, count(statement.Copies, 1)), "files.some"},
		{"damaged", both(oneOpen, count(statement.Damaged, 1)), ""},
		{"unsound", both(oneOpen, red("sealed.sound")), "files.some"},
		{"nothing sealed", both(oneOpen, count(statement.Sealed, 0)), ""},
		{"the scan is seven days old", both(oneOpen, at(statement.Scanned, ago(7))), "files.share"},
		{"the scan is older", both(oneOpen, at(statement.Scanned, ago(7).Add(-tick))), "files.some"},
		{"how many is not known", both(oneOpen, unknown(statement.Found)), "files.some"},
	},
	"files.share-unseen": {
		{"copies", both(count(statement.Unseen, 2), count(statement.Copies, 1)), "files.some"},
		{"damaged", both(count(statement.Unseen, 2), count(statement.Damaged, 1)), ""},
		{"unsound", both(count(statement.Unseen, 2), red("sealed.sound")), "files.some"},
		{"nothing sealed", both(count(statement.Unseen, 2), count(statement.Sealed, 0)), ""},
		{"the scan is seven days old", both(count(statement.Unseen, 2), at(statement.Scanned, ago(7))), "files.share-unseen"},
		{"the scan is older", both(count(statement.Unseen, 2), at(statement.Scanned, ago(7).Add(-tick))), "files.some"},
		{"how many is not known", both(count(statement.Unseen, 2), unknown(statement.Found)), "files.some"},
	},
	"files.some": {
		{"nothing sealed", both(unknown(statement.Scanned), count(statement.Sealed, 0)), ""},
		{"not known", both(unknown(statement.Scanned), unknown(statement.Sealed)), ""},
		{"damaged", both(unknown(statement.Scanned), count(statement.Damaged, 1)), ""},
		{"damage is not known", both(unknown(statement.Scanned), unknown(statement.Damaged)), ""},
	},
	"seal.key": {
		{"no keys", count(statement.KeysHeld, 0), ""},
		{"keys are not known", unknown(statement.KeysHeld), ""},
		{"somebody left who saw the sheet", count(statement.KeysDoubt, 1), ""},
		{"doubts are not known", unknown(statement.KeysDoubt), ""},
		{"nothing sealed", count(statement.Sealed, 0), ""},
		{"a copy lies open", count(statement.Copies, 1), ""},
		{"originals beside", red("sealed.kept"), ""},
	},
	"keys.recovery": {
		{"tried 180 days ago", at(statement.Drilled, ago(180)), "keys.recovery"},
		{"tried longer ago", at(statement.Drilled, ago(180).Add(-tick)), ""},
		{"never tried", unknown(statement.Drilled), ""},
		{"in the future", at(statement.Drilled, now().Add(tick)), ""},
		{"a doubt", count(statement.KeysDoubt, 1), ""},
		{"no keys", count(statement.KeysHeld, 0), ""},
		{"nothing sealed", count(statement.Sealed, 0), ""},
	},
	"sealed.sound": {
		{"90 days ago", at(statement.Checked, ago(90)), "sealed.sound"},
		{"longer ago", at(statement.Checked, ago(90).Add(-tick)), ""},
		{"never", unknown(statement.Checked), ""},
		{"one damaged", count(statement.Damaged, 1), ""},
		{"not green", red("sealed.sound"), ""},
		{"nothing sealed", count(statement.Sealed, 0), ""},
	},
	"watch.long": {
		{"stopped", red("watch.running"), ""},
		{"for seven days", at(statement.WatchSince, ago(7)), "watch.long"},
		{"a little less", at(statement.WatchSince, ago(7).Add(tick)), "watch.now"},
		{"not known since when", unknown(statement.WatchSince), "watch.now"},
	},
	"watch.now": {
		{"stopped", both(at(statement.WatchSince, ago(1)), red("watch.running")), ""},
	},
	"journal": {{"broken", red("self.log"), ""}},
	"access": {
		{"others can", red("data.access"), ""},
		{"nothing found", count(statement.Found, 0), ""},
		{"not known", unknown(statement.Found), ""},
		{"the scan is seven days old", at(statement.Scanned, ago(7)), "access"},
		{"the scan is older", at(statement.Scanned, ago(7).Add(-tick)), ""},
	},
	"staff": {
		{"one is due", count(statement.PeopleDue, 1), ""},
		{"not known", unknown(statement.PeopleDue), ""},
		{"nobody on the list", count(statement.People, 0), ""},
		{"31 days ago", at(statement.QuizOldest, ago(31)), "staff"},
		{"longer ago", at(statement.QuizOldest, ago(31).Add(-tick)), ""},
		{"never", unknown(statement.QuizOldest), ""},
	},
	"drill": {
		{"a year ago", at(statement.Exercise, ago(365)), "drill"},
		{"longer ago", at(statement.Exercise, ago(365).Add(-tick)), ""},
		{"never", unknown(statement.Exercise), ""},
		{"in the future", at(statement.Exercise, now().Add(tick)), ""},
	},
	"plan": {{"no numbers", count(statement.Contacts, 0), ""}, {"not known", unknown(statement.Contacts), ""}},
	"backup": {
		{"90 days ago", at(statement.BackedUp, ago(90)), "backup"},
		{"longer ago", at(statement.BackedUp, ago(90).Add(-tick)), ""},
		{"never", unknown(statement.BackedUp), ""},
		{"only a former sheet opens it", red("backup.home"), ""},
		{"no keys", count(statement.KeysHeld, 0), ""},
	},
	"old-data": {
		{"something is too old", count(statement.TooLong, 1), ""},
		{"not known", unknown(statement.TooLong), ""},
		{"nothing declared", count(statement.Uses, 0), ""},
		{"no declaration", unknown(statement.Uses), ""},
		{"something could not be looked at", count(statement.Unseen, 1), ""},
		{"the scan is seven days old", at(statement.Scanned, ago(7)), "old-data"},
		{"the scan is older", at(statement.Scanned, ago(7).Add(-tick)), ""},
	},
	"choices":          {{"none", count(statement.Choices, 0), ""}, {"not known", unknown(statement.Choices), ""}},
	"attack.tell-days": {{"the law names no days", unknown(statement.PeopleDays), "attack.tell"}},
	"attack.authority": {{"the law names no hours", unknown(statement.LawHours), ""}},
}

// before makes the claims that are not the first of their group the one that is said.
var before = map[string]func(*statement.Facts){
	"files.all-but-pictures": count(statement.Pictures, 4), "files.share": oneOpen, "files.share-unseen": count(statement.Unseen, 2),
	"files.some": unknown(statement.Scanned), "watch.now": at(statement.WatchSince, ago(1)), "attack.tell": unknown(statement.PeopleDays),
}

// inGroup gives what is said of a group; "" nothing.
func inGroup(b *statement.Book, said []statement.Sentence, group string) string {
	for _, s := range said {
		if c, _ := b.Find(s.ID); c.Group == group {
			return s.ID
		}
	}
	return ""
}

// TestClaimsTurn turns, for each claim, each fact that it stands on.
func TestClaimsTurn(t *testing.T) {
	b := book(t)
	for _, c := range b.Claims() {
		f := sound()
		if turn := before[c.ID]; turn != nil {
			turn(&f)
		}
		if said, _ := b.Judge(f, now()); inGroup(b, said, c.Group) != c.ID {
			t.Errorf("%s is not said where it holds", c.ID)
		}
		rows := turns[c.ID]
		if len(rows) == 0 && !c.Always {
			t.Errorf("%s has no facts that turn it", c.ID)
		}
		for _, row := range rows {
			f := sound()
			row.do(&f)
			said, left := b.Judge(f, now())
			if got := inGroup(b, said, c.Group); got != row.want {
				t.Errorf("%s, %s: %q is said, want %q", c.ID, row.name, got, row.want)
			}
			if row.want == "" && !slices.ContainsFunc(left, func(l statement.Left) bool { l2, _ := b.Find(l.ID); return l2.Group == c.Group }) {
				t.Errorf("%s, %s: nobody is told that it was left out", c.ID, row.name)
			}
		}
	}
	for id := range turns {
		if _, ok := b.Find(id); !ok {
			t.Errorf("there is no claim %s", id)
		}
	}
}

// TestEveryNeed takes away every single need of every claim, whatever the table has.
func TestEveryNeed(t *testing.T) {
	b := book(t)
	for _, c := range b.Claims() {
		var all []func(*statement.Facts)
		for _, n := range slices.Concat(c.Some, c.None) {
			all = append(all, unknown(n))
		}
		for _, n := range c.Some {
			all = append(all, count(n, 0))
		}
		for _, n := range c.None {
			all = append(all, count(n, 1))
		}
		for _, id := range c.Green {
			all = append(all, red(id))
		}
		for n, days := range c.Fresh {
			all = append(all, unknown(n), at(n, ago(days).Add(-tick)), at(n, now().Add(tick)))
		}
		for n, days := range c.Steady {
			all = append(all, unknown(n), at(n, ago(days).Add(tick)))
		}
		for i, turn := range all {
			f := sound()
			if len(c.Lacks(f, now())) > 0 {
				t.Fatalf("%s does not hold in a sound shop", c.ID)
			}
			turn(&f)
			if len(c.Lacks(f, now())) == 0 {
				t.Errorf("%s stands without its need %d", c.ID, i)
			}
		}
	}
}

// TestNothingKnown says of a shop of which nothing is known only what is always true.
func TestNothingKnown(t *testing.T) {
	b := book(t)
	said, _ := b.Judge(statement.Facts{}, now())
	for _, s := range said {
		if c, _ := b.Find(s.ID); !c.Always || c.Part == statement.Do {
			t.Errorf("%s is said of a shop of which nothing is known", s.ID)
		}
	}
	for _, c := range b.Claims() {
		if c.Always && !slices.ContainsFunc(said, func(s statement.Sentence) bool { return s.ID == c.ID }) {
			t.Errorf("%s is not said always", c.ID)
		}
	}
}

// held gives every claim that holds, whatever its group.
func held(b *statement.Book, f statement.Facts) map[string]bool {
	out := map[string]bool{}
	for _, c := range b.Claims() {
		if len(c.Lacks(f, now())) == 0 {
			out[c.ID] = true
		}
	}
	return out
}

// TestWeakerHold: of a group, whichever claim holds, the weaker ones after it do. So a weaker
// claim never says what a better one denies.
func TestWeakerHold(t *testing.T) {
	b := book(t)
	claims := b.Claims()
	r := rand.New(rand.NewPCG(1, 8))
	for range 4000 {
		f := chance(r)
		now := held(b, f)
		for i, c := range claims {
			for _, weaker := range claims[i+1:] {
				if now[c.ID] && weaker.Group == c.Group && !now[weaker.ID] {
					t.Fatalf("%s holds and %s does not: %+v", c.ID, weaker.ID, f)
				}
			}
		}
	}
}

// TestWorseNeverAdds makes any fact of any shop worse: no claim holds that did not before, and of
// no group a better one is said.
func TestWorseNeverAdds(t *testing.T) {
	b := book(t)
	r := rand.New(rand.NewPCG(2, 8))
	gone := 0
	for range 4000 {
		f := chance(r)
		worse := copied(f)
		worsen(r, &worse)
		was, is := held(b, f), held(b, worse)
		for id := range is {
			if !was[id] {
				t.Fatalf("%s is added: %+v, worse %+v", id, f, worse)
			}
		}
		gone += len(was) - len(is)
	}
	if gone < 500 {
		t.Errorf("only %d claims went: the test is blind", gone)
	}
}

// chance makes a shop in which most is in order.
func chance(r *rand.Rand) statement.Facts {
	f := sound()
	for range r.IntN(6) {
		worsen(r, &f)
	}
	return f
}

// worsen makes one fact worse.
func worsen(r *rand.Rand, f *statement.Facts) {
	bad := []statement.Name{statement.Open, statement.Unseen, statement.Pictures, statement.Copies, statement.Damaged, statement.KeysDoubt, statement.PeopleDue, statement.TooLong}
	switch r.IntN(4) {
	case 0:
		delete(f.Green, pick(r, f.Green))
	case 1:
		delete(f.Count, pick(r, f.Count))
	case 2:
		n := pick(r, f.Count)
		if slices.Contains(bad, n) {
			f.Count[n] += 1 + r.Int64N(3)
		} else {
			f.Count[n] = max(0, f.Count[n]-1-r.Int64N(20))
		}
	case 3:
		n := pick(r, f.Moment)
		switch {
		case r.IntN(4) == 0:
			delete(f.Moment, n)
		case n == statement.WatchSince: // what began later has been so for less long
			f.Moment[n] = f.Moment[n].Add(time.Duration(r.Int64N(int64(60 * 24 * time.Hour))))
		default:
			f.Moment[n] = f.Moment[n].Add(-time.Duration(r.Int64N(int64(400 * 24 * time.Hour))))
		}
	}
}

func pick[K ~string, V any](r *rand.Rand, m map[K]V) K {
	keys := slices.Sorted(maps.Keys(m))
	if len(keys) == 0 {
		return ""
	}
	return keys[r.IntN(len(keys))]
}

// shops are the statements that people may get to read.
func shops() map[string]statement.Facts {
	out := map[string]statement.Facts{"sound": sound(), "fresh": {}}
	for id, turn := range before {
		f := sound()
		turn(&f)
		out[id] = f
	}
	eu := sound()
	delete(eu.Count, statement.PeopleDays)
	out["italy"] = eu
	return out
}

func draw(t *testing.T, f statement.Facts, lang string) statement.Draft {
	t.Helper()
	b := book(t)
	said, _ := b.Judge(f, now())
	d, err := b.Draw(statement.Page{Lang: lang, Shop: "Bottega Esempio", Contact: "info@example.com", Laws: b.Laws(said, "gdpr"), Made: now()}, said)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestReadable measures each statement, and each of its sentences by itself.
func TestReadable(t *testing.T) {
	for name, f := range shops() {
		for lang, index := range map[string]func(readable.Counts) float64{"en": readable.Counts.Flesch, "it": readable.Counts.Gulpease} {
			d := draw(t, f, lang)
			if got := index(readable.Count(d.Text()...)); got < 60 {
				t.Errorf("%s in %s: %.1f, want 60 or more", name, lang, got)
			}
			for _, s := range d.Sentences {
				if got := index(readable.Count(s.Text)); got < 50 {
					t.Errorf("%s in %s: %.1f: %s", name, lang, got, s.Text)
				}
			}
		}
	}
}

// TestNoBoast looks for words that nobody can keep, and for places that nobody filled.
func TestNoBoast(t *testing.T) {
	banned := []string{
		"100", "guarantee", "garanti", "compliant", "complian", "conform", "certif", "best", "miglior", "most ", "absolut", "assolut", "total", "perfectly", "fully", "completely",
		"unbreak", "impossib", "hacker-proof", "always safe", "sempre al sicuro", "bank-grade", "military", "militar", "state of the art", "gdpr", "{", "}", "%!",
	}
	for name, f := range shops() {
		for _, lang := range []string{"en", "it"} {
			for _, s := range draw(t, f, lang).Sentences {
				for _, word := range banned {
					if strings.Contains(strings.ToLower(s.Text), word) {
						t.Errorf("%s in %s: %q in %q", name, lang, word, s.Text)
					}
				}
			}
		}
	}
}

// TestPage holds a page to its sentences, and shows a gap where nobody is named.
func TestPage(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		d := draw(t, sound(), lang)
		text := strings.Join(strings.Fields(paper.Plain(d.Doc, 80)), " ")
		for _, s := range d.Sentences {
			if !strings.Contains(text, s.Text) {
				t.Errorf("%s: the page has not %q", lang, s.Text)
			}
		}
		if !strings.Contains(text, "info@example.com") || strings.Contains(text, "[") {
			t.Errorf("%s: %s", lang, text)
		}
	}
	b := book(t)
	d, err := b.Draw(statement.Page{Lang: "en", Shop: "X", Made: now()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := paper.Plain(d.Doc, 80); !strings.Contains(text, "[FILL IN") {
		t.Error(text)
	}
}

// TestLaws holds what repeats a law to a source that there is, and the hours to the clocks.
func TestLaws(t *testing.T) {
	list, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range book(t).Claims() {
		for law, ref := range c.Source {
			n++
			if _, ok := list.Find(ref); !ok || !slices.Contains([]string{"gdpr", "uk", "us"}, law) {
				t.Errorf("%s: %s %q", c.ID, law, ref)
			}
		}
	}
	if n < 7 {
		t.Errorf("only %d sources", n)
	}
	facts, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	clocks, err := clock.Load(facts)
	if err != nil {
		t.Fatal(err)
	}
	for country, want := range map[string]statement.Terms{
		"IT": {Law: "gdpr", Hours: 72}, "DE": {Law: "gdpr", Hours: 72}, "GB": {Law: "uk", Hours: 72}, "US": {Law: "us", Days: 30},
	} {
		if diff := cmp.Diff(want, statement.TermsOf(clocks.Rules(), country)); diff != "" {
			t.Errorf("%s: %s", country, diff)
		}
	}
}

// TestWordsOfBothLanguages holds every label and text to both languages, and the same places.
func TestWordsOfBothLanguages(t *testing.T) {
	for _, c := range book(t).Claims() {
		for _, text := range []i18n.Text{c.Label, c.Text} {
			if text.EN == text.IT {
				t.Errorf("%s: the same in both: %q", c.ID, text.EN)
			}
		}
	}
}
