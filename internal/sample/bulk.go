package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Of a heap of files these many at most are big ones, and they hold these many
// per cent of its bytes. Small ones lie two hundred to a folder.
const (
	bulkBig      = 6
	bulkBigShare = 60
	bulkFolder   = 200
	bulkChunk    = 1 << 20
)

// WriteBulk fills dir, which is empty or does not exist yet, with a number of
// files of about the given size in all, for benchmarks: a few big tables, logs
// and catalogues, and small letters, notes and JSON around them. The same
// arguments make the same bytes. As everywhere here, nobody in it exists.
func WriteBulk(dir string, seed uint64, files int, bytes int64) error {
	return fill(dir, func() error {
		b := newBulk(seed)
		big := min(bulkBig, max(1, files/10), files)
		small := files - big
		bigBytes := bytes
		if small > 0 {
			bigBytes = bytes / 100 * bulkBigShare
		}
		for i := range big {
			if err := b.bigFile(dir, i, bigBytes/int64(big)); err != nil {
				return fmt.Errorf("write big file %d: %w", i+1, err)
			}
		}
		for i := range small {
			if err := b.smallFile(dir, i, (bytes-bigBytes)/int64(small)); err != nil {
				return fmt.Errorf("write small file %d: %w", i+1, err)
			}
		}
		return nil
	})
}

// bulk makes many bytes from few people: a running number tells them apart.
type bulk struct {
	*crowd
	pool  []bulkPerson
	goods []string // products with their article number
	prose []string // lines without personal data
	n     uint64   // the running number
}

// bulkPerson is a person cut up for fast writing.
type bulkPerson struct {
	first, last, local, domain, street, fiscal, birth string
}

// newBulk prepares what the files are made of.
func newBulk(seed uint64) *bulk {
	b := &bulk{crowd: newCrowd(rand.New(rand.NewPCG(seed, 0xb01c)))} //nolint:gosec // invented data wants a seed, not secrecy
	for _, p := range b.invite(1000, false) {
		local, domain, _ := strings.Cut(p.mail, "@")
		b.pool = append(b.pool, bulkPerson{
			first: p.first, last: p.last, local: local, domain: domain,
			street: p.street, fiscal: p.fiscal, birth: p.born.Format(italianDay),
		})
	}
	for range 500 {
		ean := ean13("80000" + b.digits(7))
		b.goods = append(b.goods, ean+";"+b.pick("products"))
		b.prose = append(b.prose, b.pick("notes")+"; "+b.pick("products")+", "+b.pick("notes")+". "+b.pick("notes_en")+".\n")
	}
	return b
}

// next takes the next person and a number of its own.
func (b *bulk) next() (*bulkPerson, uint64) {
	b.n++
	return &b.pool[b.rng.IntN(len(b.pool))], b.n
}

// tel appends the number n of those that no operator has.
func tel(to []byte, n uint64) []byte {
	to = append(to, "+39399"...)
	for div := uint64(1_000_000); div > 0; div /= 10 {
		to = append(to, byte('0'+n/div%10))
	}
	return to
}

// mailTo appends the address of p with the number n.
func mailTo(to []byte, p *bulkPerson, n uint64) []byte {
	to = append(to, p.local...)
	to = strconv.AppendUint(to, n, 10)
	to = append(to, '@')
	return append(to, p.domain...)
}

// join appends strings.
func join(to []byte, parts ...string) []byte {
	for _, s := range parts {
		to = append(to, s...)
	}
	return to
}

// customer appends a row of a customer list.
func (b *bulk) customer(to []byte) []byte {
	p, n := b.next()
	to = mailTo(join(to, p.first, ";", p.last, ";"), p, n)
	to = tel(append(to, ';'), n)
	return join(to, ";", p.street, ";", p.birth, ";", p.fiscal, ";\n")
}

// reader appends a row of a newsletter.
func (b *bulk) reader(to []byte) []byte {
	p, n := b.next()
	return join(mailTo(to, p, n), ";12/03/2024;sì\n")
}

// order appends a line of JSON.
func (b *bulk) order(to []byte) []byte {
	p, n := b.next()
	to = strconv.AppendUint(append(to, `{"order":`...), n, 10)
	to = mailTo(append(to, `,"email":"`...), p, n)
	to = strconv.AppendUint(append(to, `","created_ms":`...), 1_732_000_000_000+n*977, 10)
	return join(to, `,"ean":"`, b.goods[n%uint64(len(b.goods))][:13], "\",\"total\":12.50}\n")
}

// article appends a row of a catalogue, in which there is nobody.
func (b *bulk) article(to []byte) []byte {
	_, n := b.next()
	to = join(to, b.goods[n%uint64(len(b.goods))], ";")
	to = strconv.AppendUint(to, n%90_000, 10)
	return join(to, ",90;12/03/2024\n")
}

// sms appends a line of a log with numbers.
func (b *bulk) sms(to []byte) []byte {
	_, n := b.next()
	to = tel(append(to, "2025-11-03 10:22:31.250 INFO sms to="...), n%50_000)
	to = strconv.AppendUint(append(to, " msgid="...), 9_900_000_000_000_000+n, 10)
	return append(to, " status=delivered\n"...)
}

// access appends a line of a log without anybody.
func (b *bulk) access(to []byte) []byte {
	_, n := b.next()
	to = strconv.AppendUint(append(to, "192.0.2."...), n%250, 10)
	to = strconv.AppendUint(append(to, ` - - [03/Nov/2025:10:22:31 +0000] "GET /img/logo@2x.png?v=`...), n, 10)
	return append(to, " HTTP/1.1\" 200 5120\n"...)
}

// bigFile writes the i-th big file of about size bytes, a chunk at a time.
func (b *bulk) bigFile(dir string, i int, size int64) (err error) {
	kinds := [bulkBig]struct {
		name, header string
		line         func([]byte) []byte
	}{
		{"clienti.csv", "Nome;Cognome;Email;Telefono;Indirizzo;Data di nascita;Codice fiscale;Note\n", b.customer},
		{"ordini.jsonl", "", b.order},
		{"sms.log", "", b.sms},
		{"catalogo.csv", "EAN;Nome prodotto;Prezzo;Aggiornato\n", b.article},
		{"access.log", "", b.access},
		{"newsletter.csv", "Email;Iscritto il;Consenso\n", b.reader},
	}
	kind := kinds[i]
	f, err := os.OpenFile(filepath.Join(dir, kind.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := make([]byte, 0, bulkChunk+1024)
	buf = append(buf, kind.header...)
	for size > 0 {
		want := int(min(size, bulkChunk))
		for len(buf) < want {
			buf = kind.line(buf)
		}
		if _, err := f.Write(buf); err != nil {
			return err
		}
		size -= int64(len(buf))
		buf = buf[:0]
	}
	return nil
}

// smallFile writes the i-th small file: a letter, a note or some JSON, from
// half to one and a half times the mean size.
func (b *bulk) smallFile(dir string, i int, mean int64) error {
	folder := filepath.Join(dir, fmt.Sprintf("cartella-%04d", i/bulkFolder))
	if i%bulkFolder == 0 {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
	}
	size := int(mean/2 + b.rng.Int64N(mean+1))
	var content []byte
	var ext string
	switch i % 3 {
	case 0:
		content, ext = b.letter(size), "eml"
	case 1:
		content, ext = b.note(nil, size), "txt"
	default:
		content, ext = b.objects(size), "json"
	}
	return create(filepath.Join(folder, fmt.Sprintf("%05d.%s", i, ext)), content)
}

// letter is a mail of about the given size.
func (b *bulk) letter(size int) []byte {
	p, n := b.next()
	to := mailTo(join(make([]byte, 0, size+1024), "From: ", p.first, " ", p.last, " <"), p, n)
	to = strconv.AppendUint(append(to, ">\nTo: <negozio@ferramenta.example>\nSubject: ordine\nMessage-ID: <"...), n, 10)
	to = join(to, "@mail.example.com>\nContent-Type: text/plain; charset=utf-8\n\nBuongiorno,\n")
	to = b.note(to, size)
	return append(tel(append(to, "Tel. "...), n), '\n')
}

// note appends lines up to the given size; one in twenty names somebody.
func (b *bulk) note(to []byte, size int) []byte {
	for len(to) < size {
		to = append(to, b.prose[b.rng.IntN(len(b.prose))]...)
		if b.rng.IntN(20) == 0 {
			p, n := b.next()
			to = append(mailTo(append(to, "scrivere a "...), p, n), '\n')
		}
	}
	return to
}

// objects is an array of orders.
func (b *bulk) objects(size int) []byte {
	to := append(make([]byte, 0, size+1024), '[')
	for {
		to = b.order(to)
		if len(to) >= size {
			return append(to, "]\n"...)
		}
		to = append(to, ',')
	}
}
