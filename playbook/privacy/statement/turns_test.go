package statement_test

import (
	"maps"
	"sync"
	"testing"
	"time"

	"custode/playbook/privacy/statement"
)

func now() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) }

// ago is so many days ago.
func ago(days int) time.Time { return now().AddDate(0, 0, -days) }

// tick is the least time.
const tick = time.Nanosecond

// once reads the book once for all tests: it does not change.
var once = sync.OnceValues(statement.Load)

func book(t *testing.T) *statement.Book {
	t.Helper()
	b, err := once()
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
		{"how many there are is not known", unknown(statement.Found), "files.some"},
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
		{"how many there are is not known", both(count(statement.Pictures, 4), unknown(statement.Found)), "files.some"},
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
		{"more sealed than found", both(oneOpen, count(statement.Found, 0)), "files.some"},
	},
	"files.share-unseen": {
		{"copies", both(count(statement.Unseen, 2), count(statement.Copies, 1)), "files.some"},
		{"damaged", both(count(statement.Unseen, 2), count(statement.Damaged, 1)), ""},
		{"unsound", both(count(statement.Unseen, 2), red("sealed.sound")), "files.some"},
		{"nothing sealed", both(count(statement.Unseen, 2), count(statement.Sealed, 0)), ""},
		{"the scan is seven days old", both(count(statement.Unseen, 2), at(statement.Scanned, ago(7))), "files.share-unseen"},
		{"the scan is older", both(count(statement.Unseen, 2), at(statement.Scanned, ago(7).Add(-tick))), "files.some"},
		{"how many is not known", both(count(statement.Unseen, 2), unknown(statement.Found)), "files.some"},
		{"more sealed than found", both(count(statement.Unseen, 2), count(statement.Found, 0)), "files.some"},
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
	"attack.tell-days": {{"the law names no days", unknown(statement.PeopleDays), "attack.tell"}, {"no days at all", count(statement.PeopleDays, 0), "attack.tell"}},
	"attack.authority": {{"the law names no hours", unknown(statement.LawHours), ""}, {"no hours at all", count(statement.LawHours, 0), ""}},
}

// before makes the claims that are not the first of their group the one that is said.
var before = map[string]func(*statement.Facts){
	"files.all-but-pictures": count(statement.Pictures, 4), "files.share": oneOpen, "files.share-unseen": count(statement.Unseen, 2),
	"files.some": unknown(statement.Scanned), "watch.now": at(statement.WatchSince, ago(1)), "attack.tell": unknown(statement.PeopleDays),
}
