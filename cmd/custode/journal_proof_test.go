package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/proof"
	"custode/internal/i18n"
	"custode/internal/journal"
)

// takeMoment puts the present moment into variables of the script: moment NAME ...
func takeMoment(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		time.Sleep(2 * time.Millisecond) // a clock may be coarse
		ts.Setenv(name, time.Now().Format(time.RFC3339Nano))
		time.Sleep(2 * time.Millisecond)
	}
}

// TestProofIsOnePage draws the evidence of a sealed file with many rows; what is rare
// beside (readable copies, a restored home) may take a second page.
func TestProofIsOnePage(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	row := func(n int64, k proof.Kind) proof.Event {
		return proof.Event{Row: n, At: now, Kind: k, Copy: "/media/usb/clienti.csv"}
	}
	one, some := row(4_000_123, proof.Sound), []proof.Event{}
	for i := range int64(40) {
		some = append(some, row(i+1, proof.Renewed))
	}
	then := job.FileThen{
		Answer: proof.Answer{
			State: proof.IsSealed, Since: &one, Sealing: &one, To: []string{"S5JR-VXM7-DX6C-7VKT", "8HZ4-QXSQ-RXCQ-MDLK", "S5JR-VXM7-DX6C-7VKT"},
			Cipher: strings.Repeat("c0ffee12", 8), Checked: &one, Proven: &one,
			Rests: some, Later: &one,
		},
		Sealed: "/home/anna/Documenti/Negozio/Clienti/2026/clienti.csv.age",
		Begun:  now, Head: journal.Head{Seq: 4_000_123},
	}
	for _, lang := range []string{"en", "it"} {
		words, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		v := prover{sh: &shell{words: words}, set: settings{Shop: "Bottega Esempio"}, path: "/home/anna/Documenti/Negozio/Clienti/2026/clienti.csv", at: now, now: now, p: then}
		for _, size := range []string{"a4", "letter"} {
			raw, err := drawDoc(v.sheet(), "proof.pdf", size, "IT")
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(raw, []byte("/Type /Page\n")) + bytes.Count(raw, []byte("/Type /Page ")); n != 1 {
				t.Errorf("%s, %s: %d pages", lang, size, n)
			}
		}
	}
}
