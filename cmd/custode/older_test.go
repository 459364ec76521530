package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestOlderHome opens the home of a made-up shop that a custode of four migrations ago wrote (testdata/older/make.sh):
// no row of any table is lost or changed, the commands know what was in it, and its sealed file opens with its
// passphrase. That the shop's folder is not where it was is said, as of any folder that is gone.
func TestOlderHome(t *testing.T) {
	if onWindows() {
		t.Skip("SKIPPED LOUDLY: the older home is of a Linux, and knows where it was")
	}
	dir := t.TempDir()
	unpackOlder(t, dir)
	home := filepath.Join(dir, ".local", "share", "custode")
	db := filepath.Join(home, "custode.db")
	tables, was := tablesOf(t, db)
	for _, name := range []string{"journal", "alert", "run", "sealed", "staff_finished", "request"} {
		if len(was[name]) == 0 && len(tables[name]) > 0 {
			t.Fatalf("the older home has nothing in %s: it proves nothing", name)
		}
	}
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	run := func(codes string, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		env := map[string]string{"HOME": dir, "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8", "XDG_RUNTIME_DIR": dir, "CUSTODE_PASSPHRASE": "garden plum seven castle river wool"}
		sh := &shell{
			in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, width: 80,
			now: func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) },
		}
		if code := sh.run(t.Context(), args); !strings.Contains(codes, fmt.Sprint(code)) {
			t.Fatalf("custode %s: exit %d, want one of %s\n%s%s", strings.Join(args, " "), code, codes, out.String(), errs.String())
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	run("0", "journal", "verify")
	if diff := cmp.Diff(was, rowsOf(t, db, tables)); diff != "" {
		t.Errorf("what the older version wrote is not what is there now:\n%s", diff)
	}
	if kept, err := filepath.Glob(db + ".before-*"); err != nil || len(kept) != 1 {
		t.Errorf("copies from before: %q, %v", kept, err)
	}
	for _, c := range []struct{ codes, command, says string }{
		{"123", "check", "Da Maria"},
		{"0", "alerts list", "3 files in the folder “Documents” unreadable"},
		{"0", "playbook list", "A device is lost or stolen, Sun 29 Nov 2026"},
		{"0", "playbook next", "Say what the device is"},
		{"0", "staff list", "Bruno"},
		{"0", "quiz results", "finished on Sun 29 Nov 2026"},
		{"0", "privacy requests list", "29 Dec 2026"},
		{"0", "journal show", "old-orders.csv.age"},
		{"0", "decrypt " + filepath.Join(dir, "Documents", "old-orders.csv.age"), "1 file is readable again"},
		{"0", "journal verify", "complete and unchanged"},
	} {
		if said := run(c.codes, strings.Fields(c.command)...); !strings.Contains(said, c.says) {
			t.Errorf("custode %s does not say %q:\n%s", c.command, c.says, said)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "Documents", "old-orders.csv"))
	if err != nil || !bytes.Contains(b, []byte("\nanna Rossi;anna.old-orders@example.com;")) {
		t.Errorf("the file that was sealed: %q, %v", b, err)
	}
}

// unpackOlder puts the older shop into a folder.
func unpackOlder(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "older", "maria.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		p := filepath.Join(dir, filepath.FromSlash(h.Name))
		if h.FileInfo().IsDir() {
			err = os.MkdirAll(p, 0o700)
		} else {
			var b []byte
			b, err = io.ReadAll(r)
			err = errors.Join(err, os.WriteFile(p, b, fs.FileMode(h.Mode).Perm()), os.Chtimes(p, h.ModTime, h.ModTime))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// tablesOf tells the columns and the rows of each table of a database.
func tablesOf(t *testing.T, path string) (tables map[string][]string, rows map[string][]string) {
	t.Helper()
	tables = map[string][]string{}
	for _, line := range query(t, path, `SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`) {
		name, column, _ := strings.Cut(line, "|")
		tables[name] = append(tables[name], column)
	}
	return tables, rowsOf(t, path, tables)
}

// rowsOf reads those columns of those tables.
func rowsOf(t *testing.T, path string, tables map[string][]string) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for name, columns := range tables {
		rows[name] = query(t, path, fmt.Sprintf(`SELECT "%s" FROM "%s"`, strings.Join(columns, `", "`), name))
		slices.Sort(rows[name])
	}
	return rows
}

// query gives each row as one line.
func query(t *testing.T, path, text string) (lines []string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			at[i] = &values[i]
		}
		if err := rows.Scan(at...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(values))
		for i, v := range values {
			line[i] = fmt.Sprint(v)
		}
		lines = append(lines, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
