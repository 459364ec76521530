package scan_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"custode/scan"
	"custode/scan/walk/baddisk"
)

// TestLedgerOfAnOpenDatabase has a database at which a program is at work: rows
// that only its log has are found; and when a row is written while it is read, the
// log, which alone changes then, is one that keeps changing.
func TestLedgerOfAnOpenDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.sqlite")
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(path)+"?_journal_mode=WAL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(q string) {
		if _, err := db.Exec(q); err != nil {
			t.Error(err)
		}
	}
	do("CREATE TABLE clienti (nome TEXT, email TEXT)")
	do("PRAGMA wal_checkpoint(TRUNCATE)")
	do("PRAGMA wal_autocheckpoint=0")
	do("INSERT INTO clienti VALUES ('Anna', 'anna@example.com')")
	want := onDisk(t, dir)
	r, files := run(t, options(dir))
	balanced(t, want, r, files)
	if f := files["shop.sqlite"]; f.State != scan.Examined {
		t.Errorf("the database: %s %s", f.State, f.Reason)
	}
	if f := files["shop.sqlite-wal"]; f.People != 1 {
		t.Errorf("its log: %s %s, %d people", f.State, f.Reason, f.People)
	}
	log := path + "-wal"
	disk := baddisk.New(map[string]baddisk.Fault{log: {Opened: func() { do("INSERT INTO clienti VALUES ('Bruno', 'bruno@example.com')") }}})
	o := options(dir)
	o.Disk = disk
	r, files = run(t, o)
	balanced(t, onDisk(t, dir), r, files)
	if f := files["shop.sqlite-wal"]; f.State != scan.Failed || f.Reason != scan.Unsteady || r.Whole() {
		t.Errorf("its log: %s %s", f.State, f.Reason)
	}
	if _, err := os.Stat(log); err != nil {
		t.Error(err)
	}
}
