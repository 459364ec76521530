package statement

import "time"

// Name names a count or a moment that claims stand on.
type Name string

// The counts. What is not known is not among the facts, which is another thing than none.
const (
	Sealed     Name = "files-sealed"    // with personal data, encrypted and there, no readable original beside them
	Found      Name = "files-found"     // with personal data, encrypted or not
	Open       Name = "files-open"      // with personal data, readable
	Unseen     Name = "files-unseen"    // files and folders of which the last scan can say nothing, or says nothing any more
	Pictures   Name = "files-pictures"  // into which no scan looks
	Copies     Name = "files-copies"    // readable copies of sealed files that lie open
	Damaged    Name = "files-damaged"   // sealed files that the last look found damaged or missing
	KeysHeld   Name = "keys-held"       // 1 where there are keys
	KeysDoubt  Name = "keys-doubt"      // reasons to doubt them: somebody left who saw the sheet, new keys are half done
	People     Name = "staff-people"    // on the staff list
	PeopleDue  Name = "staff-due"       // of whom a quiz is due
	Contacts   Name = "plan-contacts"   // numbers to call that the shop has written down
	Uses       Name = "map-uses"        // reasons to keep data that the owner has declared
	TooLong    Name = "map-too-long"    // holdings past the time that was declared
	Choices    Name = "choices-kept"    // choices of customers
	LawHours   Name = "law-hours"       // until the authority has to be told, in the shop's country
	PeopleDays Name = "law-people-days" // until the people have to be told, where the law names days
)

// The moments. One that is not known is zero, or not among the facts.
const (
	Scanned    Name = "scan-ended"     // the end of the last scan of all data folders
	FirstSeal  Name = "sealed-since"   // when the first of the files that are sealed was
	Checked    Name = "sealed-checked" // since then every sealed file was looked at
	Drilled    Name = "keys-drilled"   // when the recovery sheet last opened files
	WatchSince Name = "watch-since"    // since when the watch runs without a gap
	QuizOldest Name = "staff-oldest"   // the day of the last quiz of whoever did theirs longest ago
	Exercise   Name = "drill-held"     // the end of the last exercise
	BackedUp   Name = "backup-made"    // the last backup of custode's own home
)

// good says of each count whether more of it is better.
var good = map[Name]bool{
	Sealed: true, Found: true, Open: false, Unseen: false, Pictures: false, Copies: false, Damaged: false,
	KeysHeld: true, KeysDoubt: false, People: true, PeopleDue: false, Contacts: true,
	Uses: true, TooLong: false, Choices: true, LawHours: true, PeopleDays: true,
}

// moments are all that there are.
var moments = map[Name]bool{
	Scanned: true, FirstSeal: true, Checked: true, Drilled: true, WatchSince: true, QuizOldest: true, Exercise: true, BackedUp: true,
}

// judged are the items of the daily check that a claim may stand on.
var judged = map[string]bool{
	"data.plaintext": true, "data.access": true, "scan.unread": true, "sealed.kept": true, "sealed.sound": true,
	"watch.running": true, "self.log": true, "backup.home": true,
}

// itemOf is the item of the daily check that turns with a fact: it tells since when a claim
// is no longer true.
var itemOf = map[Name]string{
	Open: "data.plaintext", Sealed: "data.plaintext", Unseen: "scan.unread", Damaged: "sealed.sound", Copies: "sealed.copies",
	KeysDoubt: "keys.recovery", WatchSince: "watch.running",
}

// Facts is what is known of a shop.
type Facts struct {
	Green  map[string]bool // items of the daily check that are green; every other one is not
	Count  map[Name]int64
	Moment map[Name]time.Time
}
