package detect

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// prose, log, customers and catalogue are the contents that shops have, one
// MiB each.
func repeat(line func(i int) string) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 1<<20; i++ {
		b.WriteString(line(i))
	}
	return b.Bytes()
}

func prose() []byte {
	return repeat(func(int) string {
		return "Gentile cliente, la ringraziamo per il suo ordine e le ricordiamo che il negozio resta chiuso per ferie.\nCordiali saluti dal vostro negozio di fiducia, sempre a disposizione per ogni domanda.\n"
	})
}

func accessLog() []byte {
	return repeat(func(i int) string {
		return fmt.Sprintf("192.168.%d.%d - - [23/Nov/2026:10:%02d:%02d +0100] \"GET /prodotti/%d/sedia.html HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0\"\n", i%256, i/256%256, i/60%60, i%60, 100000+i, 5000+i%9000)
	})
}

func customers() []byte {
	return repeat(func(i int) string {
		return fmt.Sprintf("%d;Mario;Rossi;mario.rossi%d@example.com;+39 399 %03d %04d;RSSMRA80A01H501U;Via Roma %d;IT60X0542811101000000123456;4000001234567899;%d,%02d\n", i, i, i/10000%1000, i%10000, i%200, i%900, i%100)
	})
}

func catalogue() []byte {
	return repeat(func(i int) string {
		return fmt.Sprintf("80%011d;Sedia da cucina modello %d;%d.%02d;2026-11-%02d 10:%02d:00;%d\n", i*7919, i, i%300, i%100, 1+i%28, i%60, i%50)
	})
}

func benchText(b *testing.B, text []byte) {
	b.Helper()
	c := testRules("").Collector()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c.Reset()
		c.Text(text, 0, len(text), 1)
	}
}

func BenchmarkTextProse(b *testing.B)     { benchText(b, prose()) }
func BenchmarkTextLog(b *testing.B)       { benchText(b, accessLog()) }
func BenchmarkTextCustomers(b *testing.B) { benchText(b, customers()) }
func BenchmarkTextCatalogue(b *testing.B) { benchText(b, catalogue()) }

func BenchmarkCells(b *testing.B) {
	text := customers()
	var rows [][][]byte
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		rows = append(rows, bytes.Split(line, []byte(";")))
	}
	c := testRules("").Collector()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c.Reset()
		for h := range strings.SplitSeq("Id;Nome;Cognome;Email;Telefono;Codice fiscale;Indirizzo;IBAN;Carta;Totale", ";") {
			c.Column([]byte(h), false)
		}
		for i, row := range rows {
			for n, v := range row {
				c.Cell(n, v, int64(i)+2)
			}
			c.EndRecord()
		}
		c.Result()
	}
}

func BenchmarkSmallFiles(b *testing.B) {
	text := []byte("Buongiorno, confermo l'ordine.\nSaluti\nMario Rossi\nmario@example.com tel. +39 399 000 1234\n")
	c := testRules("").Collector()
	for b.Loop() {
		c.Reset()
		c.Text(text, 0, len(text), 1)
		c.Result()
	}
}

// TestCostIsLinear makes texts that were made to be slow eight times as long:
// the time may grow by twenty at most, where a quadratic cost would grow by 64.
// The fastest of several runs counts, so that a busy computer matters little.
func TestCostIsLinear(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("measures time: make test runs it once more without the race detector")
	}
	const size, times, growth = 1 << 16, 8, 20
	for name, unit := range map[string]string{
		"ats": "@", "digits": "1", "ones": "1 ", "letters": "a", "a1": "a1", "dotted": "a.", "local": "a@", "domain": "a@b.", "dashes": "1-", "plus": "+1", "plusses": "+", "groups": "1111 ",
		"cards": "4000 0012 3456 7890 ", "ibans": "IT60 X054 ", "it": "IT60X", "threes": "399 000 1234 ", "zeros": "00 ", "brackets": "(06) ", "spaces": " ", "underscores": "_1", "accents": "è1", "broken": "\xc3\xe2\x80",
		"mails": "a@example.com ", "angle": "<a@example.com>\n\t", "colon": ":a@example.com", "tel": "tel 1 ", "fiscal": "RSSMRA80A01 ", "rss": "RSS MRA ", "slash": "1/", "at1": "1@1.", "passwords": "password:", "password values": "password: x1y2 ", "equals": "=", "colons": ":", "tabs": "\t", "names": "nome: ", "fields": "Cognome: Rossi\n", "fields on a line": "Cognome: Rossi; ",
		"links": "http://a:", "hex": "2a02:", "octets": "1.", "addresses": "93.184.216.34 ", "underlined": "a1_", "keys": "sk_live_", "jwt": "eyJ1.", "akia": "AKIA1 ", "inserts": "INSERT INTO t (email) VALUES (", "quotes": "INSERT INTO t (email) VALUES ('", "rows": "INSERT INTO t (cognome) VALUES ('Rossi');",
		"mixed quotes": "INSERT INTO t (email) VALUES (\"x'", "pem": "-----BEGIN PRIVATE KEY-----", "born": "nato a il 1", "spoken": "password è 1 ", "pins": "pin 1", "dotted words": "SG.1", "tags": "<password>1", "defined": "('password', '1", "long label": "password wifi del di ", "label": "a b c d:", "tokens": "eyJhbGciOiJIUzI1NiJ9.", "nino": "AB 12 34 56 ", "passports": "passport 925076473 ", "nines": "925076473 ", "cie": "CA12345AA ", "zone": "A1<", "fillers": "1<<", "nir": "1 85 05 78 ", "tax id": "36 574 261 ", "ssn": "123-45-", "dni": "12.345.", "nie": "X-1234567-",
		"ibaniban": "IBANIT60X", "ids": "12345678Z ", "hexes": strings.Repeat("A1", 16) + " ", "words": "n. i. d. 925076473 ",
		"long local": strings.Repeat("x", 60) + "@",
	} {
		t.Run(name, func(t *testing.T) {
			text := []byte(strings.Repeat(unit, times*size/len(unit)+1))
			c := testRules("").Collector()
			part, whole := time.Hour, time.Hour
			for range 12 {
				part = min(part, timed(c, text[:size]))
				whole = min(whole, timed(c, text[:times*size]))
				if whole <= growth*part {
					break
				}
			}
			if whole > growth*part+time.Millisecond {
				t.Errorf("%d times the text takes %v instead of %v", times, whole, part)
			}
			t.Logf("%.0f ns a byte", float64(whole.Nanoseconds())/(times*size))
			if perByte := whole.Nanoseconds() / (times * size); perByte > 2000 {
				t.Errorf("%d ns a byte", perByte)
			}
		})
	}
}

func timed(c *Collector, text []byte) time.Duration {
	c.Reset()
	begin := time.Now()
	c.Text(text, 0, len(text), 1)
	return time.Since(begin)
}
