package reader

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"golang.org/x/text/encoding/charmap"
)

func wide(text string, big, mark bool) string {
	var b strings.Builder
	codes := utf16.Encode([]rune(text))
	if mark {
		codes = append([]uint16{0xfeff}, codes...)
	}
	for _, c := range codes {
		if big {
			b.Write([]byte{byte(c >> 8), byte(c)})
		} else {
			b.Write([]byte{byte(c), byte(c >> 8)})
		}
	}
	return b.String()
}

func western(text string) string {
	s, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return s
}

const customers = "Nome;Email;Telefono\nMario Rossi;mario@example.com;399 1234567\nAnna Bianchi;anna@example.com;399 7654321\n"

func TestFormat(t *testing.T) {
	comma := strings.ReplaceAll(customers, ";", ",")
	for _, c := range []struct{ why, name, in, want string }{
		{"empty", "a.csv", "", "empty"},
		{"semicolons", "a", customers, "csv"},
		{"commas", "a.txt", comma, "csv"},
		{"tabs", "a", strings.ReplaceAll(customers, ";", "\t"), "csv"},
		{"pipes", "a", strings.ReplaceAll(customers, ";", "|"), "csv"},
		{"padded pipes", "a", strings.ReplaceAll(customers, ";", " | "), "csv"},
		{"comma and blank, header", "a", strings.ReplaceAll(customers, ";", ", "), "csv"},
		{"no header", "a", strings.SplitN(customers, "\n", 2)[1], "csv"},
		{"carriage returns", "a", strings.ReplaceAll(customers, "\n", "\r"), "csv"},
		{"titles", "a", "Elenco clienti\n\nAggiornato al 1/2/2024\n" + customers, "csv"},
		{"UTF-16LE", "a", wide(customers, false, true), "csv"},
		{"UTF-16BE", "a", wide(customers, true, true), "csv"},
		{"UTF-16LE without mark", "a", wide(customers, false, false), "csv"},
		{"UTF-16BE without mark", "a", wide(customers, true, false), "csv"},
		{"Windows-1252", "a", western(strings.ReplaceAll(customers, "Mario", "Nicolò")), "csv"},
		{"UTF-8 with mark", "a", "\xef\xbb\xbf" + customers, "csv"},
		{"decimal commas", "a", "articolo;prezzo;iva\npane;1,20;0,05\nlatte;1,80;0,07\nuova;2,00;0,10\n", "csv"},
		{"newline in quotes", "a", "nome,note\n\"Rossi, Mario\",\"a\nb\"\nx,y\n", "csv"},
		{"one line, named", "a.csv", "Mario;Rossi;mario@example.com", "csv"},
		{"ragged, named", "a.csv", "a;b\nc\nd;e;f;g\n", "csv"},
		{"one column, named", "a.csv", "email\nmario@example.com\nanna@example.com\n", "csv"},
		{"no separator, named", "a.csv", "Ciao a tutti\n", "text"},
		{"sep line", "a", "sep=;\na;b\n", "csv"},

		{"prose", "a", "Gentile Maria,\nti scrivo per dirti una cosa,\nche la merce arriva domani,\nciao\n", "text"},
		{"prose, one comma a line", "a", "Hello John, how are you\nI am fine, thank you\nSee you soon, bye\n", "text"},
		{"letter with a name", "a", "Caro cliente, grazie\nla sua email, la abbiamo avuta\nil suo nome, anche\n", "text"},
		{"Python log", "a", "2024-01-01 12:00:00,123 INFO start of the day\n2024-01-01 12:00:01,456 WARN something happened here\n", "text"},
		{"Python log, short", "a", "2024-01-01 12:00:00,123 INFO start now\n2024-01-01 12:00:01,456 WARN late again\n", "text"},
		{"access log", "a.log", strings.Repeat(`192.0.2.1 - - [01/Jan/2024:12:00:00 +0100] "GET / HTTP/1.1" 200 12 "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"`+"\n", 5), "text"},
		{"bracket log", "a", "[2024-01-01 12:00:00] a, b\n[2024-01-01 12:00:01] c, d\n", "text"},
		{"key=value log", "a", "level=info, msg=\"user login\"\nlevel=warn, msg=\"user gone\"\n", "text"},
		{"Markdown", "a.md", "# Clienti\n\n- Mario, Brescia\n- Anna, Bergamo\n\n[link](http://example.com)\n", "text"},
		{"Markdown table", "a.md", "| nome | email |\n|---|---|\n| Mario | mario@example.com |\n", "text"},
		{"Markdown link first", "a.md", "[link](http://example.com), see\n[other](http://example.com), see\n", "text"},
		{"Go", "a", "package a\n\nimport \"fmt\"\n\nfunc f(a, b int) {\n\tfmt.Println(a, b)\n}\n", "text"},
		{"C", "a", "#include <stdio.h>\nint a;\nint b;\nint main(void) {\n  return 0;\n}\n", "text"},
		{"declarations", "a", "int a = 1;\nint b = 2;\nint c = 3;\n", "text"},
		{"assembly", "a", "mov eax, ebx\nadd eax, ecx\nsub eax, edx\n", "text"},
		{"SQL", "a", "INSERT INTO c VALUES (1,'Mario','mario@example.com');\nINSERT INTO c VALUES (2,'Anna','anna@example.com');\n", "text"},
		{"CSS", "a", "a {\n color: red;\n margin: 0;\n}\n", "text"},
		{"HTML", "a", "<html>\n<p>a, b</p>\n<p>c, d</p>\n</html>\n", "html"},
		{"XML", "a", "<?xml version=\"1.0\"?>\n<a b=\"1,2\"/>\n<a b=\"1,2\"/>\n", "xml"},
		{"INI", "a", "[section]\na = 1\nb = 2\n", "text"},
		{"vCard", "a", "BEGIN:VCARD\nVERSION:3.0\nN:Rossi;Mario;;;\nEMAIL:mario@example.com\nEND:VCARD\n", "vcard"},
		{"checkbox", "a", "[ ] call Mario\n[x] call Anna\n", "text"},
		{"note", "a", "[1] Rossi, Mario\n[2] Bianchi, Anna\n", "text"},

		{"mail", "a", "From: mario@example.com\nTo: anna@example.com\nSubject: ciao\n\nx\n", "eml"},
		{"mail, named", "a.eml", "Subject: ciao\n\nx\n", "eml"},
		{"mailbox", "a", "From mario@example.com Mon Jan  1 00:00:00 2024\nSubject: ciao\n\nx\n", "mbox"},
		{"like a mail", "a", "Nota: chiamare Mario\nTelefono: 399 1234567\n", "text"},

		{"JSON", "a", "{\"nome\": \"Mario\"}\n", "json"},
		{"JSON array", "a", " [\n {\"nome\":\"Mario\"},\n{\"nome\":\"Anna\"}]", "json"},
		{"JSON strings", "a", "[\"a\", \"b\"]", "json"},
		{"JSON empty", "a", "{}", "json"},
		{"broken JSON", "a", "{\"nome\": \"Mario\", oops", "json"},
		{"JSON lines", "a", "{\"a\":1}\n{\"a\":2}\n", "jsonl"},
		{"JSON arrays by line", "a", "[1,2]\n[3,4]\n", "jsonl"},
		{"JSON lines, named", "a.jsonl", "{\"a\":1}\n", "jsonl"},
		{"JSON in UTF-16", "a", wide("{\"nome\": \"Mario\"}", false, true), "json"},
		{"braces of prose", "a", "{this} is a\ntemplate {that}\n", "text"},
		{"braces of code", "a", "{\"a\", \"b\"}\n", "text"},

		{"age", "a.csv", "age-encryption.org/v1\n-> X25519 x\n", "age"},
		{"age armored", "a.csv", "-----BEGIN AGE ENCRYPTED FILE-----\nxxxx\n", "age"},
		{"pdf", "a.txt", "%PDF-1.4\n", "pdf"},
		{"zip", "a", "PK\x03\x04aaaa", "zip"},
		{"docx", "a", "PK\x03\x04....word/document.xml", "docx"},
		{"xlsx", "a", "PK\x03\x04....xl/workbook.xml", "xlsx"},
		{"ods", "a", "PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ods"},
		{"doc", "a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "doc"},
		{"xls", "a.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00", "xls"},
		{"sqlite", "a.csv", "SQLite format 3\x00\x10\x00", "sqlite"},
		{"png", "a", "\x89PNG\r\n\x1a\n\x00", "png"},
		{"jpeg", "a", "\xff\xd8\xff\xe0\x00", "jpeg"},
		{"gif", "a", "GIF89a\x01\x00\x01\x00", "gif"},
		{"RTF", "a", "{\\rtf1\\ansi ciao}", "rtf"},
		{"RTF by a wrong name", "a.doc", "{\\rtf1\\ansi ciao}", "rtf"},
		{"text about RTF", "a", "{\\rt is how it begins\n", "text"},
		{"text like gif", "a", "GIF89a is a format\n", "text"},
		{"bmp", "a", "BM\x36\x00\x00\x00\x00\x00", "bmp"},
		{"text like bmp", "a", "BMW e Audi\n", "text"},
		{"gz", "a.csv", "\x1f\x8b\x08\x00", "gz"},
		{"7z", "a", "7z\xbc\xaf\x27\x1c\x00\x04", "7z"},
		{"rar", "a", "Rar!\x1a\x07\x00", "rar"},
		{"exe", "a", "MZ\x90\x00\x03\x00\x00\x00", "exe"},
		{"text like exe", "a", "MZ e altre sigle\n", "text"},
		{"binary", "a.txt", "\x00\x01\x02\x03\x04\x05", "binary"},
		{"crash zeros in a log", "a", strings.Repeat("2024 a line of a log\n", 100) + strings.Repeat("\x00", 50), "text"},
		{"UTF-32", "a", "\xff\xfe\x00\x00a\x00\x00\x00", "text"},
		{"UTF-32 without mark", "a", "a\x00\x00\x00b\x00\x00\x00", "text"},
	} {
		_, got := readString(t, c.in, c.name)
		if got.Format != c.want {
			t.Errorf("%s: format %q, want %q", c.why, got.Format, c.want)
		}
		if got.Bytes != int64(len(c.in)) {
			t.Errorf("%s: %d bytes of %d", c.why, got.Bytes, len(c.in))
		}
	}
}

func TestReason(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Outcome
	}{
		{"", Outcome{Format: "empty", Examined: true}},
		{"ciao", Outcome{Format: "text", Bytes: 4, Examined: true}},
		{"age-encryption.org/v1\n", Outcome{Format: "age", Bytes: 22, Encrypted: true, Examined: true, Reason: ReasonSealed}},
		{"%PDF-", Outcome{Format: "pdf", Bytes: 5, Reason: ReasonDamaged}},
		{"\xff\xd8\xff", Outcome{Format: "jpeg", Bytes: 3, Reason: ReasonImageOnly}},
		{"\x00\x00\xfe\xff\x00\x00\x00a", Outcome{Format: "text", Bytes: 8, Reason: ReasonEncoding}},
		{"BEGIN:VCARD\nFN:Anna\n", Outcome{Format: "vcard", Bytes: 20, Reason: ReasonDamaged}},
		{"\x00\x01\x02", Outcome{Format: "binary", Bytes: 3, Reason: ReasonNoReader}},
	} {
		got, out := readString(t, c.in, "x")
		if !cmp.Equal(out, c.want) {
			t.Errorf("%q: %+v, want %+v", c.in, out, c.want)
		}
		if !out.Examined && got != nil && out.Reason != ReasonDamaged {
			t.Errorf("%q: not examined, but the sink got %q", c.in, got)
		}
	}
}
