package sqlitefile

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzRead(f *testing.F) {
	f.Add(mixed(f, 512, "UTF-8")[:40<<10])
	f.Add(mixed(f, 512, "UTF-16le")[:40<<10])
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &count{}
		_, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, c)
		if err != nil && !isDamage(err) {
			t.Error(err)
		}
		if c.garbled {
			t.Error("a remnant that is not UTF-8")
		}
		if c.bytes > 30*int64(len(b))+1000 {
			t.Errorf("%d bytes out of %d", c.bytes, len(b))
		}
	})
}

func FuzzReadWAL(f *testing.F) {
	f.Add(append([]byte("\x37\x7f\x06\x82\x00\x2d\xe2\x18\x00\x00\x02\x00........................"), mixed(f, 512, "UTF-8")[:20<<10]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &count{}
		_, err := ReadWAL(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, c)
		if err != nil && !isDamage(err) {
			t.Error(err)
		}
		if c.garbled {
			t.Error("a remnant that is not UTF-8")
		}
		if c.bytes > 30*int64(len(b))+1000 {
			t.Errorf("%d bytes out of %d", c.bytes, len(b))
		}
	})
}

func FuzzCreate(f *testing.F) {
	f.Add([]byte(`CREATE TABLE "t"(a INTEGER PRIMARY KEY, [b b] TEXT DEFAULT 'x', PRIMARY KEY(a)) WITHOUT ROWID`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := parseCreate(b)
		if d.alias >= len(d.columns) || d.order != nil && len(d.order) != len(d.columns) {
			t.Errorf("%+v", d)
		}
	})
}

func TestCreate(t *testing.T) {
	for _, c := range []struct {
		sql  string
		want definition
	}{
		{"CREATE TABLE t(a,b)", definition{[]string{"a", "b"}, -1, nil}},
		{"create temp table if not exists main.t(a INTEGER PRIMARY KEY,b)", definition{[]string{"a", "b"}, 0, nil}},
		{"CREATE TABLE t(a INT PRIMARY KEY,b)", definition{[]string{"a", "b"}, -1, nil}},
		{"CREATE TABLE t(b, a integer, PRIMARY KEY(A DESC))", definition{[]string{"b", "a"}, 1, nil}},
		{"CREATE TABLE t(b, a integer(8) primary key)", definition{[]string{"b", "a"}, -1, nil}},
		{"CREATE TABLE t(b, a \"INTEGER\" primary key desc)", definition{[]string{"b", "a"}, -1, nil}},
		{"CREATE TABLE t(a INTEGER, b, c, PRIMARY KEY(c, 'b')) WITHOUT ROWID", definition{[]string{"a", "b", "c"}, -1, []int{2, 1, 0}}},
		{"CREATE TABLE t(a INTEGER PRIMARY KEY, b) STRICT, WITHOUT ROWID", definition{[]string{"a", "b"}, -1, nil}},
		{"CREATE TABLE t(v AS (1), a INTEGER PRIMARY KEY, s AS (a) STORED)", definition{[]string{"a", "s"}, 0, nil}},
		{"CREATE TABLE t(a DEFAULT ')', b CHECK(b IN (1,2)), FOREIGN KEY(a) REFERENCES x(y) ON DELETE SET NULL)", definition{[]string{"a", "b"}, -1, nil}},
		{"CREATE TABLE t(a/*,*/,--,\nb)", definition{[]string{"a", "b"}, -1, nil}},
		{"CREATE TABLE t(\"a\"\"x\", [b]c], `d`)", definition{[]string{"a\"x", "b", "d"}, -1, nil}},
		{"CREATE TABLE t AS SELECT 1", definition{alias: -1}},
		{"CREATE VIRTUAL", definition{alias: -1}},
		{"CREATE TABLE t(", definition{alias: -1}},
		{"", definition{alias: -1}},
	} {
		if diff := cmp.Diff(c.want, parseCreate([]byte(c.sql)), cmp.AllowUnexported(definition{})); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.sql, diff)
		}
	}
}

func TestShapes(t *testing.T) {
	wide := "CREATE TABLE wide(c0"
	for i := 1; i < 1900; i++ {
		wide += fmt.Sprintf(", colonna_con_un_nome_lungo_%d TEXT NOT NULL DEFAULT ''", i)
	}
	b := base(t, func(db *sql.DB) {
		exec(t, db, "PRAGMA page_size=1024")
		exec(t, db, wide+")")
		exec(t, db, "INSERT INTO wide(c0) VALUES('anna@example.com')")
		exec(t, db, "CREATE TABLE old(id INTEGER PRIMARY KEY, a); INSERT INTO old VALUES(-5,'x'); ALTER TABLE old ADD b DEFAULT 'y'; CREATE TABLE \"a\"\"b\"(x)")
		exec(t, db, "CREATE TABLE auto(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO auto(v) VALUES('1')")
	})
	g, info := read(t, b)
	if cols := g.columns["wide"]; len(cols) != 1900 || len(g.rows["wide"]) != 1 {
		t.Errorf("%d columns, %d rows", len(cols), len(g.rows["wide"]))
	}
	if diff := cmp.Diff([]string{`"-5"|"x"|`}, g.rows["old"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`"auto"|"1"|`}, g.rows["sqlite_sequence"]); diff != "" {
		t.Error(diff)
	}
	if _, ok := g.columns[`a"b`]; !ok || info.Tables != 5 {
		t.Errorf("%d tables: %q", info.Tables, g.tables)
	}
}

func TestAllocations(t *testing.T) {
	b := people(t, 20000)
	n := testing.AllocsPerRun(3, func() {
		if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, &count{}); err != nil {
			t.Fatal(err)
		}
	})
	if n > 100 {
		t.Errorf("%v allocations for 20000 rows", n)
	}
}

// people is a database of rows as short as those of a small shop.
func people(tb testing.TB, rows int) []byte {
	tb.Helper()
	return base(tb, func(db *sql.DB) {
		exec(tb, db, "PRAGMA synchronous=off; CREATE TABLE t(id INTEGER PRIMARY KEY, name, mail, phone); CREATE INDEX i ON t(mail)")
		exec(tb, db, "BEGIN")
		for i := range rows {
			exec(tb, db, "INSERT INTO t(name,mail,phone) VALUES(?,?,?)", "Mario Rossi", fmt.Sprintf("m%d@example.com", i), 3330000000+i)
		}
		exec(tb, db, "COMMIT")
	})
}

func BenchmarkRows(b *testing.B) {
	db := people(b, 200000)
	b.SetBytes(int64(len(db)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(db), int64(len(db)), Options{}, &count{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeleted(b *testing.B) {
	data := base(b, func(db *sql.DB) {
		exec(b, db, "PRAGMA synchronous=off; PRAGMA secure_delete=off; CREATE TABLE t(id INTEGER PRIMARY KEY, name, mail, phone)")
		exec(b, db, "BEGIN")
		for i := range 100000 {
			exec(b, db, "INSERT INTO t(name,mail,phone) VALUES(?,?,?)", "Mario Rossi", fmt.Sprintf("m%d@example.com", i), 3330000000+i)
		}
		exec(b, db, "COMMIT; DELETE FROM t")
	})
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), Options{}, &count{}); err != nil {
			b.Fatal(err)
		}
	}
}
