package cold_test

import (
	"path/filepath"
	"testing"
	"time"

	"custode/encrypt/cold"
)

func TestOf(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	old := now.Add(-31 * 24 * time.Hour)
	for _, c := range []struct {
		f    cold.File
		want cold.Group
	}{
		{cold.File{Path: "/d/clienti.csv", Format: "csv", Changed: old, Matters: true}, cold.Cold},
		{cold.File{Path: "/d/clienti.csv", Format: "csv", Changed: now.Add(-29 * 24 * time.Hour), Matters: true}, cold.Daily},
		{cold.File{Path: "/d/clienti.csv", Format: "csv", Changed: now.Add(-cold.Quiet), Matters: true}, cold.Cold},
		{cold.File{Path: "/d/clienti.csv", Format: "csv", Changed: now.Add(24 * time.Hour), Matters: true}, cold.Daily},
		{cold.File{Path: "/d/clienti.csv", Format: "csv", Changed: old}, cold.Little},
		{cold.File{Path: "/d/gestionale.dat", Format: "sqlite", Changed: old, Matters: true}, cold.Database},
		{cold.File{Path: "/d/Archivio.PST", Changed: old, Matters: true}, cold.Database},
		{cold.File{Path: "/d/posta", Format: "mbox", Changed: old, Matters: true}, cold.Database},
		{cold.File{Path: "/home/a/AppData/Roaming/x/clienti.csv", Format: "csv", Changed: old, Matters: true}, cold.Program},
		{cold.File{Path: "/home/a/.thunderbird/x/clienti.csv", Format: "csv", Changed: old, Matters: true}, cold.Program},
		{cold.File{Path: "/home/a/.clienti.csv", Format: "csv", Changed: old, Matters: true}, cold.Cold}, // hidden itself, not in a hidden folder
		{cold.File{Path: "/srv/www/clienti.csv", Format: "csv", Changed: old, Matters: true}, cold.Program},
		{cold.File{Path: "/srv/www2/clienti.csv", Format: "csv", Changed: old, Matters: true}, cold.Cold},
		{cold.File{Path: "/d/clienti.csv", Format: "csv", Changed: old, Matters: true, Trashed: true}, cold.Trash},
	} {
		c.f.Path = filepath.FromSlash(c.f.Path)
		if got := cold.Of(c.f, now); got != c.want {
			t.Errorf("%+v: %s, want %s", c.f, got, c.want)
		}
	}
}
