package sqlitefile

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3" // the engine that is compared with
)

// got is what a Handler was told.
type got struct {
	tables   []string
	columns  map[string][]string
	rows     map[string][]string // of each table, by name
	long     map[int]string
	longer   int // bytes given to Long
	remnants bytes.Buffer
	table    string
	most     int // the longest value
}

func (g *got) Table(name string, columns []string) error {
	if g.columns == nil {
		g.columns, g.rows = map[string][]string{}, map[string][]string{}
	}
	g.table = name
	g.tables = append(g.tables, name)
	g.columns[name] = columns
	return nil
}

func (g *got) Row(rowid int64, values [][]byte) error {
	var b strings.Builder
	for i, v := range values {
		s, long := g.long[i]
		g.most = max(g.most, len(v))
		switch {
		case long:
			fmt.Fprintf(&b, "%q|", s)
		case v == nil:
			b.WriteString("NULL|")
		default:
			fmt.Fprintf(&b, "%q|", v)
		}
	}
	g.long = nil
	_ = rowid
	g.rows[g.table] = append(g.rows[g.table], b.String())
	return nil
}

func (g *got) Long(column int, r io.Reader) error {
	b, err := io.ReadAll(r)
	if g.long == nil {
		g.long = map[int]string{}
	}
	g.longer += len(b)
	g.long[column] = string(b)
	return err
}

func (g *got) Remnant(b []byte) error {
	if !hasRun(b) {
		return errors.New("a remnant without a run")
	}
	g.remnants.Write(b)
	g.remnants.WriteByte('\n')
	return nil
}

// base makes a database with the given statements and returns its bytes.
func base(tb testing.TB, do func(db *sql.DB)) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	do(db)
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func exec(tb testing.TB, db *sql.DB, query string, args ...any) {
	tb.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// selected is what SELECT gives, in the form of got.Row.
func selected(tb testing.TB, db *sql.DB, name string) []string {
	tb.Helper()
	rows, err := db.Query(`SELECT * FROM "` + strings.ReplaceAll(name, `"`, `""`) + `"`) //nolint:unqueryvet // all columns is what is asked
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for rows.Next() {
		v, p := make([]any, len(cols)), make([]any, len(cols))
		for i := range v {
			p[i] = &v[i]
		}
		if err := rows.Scan(p...); err != nil {
			tb.Fatal(err)
		}
		var b strings.Builder
		for _, v := range v {
			switch v := v.(type) {
			case nil:
				b.WriteString("NULL|")
			case int64:
				fmt.Fprintf(&b, "%q|", strconv.FormatInt(v, 10))
			case float64:
				fmt.Fprintf(&b, "%q|", appendNumber(nil, 7, fmt.Appendf(nil, "%s", be(math.Float64bits(v)))))
			case []byte:
				fmt.Fprintf(&b, "%q|", v)
			case string:
				fmt.Fprintf(&b, "%q|", v)
			default:
				tb.Fatalf("a value of type %T", v)
			}
		}
		out = append(out, b.String())
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func be(v uint64) []byte {
	var b [8]byte
	for i := range b {
		b[i] = byte(v >> (56 - 8*i))
	}
	return b[:]
}

func read(tb testing.TB, b []byte) (*got, Info) {
	tb.Helper()
	g := &got{}
	info, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, g)
	if err != nil {
		tb.Fatalf("%v (%+v)", err, info)
	}
	return g, info
}

var words = []string{"Mario Rossi", "anna@example.com", "Città", "+39 333 1234567", "", "Über", "日本語", "😀 smile", "x", "4111 1111 1111 1111"}

func randomValue(rnd *rand.Rand) any {
	switch rnd.IntN(12) {
	case 0:
		return nil
	case 1:
		return rnd.Int64() >> rnd.IntN(64)
	case 2:
		return -rnd.Int64() >> rnd.IntN(64)
	case 3:
		return rnd.NormFloat64() * math.Pow(10, float64(rnd.IntN(40)-20))
	case 4:
		b := make([]byte, rnd.IntN(40))
		for i := range b {
			b[i] = byte(rnd.IntN(256))
		}
		return b
	case 5:
		if rnd.IntN(8) == 0 {
			return strings.Repeat(words[rnd.IntN(len(words))]+" ", rnd.IntN(9000))
		}
		return strings.Repeat(words[rnd.IntN(len(words))]+" ", rnd.IntN(200))
	case 6:
		return int64(rnd.IntN(2))
	case 7:
		return float64(rnd.IntN(100))
	}
	return words[rnd.IntN(len(words))]
}

func TestSameRowsAsSelect(t *testing.T) {
	schemas := []string{
		`CREATE TABLE t(a, b TEXT, c INTEGER, d REAL)`,
		`CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c)`,
		`CREATE TABLE t(a, id INTEGER, b, c, PRIMARY KEY(id DESC))`,
		`CREATE TABLE t(a PRIMARY KEY, b, c, d) WITHOUT ROWID`,
		`CREATE TABLE "t"(a, [b b] TEXT DEFAULT 'x,)(', 'c"c' NOT NULL DEFAULT (1+(2)), d INT, PRIMARY KEY("c""c"), PRIMARY KEY2 CHECK(1))`,
		`CREATE TABLE t(a, b, c NOT NULL, d NOT NULL, UNIQUE(a,b), PRIMARY KEY(d COLLATE NOCASE, c DESC)) WITHOUT ROWID`,
		"CREATE TABLE t(a /* , x */, b -- y\n, `c` VARCHAR(10,2), d AS (a||b), e GENERATED ALWAYS AS (1) STORED)",
		`CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a, b, c); CREATE INDEX i ON t(a,b); CREATE INDEX j ON t(b) WHERE b > 'x'`,
		`CREATE TABLE t(id INTEGER PRIMARY KEY DESC, a, b, c)`,
		`CREATE TABLE t(id INTEGER NOT NULL CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT REPLACE, a, b, c) STRICT`,
	}
	for round := range 40 {
		rnd := rand.New(rand.NewPCG(uint64(round), 7))
		page := 512 << rnd.IntN(8)
		enc := []string{"UTF-8", "UTF-16le", "UTF-16be"}[rnd.IntN(3)]
		schema := schemas[round%len(schemas)]
		if round%len(schemas) == 4 {
			schema = strings.Replace(schema, ", PRIMARY KEY2 CHECK(1)", ", CONSTRAINT q CHECK(1) UNIQUE(a, d)", 1)
		}
		if round%len(schemas) == 9 {
			schema = strings.Replace(schema, "a, b, c)", "a ANY, b ANY, c ANY)", 1)
		}
		vacuum := rnd.IntN(3)
		why := fmt.Sprintf("round %d page %d %s vacuum %d %s", round, page, enc, vacuum, schema)
		var want map[string][]string
		b := base(t, func(db *sql.DB) {
			exec(t, db, fmt.Sprintf(`PRAGMA page_size=%d; PRAGMA encoding="%s"; PRAGMA auto_vacuum=%d; PRAGMA secure_delete=off; PRAGMA synchronous=off`, page, enc, vacuum))
			exec(t, db, schema)
			cols := insertable(t, db)
			rows := []int{10, 300, 1500}[rnd.IntN(3)]
			exec(t, db, "BEGIN")
			for i := range rows {
				args, marks := make([]any, len(cols)), make([]string, len(cols))
				for k, c := range cols {
					args[k], marks[k] = randomValue(rnd), "?"
					if c == "id" {
						args[k] = rnd.Int64() >> rnd.IntN(64)
					}
				}
				_, err := db.Exec(`INSERT OR IGNORE INTO t("`+strings.Join(cols, `","`)+`") VALUES(`+strings.Join(marks, ",")+")", args...)
				if err != nil {
					t.Fatalf("%s: %v", why, err)
				}
				if i%7 == 3 {
					exec(t, db, "DELETE FROM t WHERE a = (SELECT a FROM t ORDER BY random() LIMIT 1)")
				}
			}
			if !strings.Contains(schema, "WITHOUT") && !strings.Contains(schema, "STRICT") {
				exec(t, db, `ALTER TABLE t ADD COLUMN late`)
				exec(t, db, `INSERT OR REPLACE INTO t(late, "`+cols[len(cols)-1]+`") VALUES('tardi', 1)`)
				_, _ = db.Exec(`UPDATE t SET late=NULL WHERE late IS NULL`) // writes it out, so that SELECT gives the same width
			}
			exec(t, db, "COMMIT")
			if rnd.IntN(4) == 0 {
				exec(t, db, "VACUUM")
			}
			want = map[string][]string{"t": selected(t, db, "t"), "sqlite_schema": selected(t, db, "sqlite_schema")}
			if strings.Contains(schema, " AS (a||b)") {
				want["t"] = selected(t, db, "stored") // see insertable
			}
		})
		g, info := read(t, b)
		if !cmp.Equal(want["t"], g.rows["t"]) {
			t.Fatalf("%s: %s", why, firstDiff(want["t"], g.rows["t"]))
		}
		if !cmp.Equal(want["sqlite_schema"], g.rows["sqlite_schema"]) {
			t.Fatalf("%s: %s", why, firstDiff(want["sqlite_schema"], g.rows["sqlite_schema"]))
		}
		if info.Unread != 0 || info.Pages != int64(len(b)/page) || g.most > longestValue {
			t.Errorf("%s: %+v", why, info)
		}
	}
}

// insertable lists the columns that INSERT may set.
func insertable(t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.Query("SELECT name, hidden FROM pragma_table_xinfo('t')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out, stored []string
	for rows.Next() {
		var name string
		var hidden int
		if err := rows.Scan(&name, &hidden); err != nil {
			t.Fatal(err)
		}
		if hidden == 0 {
			out = append(out, name)
		}
		if hidden != 2 {
			stored = append(stored, `"`+strings.ReplaceAll(name, `"`, `""`)+`"`)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(stored) != len(out) {
		rows.Close() // the one connection is needed
		exec(t, db, "CREATE VIEW stored AS SELECT "+strings.Join(stored, ",")+", late FROM t")
	}
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], `"`, `""`)
	}
	return out
}

func firstDiff(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return fmt.Sprintf("row %d:\nwant %.300s\ngot  %.300s", i, want[i], got[i])
		}
	}
	return fmt.Sprintf("%d rows, want %d", len(got), len(want))
}
