package daily

import "time"

// SealFacts is what is known of the keys and of what is sealed. It is nil in a
// shop that has neither.
type SealFacts struct {
	Keys       bool
	ProvenAt   time.Time // when the recovery sheet last opened files; zero: never
	Exposed    bool      // somebody left who could have printed the sheet
	Unfinished bool      // files wait for new keys, or some had to be left out

	Sealed   int64  // files that are sealed
	Kept     int64  // of them, how many have their readable original beside them
	KeptIn   string // a folder in which they lie
	Unproven int64  // not opened with a key since they were sealed

	VerifiedAt time.Time // the last verify; zero: never
	Failed     int64     // files that it found damaged or missing
	Since      time.Time // since when each has been sealed or looked at

	Away   int64 // sealed files that are not where they were
	Single int64 // files that only one key opens, as the catalogue has it
	NoKeys int64 // of which it does not know the keys

	Sampled      int64     // sealed files that were sound in the last sample
	SampledAt    time.Time // zero: there was none
	SampledKey   bool      // they were opened
	SampleFailed []File    // that were not sound
	SampleBlind  int64     // that could not be looked at

	BackupAt    time.Time // of custode's own folder; zero: never
	FormerSheet bool      // only a sheet of before opens it
}

// The ages at which a drill, a verify and a backup are no longer green, and at
// which a drill and a backup are red.
const (
	drillFresh  = 90 * 24 * time.Hour
	drillOld    = 180 * 24 * time.Hour
	verifyFresh = 90 * 24 * time.Hour
	backupFresh = 90 * 24 * time.Hour
	backupOld   = 365 * 24 * time.Hour
)

// sealing judges the keys and what is sealed: nothing in a shop without.
func sealing(f Facts, now time.Time) []Item {
	if f.Seal == nil {
		return nil
	}
	items := []Item{intact(*f.Seal, now), kept(*f.Seal), second(*f.Seal)}
	switch {
	case f.Seal.Keys:
		items = append(items, recovery(*f.Seal, now), home(*f.Seal, now))
	case f.Seal.Sealed > 0: // there were keys: they are gone
		for _, id := range []string{"keys.recovery", "backup.home"} {
			items = append(items, item(id, Unknown, "gone").do("gone.do", "custode", "keys", "recover"))
		}
	}
	return items
}

// recovery: the one way back when the passphrase or the computer is lost. Never
// tried, it is red as soon as something can be opened in no other way.
func recovery(f SealFacts, now time.Time) Item {
	const id = "keys.recovery"
	drill := []string{"custode", "keys", "drill"}
	age := now.Sub(f.ProvenAt)
	switch {
	case f.Unfinished:
		return item(id, Attention, "unfinished").do("unfinished.do", "custode", "keys", "rotate", "--finish")
	case f.ProvenAt.IsZero() && f.Sealed > f.Kept:
		return item(id, Act, "never").do("never.do", drill...)
	case f.ProvenAt.IsZero():
		return item(id, Attention, "never").do("never.do", drill...)
	case age < 0:
		return item(id, Unknown, "future").on(f.ProvenAt).do("old.do", drill...)
	case f.Exposed:
		return item(id, Attention, "exposed").do("exposed.do", "custode", "keys", "rotate")
	case age > drillOld:
		return item(id, Act, "old").on(f.ProvenAt).do("old.do", drill...)
	case age > drillFresh:
		return item(id, Attention, "old").on(f.ProvenAt).do("old.do", drill...)
	}
	return item(id, OK, "ok").on(f.ProvenAt)
}

// intact: what is sealed still opens, as far as somebody looked.
func intact(f SealFacts, now time.Time) Item {
	const id = "sealed.sound"
	verify := []string{"custode", "verify"}
	last := f.Since // as it was sealed each was opened again and compared
	if f.VerifiedAt.After(last) {
		last = f.VerifiedAt
	}
	switch {
	case f.Failed > 0:
		return item(id, Act, "failed").count(f.Failed).do("failed.do", verify...)
	case len(f.SampleFailed) > 0:
		it := item(id, Act, "sample-failed").count(int64(len(f.SampleFailed))).do("failed.do", verify...)
		it.Paths = f.SampleFailed
		return it
	case f.Sealed == 0:
		return item(id, OK, "nothing")
	case f.Away > 0:
		return item(id, Unknown, "away").count(f.Away).do("old.do", verify...)
	case last.Sub(now) > time.Minute:
		return item(id, Unknown, "future").on(last).do("old.do", verify...)
	case now.Sub(last) > verifyFresh:
		return item(id, Attention, "old").count(f.Sealed).do("old.do", verify...)
	case f.SampleBlind > 0:
		return item(id, Unknown, "sample-blind").count(f.SampleBlind).do("old.do", verify...)
	case f.SampledAt.Sub(now) > time.Minute: // it was just held
		return item(id, Unknown, "future").on(f.SampledAt).do("old.do", verify...)
	case f.Sampled > 0 && f.SampledKey:
		return item(id, OK, "opened").count(f.Sealed, f.Sampled, f.SampledAt).from(Measured, f.SampledAt, Phrase{Key: "evidence.sample"})
	case f.Sampled > 0:
		return item(id, OK, "held").count(f.Sealed, f.Sampled, f.SampledAt).from(Measured, f.SampledAt, Phrase{Key: "evidence.sample"})
	case f.Unproven > 0:
		return item(id, OK, "unproven").count(f.Sealed, f.Unproven)
	}
	return item(id, OK, "ok").count(f.Sealed)
}

// kept: a sealed file protects nothing while its original lies beside it.
func kept(f SealFacts) Item {
	const id = "sealed.kept"
	switch {
	case f.Kept == 0:
		return item(id, OK, "ok")
	case f.Keys && f.ProvenAt.IsZero():
		return item(id, Attention, "some").count(f.Kept).do("drill.do", "custode", "keys", "drill")
	}
	return item(id, Attention, "some").count(f.Kept).do("some.do", "custode", "encrypt", f.KeptIn)
}

// copies: what was opened and is not sealed again lies open, and is in no other file.
func copies(f Facts) Item {
	it := item("sealed.copies", Attention, "some").count(int64(len(f.Copies))).do("some.do", "custode", "open", "--leftovers")
	it.Paths = f.Copies
	return it
}

// home: without a copy of custode's own folder, only the sheet is left when this
// computer is.
func home(f SealFacts, now time.Time) Item {
	const id = "backup.home"
	switch {
	case f.BackupAt.IsZero():
		return item(id, Attention, "never").do("never.do")
	case f.FormerSheet:
		return item(id, Attention, "former").on(f.BackupAt).do("never.do")
	}
	it := item(id, OK, "ok")
	switch s := aged(now, f.BackupAt, backupFresh, backupOld); s {
	case OK:
	case Unknown:
		it = item(id, s, "future").do("never.do")
	default:
		it = item(id, s, "old").do("never.do")
	}
	return it.on(f.BackupAt).from(Recorded, f.BackupAt, Phrase{Key: "evidence.backup.home"})
}

// on gives the title a day.
func (it Item) on(at time.Time) Item {
	it.Title.Args = []any{at}
	return it
}
