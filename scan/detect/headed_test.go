package detect

import "testing"

var healthTable = table{
	kind: Health,
	must: join(
		under("Allergie", "polline", "Nichel, PPD", "penicillina"), under("Diagnostic", "diabete tipo 2"), under("Gruppo sanguigno", "0+", "A Rh positivo", "AB-"), under("Intolleranze", "lattosio"), under("Blood type", "A+"), under("Medication", "insulin"), under("Allergies", "none known, except nuts"),
		under("Invalidità", "80%, legge 104"), under("Disability", "wheelchair"), under("Gravidanza", "5 mesi"), under("Traitement", "insuline"), under("Krankheit", "Diabetes"), under("Alergias", "polen"), under("farmaci_assunti", "cardioaspirina"),
	),
	mustNot: join(
		under("Allergie", "no", "nessuna", "-", "n.d.", "none", "None known", "NO", "N/A", "/", "", "niente", "Nessuna nota", "nessuno."), under("Blood type", "unknown", "n.d."), under("Allergeni", "latte"), under("Note", "allergia al polline"), under("Diagnostics URL", "diabete"), in("allergia al polline", "Diagnostic: errore di rete", "diagnosis: connection timeout"),
	),
}

var bankTable = table{
	kind: BankAccount,
	must: join(
		under("Conto corrente", "000000123456", "12 3456 78", "12345678"), under("Numero conto", "123456"), under("Account number", "12-345678"), under("bank_account", "00123456"), under("Kontonummer", "1234567890"), under("Numéro de compte", "12345678901"), under("Cuenta bancaria", "0123456789"),
	),
	mustNot: join(
		under("Conto corrente", "12345", "123456789012345", "IT60X0542811101000000123456", "0000000", "UNCRITMM", "12/03/2026", "n.d.", "abc123456"), under("BIC", "12345678"), under("Conto economico", "12345678"), under("Account", "12345678"), in("conto corrente 12345678", "12345678"),
	),
}

var cardCodeTable = table{
	kind: CardCode,
	must: join(
		in("CVV: 123", "cvv 123", "CVC 1234", "cvc2: 123", "CVV2=123", "codice di sicurezza: 123", "Security code: 1234", "card security code: 123", "%B4111111111111111^ROSSI/MARIO^27121010000000000?", ";4111111111111111=27121010000000000?", "código de seguridad: 123", "Prüfziffer: 123", "4111 1111 1111 1111 12/27 cvv 123"),
		under("CVV", "123", "1234", "012"), under("cvc", "123"), under("Codice di sicurezza", "123"), under("Security code", "123"), under("Prüfziffer", "123"), under("Cryptogramme", "123"), under("cvv2", "123"),
	),
	mustNot: join(
		in("CVV: 12", "CVV: 12345", "CVV: abc", "CVV: ___", "CVV:", "cvv 12", "cid: 12ab", "CVV: 123.45", "%B4111111111111112^ROSSI/MARIO^27121010000000000?", ";4111111111111111=27991010000000000?", ";4111111111111111;27121010000000000", "codice 123", "security: 123", "CVV richiesto", "3 cifre cvv"),
		under("CVV", "12", "12345", "abc", "no", ""), under("Codice", "123"), under("Security", "123"),
	),
}

func TestHealthIsSureWithPeople(t *testing.T) {
	for want, r := range map[Confidence]Result{
		High:   gather(false, object{"Nome", "Mario", "Cognome", "Rossi", "Allergie", "polline"}),
		Medium: gather(false, object{"Allergie", "polline", "Mese", "maggio"}),
	} {
		for _, f := range r.Findings {
			if f.Kind == Health && f.Confidence != want {
				t.Errorf("%+v, want %s", f, want)
			}
		}
		if count(r, Health) != 1 {
			t.Errorf("%+v", r.Findings)
		}
	}
}

func TestThingsBesideANameAreNobodys(t *testing.T) {
	expect(t, gather(false, object{"Nome", "router", "Password", "Estate2024", "IP", "93.184.216.34"}), "ip_address 1/1 column IP", "password 1/1 column Password", "people 0")
}
