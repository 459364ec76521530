package job

import (
	"context"
	"time"

	"custode/playbook/daily"
	"custode/scan"
	"custode/scan/people"
	"custode/scan/walk"
)

// Facts gathers what the daily check judges, and notes nothing.
func Facts(ctx context.Context, st DailyStore, shop Shop, now time.Time) (facts daily.Facts, err error) {
	if err := fileFacts(ctx, st, shop, now, &facts); err != nil {
		return facts, err
	}
	head, finding, err := st.Verify(ctx, nil)
	if err != nil {
		return facts, err
	}
	facts.Journal = &daily.JournalFacts{Entries: head.Seq}
	if facts.Began, err = st.Begun(ctx); err != nil {
		return facts, err
	}
	facts.Journal.Begun = !facts.Began.IsZero()
	if facts.Snoozes, err = st.Snoozes(ctx, now.Location()); err != nil {
		return facts, err
	}
	if finding != nil {
		facts.Journal.Broken, facts.Journal.Seq, facts.Journal.Trouble = true, finding.Seq, string(finding.Trouble)
	}
	if facts.Seal, err = sealFacts(ctx, st, shop.Ring); err != nil {
		return facts, err
	}
	if facts.Copies, err = leftCopies(ctx, shop); err != nil {
		return facts, err
	}
	if shop.Auto {
		if facts.Auto, err = autoFacts(ctx, st, shop.AutoWaits); err != nil {
			return facts, err
		}
	}
	if facts.Watch, err = watchFacts(ctx, st, shop.Alive, now); err != nil {
		return facts, err
	}
	if facts.Answers, err = st.CheckAnswers(ctx, now.Location()); err != nil {
		return facts, err
	}
	if facts.Backup, err = backupFacts(ctx, st, shop, facts.PlaceOfCopies(now), now); err != nil {
		return facts, err
	}
	facts.Host = shop.Host
	if err = useFacts(ctx, st, shop, now, &facts); err != nil {
		return facts, err
	}
	return facts, ledgerFacts(ctx, st, shop, now, &facts)
}

// fileFacts gathers what the last whole scan left, held against the files as they are now;
// nothing where there was none.
func fileFacts(ctx context.Context, st DailyStore, shop Shop, now time.Time, facts *daily.Facts) error {
	ended, covered, err := st.LastWholeScan(ctx)
	if err != nil {
		return err
	}
	folders, err := walk.Roots(ctx, shop.Folders, walk.Options{})
	if err != nil || covered == nil {
		return err
	}
	g := gatherer{facts: daily.ScanFacts{EndedAt: ended}, people: people.New(), roots: map[string]string{}}
	g.exclude = shop.Exclude
	g.around = scan.Around{Places: scan.Places{Roots: folders, Own: shop.Usual}, Now: now}
	for _, dir := range folders {
		g.folder(dir, covered)
		if err := ahead(ctx, st, dir, func(f scan.File) error { return g.add(f, dir) }); err != nil {
			return err
		}
	}
	facts.Scan, facts.Access = g.end()
	facts.Left = g.left
	return nil
}
