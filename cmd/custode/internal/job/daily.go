package job

import (
	"context"
	"time"

	"custode/encrypt/ring"
	"custode/encrypt/verify"
	"custode/internal/host/posture"
	"custode/internal/journal"
	"custode/playbook/daily"
	"custode/playbook/privacy/request"
	"custode/scan"
	"custode/scan/watch/cases"
)

// DailyStore is what the daily check reads, and where it says that it was held.
type DailyStore interface {
	SealStore
	LastWholeScan(ctx context.Context) (ended time.Time, roots []string, err error)
	Begun(ctx context.Context) (time.Time, error)
	Files(ctx context.Context, root string, fn func(scan.File) error) error
	Verify(ctx context.Context, receipt *journal.Head) (journal.Head, *journal.Finding, error)
	AutoFactStore
	WatchFactStore
	ForgetTraining(ctx context.Context, now time.Time) error
	ForgetRequests(ctx context.Context, now time.Time, months int) error
	UndoStore
	LedgerStore
	BackupFactStore
	HistoryStore
	AnswerStore
	DataMapStore
	AtStake(ctx context.Context, paths []string) (cases.Stake, error)
	SampleStore
}

// AnswerStore keeps what the owner said in the daily check.
type AnswerStore interface {
	CheckAnswers(ctx context.Context, shop *time.Location) (map[string]daily.Reply, error)
	SaveCheckAnswer(ctx context.Context, question string, a daily.Reply) error
}

// Check is the daily check with the journal's head after it.
type Check struct {
	daily.Result
	History

	Head    journal.Head
	Expired int // copies of tidied files that were removed, since their days are over
}

// Shop is what the settings and the system say of the shop.
type Shop struct {
	Folders []string                 // the data folders
	Usual   map[string]scan.Exposure // what some folders of this user are, by their paths
	Exclude []scan.Exclusion         // what the settings leave out
	Ring    *ring.Ring               // the keys; nil: none yet
	Private string                   // the user's private place, where readable copies may have been left; "": none
	Home    string                   // custode's
	Country string                   // ISO 3166
	Host    *posture.Posture         // how the computer is protected; nil: nobody looked
	Look    verify.Verifier          // how sealed files are looked at: with the key, where it is at hand
	Watch   Announcer                // told before that is done
	Around  Around
	Backups *Backups // where backups are looked for; nil: nowhere

	Auto      bool   // some folder has automatic sealing
	AutoWaits string // and this is what it waits for, "" for nothing

	Alive func(pid int) bool // a process runs
}

// Daily gathers the facts about the data folders, judges them, and notes in
// the journal that it was done and what came out. It reads no file content but that of a few sealed files ([Sample]).
func Daily(ctx context.Context, st DailyStore, shop Shop, now time.Time) (Check, error) {
	if err := st.ForgetTraining(ctx, now); err != nil { // what is too old goes, whoever trains or not
		return Check{}, err
	}
	if err := st.ForgetRequests(ctx, now, request.WhoMonths); err != nil {
		return Check{}, err
	}
	expired, err := forgetCopies(ctx, st, shop.Home, now)
	if err != nil {
		return Check{}, err
	}
	if err := Sample(ctx, st, shop.Look, shop.Watch, now); err != nil {
		return Check{}, err
	}
	facts, err := Facts(ctx, st, shop, now)
	if err != nil {
		return Check{}, err
	}
	c := Check{Result: daily.Judge(facts, now), Expired: expired}
	run := daily.RunOf(c.Result, facts)
	if c.History, err = history(ctx, st, c.Result, run); err != nil {
		return c, err
	}
	c.Head, err = st.KeepCheck(ctx, run, summary(c.Result))
	return c, err
}

// fileStore is what is known of files.
type fileStore interface {
	Files(ctx context.Context, root string, fn func(scan.File) error) error
}

// ahead hands over what is known of the files below a folder. The next ones are
// read while some are handed over.
func ahead(ctx context.Context, st fileStore, dir string, fn func(scan.File) error) error {
	const few = 64
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	files, failed := make(chan []scan.File, 4), make(chan error, 1)
	go func() {
		defer close(files)
		var next []scan.File
		hand := func() error {
			select {
			case files <- next:
				next = nil
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err := st.Files(ctx, dir, func(f scan.File) error {
			if next = append(next, f); len(next) < few {
				return nil
			}
			return hand()
		})
		if err == nil {
			err = hand()
		}
		failed <- err
	}()
	for list := range files {
		for _, f := range list {
			if err := fn(f); err != nil {
				return err
			}
		}
	}
	return <-failed
}

// summary is what the journal keeps of a check.
func summary(r daily.Result) any {
	items := map[string]daily.Status{}
	for _, it := range r.Items {
		items[it.ID] = it.Status
	}
	return map[string]any{"status": r.Status, "score": r.Score, "items": items}
}
