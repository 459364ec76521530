package reader

import (
	"strings"
	"testing"
)

// TestEncodedMail: a mail with a part that is not plain text was not examined,
// wherever in it the part begins and however its field is written.
func TestEncodedMail(t *testing.T) {
	const head = "From: a@example.com\nTo: b@example.com\nSubject: x\n"
	for text, encoded := range map[string]bool{
		head + "\nhello": false,
		head + "Content-Transfer-Encoding: 7bit\n\nhello":                                                false,
		head + "Content-Transfer-Encoding: 8bit\n\nThe word base64 alone says nothing.":                  false,
		head + "Content-Transfer-Encoding: base64\n\naGVsbG8=":                                           true,
		head + "CONTENT-TRANSFER-ENCODING:\tBASE64\n\naGVsbG8=":                                          true,
		head + "content-transfer-encoding: quoted-printable\n\n4111=\n1111":                              true,
		head + "\n" + strings.Repeat("a line of text\n", 50_000) + "Content-Transfer-Encoding: base64\n": true,
	} {
		out, err := NewReader().Read(t.Context(), strings.NewReader(text), "a.eml", &tally{})
		if err != nil || out.Format != "eml" || out.Examined == encoded || (out.Reason == ReasonEncoded) != encoded {
			t.Errorf("%.120q: %+v %v", text, out, err)
		}
	}
}

// TestEncodedPages: other texts in which an address may be hidden.
func TestEncodedPages(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		encoded bool
	}{
		"a.vcf":  {"BEGIN:VCARD\nEMAIL;ENCODING=QUOTED-PRINTABLE:mario=40example.com\nEND:VCARD\n", true},
		"b.vcf":  {"BEGIN:VCARD\nEMAIL:mario@example.com\nEND:VCARD\n", false},
		"a.html": {"<p>mario&#64;example.com</p>", true},
		"b.html": {"<p>mario@example.com</p>", false},
		"c.html": {"<a href='mailto:mario%40example.com'>x</a>", true},
		"a.txt":  {"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\nmario@example.com", false},
	} {
		out, err := NewReader().Read(t.Context(), strings.NewReader(c.text), name, &tally{})
		if err != nil || out.Encrypted || out.Examined == c.encoded {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
	out, err := NewReader().Read(t.Context(), strings.NewReader("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"), "a.age", &tally{})
	if err != nil || !out.Encrypted {
		t.Errorf("armor: %+v %v", out, err)
	}
}

// TestFalseUTF16: a byte order mark before bytes that are no UTF-16 hides nothing.
func TestFalseUTF16(t *testing.T) {
	wide := func(s string) string {
		out := "\xff\xfe"
		for _, r := range s {
			out += string([]byte{byte(r), byte(r >> 8)})
		}
		return out
	}
	for text, want := range map[string]string{
		"\xff\xfe\xfa giulia@example.com and much more of it": "giulia@example.com",
		wide("giulia@example.com and much more of it"):        "giulia@example.com",
		wide("顧客名簿、東京都千代田区。連絡先は書いていない。山田"):                    "東京都",
		wide("Джулия живёт в Москве и пишет письма"):          "Москве",
	} {
		var got strings.Builder
		if _, err := NewReader().Read(t.Context(), strings.NewReader(text), "a.txt", &keep{&got}); err != nil || !strings.Contains(got.String(), want) {
			t.Errorf("%q: read as %q, %v", text, got.String(), err)
		}
	}
}

// keep is a sink that keeps the text.
type keep struct{ b *strings.Builder }

func (k *keep) Text(buf []byte, from, to int, _ int64) { k.b.Write(buf[from:to]) }
func (k *keep) Column([]byte, bool) int                { return 0 }
func (k *keep) Cell(_ int, v []byte, _ int64)          { k.b.Write(v) }
func (k *keep) EndRecord()                             {}
