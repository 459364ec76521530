package main

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc64"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"

	"custode/cmd/custode/internal/store"
	"custode/encrypt/ring"
	"custode/internal/secret"
	"custode/scan/people"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// spellings are the ways in which programs write an identifier before they hash it.
func spellings(v string) []string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, v)
	list := []string{v, strings.ToLower(v), strings.ToUpper(v), strings.ReplaceAll(v, " ", ""), "mailto:" + v, "tel:" + v}
	if local, domain, mail := strings.Cut(v, "@"); mail {
		list = append(list, local, strings.ToLower(local)+"@"+domain, strings.ReplaceAll(local, ".", "")+"@"+domain)
	} else if national, abroad := strings.CutPrefix(digits, "39"); abroad && strings.HasPrefix(v, "+") {
		list = append(list, digits, "+"+digits, "00"+digits, national, "tel:+"+digits)
	}
	var out []string
	for _, s := range list {
		out = append(out, s, s+"\n", s+"\r\n")
	}
	return out
}

// fingerprints are what anybody can make of a text without a key, whole or cut short.
func fingerprints(text string) (out [][]byte) {
	b := []byte(text)
	m, s1, s2, s5 := md5.Sum(b), sha1.Sum(b), sha256.Sum256(b), sha512.Sum512(b)
	s22, s38 := sha256.Sum224(b), sha512.Sum384(b)
	b2, b5, bs := blake2b.Sum256(b), blake2b.Sum512(b), blake2s.Sum256(b)
	twice := sha256.Sum256(s2[:])
	for _, sum := range [][]byte{m[:], s1[:], s2[:], s5[:], s22[:], s38[:], b2[:], b5[:], bs[:], twice[:]} {
		out = append(out, sum[:8]) // whatever it was cut to
	}
	f := fnv.New64a()
	_, _ = f.Write(b) // into memory
	for _, n := range []uint64{
		f.Sum64(), crc64.Checksum(b, crc64.MakeTable(crc64.ECMA)), crc64.Checksum(b, crc64.MakeTable(crc64.ISO)),
		people.Hash([16]byte{}, "", b), people.Hash([16]byte{}, "email", b), people.Hash([16]byte{}, "phone", b), people.Hash([16]byte{}, "it_fiscal_code", b),
	} {
		out = append(out, binary.BigEndian.AppendUint64(nil, n), binary.LittleEndian.AppendUint64(nil, n))
	}
	return out
}

// printsOf is a sieve for the fingerprints of values, as they are, in hexadecimal and in
// base64, wherever they stand.
func printsOf(values []string) *sieve {
	s := &sieve{byHead: map[string][]needle{}}
	for _, v := range values {
		s.count++
		for _, spelt := range spellings(v) {
			for _, sum := range fingerprints(spelt) {
				what := fmt.Sprintf("%q", spelt)
				s.add(string(sum), what)
				s.add(hex.EncodeToString(sum), what)
				s.add(strings.ToUpper(hex.EncodeToString(sum)), what)
				for skip := range 3 {
					for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
						enc := e.EncodeToString([]byte(strings.Repeat("\x00", skip) + string(sum)))
						s.add(enc[(skip*8+5)/6:(skip+len(sum))*8/6], what)
					}
				}
			}
		}
	}
	return s
}

// marked are people who are nowhere else, by mail, phone and tax code.
func marked() (rows, values []string) {
	for i := range 40 {
		mail, phone, code := fmt.Sprintf("Segno.Unico%02d@Example.com", i), fmt.Sprintf("+39 399 77%d 4%03d", i%10, 100+i), fmt.Sprintf("SGNNCU%02dA41H501%c", 60+i%40, 'A'+rune(i%26))
		rows, values = append(rows, "Segno Unico;"+mail+";"+phone+";"+code), append(values, mail, phone, code)
	}
	return rows, values
}

// TestPrintsAreFound: the search finds each kind of fingerprint, also in a database.
func TestPrintsAreFound(t *testing.T) {
	const mail = "Segno.Unico00@Example.com"
	s := printsOf([]string{mail, "+39 399 770 4100"})
	low := sha256.Sum256([]byte(strings.ToLower(mail)))
	tel := sha1.Sum([]byte("+393997704100"))
	sip := people.Hash([16]byte{}, "email", []byte(strings.ToLower(mail)))
	for name, text := range map[string]string{
		"raw": "x" + string(low[:]), "cut short": string(low[:8]), "hex": "x" + hex.EncodeToString(low[:]), "HEX": strings.ToUpper(hex.EncodeToString(tel[:])),
		"base64": base64.StdEncoding.EncodeToString(tel[:]), "base64 inside": base64.URLEncoding.EncodeToString(append([]byte{7}, low[:]...)),
		"key of zeros": string(binary.BigEndian.AppendUint64(nil, sip)),
	} {
		if len(s.in(text)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	if sum := sha256.Sum256([]byte("somebody else")); len(s.in(string(sum[:]))) > 0 {
		t.Error("finds what is not there")
	}
	home := t.TempDir()
	if r := custode(t, home, "init", "--yes", "--data", t.TempDir()); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(filepath.Join(home, "custode.db")))
	if err == nil {
		_, err = db.Exec("INSERT INTO lost VALUES ('d', 'n', 1, 0, '', '', 0, ?, ?, 0)", `{"sha256":"`+hex.EncodeToString(low[:])+`"}`, tel[:])
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	collect(t, written, home)
	for _, column := range []string{"findings", "sketch"} {
		if cell := written[filepath.Join(home, "custode.db")+" lost."+column]; len(s.in(cell)) == 0 {
			t.Errorf("planted in %s and not found", column)
		}
	}
}

// TestNobodyCanBeLookedUp goes from a scan through an alert, its incident and the letters,
// with choices, a request and sealed files on the way. Nothing in the home or in the letters
// is an identifier of anybody, or what anybody could make of one without a key.
func TestNobodyCanBeLookedUp(t *testing.T) {
	home, shop, out := t.TempDir(), t.TempDir(), t.TempDir()
	rows, values := marked()
	head := "Nome;Email;Telefono;Codice fiscale\n"
	list := put(t, filepath.Join(shop, "clienti.csv"), head+strings.Join(rows, "\n"))
	put(t, filepath.Join(shop, "gone", "vecchi.csv"), head+strings.Join(rows[:20], "\n"))
	put(t, filepath.Join(shop, "clienti.json"), `[{"email":"`+values[0]+`","phone":"`+values[1]+`","codice_fiscale":"`+values[2]+`"}]`)
	alone := put(t, filepath.Join(shop, "uno.txt"), values[0]+"\n") // the digest of the file is that of a value
	put(t, filepath.Join(shop, "due.txt"), values[0]+"\n")          // and it has a copy
	do := func(code int, args ...string) {
		t.Helper()
		if r := custode(t, home, args...); r.code != code {
			t.Fatalf("%q: exit %d %s %s", args, r.code, r.out, r.err)
		}
	}
	do(0, "init", "--yes", "--country", "IT", "--data", shop)
	if _, _, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString("six words that nobody knows"), WorkFactor: 10, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	do(0, "scan")
	lookAlert(t, home, list, filepath.Join(shop, "gone", "vecchi.csv"), alone)
	if err := os.RemoveAll(filepath.Join(shop, "gone")); err != nil {
		t.Fatal(err)
	}
	do(0, "scan")
	do(0, "alerts", "open-incident", "1", "--json")
	do(0, "playbook", "facts", "aware_at=now", "malicious=yes")
	for _, kind := range []string{"authority", "people", "register", "bank", "police"} {
		do(0, "playbook", "letter", kind, "--out", filepath.Join(out, kind+".md"))
	}
	do(0, "playbook", "start", "lost-device", "--from-scan", filepath.Join(shop, "gone"), "--json")
	do(0, "privacy", "choices", "record", values[3], "no", "--purpose", "offers", "--by", "Maria")
	do(0, "privacy", "choices", "record", values[4], "no", "--purpose", "offers", "--channel", "sms", "--by", "Maria")
	do(0, "privacy", "requests", "new", "--right", "access", "--how", "mail", "--name", "Segno Unico", "--contact", values[6], "--received", "today")
	do(0, "privacy", "map", "--json")
	do(1, "encrypt", "--keep", alone)
	if r := custode(t, home, "check", "--report", filepath.Join(out, "report.html")); r.code > 3 {
		t.Fatalf("%+v", r)
	}
	written := map[string]string{}
	collect(t, written, home, out)
	plain, prints := newSieve(values), printsOf(values)
	if plain.count != len(values) || prints.count != len(values) || len(written) < 60 {
		t.Fatalf("%d and %d values, %d places", plain.count, prints.count, len(written))
	}
	plain.sifted(t, written)
	prints.sifted(t, written)
	if db := filepath.Join(home, "custode.db"); len(written[db+" file.sketch"]) == 0 || len(written[db+" lost.sketch"]) == 0 || len(written[db+" incident.detail"]) == 0 {
		t.Error("the people of the files are not where they were looked for")
	}
}

// lookAlert keeps an alert about files, as the watch does.
func lookAlert(t *testing.T, home string, paths ...string) {
	t.Helper()
	st, err := store.Open(t.Context(), home, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	c := cases.Case{Run: "r"}
	c.Serial, c.Rule, c.Severity, c.Opened, c.Last, c.Paths, c.Counts.Files = 1, rules.Bulk, rules.High, time.Now(), time.Now(), paths, len(paths)
	if c.Stake, err = st.AtStake(t.Context(), paths); err == nil {
		_, err = st.SaveCase(t.Context(), c, rules.Began)
	}
	if err != nil {
		t.Fatal(err)
	}
}
