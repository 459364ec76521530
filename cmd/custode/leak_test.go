package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"custode/internal/sample/containers"
	"custode/scan/walk/baddisk"
)

// sieve looks for many values at once, in any of the forms in which a value may
// have got somewhere: as it is, in UTF-16, in base64, in hexadecimal digits.
type sieve struct {
	byHead map[string][]needle // by the first bytes of the form
	count  int
}

type needle struct{ form, value string }

// head is how many bytes of a form tell where it may begin; shorter values are
// not looked for, since they stand in words.
const head = 6

func newSieve(values []string) *sieve {
	s := &sieve{byHead: map[string][]needle{}}
	for _, v := range values {
		if len(v) < head {
			continue
		}
		s.count++
		for _, plain := range []string{v, strings.ToLower(v), strings.ToUpper(v)} {
			s.add(plain, v)
			little, big := wide(plain)
			for _, b := range []string{plain, little, big} {
				s.add(b, v)
				s.add(hex.EncodeToString([]byte(b)), v)
				s.add(strings.ToUpper(hex.EncodeToString([]byte(b))), v)
				for skip := range 3 { // wherever it stands among others
					enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", skip) + b))
					from, to := (skip*8+5)/6, (skip+len(b))*8/6
					s.add(enc[from:to], v)
				}
			}
		}
	}
	return s
}

func wide(s string) (little, big string) {
	for _, u := range utf16.Encode([]rune(s)) {
		little += string([]byte{byte(u), byte(u >> 8)})
		big += string([]byte{byte(u >> 8), byte(u)})
	}
	return little, big
}

func (s *sieve) add(form, value string) {
	if len(form) < head {
		return
	}
	for _, n := range s.byHead[form[:head]] {
		if n.form == form {
			return
		}
	}
	s.byHead[form[:head]] = append(s.byHead[form[:head]], needle{form, value})
}

// in gives the first values that stand in a text, at most three.
func (s *sieve) in(text string) (found []string) {
	for i := 0; i+head <= len(text) && len(found) < 3; i++ {
		for _, n := range s.byHead[text[i:i+head]] {
			if strings.HasPrefix(text[i:], n.form) {
				found = append(found, n.value)
			}
		}
	}
	return found
}

// unpacked is what a blob holds if it is compressed.
func unpacked(blob []byte) string {
	var out strings.Builder
	for _, open := range []func(io.Reader) (io.Reader, error){
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
	} {
		if r, err := open(bytes.NewReader(blob)); err == nil {
			_, _ = io.CopyN(&out, r, 1<<20) // what comes until it fails
		}
	}
	return out.String()
}

// collect puts everything below the folders into written: files as they are, and
// what is in the tables of databases and in compressed columns.
func collect(t *testing.T, written map[string]string, dirs ...string) {
	t.Helper()
	for _, dir := range dirs {
		if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			written[path] += string(raw)
			if strings.HasPrefix(string(raw), "SQLite format 3\x00") {
				tables(t, written, path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func tables(t *testing.T, written map[string]string, path string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(path)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := 0
	each(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'", func(_, name string, _ []byte) {
		all++
		each(t, db, "SELECT * FROM "+name, func(column, text string, blob []byte) { //nolint:unqueryvet // whatever there is
			written[path+" "+name+"."+column] += text + "\n" + unpacked(blob)
		})
	})
	if all < 3 {
		t.Fatalf("%d tables", all)
	}
}

// each goes through the cells of a query.
func each(t *testing.T, db *sql.DB, query string, fn func(column, text string, blob []byte)) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		to[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if blob, ok := v.([]byte); ok {
				fn(columns[i], string(blob), blob)
				continue
			}
			fn(columns[i], fmt.Sprint(v), nil)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// sifted fails for every value that stands in what was written.
func (s *sieve) sifted(t *testing.T, written map[string]string) {
	t.Helper()
	for where, text := range written {
		for _, v := range s.in(text) {
			t.Errorf("%s holds the planted value %q", where, v)
		}
	}
}

// TestSieve finds a value in each of its forms.
func TestSieve(t *testing.T) {
	s := newSieve([]string{"anna@example.com"})
	little, big := wide("anna@example.com")
	for _, text := range []string{
		"x anna@example.com y", "ANNA@EXAMPLE.COM", little, "x" + big, hex.EncodeToString([]byte("anna@example.com")),
		base64.StdEncoding.EncodeToString([]byte("anna@example.com")), base64.StdEncoding.EncodeToString([]byte("1anna@example.com2")),
		base64.StdEncoding.EncodeToString([]byte("12" + little)),
	} {
		if len(s.in(text)) == 0 {
			t.Errorf("not found in %q", text)
		}
	}
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write([]byte("anna@example.com")) // into memory
	_ = w.Close()
	if len(s.in(unpacked(packed.Bytes()))) == 0 || len(s.in("a..a@e….com")) > 0 {
		t.Error("not in what is packed, or in a mask")
	}
}

// planted is every value of the people in the containers, but names and streets
// that are words.
func planted() (values []string) {
	for _, row := range containers.Rows(1) {
		for i, v := range row {
			if i > 1 {
				values = append(values, v)
			}
		}
		values = append(values, row[0]+" "+row[1], row[1]+" "+row[0], strings.ReplaceAll(row[4], " ", ""), strings.ReplaceAll(row[7], " ", ""))
	}
	return values
}

// traitors are values where only a name is expected: of a column, a sheet, a table, a
// field, a member that breaks off.
func traitors(t *testing.T, dir string) (values []string) {
	t.Helper()
	say := func(format string) string {
		v := fmt.Sprintf("traditrice%d.rossi@example.com", len(values))
		values = append(values, v)
		return fmt.Sprintf(format, v)
	}
	const people = ";Email\n1;anna@example.com\n2;bruno@example.com\n3;carla@example.com\n"
	put(t, filepath.Join(dir, "column.csv"), say("%s")+people)
	put(t, filepath.Join(dir, "quoted.csv"), say("\"%s\"")+people)
	put(t, filepath.Join(dir, "field.json"), say(`[{"%s": "luca@example.com"}, `)+say(`{"a": {"%s": ["marta@example.com"]}}]`))
	put(t, filepath.Join(dir, "broken.json"), say(`{"%s": "luca@example.com", `)+say(`"%s`))
	put(t, filepath.Join(dir, "tag.xml"), say("<r><a t='%s'>")+say("%s<b></a>"))
	put(t, filepath.Join(dir, "broken.eml"), say("From: %s\n")+say("Subject: %s\nContent-Type: multipart/mixed; boundary=x\n\n--x\n")+say("Content-Type: text/%s\n\nhello")+say("\n--x\nContent-Transfer-Encoding: %s\n\nhello"))
	put(t, filepath.Join(dir, "broken.vcf"), say("BEGIN:VCARD\nVERSION:3.0\nFN:%s\n")+say("X-%s:1"))
	put(t, filepath.Join(dir, "broken.pdf"), say("%%PDF-1.7\n1 0 obj\n<</%s")+say(" (%s) >>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%%%EOF"))
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(filepath.Join(dir, "names.sqlite")))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{
		say(`CREATE TABLE "%s" (email TEXT, `) + say(`"%s" TEXT)`),
		fmt.Sprintf(`INSERT INTO "%s" VALUES ('luca@example.com', 'x')`, values[len(values)-2]),
		fmt.Sprintf(`CREATE VIEW v AS SELECT * FROM "%s"`, values[len(values)-2]), //nolint:unqueryvet // a view as people make them
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return append(values, "luca@example.com", "marta@example.com", "bruno@example.com", "carla@example.com")
}

// spoil writes every file of a folder into another one, cut off, or with some
// bytes wrong.
func spoil(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		put(t, filepath.Join(to, "cut "+d.Name()), string(raw[:len(raw)*2/3]))
		for i := len(raw) / 5; i < len(raw); i += max(1, len(raw)/7) {
			raw[i] ^= 0x11
		}
		put(t, filepath.Join(to, "wrong "+d.Name()), string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoPlaintextOfContainers searches everything that custode writes for every
// value in every container: whole, cut off and wrong ones, seen all together and
// each in detail.
func TestNoPlaintextOfContainers(t *testing.T) {
	tmp := t.TempDir()
	for _, v := range []string{"TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR"} {
		t.Setenv(v, tmp)
	}
	shop, home := filepath.Join(t.TempDir(), "shop"), filepath.Join(t.TempDir(), "home")
	whole := filepath.Join(shop, "whole")
	_, err := containers.Write(filepath.Join(whole, "a"), 1)
	if err == nil {
		_, err = containers.Kept(filepath.Join(whole, "b"))
	}
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, whole, filepath.Join(shop, "spoilt"))
	values := append(planted(), traitors(t, filepath.Join(shop, "names"))...)
	written, report := map[string]string{}, filepath.Join(home, "report.html")
	do := func(faults map[string]baddisk.Fault, args ...string) {
		r := custodeOn(t, home, faults, args...)
		what := strings.Join(args, " ")
		written["stdout of "+what] += r.out
		written["stderr of "+what] += r.err
		if (r.code > 3) != (r.code == 70 && faults[shop].Panic != nil) {
			t.Errorf("%s: exit %d %s", what, r.code, r.err)
		}
	}
	do(nil, "init", "--yes", "--data", shop)
	for _, args := range [][]string{
		{"scan"},
		{"scan", "--all"},
		{"scan", "--all", "--json"},
		{"scan", "--all", "--lang", "it"},
		{"check", "--all"},
		{"check", "--json"},
		{"check", "--all", "--lang", "it"},
		{"check", "--report", report},
		{"journal", "show"},
		{"journal", "show", "--json"},
		{"journal", "verify", "--json"},
	} {
		do(nil, args...)
	}
	panics := map[string]baddisk.Fault{}
	if err := filepath.WalkDir(shop, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		do(nil, "scan", "--explain", path)
		if strings.HasPrefix(path, filepath.Join(shop, "names")) {
			do(nil, "scan", path)
		}
		panics[path] = baddisk.Fault{Panic: values[0] + values[1]}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	do(panics, "scan", whole, "--json", "--all")
	do(map[string]baddisk.Fault{shop: {Panic: values[0]}}, "scan", shop)
	collect(t, written, home, tmp)
	s := newSieve(values)
	if s.count < 2000 || len(written) < 150 {
		t.Fatalf("only %d values, %d places", s.count, len(written))
	}
	s.sifted(t, written)
}

// TestKilledScanLeavesNoPlaintext kills scans of the containers with -9: what they
// leave, in the home and in the folder for temporary files, holds no value.
func TestKilledScanLeavesNoPlaintext(t *testing.T) {
	tmp := t.TempDir()
	shop, home := filepath.Join(t.TempDir(), "shop"), filepath.Join(t.TempDir(), "home")
	_, err := containers.Write(filepath.Join(shop, "a"), 1)
	if err == nil {
		_, err = containers.Kept(filepath.Join(shop, "b"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	written, kills := map[string]string{}, 0
	for _, ms := range []int{20, 60, 120, 200, 300, 450} {
		cmd := itself(t, home, "scan", shop)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		for _, v := range []string{"TMPDIR", "TMP", "TEMP", "SQLITE_TMPDIR"} {
			cmd.Env = append(cmd.Env, v+"="+tmp)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(ms) * time.Millisecond)
		_ = cmd.Process.Kill()
		if cmd.Wait() != nil {
			kills++
		}
		written[fmt.Sprint("output after ", ms)] = out.String()
		collect(t, written, home, tmp)
	}
	left, err := os.ReadDir(tmp)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d scans were killed; %d temporary files are left", kills, len(left))
	newSieve(planted()).sifted(t, written)
}
