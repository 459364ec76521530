package mime

import (
	std "encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// brief is a part in a few words: type, name, flags (i inline, a alternative), depth,
// line, and body.
func brief(k *keeper) []string {
	out := []string{}
	for _, p := range k.parts {
		flags := ""
		if p.Inline {
			flags += "i"
		}
		if p.Alternative {
			flags += "a"
		}
		out = append(out, fmt.Sprintf("%s %q %s m%d.%d l%d %q", p.Type, p.Name, flags, p.Depth, p.Message, p.Line, p.Body))
	}
	return out
}

const pgp = "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"

func TestForms(t *testing.T) {
	b64 := std.StdEncoding.EncodeToString
	enveloped := b64([]byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80 sealed"))
	signed := "0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80 open"
	for _, c := range []struct {
		name, src string
		want      []string
		info      Info
	}{
		{"empty", "", []string{}, Info{}},
		{"no header", "Ciao Mario\nsono io", []string{`text/plain "" i m0.1 l1 "Ciao Mario\nsono io"`}, Info{Messages: 1}},
		{"header only", "Subject: x", []string{`text/plain "" i m0.1 l1 ""`}, Info{Messages: 1}},
		{"no blank line", "Subject: x\nCiao Mario,\nsono io", []string{`text/plain "" i m0.1 l2 "Ciao Mario,\nsono io"`}, Info{Messages: 1}},
		{"\\r ends lines", "Subject: x\rContent-Type: multipart/mixed; boundary=a\r\r--a\r\rb\r\r--a--\r", []string{`text/plain "" i m0.1 l6 "b\r"`}, Info{Messages: 1}},
		{"mixed line ends", "Content-Type: multipart/mixed; boundary=a\r\n\r--a\n\r\nb\n\r\n--a--", []string{`text/plain "" i m0.1 l5 "b\n"`}, Info{Messages: 1}},
		{"Apple Mail", "123  \nSubject: x\n\nb\n", []string{`text/plain "" i m0.1 l4 "b\n"`}, Info{Messages: 1}},
		{"stray line in a header", "Subject: x\nlost words\nContent-Type: text/html\n\nb\n", []string{`text/html "" i m0.1 l5 "b\n"`}, Info{Messages: 1}},
		{"comments", "Content-Type: multipart/mixed (a; (b) \\) c); (d;) boundary (e) = (f) \"x y\" (g)\n\n--x y\n\nb\n--x y--\n", []string{`text/plain "" i m0.1 l5 "b"`}, Info{Messages: 1}},
		{"boundary in pieces", "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n--ab\n\nb\n--ab--\n", []string{`text/plain "" i m0.1 l5 "b"`}, Info{Messages: 1}},
		{"cut off", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Transfer-Encoding: base64\n\nQUJDRA", []string{`text/plain "" i m0.1 l6 "ABCD"`}, Info{Messages: 1, Broken: 1}},
		{
			"inner multipart not closed", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=aa\n\n--aa\n\nb\n--a\n\nc\n--a--\n",
			[]string{`text/plain "" ia m0.1 l8 "b"`, `text/plain "" i m0.1 l11 "c"`},
			Info{Messages: 1, Broken: 1},
		},
		{
			"part after the closing boundary", "Content-Type: multipart/mixed; boundary=a\n\npre\n--a--\npost\n--a\n\nb\n--a--\n",
			[]string{`text/plain "" i m0.1 l3 "pre"`, `text/plain "" i m0.1 l5 "post"`, `text/plain "" i m0.1 l8 "b"`},
			Info{Messages: 1},
		},
		{"boundary missing", "Content-Type: multipart/mixed\n\n--a\n\nb\n--a--\n", []string{`text/plain "" i m0.1 l5 "b"`}, Info{Messages: 1}},
		{"boundary wrong", "Content-Type: multipart/mixed; boundary=x\n\n--a\nContent-Type: text/html\n\nb\n--a--\n", []string{`text/html "" i m0.1 l6 "b"`}, Info{Messages: 1}},
		{"no boundary at all", "Content-Type: multipart/mixed\n\nciao\n", []string{`text/plain "" i m0.1 l3 "ciao\n"`}, Info{Messages: 1, Unread: 1}},
		{"multipart in base64", "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n" + b64([]byte("--a\n\nciao\n--a--\n")), []string{`text/plain "" i m0.1 l4 "ciao"`}, Info{Messages: 1}},
		{"message in base64", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + b64([]byte("Subject: in\n\nciao\n")), []string{`text/plain "" i m1.1 l4 "ciao\n"`}, Info{Messages: 1}},
		{"bad type", "Content-Type: nonsense\n\nb", []string{`text/plain "" i m0.1 l3 "b"`}, Info{Messages: 1}},
		{"unknown encoding", "Content-Transfer-Encoding: rot13\n\nb", []string{`text/plain "" i m0.1 l3 "b"`}, Info{Messages: 1, Unread: 1}},
		{"base64 with rubbish", "Content-Transfer-Encoding: base64\n\nQ\nUJ*DREVGR\n\n0hJSktMTU5P\tUFFS!U1RVVldY\n\nWVo=\nQUI=QUI==\nQUI\n", []string{`text/plain "" i m0.1 l3 "ABCDEFGHIJKLMNOPQRSTUVWXYZABABAB"`}, Info{Messages: 1}},
		{
			"text behind base64", "Content-Transfer-Encoding: base64\n\nQUJDRA==\n___________\nMailing list of Mario Rossi: mario@example.com\n",
			[]string{`text/plain "" i m0.1 l3 "ABCD"`, `text/plain "" i m0.1 l3 "___________\nMailing list of Mario Rossi: mario@example.com\n"`},
			Info{Messages: 1},
		},
		{"not base64", "Content-Transfer-Encoding: base64\n\nCiao, sono Mario Rossi, mario@example.com\n", []string{`text/plain "" i m0.1 l3 "Ciao, sono Mario Rossi, mario@example.com\n"`}, Info{Messages: 1, Unread: 1}},
		{"quoted-printable", "Content-Transfer-Encoding: Quoted-Printable\n\na=3d=3D=\nb= \t\nc \t\n=C3=A0 = x=4\n==", []string{`text/plain "" i m0.1 l3 "a==bc\nà = x=4\n="`}, Info{Messages: 1}},
		{"8bit without charset", "Subject: x\n\nForl\xec, Forlì \x80", []string{`text/plain "" i m0.1 l3 "Forlì, Forlì €"`}, Info{Messages: 1}},
		{"unknown charset", "Content-Type: text/plain; charset=x-made-up\n\nForl\xec", []string{`text/plain "" i m0.1 l3 "Forlì"`}, Info{Messages: 1}},
		{"charset out of reach", "Content-Type: text/plain; charset=iso-2022-kr\n\nx", []string{`text/plain "" i m0.1 l3 "x"`}, Info{Messages: 1, Unread: 1}},
		{"charset of a page", "Content-Type: text/html\n\n<meta charset='koi8-r'>\xf0", []string{`text/html "" i m0.1 l3 "<meta charset='koi8-r'>П"`}, Info{Messages: 1}},
		{"zip called text", "Content-Type: text/plain; name=a.zip\n\nPK\x03\x04\x00\xff", []string{`text/plain "a.zip"  m0.1 l3 "PK\x03\x04\x00\xff"`}, Info{Messages: 1}},
		{"path in a name", "Content-Disposition: attachment; filename=\"C:\\dir\\a b\x01.txt\"\n\nx", []string{`text/plain "a b .txt"  m0.1 l3 "x"`}, Info{Messages: 1}},
		{"dots for a name", "Content-Disposition: attachment; filename=../..\n\nx", []string{`text/plain ""  m0.1 l3 "x"`}, Info{Messages: 1}},
		{"uuencode", "Subject: x\n\nciao\nbegin 644 a/b.txt\n#0V%T\n`\nend\nfine\n", []string{
			`text/plain "" i m0.1 l3 "ciao\n"`, `application/octet-stream "b.txt"  m0.1 l5 "Cat"`, `text/plain "" i m0.1 l8 "fine\n"`,
		}, Info{Messages: 1}},
		{"uuencode cut off", "Subject: x\n\nbegin 644 a\n#0V%T\nciao\n", []string{`application/octet-stream "a"  m0.1 l4 "Cat"`, `text/plain "" i m0.1 l5 "ciao\n"`}, Info{Messages: 1}},
		{"no uuencode", "Subject: x\n\nbegin 644 of us\nsay no\n", []string{`text/plain "" i m0.1 l3 "begin 644 of us\nsay no\n"`}, Info{Messages: 1}},
		{"uuencode as encoding", "Content-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 y\n#0V%T\n`\nend\n", []string{`application/pdf "x.pdf"  m0.1 l5 "Cat"`}, Info{Messages: 1}},
		{"yEnc", "Subject: x\n\n=ybegin line=128 size=3 name=c.bin\n=ypart begin=1 end=3\nm\x8b=n\n=yend size=3\n", []string{`application/octet-stream "c.bin"  m0.1 l4 "Ca\x04"`}, Info{Messages: 1}},
		{"PGP/MIME", "Content-Type: multipart/encrypted; boundary=a\n\n--a\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--a\nContent-Type: application/octet-stream\n\n" + pgp + "--a--\n", []string{}, Info{Messages: 1, Encrypted: 1}},
		{"falsely PGP/MIME", "Content-Type: multipart/encrypted; boundary=a\n\n--a\n\nciao\n--a--\n", []string{`text/plain "" i m0.1 l5 "ciao"`}, Info{Messages: 1, Encrypted: 1}},
		{"PGP in a text", "Subject: x\n\n" + pgp, []string{`text/plain "" i m0.1 l3 "` + strings.ReplaceAll(pgp, "\n", `\n`) + `"`}, Info{Messages: 1, Encrypted: 1}},
		{"S/MIME sealed", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" + enveloped, []string{}, Info{Messages: 1, Encrypted: 1}},
		{"S/MIME signed", "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" + b64([]byte(signed)), []string{fmt.Sprintf(`application/pkcs7-mime "smime.p7m"  m0.1 l4 %q`, signed)}, Info{Messages: 1}},
		{"appledouble", "Content-Type: multipart/appledouble; boundary=a\n\n--a\nContent-Type: application/applefile\n\nfork\n--a\nContent-Type: image/png; name=a.png\n\ndata\n--a--\n", []string{`application/applefile ""  m0.1 l6 "fork"`, `image/png "a.png"  m0.1 l10 "data"`}, Info{Messages: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, info := read(t, c.src)
			got := brief(k)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.info, info); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMailbox(t *testing.T) {
	const from = "From mario@example.com Thu Jan  1 00:00:00 2026\n"
	for _, c := range []struct {
		name, src string
		want      []string
		messages  int64
	}{
		{"two", from + "Subject: a\n\nuno\n\n" + from + "Subject: b\n\ndue\n\n", []string{`text/plain "" i m0.1 l4 "uno\n"`, `text/plain "" i m0.2 l9 "due\n"`}, 2},
		{"quoted", from + "\n>From a\n>>From b\n> From c\n\nFrom here on text\n", []string{`text/plain "" i m0.1 l3 "From a\n>From b\n> From c\n\nFrom here on text\n"`}, 1},
		{"no blank line before", from + "Subject: a\n\nuno\n" + from + "Subject: b\n\ndue\n", []string{`text/plain "" i m0.1 l4 "uno"`, `text/plain "" i m0.2 l8 "due\n"`}, 2},
		{"address only", "From mario@example.com\nSubject: a\n\nuno\n\nFrom anna@example.org\nSubject: b\n\ndue\n", []string{`text/plain "" i m0.1 l4 "uno\n"`, `text/plain "" i m0.2 l9 "due\n"`}, 2},
		{"Thunderbird", "From - Thu Jan  1 00:00:00 2026\nSubject: a\n\nuno\n\nFrom \n", []string{`text/plain "" i m0.1 l4 "uno\n\nFrom \n"`}, 1},
		{"ends an open multipart", from + "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nuno\n\n" + from + "\ndue\n", []string{`text/plain "" i m0.1 l6 "uno\n"`, `text/plain "" i m0.2 l10 "due\n"`}, 2},
		{"empty messages", from + "\n" + from + "\n" + from, []string{}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, info := read(t, c.src)
			if diff := cmp.Diff(c.want, brief(k)); diff != "" || info.Messages != c.messages {
				t.Error(info.Messages, diff)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"left out", "Received: x\nFrom: a@example.com\nDKIM-Signature: v=1\nTo: b@example.com\nX-Customer: Rossi\nx-spam-status: no\n", "l2 From: a@example.com\n\nTo: b@example.com\nX-Customer: Rossi\n"},
		{"folded", "Subject: a\n  b\n\tc\nTo: d\n", "l1 Subject: a b c\n\n\nTo: d\n"},
		{"words", "Subject: =?utf-8?q?Forl=C3=AC?= =?utf-8*it?B?IMOo?= x =?bad?= =?utf-8?x?y?=\n", "l1 Subject: Forlì è x =?bad?= =?utf-8?x?y?=\n"},
		{"a character cut in two", "Subject: =?utf-8?B?w6?==?utf-8?B?g?=\n", "l1 Subject: \u00c3"},
		{"a character in two words", "Subject: =?utf-8?q?=C3?=\n =?utf-8?q?=A8?=\n", "l1 Subject: è\n"},
		{"in quotes", `From: "=?iso-8859-1?q?Forl=EC?=" <a@example.com>`, "l1 From: \"Forlì\" <a@example.com>\n"},
		{"line ends inside", "Subject: =?utf-8?q?a=0Ab=0D?=\n", "l1 Subject: a b \n"},
		{"8-bit", "Subject: Forl\xec \xe2\x82\xac\n", "l1 Subject: Forlì €\n"},
		{"blank before the colon", "Subject : a\n", "l1 Subject : a\n"},
		{"stray line", "Subject: a\nlost words\nTo: b\n\n", "l1 Subject: a\nlost words\nTo: b\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, _ := read(t, c.src)
			got := ""
			for i, h := range k.headers {
				got += fmt.Sprintf("l%d %s", k.lines[i], h)
			}
			if c.name == "a character cut in two" {
				got = got[:min(len(got), len(c.want))]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLongHeader holds that nothing of a field of any length is lost.
func TestLongHeader(t *testing.T) {
	var to strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&to, " m%d@example.com,\n", i)
	}
	for _, src := range []string{"To:" + to.String(), "To:" + strings.ReplaceAll(to.String(), "\n", "") + "\n"} {
		k, _ := read(t, src+"Subject: end\n\nx")
		all := strings.Join(k.headers, "")
		found := map[string]bool{}
		for w := range strings.FieldsSeq(all) {
			found[w] = true
		}
		for i := range 20000 {
			if !found[fmt.Sprintf("m%d@example.com,", i)] {
				t.Fatalf("address %d is lost", i)
			}
		}
		for h := range strings.Lines(all) {
			if h != "\n" && !strings.HasPrefix(h, "To: ") && h != "Subject: end\n" {
				t.Fatalf("line %.40q", h)
			}
		}
		for _, h := range k.headers {
			if len(h) > 2*maxText {
				t.Fatal(len(h))
			}
		}
	}
}

func TestDepth(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	b.WriteString("\nciao\n")
	k, info := read(t, b.String())
	if info.Unread != 1 || len(k.parts) != 1 || !strings.Contains(k.parts[0].Body, "ciao") || info.Broken != maxNest {
		t.Errorf("%+v, %d parts", info, len(k.parts))
	}
	k, info = read(t, strings.Repeat("Content-Type: message/rfc822\n\n", 1000)+"\nciao")
	if info.Unread != 1 || len(k.parts) != 1 || k.parts[0].Depth != maxNest || !strings.Contains(k.parts[0].Body, "ciao") {
		t.Errorf("%+v, %d parts", info, len(k.parts))
	}
	src := "\nciao"
	for range 8 {
		src = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + std.StdEncoding.EncodeToString([]byte(src))
	}
	k, info = read(t, src)
	if info.Unread != 1 || len(k.parts) != 1 || k.parts[0].Depth != maxEncoded {
		t.Errorf("%+v, %d parts", info, len(k.parts))
	}
}
