package seek_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"custode/internal/sample"
	"custode/scan/reader"
	"custode/scan/seek"
)

// everybody is what a customer usually gives.
func everybody() []seek.Term {
	return []seek.Term{
		{Kind: seek.Name, Text: "Ludovica D'Esempio"},
		{Kind: seek.Email, Text: "ludovica@posta.example"},
		{Kind: seek.Phone, Text: "+39 399 765 4321"},
		{Kind: seek.Code, Text: "SMPLVC85T50A562S"},
	}
}

// texts are of three kinds, without anybody who is looked for.
func texts() map[string][]byte {
	prose := bytes.Repeat([]byte("Il negozio apre alle nove e chiude alle sette di sera, anche di sabato; la merce arriva il lunedì, e chi vuole può ordinare per telefono.\n"), 1<<20/140)
	var log, list bytes.Buffer
	for i, p := range sample.People(1, 2000) {
		fmt.Fprintf(&log, "2026-03-%02d 10:%02d:%02d GET /ordini/%d?x=%x 200 192.0.2.%d %s\n", i%28+1, i%60, i%59, i*7919, i*104729, i%250, p.Mail)
		fmt.Fprintf(&list, "%s %s, %s, tel. %s, %s, CF %s\n", p.First, p.Last, p.Street, p.Phone, p.Mail, p.Fiscal)
	}
	return map[string][]byte{"prose": prose, "log": bytes.Repeat(log.Bytes(), 4), "people": bytes.Repeat(list.Bytes(), 4)}
}

// BenchmarkText is what the search itself costs for each byte of text.
func BenchmarkText(b *testing.B) {
	s := seeker(b, everybody()...)
	for name, text := range texts() {
		b.Run(name, func(b *testing.B) {
			f := s.Finder(nil)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				f.Reset()
				f.Text(text, 0, len(text), 1)
				if r := f.Result(); r.All() != 0 {
					b.Fatal("somebody is there")
				}
			}
		})
	}
}

// BenchmarkTable is what reading and searching a CSV file costs.
func BenchmarkTable(b *testing.B) {
	s := seeker(b, everybody()...)
	var table bytes.Buffer
	table.WriteString("Cognome;Nome;Indirizzo;Telefono;E-mail;Codice fiscale\n")
	for range 4 {
		for _, p := range sample.People(1, 2000) {
			fmt.Fprintf(&table, "%s;%s;%s;%s;%s;%s\n", p.Last, p.First, p.Street, p.Phone, p.Mail, p.Fiscal)
		}
	}
	for name, sink := range map[string]func() reader.Sink{
		"search": func() reader.Sink { return s.Finder(nil) },
		"show":   func() reader.Sink { return s.Finder(func(seek.Record) {}) },
	} {
		b.Run(name, func(b *testing.B) {
			r := reader.NewReader()
			b.SetBytes(int64(table.Len()))
			for b.Loop() {
				if _, err := r.Read(context.Background(), io.LimitReader(bytes.NewReader(table.Bytes()), 1<<40), "x.csv", sink()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
