package job

import (
	"context"
	"time"

	"custode/playbook/daily"
	"custode/playbook/privacy/datamap"
)

// useFacts holds what lies in the data folders to what the owner says of why it is held. Nothing where the
// owner's declaration cannot be read.
func useFacts(ctx context.Context, st DailyStore, shop Shop, now time.Time, facts *daily.Facts) error {
	decl := shop.Around.Declared
	if decl == nil {
		return nil
	}
	u := &daily.UseFacts{Declared: len(decl.Uses) > 0}
	u.Held = facts.Scan != nil && len(facts.Scan.Open) > 0 || facts.Seal != nil && facts.Seal.Sealed > 0
	u.Scanned = facts.Scan != nil && len(facts.Scan.Absent)+len(facts.Scan.Uncovered) == 0
	facts.Uses = u
	if !u.Declared || !u.Held {
		return nil
	}
	held := shop.Around.Found
	if held == nil {
		h, err := Found(ctx, st, shop.Folders)
		if err != nil {
			return err
		}
		held = &h
	}
	var paths []string
	listed, past := map[string]bool{}, map[string]bool{}
	for _, f := range datamap.Judge(*decl, held.Found, now, facts.Scan.EndedAt).Findings {
		switch f.Problem {
		case datamap.NotNeeded:
			u.Special = u.Special || f.Holding.Category.Sensitive
			for _, file := range f.Files {
				if !listed[file.Path] {
					listed[file.Path] = true
					paths = append(paths, file.Path)
					u.NotNeeded = append(u.NotNeeded, daily.File{Path: file.Path})
				}
			}
		case datamap.KeptTooLong:
			u.Past = addFiles(u.Past, f.Files, past)
		case datamap.Sensitive:
		}
	}
	if len(paths) > 0 {
		stake, err := st.AtStake(ctx, paths)
		if err != nil {
			return err
		}
		u.People = stake.People
	}
	if len(u.Past) > 0 { // what was past a month ago already
		for _, f := range datamap.Judge(*decl, held.Found, now.AddDate(0, -1, 0), facts.Scan.EndedAt).Findings {
			u.PastLong = u.PastLong || f.Problem == datamap.KeptTooLong
		}
	}
	return nil
}

// addFiles lists files that are not listed yet.
func addFiles(list []daily.File, more []datamap.HeldFile, listed map[string]bool) []daily.File {
	for _, held := range more {
		if !listed[held.Path] {
			listed[held.Path] = true
			list = append(list, daily.File{Path: held.Path})
		}
	}
	return list
}
