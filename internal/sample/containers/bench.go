package containers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"custode/internal/sample"
)

// What [WriteBench] makes, each big enough to measure how fast it is read.
const (
	BenchWorkbook  = "clienti.xlsx"  // 20,000 rows of 14 columns under a header
	BenchDatabase  = "gestionale.db" // SQLite, about 30 MB: customers and orders
	BenchPages     = "stampa.pdf"    // 200 pages of customers
	BenchRows      = 20_000          // of the workbook, besides the header
	BenchPageCount = 200             // of the PDF
	benchDB        = 60_000          // customers in the database
	benchOrders    = 4               // of each
	benchLines     = 45              // of a page
	benchSeed      = 1
)

// WriteBench makes in dir, which it creates if need be, the three files for
// benchmarks. It replaces nothing. Nobody in them exists.
func WriteBench(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	c := customers(sample.People(benchSeed, sample.MaxPeople))
	for name, make := range map[string]func(customers) ([]byte, error){
		BenchWorkbook: benchWorkbook, BenchDatabase: benchDatabase, BenchPages: benchPDF,
	} {
		content, err := make(c)
		if err == nil {
			err = create(filepath.Join(dir, name), content)
		}
		if err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
	}
	return nil
}

// customers are people who have namesakes without end.
type customers []sample.Person

func (c customers) at(i int) sample.Person { return c[i%len(c)].Namesake(i / len(c)) }

// benchHeader are the columns of the workbook.
func benchHeader() []string {
	return append(Header(), "Cliente n.", "Cliente dal", "Sconto", "Totale", "Ultimo ordine", "Note")
}

// note is what a shop writes about some of its customers.
func note(i int) string {
	return []string{"", "", "preferisce il ritiro", "fattura a fine mese", "", "consegna il mattino"}[i%6]
}

// benchWorkbook is what Excel would save: texts once, dates and numbers bare.
func benchWorkbook(c customers) ([]byte, error) {
	texts := sharedTexts{at: map[string]int{}}
	var rows strings.Builder
	for col, h := range benchHeader() {
		if col == 0 {
			rows.WriteString(`<row r="1">`)
		}
		rows.WriteString(texts.cell(col, 1, h))
	}
	rows.WriteString(`</row>`)
	day := time.Date(2019, time.January, 7, 0, 0, 0, 0, time.UTC)
	for i := range BenchRows {
		p, r := c.at(i), i+2
		cells := append(row(p), "", "", "", "", "", note(i))
		fmt.Fprintf(&rows, `<row r="%d">`, r)
		for col, text := range cells {
			switch {
			case col == 6:
				fmt.Fprintf(&rows, `<c r="%s" s="1"><v>%d</v></c>`, cellName(col, r), serial(p.Born))
			case col == 8:
				fmt.Fprintf(&rows, `<c r="%s"><v>%d</v></c>`, cellName(col, r), 10_000+i)
			case col == 9 || col == 12:
				fmt.Fprintf(&rows, `<c r="%s" s="1"><v>%d</v></c>`, cellName(col, r), serial(day.AddDate(0, 0, i%1000+col*100)))
			case col == 10 || col == 11:
				fmt.Fprintf(&rows, `<c r="%s"><v>%d.%02d</v></c>`, cellName(col, r), i*col%4000, i%100)
			case text != "":
				rows.WriteString(texts.cell(col, r, text))
			}
		}
		rows.WriteString(`</row>`)
	}
	return workbookOf(`<row r="1">`+texts.cell(0, 1, "Esportazione")+`</row>`, rows.String(), &texts)
}
