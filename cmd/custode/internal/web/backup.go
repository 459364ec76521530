package web

import "context"

// Rehearser tries whether backups can be restored from, before that is needed.
type Rehearser interface {
	// TryBackup compares a file that the owner has brought back from the shop's usual backup with the one in the
	// data folders.
	TryBackup(ctx context.Context, file string, tell func(Progress)) (Outcome, error)
	// TryHome opens a backup of custode's own folder with the keys that are at hand and looks whether the folder
	// could be made of it. It makes nothing.
	TryHome(ctx context.Context, file string, tell func(Progress)) (Outcome, error)
}

func backupRoutes() []route {
	return []route{
		{"POST", "/settings/backup", present, backUp, false},
		{"POST", "/settings/backup/home", present, tryHome, false},
		{"POST", "/settings/backup/try", present, tryBackup, false},
	}
}

func backUp(v *visit) error {
	folder, office := v.field("folder"), v.office
	return v.begin(v.words.T("web.settings.backup"), "/settings#backup", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.BackUp(ctx, folder, tell)
	})
}

func tryBackup(v *visit) error {
	file, office := v.field("file"), v.office
	return v.begin(v.words.T("web.backup.try"), "/settings#copies", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
		return office.TryBackup(ctx, file, tell)
	})
}

func tryHome(v *visit) error {
	return v.withKeys(func() error {
		file, office := v.field("file"), v.office
		return v.begin(v.words.T("web.backup.home"), "/settings#backup", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.TryHome(ctx, file, tell)
		})
	})
}
