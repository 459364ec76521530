package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/internal/alert"
	"custode/internal/fault"
	"custode/internal/journal"
	"custode/internal/safefile"
	"custode/playbook"
	"custode/scan/detect"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// state is what the jobs need of the store.
type state interface {
	job.ScanStore
	job.DailyStore
	job.ThenStore
	job.OpenStore
	job.ArchiveStore
	job.VerifyStore
	sealedList
	job.BurnStore
	job.RemainsStore
	job.RekeyStore
	job.ProveStore
	job.DrillStore
	job.ChooseStore
	job.ProtectStore
	job.AutoStore
	job.DecoyStore
	job.KeeperStore
	job.PlanStore
	job.RunStore
	job.StakeStore
	job.StaffStore
	job.RequestStore
	job.SeekStore
	job.ChoiceStore
	job.TidyStore
	job.KnownStore
	job.StatementStore
	Contacts(ctx context.Context) (map[string]playbook.Contact, error)
	SaveContact(ctx context.Context, c playbook.Contact) error
	alertStore
	Journal(ctx context.Context, from int64, fn func(journal.Entry) error) error
	Last(ctx context.Context) (int64, error)
	Newest(ctx context.Context, p journal.Part) ([]journal.Entry, int64, error)
	Kinds(ctx context.Context) ([]string, error)
	io.Closer
}

// alertStore is what the commands of the watch read and note.
type alertStore interface {
	Case(ctx context.Context, id int64) (cases.Case, bool, error)
	Activity(ctx context.Context, from time.Time, fn func(lookout.Activity) error) error
	job.ReportStore
	CasePage(ctx context.Context, skip, most int64) (list []cases.Case, all, unseen int64, err error)
	AckCase(ctx context.Context, id int64, by, note string) error
	AnswerHabits(ctx context.Context, user, program string, a rules.Answer, by string) (int64, error)
	FailedDeliveries(ctx context.Context, since time.Time) ([]alert.Delivery, error)
	Pause(ctx context.Context, p lookout.Pause) error
	Turn(ctx context.Context) (int64, error)
}

// open opens the home's database.
func (sh *shell) open(ctx context.Context) (state, error) {
	if err := os.MkdirAll(sh.home, 0o700); err != nil {
		return nil, fault.On(fault.CodeOf(err, fault.CannotMake), "fault.home.make", sh.home, err)
	}
	return store.Open(ctx, sh.home, sh.now)
}

// openDrill opens the database of the home's exercises.
func (sh *shell) openDrill(ctx context.Context) (state, error) {
	return store.OpenDrill(ctx, sh.home, sh.now)
}

// drilled reports whether there were exercises.
func (sh *shell) drilled() bool { return store.Drilled(sh.home) }

// enter reads the settings of a home that was set up, and opens its database. Who gets the
// database closes it.
func (sh *shell) enter(ctx context.Context) (set settings, st state, err error) {
	if set, err = sh.settings(); err == nil {
		st, err = sh.open(ctx)
	}
	return set, st, err
}

// checkCopy looks at the database of a home that is not in use yet.
func checkCopy(ctx context.Context, home string) error { return store.CheckCopy(ctx, home) }

// lock takes a named lock of the home.
func (sh *shell) lock(name string) (func(), error) { return store.Lock(sh.home, name, sh.now()) }

// lockIn takes a named lock of another folder.
func (sh *shell) lockIn(dir, name string) (func(), error) { return store.Lock(dir, name, sh.now()) }

// peopleKey gives the key under which people are counted, making it at first
// use, and a name for it that tells nothing about it.
func (sh *shell) peopleKey() (key [16]byte, id string, err error) {
	path := filepath.Join(sh.home, "keys", "people.key")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw = make([]byte, len(key))
		if _, err = rand.Read(raw); err == nil {
			if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
				err = safefile.Write(path, raw, 0o600)
			}
		}
		if err != nil {
			return key, "", fault.On(fault.CodeOf(err, fault.CannotMake), "fault.key.make", path, err)
		}
	}
	if err != nil {
		return key, "", fault.On(fault.CodeOf(err, fault.IO), "fault.key.read", path, err)
	}
	if len(raw) != len(key) {
		return key, "", fault.On(fault.Data, "fault.key.length", path, nil)
	}
	copy(key[:], raw)
	return key, keyID(key), nil
}

func keyID(key [16]byte) string {
	sum := sha256.Sum256(append([]byte("custode people key name/1\n"), key[:]...))
	return hex.EncodeToString(sum[:4])
}

// rules makes the detectors for a shop, with the home's key.
func (sh *shell) rules(set settings) (*detect.Rules, string, error) {
	key, id, err := sh.peopleKey()
	return detect.New(detect.Options{Key: key, Country: set.Country, Own: set.own()}), id, err
}

// passingRules makes the detectors for a scan of which nothing is remembered.
func passingRules(country string, own []detect.OwnPattern) (*detect.Rules, string, error) {
	var key [16]byte
	_, err := rand.Read(key[:])
	return detect.New(detect.Options{Key: key, Country: country, Own: own}), "", err
}
