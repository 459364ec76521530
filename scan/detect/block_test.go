package detect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLabelledLines: fields of free text, and whom they make.
func TestLabelledLines(t *testing.T) {
	for text, want := range map[string][]string{
		"Nome: Mario\nCognome: Rossi\nEmail: mario@example.com\n": {"email 1/1 line 3", "name 1/1 field Nome", "name 1/1 field Cognome", "people 1"},
		"Cognome: Rossi":                                   {"name 1/1 field Cognome", "people 1"},
		"Nome: Mario  Cognome: Rossi":                      {"name 1/1 field Nome", "name 1/1 field Cognome", "people 1"},
		"Nome: Mario; Cognome: Rossi; Nato il: 12/03/1984": {"date_of_birth 1/1 field Nato il", "name 1/1 field Nome", "name 1/1 field Cognome", "people 1"},
		"Nome: Mario, Cognome: Rossi":                      {"name 1/1 field Nome", "name 1/1 field Cognome", "people 1"},
		"| Nome: Mario | Cognome: Rossi |":                 {"name 1/1 field Nome", "name 1/1 field Cognome", "people 1"},
		"Nome e cognome: Mario Rossi\r\n":                  {"name 1/1 field Nome e cognome", "people 1"},
		"- Cognome: Rossi\n* Nome: Mario\n":                {"name 1/1 field Cognome", "name 1/1 field Nome", "people 1"},
		"> Cognome: Rossi\n> Nome: Mario\n":                {"name 1/1 field Cognome", "name 1/1 field Nome", "people 1"},
		"**Cognome:** Rossi":                               {"name 1/1 field Cognome", "people 1"},
		"Cognome\tRossi\nNome\tMario\n":                    {"name 1/1 field Cognome", "name 1/1 field Nome", "people 1"},
		"Cognome : Rossi":                                  {"name 1/1 field Cognome", "people 1"},
		"cognome = Rossi":                                  {"name 1/1 field cognome", "people 1"},
		"?nome=Mario&cognome=Rossi&x=1":                    {"name 1/1 field nome", "name 1/1 field cognome", "people 1"},
		"Data di nascita: 12/03/1984":                      {"date_of_birth 1/1 field Data di nascita", "people 0"},
		"Il sig. Rossi, nato il 12/03/1984 a Roma":         {"date_of_birth 1/1 field Nato il", "people 0"},
		"nata a Torino il 12.3.1984":                       {"date_of_birth 1/1 field Nato il", "people 0"},
		"Indirizzo: Via Roma 12, 20100 Milano":             {"address 1/1 field Indirizzo", "people 0"},
		"Indirizzo: Via Roma 12, Tel: 399 000 1234":        {"address 1/1 field Indirizzo", "phone 1/1 line 1", "people 1"},
		"Allergie: polline, nichel":                        {"health 1/1 field Allergie", "people 0"},
		"Cognome: Rossi\nDiagnostic: diabete tipo 2\n":     {"health 1/1 field Diagnostic", "name 1/1 field Cognome", "people 1"},
		"Diagnostic: diabete\nCognome: Rossi\n":            {"health 1/1 field Diagnostic", "name 1/1 field Cognome", "people 1"},
		"Name: John Smith\nAddress: 12 High Street, London\nPhone: +44 20 7946 0123\n": {"address 1/1 field Address", "name 1/1 field Name", "phone 1/1 line 3", "people 1"},
		"Last name: Smith":                                                     {"name 1/1 field Last name", "people 1"},
		"Nachname: Müller\nVorname: Jürgen\n":                                  {"name 1/1 field Nachname", "name 1/1 field Vorname", "people 1"},
		"Prénom: Anne\nNom: Dupont\n":                                          {"name 1/1 field Prénom", "name 1/1 field Nom", "people 1"},
		"Conto corrente: 000000123456":                                         {"bank_account 1/1 field Conto corrente", "people 0"},
		"<td>Cognome:</td><td>Rossi</td>":                                      {"name 1/1 field Cognome", "people 1"},
		"Nome: Mario\n\nEmail: m@example.com":                                  {"email 1/1 line 3", "people 1"},
		"Cognome: Rossi\nNote: cliente abituale\nda anni\nTel: 399 000 1234\n": {"name 1/1 field Cognome", "phone 1/1 line 4", "people 1"},
	} {
		if diff := cmp.Diff(want, short(ofText(testRules(""), text))); diff != "" {
			t.Errorf("%q: -want +got\n%s", text, diff)
		}
	}
}

// TestLabelsOfPrograms: what looks like a labelled line in files of programs,
// and in forms nobody filled in, is nobody's name.
func TestLabelsOfPrograms(t *testing.T) {
	for _, text := range []string{
		"{\n  \"name\": \"shop-theme\",\n  \"version\": \"1.2.3\",\n  \"description\": \"Name: a theme\",\n  \"main\": \"index.js\",\n  \"scripts\": {\n    \"test\": \"jest\"\n  }\n}\n",
		"version: \"3\"\nservices:\n  web:\n    image: nginx\n    container_name: web\n    environment:\n      - NAME=web\n      - ADDRESS=0.0.0.0\n    ports:\n      - \"8080:80\"\n",
		"name: CI\non: push\njobs:\n  build:\n    name: build\n    runs-on: ubuntu-latest\n    steps:\n      - name: Check out\n        uses: actions/checkout@v4\n      - name: Set up Go\n        uses: actions/setup-go@v5\n",
		"root:x:0:0:root:/root:/bin/bash\nmario:x:1000:1000:Mario Rossi,,,:/home/mario:/bin/bash\n",
		"HTTP/1.1 200 OK\r\nServer: nginx\r\nVia: 1.1 varnish (Varnish/6.0)\r\nContent-Type: text/html; charset=utf-8\r\nName: value\r\nLocation: https://example.com/a\r\n",
		"GET /a?name=sedia HTTP/1.1\nHost: example.com\nFrom: nobody\nClient: curl 8\n",
		"struct person { char *name; char *surname; };\nstatic const char *name = \"x\";\nswitch (x) { case NAME: return 1; }\n",
		"interface Customer {\n  name: string;\n  lastName: string;\n  firstName: string;\n  email: string;\n  address: string;\n  birthDate: Date;\n}\n",
		"type Customer struct {\n\tName string\n\tLastName string `json:\"last_name\"`\n\tAddress string\n}\n",
		"class Customer:\n    name: str\n    last_name: str = None\n    surname = models.CharField(max_length=30)\n",
		".name { font-family: Verdana; address: none; }\na:hover { color: red }\n",
		"msgid \"Last name:\"\nmsgstr \"Cognome:\"\n\nmsgid \"Name: %s\"\nmsgstr \"Nome: %s\"\n\nmsgid \"Address:\"\nmsgstr \"Indirizzo:\"\n",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Nome: riunione\nLOCATION:Sala A\nEND:VEVENT\nEND:VCALENDAR\n",
		"[server]\nname=web1\naddress=10.0.0.1\nport=80\n\n[client]\nname=pc\n",
		"Name:\tbash\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t1\n", "Address: 0x7fffdeadbeef\nName: main.c\n", "Server:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\nName:\texample.com\nAddress: 93.184.216.34\n",
		"Nome: ____________ Cognome: ____________\nIndirizzo: ______________\nData di nascita: __/__/____\n", "Nome:\nCognome:\nIndirizzo:\n", "Nome: Cognome: Indirizzo: Email:\n", "Nome: ........ Cognome: ........\n",
		"Cognome: inserire il cognome\nIndirizzo: inserire via e numero 1\n", "cognome: Cognome\nnome_cognome: \"Nome e cognome\"\naddress: \"Indirizzo di spedizione\"\nlast_name: Apellidos\n",
		"Last name: {{ customer.last_name }}\nSurname: ${surname}\nCognome: %s\nCognome: $cognome\nSurname: <surname>\n", "Cognome: null\nSurname: undefined\nlastName: true\n",
		"Diagnosis: connection timeout\nTherapy: restart the service\n", "Allergie: nessuna\nAllergie: no\n", "<input name=\"cognome\" id=\"nome\" placeholder=\"Cognome\">\n", "SELECT cognome, nome FROM clienti WHERE cognome = ?;\n", "nome = 'Sedia'\nprezzo = 12\n",
		"Package: bash\nMaintainer: Somebody\nName: bash\nVersion: 5.2\n", "Codice cliente: 1234\nCliente: Rossi\nP.IVA: 12345678903\n", "std::string surname::x; a ? name : address;\n", "Il nome: un mistero\nquesto cognome: raro\n",
	} {
		r := ofText(testRules(""), text)
		for _, f := range r.Findings {
			switch f.Kind {
			case Name, Address, BirthDate, Health, BankAccount, Password:
				t.Errorf("%q: %s %d under %s", text, f.Kind, f.Count, f.Where.Name)
			default:
			}
		}
		if r.People.Count() != 0 {
			t.Errorf("%q: %d people", text, r.People.Count())
		}
	}
}

// TestBlocksAreOnePersonEach: cards of customers one after the other.
func TestBlocksAreOnePersonEach(t *testing.T) {
	for name, between := range map[string]string{"a blank line": "\n", "nothing": "", "a rule": "----------\n"} {
		var b strings.Builder
		for i := range 120 {
			fmt.Fprintf(&b, "Nome: Mario\nCognome: %s\n", letterName(i))
			if i%3 != 0 {
				fmt.Fprintf(&b, "Email: mario%d@example.com\n", i)
			}
			if i%2 == 0 {
				fmt.Fprintf(&b, "Telefono: +39 399 %07d\n", i)
			}
			b.WriteString("Note: cliente abituale\n" + between)
		}
		r := ofText(testRules(""), b.String())
		if got := r.People.Count(); got != 120 {
			t.Errorf("%s between: %d people, want 120: %v", name, got, short(r))
		}
		if got := count(r, Name); got != 240 {
			t.Errorf("%s between: %d names, want 240", name, got)
		}
	}
}

func letterName(i int) string {
	return "Ro" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "si"
}

// TestLinesJoinTheirKinds is a table out of a PDF, where not everybody has
// everything.
func TestLinesJoinTheirKinds(t *testing.T) {
	var b strings.Builder
	rng := seeded(t)
	for i := range 300 {
		b.WriteString("Rossi Mario ")
		if i%10 >= 3 {
			fmt.Fprintf(&b, "%s ", randomFiscal(rng))
		}
		if i%10 != 1 {
			fmt.Fprintf(&b, "mario%d@example.com ", i)
		}
		fmt.Fprintf(&b, "+39 399 %07d\n", i)
	}
	text := b.String()
	if got := ofText(testRules(""), text).People.Count(); got != 300 {
		t.Errorf("%d people, want 300", got)
	}
	cuts := []int{strings.Index(text[len(text)/3:], "\n") + len(text)/3 + 1, strings.Index(text[len(text)/2:], "\n") + len(text)/2 + 1}
	if got := inPieces(testRules(""), text, 512, cuts...).People.Count(); got != 300 {
		t.Errorf("in pieces: %d people, want 300", got)
	}
}

// TestDumps: the rows of INSERT statements are records.
func TestDumps(t *testing.T) {
	for text, want := range map[string][]string{
		"INSERT INTO `clienti` (`id`, `nome`, `cognome`, `email`) VALUES\n(1, 'Mario', 'Rossi', 'mario@example.com'),\n(2, 'Anna', 'D\\'Angelo', NULL),\n(3, 'Lia', 'D''Amico', 'lia@example.com');\n": {
			"email 2/2 field email", "name 3/3 field nome", "name 3/3 field cognome", "people 3",
		},
		"INSERT INTO articoli (id, nome, prezzo) VALUES (1, 'Sedia', 12.50), (2, 'Tavolo', 120);":                {"people 0"},
		"INSERT INTO \"t\" (nome, email, password) VALUES (N'Mario', 'm@example.com', 'Estate2024'); SELECT 1;":  {"email 1/1 field email", "name 1/1 field nome", "password 1/1 field password", "people 1"},
		"INSERT INTO t VALUES (1, 'm@example.com');":                                                             {"email 1/1 line 1", "people 1"},
		"INSERT INTO t (email) VALUES ('m@example.com":                                                           {"email 1/1 line 1", "people 1"},
		"INSERT INTO t (email, data) VALUES ('m@example.com', NOW()) ON DUPLICATE KEY UPDATE x=1; b@example.com": {"email 1/1 field email", "email 1/1 line 1", "people 2"},
		"INSERT INTO log (ip, codice_fiscale) VALUES ('93.184.216.34', 'RSSMRA80A01H501U');":                     {"ip_address 1/1 field ip", "it_fiscal_code 1/1 field codice_fiscale", "people 1"},
		"INSERT INTO": {"people 0"}, "INSERT INTO t (": {"people 0"}, "INSERT INTO t (nome, cognome) VALUES (": {"people 0"}, "INSERT INTO t (cognome) VALUES ('Rossi'": {"name 1/1 field cognome", "people 1"},
	} {
		if diff := cmp.Diff(want, short(ofText(testRules(""), text))); diff != "" {
			t.Errorf("%q: -want +got\n%s", text, diff)
		}
	}
}

// TestDumpsInPieces cuts a dump everywhere, newline or not.
func TestDumpsInPieces(t *testing.T) {
	text := "a@example.com\nINSERT INTO `clienti` (`nome`, `cognome`, `email`) VALUES ('Mario', 'Rossi', 'mario@example.com'),('Anna', 'D\\'Angelo', NULL),('Lia', 'D''Amico', 'lia@example.com');\nb@example.com\n"
	want := short(ofText(testRules(""), text))
	for cut := 80; cut < len(text); cut++ {
		if diff := cmp.Diff(want, short(inPieces(testRules(""), text, 512, cut))); diff != "" {
			t.Fatalf("cut at %d, behind %q:\n%s", cut, text[cut-20:cut], diff)
		}
	}
}
