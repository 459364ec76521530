package replay

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"custode/internal/sample"
)

const shopSize = 2000

// maker makes the files of a shop: 3 to 43 KB each, of the kinds that a shop has.
type maker struct {
	rng    *rand.Rand
	people []sample.Person
}

// makeShop makes two thousand files in some 366 folders, always the same.
func makeShop() []made {
	m := newMaker(11)
	areas := []string{"clienti", "fatture", "ordini", "preventivi", "foto", "posta", "fornitori", "personale"}
	var out []made
	for i := range shopSize {
		area := areas[i%len(areas)]
		dir := filepath.Join(area, fmt.Sprint(2019+i/len(areas)%6), fmt.Sprintf("%02d", i/48%8))
		if i%11 == 0 {
			dir = area
		}
		kind := []string{"csv", "pdf", "txt", "jpg", "docx", "csv", "pdf", "xlsx", "jpg", "csv"}[m.rng.IntN(10)]
		out = append(out, made{filepath.Join(dir, fmt.Sprintf("%s-%04d.%s", area[:4], i, kind)), m.content(kind)})
	}
	slices.SortFunc(out, func(a, b made) int { return strings.Compare(a.name, b.name) })
	return out
}

func (m *maker) content(kind string) []byte {
	size := 3000 + m.rng.IntN(40_000)
	switch kind {
	case "csv":
		return m.list(size)
	case "pdf":
		return m.pdf(size)
	case "jpg":
		return m.photo(80 + m.rng.IntN(200))
	case "docx":
		return m.office("word/document.xml", "word/styles.xml", m.prose(size*3))
	case "xlsx":
		return m.office("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", m.list(size*2))
	}
	return m.prose(size)
}

func (m *maker) person() sample.Person { return m.people[m.rng.IntN(len(m.people))] }

// list is a table as a shop's program writes one.
func (m *maker) list(size int) []byte {
	var b bytes.Buffer
	b.WriteString("Nome;Cognome;Email;Telefono;Indirizzo;Importo\n")
	for b.Len() < size {
		p := m.person()
		fmt.Fprintf(&b, "%s;%s;%s;%s;%s;%d,%02d\n", p.First, p.Last, p.Mail, p.Phone, p.Street, m.rng.IntN(900), m.rng.IntN(100))
	}
	return b.Bytes()
}

// prose is a letter.
func (m *maker) prose(size int) []byte {
	words := strings.Fields("gentile cliente la merce ordinata è pronta da giovedì e può essere ritirata presso il negozio con la ricevuta " +
		"we thank you for your order of last week the goods will be sent when paid cordiali saluti perché già più dell'anno scorso")
	var b bytes.Buffer
	for line := 0; b.Len() < size; {
		w := words[m.rng.IntN(len(words))]
		if m.rng.IntN(40) == 0 {
			w = m.person().Last
		}
		b.WriteString(w)
		if line += len(w) + 1; line > 78 {
			b.WriteByte('\n')
			line = 0
		} else {
			b.WriteByte(' ')
		}
	}
	return append(b.Bytes(), '\n')
}

// pdf has pages whose text is packed.
func (m *maker) pdf(size int) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(nil)
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
	n := 3
	for ; b.Len() < size; n++ {
		var z bytes.Buffer
		w.Reset(&z)
		_, _ = w.Write(m.prose(4000)) // to memory
		_ = w.Close()
		fmt.Fprintf(&b, "%d 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n", n, z.Len(), z.Bytes())
	}
	fmt.Fprintf(&b, "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Size %d/Root 1 0 R>>\nstartxref\n0\n%%%%EOF\n", n)
	return b.Bytes()
}

// photo is a picture with some noise in it, as a camera makes.
func (m *maker) photo(side int) []byte {
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.SetGray(x, y, color.Gray{uint8((x*y/40 + m.rng.IntN(60)) % 256)})
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}) // to memory
	return b.Bytes()
}

// office is a document as an office program saves it.
func (m *maker) office(main, more string, text []byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []struct {
		name string
		text []byte
	}{{"[Content_Types].xml", []byte("<Types/>")}, {main, text}, {more, m.prose(2000)}} {
		w, _ := z.Create(part.name) // to memory
		_, _ = w.Write(part.text)
	}
	_ = z.Close()
	return b.Bytes()
}

// decoyText looks like a list of customers.
var decoyText = sync.OnceValue(func() []byte {
	m := newMaker(1)
	return m.list(6000)
})

var everybody = sync.OnceValue(func() []sample.Person { return sample.People(7, 500) })

func newMaker(seed uint64) *maker {
	return &maker{rand.New(rand.NewPCG(seed, 25)), everybody()}
}
