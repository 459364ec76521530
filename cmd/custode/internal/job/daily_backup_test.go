package job_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/host/copies"
	"custode/playbook/daily"
)

// aBackup is a shop whose backups are made up: the records lie in a file tree of their own.
type aBackup struct {
	*bench
	shop       job.Shop
	root, away string
	now        time.Time
}

func newBackup(t *testing.T) *aBackup {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the records of the test are those of Linux")
	}
	b := &aBackup{bench: newBench(t), root: t.TempDir(), away: t.TempDir(), now: time.Now()}
	pc := copies.Computer{Root: b.root, System: "linux", Home: "/home/anna", Env: func(string) string { return "" }, Zone: time.Local}
	b.shop = job.Shop{Folders: []string{b.dir}, Alive: func(int) bool { return true }, Backups: &job.Backups{Computer: pc, Disks: copies.Disks{Sys: t.TempDir()}}}
	return b
}

func (b *aBackup) put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// exec changes the database by hand.
func (b *aBackup) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(b.home, "custode.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

// item judges and gives one item.
func (b *aBackup) item(t *testing.T, id string) daily.Item {
	t.Helper()
	f, err := job.Facts(t.Context(), b.store, b.shop, b.now)
	if err != nil {
		t.Fatal(err)
	}
	items := daily.Judge(f, b.now).Items
	i := slices.IndexFunc(items, func(it daily.Item) bool { return it.ID == id })
	if i < 0 {
		t.Fatalf("no %s", id)
	}
	return items[i]
}

func (b *aBackup) want(t *testing.T, status daily.Status, title string) {
	t.Helper()
	if it := b.item(t, "backup.data"); it.Worth != status || it.Title.Key != "item.backup.data."+title+".title" {
		t.Errorf("%s %s, want %s %s", it.Worth, it.Title.Key, status, title)
	}
}

// TestBackupRecord: what a program keeps of itself is found, and without it nothing is green.
func TestBackupRecord(t *testing.T) {
	b := newBackup(t)
	b.want(t, daily.Act, "none")
	conf := filepath.Join(b.root, "etc", "rsnapshot.conf")
	b.put(t, conf, "snapshot_root\t"+b.away+"\nretain\talpha\t6\nbackup\t"+b.dir+"/\tlocalhost/\n")
	b.want(t, daily.Unknown, "away")
	b.put(t, filepath.Join(b.root, b.away, "alpha.0", "list.csv"), "x")
	b.want(t, daily.Attention, "same") // the folders of a test lie on one disk
	if it := b.item(t, "backup.data"); it.Evidence.Kind != daily.Measured || it.Evidence.At.IsZero() || it.Evidence.From.Key != "evidence.backup.program" {
		t.Errorf("%+v", it.Evidence)
	}
	if err := os.RemoveAll(filepath.Join(b.root, b.away)); err != nil { // unplugged: it is remembered, and becomes older
		t.Fatal(err)
	}
	b.want(t, daily.OK, "ok")
	b.now = b.now.AddDate(0, 0, 3)
	b.want(t, daily.Attention, "old")
	b.now = b.now.AddDate(0, 0, 9)
	b.want(t, daily.Act, "old")
	b.put(t, conf, "snapshot_root\t"+b.away+"\nretain\talpha\t6\nbackup\t/somewhere/else/\tlocalhost/\n")
	b.want(t, daily.Act, "left")
	b.put(t, conf, "")
	b.want(t, daily.Unknown, "unreadable")
	if err := os.Remove(conf); err != nil {
		t.Fatal(err)
	}
	b.want(t, daily.Act, "none")
	b.shop.Backups = nil
	b.want(t, daily.Unknown, "unknown")
}

// TestBackupPlace: of the place that the owner names it is measured what lies there.
func TestBackupPlace(t *testing.T) {
	b := newBackup(t)
	name := func(place string) {
		t.Helper()
		b.exec(t, "INSERT OR REPLACE INTO check_answer VALUES (?, ?, ?, 'ada', ?)", daily.Place, place, b.now.AddDate(0, 1, 0).Format(time.DateOnly), b.now.AddDate(0, 0, -2).UnixNano())
	}
	name(b.away)
	b.want(t, daily.Act, "empty")
	b.put(t, filepath.Join(b.away, "list.csv.age"), "x")
	b.now = time.Now().Add(time.Second)
	b.want(t, daily.Attention, "same") // the folders of a test lie on one disk
	if it := b.item(t, "backup.protected"); it.Status != daily.OK {
		t.Errorf("encrypted: %s", it.Status)
	}
	b.now = b.now.AddDate(0, 0, 8)
	b.want(t, daily.Act, "old")
	b.now = time.Now().AddDate(0, 0, -1)
	b.want(t, daily.Unknown, "future")
	b.now = time.Now().Add(time.Second)
	for _, around := range []string{b.dir, filepath.Dir(b.dir)} {
		name(around)
		b.want(t, daily.Act, "around")
	}
	name(filepath.Join(b.away, "unplugged"))
	b.want(t, daily.Unknown, "away")
	b.exec(t, "UPDATE check_answer SET until = '2020-01-01'")
	b.want(t, daily.Act, "none") // the answer has ended
}
