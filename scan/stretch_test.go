package scan_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/scan"
	"custode/scan/detect"
)

// stretch is the size of the stretches in these tests, in bytes: more than a
// reader holds at once, or there would be no cut.
const stretch = 800_000

// bigFile writes a file of more than four stretches, each unit made from its number.
func bigFile(t *testing.T, name, head string, unit func(i int) string) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(head)
	for i := 0; b.Len() < 4*stretch+stretch/3; i++ {
		b.WriteString(unit(i))
	}
	return write(t, filepath.Join(t.TempDir(), name), b.String())
}

// inOnePiece scans the content as a stream, which can't be read in stretches.
func inOnePiece(t *testing.T, path string) scan.File {
	t.Helper()
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer to.Close()
		f, err := os.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		if _, err := io.Copy(to, f); err != nil {
			t.Error(err)
		}
	}()
	defer from.Close()
	return scan.Stream(t.Context(), options(), filepath.Base(path), from)
}

// TestBigFilesInStretches holds what is found in a big file that is read in
// several places at once to what is found in it from beginning to end.
func TestBigFilesInStretches(t *testing.T) {
	customer := func(i int) string {
		return fmt.Sprintf("Anna%d;Rossi;anna%d@example.com;+39 399 %03d %04d;Via delle Prove %d;%02d/%02d/1970;12/03/2024\n", i%7, i, i/10000%1000, i%10000, i%90+1, i%28+1, i%12+1)
	}
	for _, c := range []struct {
		name, head string
		unit       func(i int) string
		apart      int64 // by how many people both may differ: a block that a cut goes through
	}{
		{"customers.csv", "Nome;Cognome;E-mail;Telefono;Indirizzo;Data di nascita;Data ordine\n", customer, 0},
		{"no-header.txt", "", customer, 0},
		{"quoted.csv", "Nome;E-mail;Note\n", func(i int) string {
			return fmt.Sprintf("\"Anna %d\";anna%d@example.com;\"riga una;\nriga \"\"due\"\"; x%d@example.org\n\nriga tre\"\n", i, i, i%50)
		}, 0},
		{"ragged.csv", "Nome;E-mail;Note\n", func(i int) string {
			return fmt.Sprintf("Anna %d;anna%d@example.com;ok%s\n", i, i, strings.Repeat(";x", i%4))
		}, 0},
		{"column.csv", "email\n", func(i int) string { return fmt.Sprintf("anna%d@example.com\n", i) }, 0},
		{"order.jsonl", "", func(i int) string {
			late := ""
			if i > 10_000 {
				late = `,"iban":"IT60X0542811101000000123456"`
			}
			return fmt.Sprintf("{\"order\":%d,\"email\":\"anna%d@example.com\",\"address\":{\"cognome\":\"Rossi %d\"}%s}\n", i, i, i%1000, late)
		}, 0},
		{"pretty.json", "[\n", func(i int) string {
			return fmt.Sprintf("{\"nome\": \"Anna\",\n \"email\": \"anna%d@example.com\"},\n", i)
		}, 0},
		{"access.log", "", func(i int) string {
			return fmt.Sprintf("2026-11-27 10:%02d:%02d.%03d INFO sms to=+39399%07d msgid=99000000%08d user=anna%d@example.com\n", i/60%60, i%60, i%1000, i, i, i%5000)
		}, 0},
		{"blocks.txt", "", func(i int) string {
			return fmt.Sprintf("Cognome: Rossi %d\nNome: Anna\nTelefono: 399 %03d %04d\nE-mail: anna%d@example.com\n\n", i, i/10000%1000, i%10000, i)
		}, 0},
		{"dump.sql", "CREATE TABLE clienti (cognome text, email text);\n", func(i int) string {
			return fmt.Sprintf("INSERT INTO clienti (cognome, email) VALUES\n('Rossi %d', 'a%d@example.com'),\n('Bianchi', 'b%d@example.com');\n", i, i, i)
		}, 0},
		{"latin.txt", "", func(i int) string { return fmt.Sprintf("Perch\xe9 no? anna%d@example.com \xe8 qui\n", i) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := bigFile(t, c.name, c.head, c.unit)
			o := options(filepath.Dir(path))
			o.Stretch = stretch
			_, files := run(t, o)
			got, want := files[c.name], inOnePiece(t, path)
			if got.State != scan.Examined || got.Reason != want.Reason || got.Format != want.Format {
				t.Errorf("%s %s %s, want %s", got.State, got.Reason, got.Format, want.Format)
			}
			if d := got.People - want.People; d < -c.apart || d > c.apart {
				t.Errorf("%d people, want %d", got.People, want.People)
			}
			if got.Newest != want.Newest {
				t.Errorf("newest %q, want %q", got.Newest, want.Newest)
			}
			if len(want.Findings) == 0 {
				t.Error("nothing found in one piece")
			}
			if !slices.Equal(got.Findings, want.Findings) {
				t.Errorf("found %s\nwant %s", told(got.Findings), told(want.Findings))
			}
		})
	}
}

func told(findings []detect.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "\n  %+v", f)
	}
	return b.String()
}

// TestStretchesEnd interrupts the reading of a big file in stretches.
func TestStretchesEnd(t *testing.T) {
	path := bigFile(t, "mails.txt", "", func(i int) string { return fmt.Sprintf("anna%d@example.com\n", i) })
	ctx, stop := context.WithCancel(t.Context())
	o := options(filepath.Dir(path))
	o.Stretch = stretch
	o.Read = func(string) { stop() }
	if err := scan.Run(ctx, o, func(scan.File) error { return nil }); err == nil {
		t.Error("no error")
	}
}
