package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"custode/playbook/plan"
	"custode/playbook/privacy/datamap"
	"custode/training/question"
)

// asSaved gives a text as the editors and shells of Windows may save it.
func asSaved(text string) map[string][]byte {
	lf := strings.ReplaceAll(text, "\r\n", "\n")
	crlf := strings.ReplaceAll(lf, "\n", "\r\n")
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(crlf)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	return map[string][]byte{"CRLF": []byte(crlf), "BOM": []byte("\ufeff" + lf), "BOM and CRLF": []byte("\ufeff" + crlf), "UTF-16": wide}
}

// TestAsNotepadSaves: settings, plans, questions, the map of the data, passphrases and the secrets of alerts are
// read the same, whatever program saved them.
func TestAsNotepadSaves(t *testing.T) {
	built, err := newShelf().plans()
	if err != nil {
		t.Fatal(err)
	}
	asRead := func(path string) string {
		t.Helper()
		raw, err := os.ReadFile(filepath.FromSlash(path))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	sh := &shell{env: func(string) string { return "" }}
	for name, c := range map[string]struct {
		text  string
		parse func(raw []byte) (any, error)
	}{
		"settings": {"shop: Caffè Rossi\ncountry: IT\nlanguage: it\nfolders:\n  - " + strconv.Quote(t.TempDir()) + "\nhours:\n  - lun-ven 8-13\n", func(raw []byte) (any, error) {
			s, wrong := parseSettings(raw)
			if wrong != nil {
				t.Errorf("settings: %+v", wrong)
			}
			return s, nil
		}},
		"plan":      {asRead("../../playbook/plan/content/lost-device.yaml"), func(raw []byte) (any, error) { return plan.Parse(built.book, raw) }},
		"questions": {asRead("../../training/bank/content/passwords.yaml"), func(raw []byte) (any, error) { return question.Parse(raw) }},
		"map": {"trade: restaurant\ncontroller:\n  name: Da Maria\n  address: Via Roma 1, Forlì\n  mail: maria@example.com\n", func(raw []byte) (any, error) {
			return datamap.Parse(raw)
		}},
		"passphrase": {"perché no è così\nanother line\n", func(raw []byte) (any, error) {
			path := filepath.Join(t.TempDir(), "words.txt")
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				return nil, err
			}
			pass, err := sh.firstLine(path)
			return pass.Reveal(), err
		}},
		"secret of an alert": {"Tok3n:perché\nanother line\n", func(raw []byte) (any, error) {
			path := filepath.Join(t.TempDir(), "token.txt")
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				return nil, err
			}
			s, err := sh.keptSecret(path, "")
			return string(s.Reveal()), err
		}},
	} {
		want, err := c.parse([]byte(c.text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for as, raw := range asSaved(c.text) {
			if got, err := c.parse(raw); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s with %s: %v\n%+v\nwant\n%+v", name, as, err, got, want)
			}
		}
	}
}

// TestKeyFileAsItIs: a key file that is sealed with a passphrase is no text, whatever bytes are in it.
func TestKeyFileAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.age")
	want := []byte("age-encryption.org/v1\n-> scrypt x\r\n\xff\xfe\r\n")
	if err := os.WriteFile(path, want, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := new(shell).smallFile(path, "fault.keys.identity-read"); err != nil || string(got) != string(want) {
		t.Errorf("%q, %v", got, err)
	}
}
