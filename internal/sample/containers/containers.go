// Package containers writes the same made-up people into many containers and
// encodings, so that a test can hold a scanner to one number of people
// whatever a list lies in. [Write] makes what the standard library can, always
// anew; [Kept] unpacks what other programs made of the people of seed 1, which
// testdata/make.sh makes again.
//
// Nobody in it exists: see package sample.
package containers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"custode/internal/sample"
)

// People is how many people every container holds.
const People = 300

// Shop is the address of the shop, to which the mails go. It is nobody's, but
// in the mails it stands beside those of the people.
const Shop = "negozio@ferramenta.example"

// form is what mails of people without an address come from.
const form = "modulo@ferramenta.example"

// Made says what one file is.
type Made struct {
	Path      string // relative to the folder, with slashes
	Format    string // of the file that holds the people: csv, json, xlsx, mbox …
	People    int    // how many are in it
	Container string // what is around that file, outermost first: "zip", "zip/zip", "tar/gz"; empty for nothing
}

// book is the list that all containers hold, cut up into rows.
type book struct {
	people []sample.Person
	rows   [][]string
}

// newBook makes the people of a seed.
func newBook(seed uint64) *book {
	b := &book{people: sample.People(seed, People)}
	for _, p := range b.people {
		b.rows = append(b.rows, row(p))
	}
	return b
}

// Header is the names of the columns.
func Header() []string {
	return []string{"Cognome", "Nome", "Codice fiscale", "E-mail", "Telefono", "Indirizzo", "Data di nascita", "IBAN"}
}

// row is a person under [Header].
func row(p sample.Person) []string {
	return []string{p.Last, p.First, p.Fiscal, p.Mail, p.Phone, p.Street, p.Born.Format("02/01/2006"), p.IBAN}
}

// Rows are the people of a seed, cell by cell under [Header].
func Rows(seed uint64) [][]string { return newBook(seed).rows }

// writer makes one file.
type writer struct {
	made  Made
	bytes func(*book) ([]byte, error)
}

// writers are all that [Write] makes.
func writers() []writer {
	w := func(path, format, container string, bytes func(*book) ([]byte, error)) writer {
		return writer{Made{Path: path, Format: format, People: People, Container: container}, bytes}
	}
	return []writer{
		w("virgola.csv", "csv", "", plain(comma)),
		w("punto-e-virgola.csv", "csv", "", plain(semicolon)),
		w("windows-1252.csv", "csv", "", windows1252),
		w("utf-16.csv", "csv", "", utf16LE),
		w("tabulazioni.tsv", "csv", "", plain(tabs)),
		w("elenco.json", "json", "", jsonPretty),
		w("una-riga.json", "json", "", jsonOneLine),
		w("righe.jsonl", "jsonl", "", jsonLines),
		w("tabella.html", "html", "", plain(htmlPage)),
		w("anagrafica.xml", "xml", "", plain(xmlRecords)),
		w("rubrica.vcf", "vcf", "", plain(vcards)),
		w("schede.txt", "text", "", plain(blocks)),
		w("colonne.txt", "text", "", plain(aligned)),
		w("clienti.sql", "sql", "", plain(sqlDump)),
		w("allegato.eml", "csv", "eml", mailWithFile),
		w("nel-testo.eml", "eml", "", mailWithTable),
		w("posta.mbox", "mbox", "", plain(mbox)),
		w("csv.zip", "csv", "zip", zipped),
		w("due-volte.zip", "csv", "zip/zip", zippedTwice),
		w("csv.tar.gz", "csv", "gz/tar", tarred),
		w("elenco.json.gz", "json", "gz", gzipped),
		w("clienti.xlsx", "xlsx", "", workbook),
		w("clienti.docx", "docx", "", document),
	}
}

// Write makes all files in dir, which it creates if need be; it replaces
// nothing. The same seed makes the same bytes.
func Write(dir string, seed uint64) ([]Made, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // tests say where
		return nil, err
	}
	b := newBook(seed)
	var made []Made
	for _, w := range writers() {
		content, err := w.bytes(b)
		if err == nil {
			err = create(filepath.Join(dir, w.made.Path), content)
		}
		if err != nil {
			return made, fmt.Errorf("make %s: %w", w.made.Path, err)
		}
		made = append(made, w.made)
	}
	return made, nil
}

// plain is for what can't fail.
func plain(text func(*book) string) func(*book) ([]byte, error) {
	return func(b *book) ([]byte, error) { return []byte(text(b)), nil }
}

// create writes a new file that only its owner may read.
func create(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // tests say where
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
