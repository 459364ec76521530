package sqlitefile

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lines are the lines of the remnants, each once.
func lines(g *got) map[string]bool {
	out := map[string]bool{}
	for l := range strings.Lines(g.remnants.String()) {
		out[strings.TrimSuffix(l, "\n")] = true
	}
	return out
}

// TestDeletedRows makes databases, deletes rows and counts how many of their
// addresses and names come back as remnants, whole and on a line of their own.
// The shares asked for are a little below those seen.
func TestDeletedRows(t *testing.T) {
	for _, c := range []struct {
		why, schema, del string
		page             int
		encoding         string
		inside, alone    int // least share, in percent: anywhere, and on a line of its own
	}{
		{"single rows", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t WHERE id % 5 = 2", 4096, "UTF-8", 99, 97},
		{"runs of rows", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t WHERE id % 50 < 20", 4096, "UTF-8", 95, 80},
		{"all rows", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t", 4096, "UTF-8", 99, 99},
		{"a dropped table", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DROP TABLE t", 1024, "UTF-8", 99, 99},
		{"no alias", "CREATE TABLE t(name TEXT, mail TEXT, phone INTEGER, id)", "DELETE FROM t WHERE id % 5 = 2", 4096, "UTF-8", 99, 95},
		{"UTF-16", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t WHERE id % 5 = 2", 4096, "UTF-16le", 99, 97},
		{"UTF-16, all", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t", 4096, "UTF-16be", 99, 99},
		{"without rowid", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER) WITHOUT ROWID", "DELETE FROM t", 4096, "UTF-8", 99, 95},
		{"most rows, pages merged", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t WHERE id % 100 > 0", 1024, "UTF-8", 50, 50},
		{"small pages", "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, mail TEXT, phone INTEGER)", "DELETE FROM t WHERE id % 5 = 2", 512, "UTF-8", 99, 97},
	} {
		const rows = 3000
		var gone []string
		b := base(t, func(db *sql.DB) {
			exec(t, db, fmt.Sprintf(`PRAGMA page_size=%d; PRAGMA encoding="%s"; PRAGMA secure_delete=off; PRAGMA synchronous=off`, c.page, c.encoding))
			exec(t, db, c.schema)
			exec(t, db, "BEGIN")
			for i := range rows {
				exec(t, db, "INSERT INTO t(id,name,mail,phone) VALUES(?,?,?,?)", i, fmt.Sprintf("Mario %d Rossi", i), fmt.Sprintf("cliente%d@example.com", i), 3330000000+i)
			}
			exec(t, db, "COMMIT")
			exec(t, db, c.del)
			left := map[string]bool{}
			if !strings.HasPrefix(c.del, "DROP") {
				left = ids(t, db)
			}
			for i := range rows {
				if !left[fmt.Sprint(i)] {
					gone = append(gone, fmt.Sprint(i))
				}
			}
		})
		g, _ := read(t, b)
		all, by := g.remnants.String(), lines(g)
		inside, alone := 0, 0
		for _, id := range gone {
			if strings.Contains(all, "cliente"+id+"@example.com") {
				inside++
			}
			if by["cliente"+id+"@example.com"] && by["Mario "+id+" Rossi"] {
				alone++
			}
		}
		in, al := 100*inside/len(gone), 100*alone/len(gone)
		t.Logf("%s: of %d deleted rows %d %% are there, %d %% with values apart", c.why, len(gone), in, al)
		if in < c.inside || al < c.alone {
			t.Errorf("%s: %d %% and %d %%, want %d and %d", c.why, in, al, c.inside, c.alone)
		}
	}
}

// ids lists the rows that are left.
func ids(t *testing.T, db *sql.DB) map[string]bool {
	t.Helper()
	r, err := db.Query("SELECT id FROM t")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	left := map[string]bool{}
	for r.Next() {
		var id string
		if err := r.Scan(&id); err != nil {
			t.Fatal(err)
		}
		left[id] = true
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return left
}

// TestDeletedLongText looks for a text on overflow pages that were freed.
func TestDeletedLongText(t *testing.T) {
	long := strings.Repeat("lettera a anna@example.com, ", 8000)
	for _, enc := range []string{"UTF-8", "UTF-16le"} {
		b := base(t, func(db *sql.DB) {
			exec(t, db, fmt.Sprintf(`PRAGMA encoding="%s"; PRAGMA secure_delete=off`, enc))
			exec(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, a, note)")
			exec(t, db, "INSERT INTO t VALUES(1,'x',?),(2,'y','z')", long)
			exec(t, db, "DELETE FROM t WHERE id=1")
		})
		g, _ := read(t, b)
		n := strings.Count(g.remnants.String(), "anna@example.com")
		t.Logf("%s: %d of 8000", enc, n)
		if n < 7850 || n > 8000 {
			t.Errorf("%s: %d addresses of 8000", enc, n)
		}
	}
}

func TestLiveRowsAreNoRemnants(t *testing.T) {
	b := base(t, func(db *sql.DB) {
		exec(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, mail TEXT, note); CREATE INDEX i ON t(mail)")
		exec(t, db, "BEGIN")
		for i := range 3000 {
			exec(t, db, "INSERT INTO t VALUES(?,?,?)", i, fmt.Sprintf("cliente%d@example.com", i), strings.Repeat("nota ", i%1000))
		}
		exec(t, db, "COMMIT; VACUUM")
	})
	g, _ := read(t, b)
	// The engine leaves a few copies where it moved cells from page to page.
	if n := g.remnants.Len(); n > len(b)/50 {
		t.Errorf("%d bytes of remnants in a database of %d that was vacuumed", n, len(b))
	}
}

func TestWAL(t *testing.T) {
	for _, enc := range []string{"UTF-8", "UTF-16le", "UTF-16be"} {
		path := filepath.Join(t.TempDir(), "x.db")
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		exec(t, db, fmt.Sprintf(`PRAGMA encoding="%s"; PRAGMA journal_mode=wal; PRAGMA synchronous=off; PRAGMA wal_autocheckpoint=0`, enc))
		exec(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, name, mail, note)")
		for i := range 200 {
			exec(t, db, "INSERT INTO t VALUES(?,?,?,?)", i, "Anna", fmt.Sprintf("anna%d@example.com", i), strings.Repeat("lettera ", 30*(i%40)))
		}
		wal, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		main, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, info := read(t, main); len(main) > 0 && !info.WAL {
			t.Error("the header of a database with a log does not say so")
		}
		db.Close()
		g := &got{}
		info, err := ReadWAL(context.Background(), bytes.NewReader(wal), int64(len(wal)), Options{}, g)
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(g.rows[""], "\n")
		for i := range 200 {
			if !strings.Contains(all, fmt.Sprintf("|\"Anna\"|\"anna%d@example.com\"|", i)) {
				t.Fatalf("%s: row %d is not there; %.200s", enc, i, all)
			}
		}
		t.Logf("%+v", info)
		for n := 0; n < len(wal); n += 300007 {
			if _, err := ReadWAL(context.Background(), bytes.NewReader(wal[:n]), int64(n), Options{}, &got{}); err != nil && !isDamage(err) {
				t.Fatal(err)
			}
		}
	}
}
