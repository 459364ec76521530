package main

import (
	"testing"

	"custode/internal/secret"
	"custode/playbook/privacy/choice"
	"custode/scan/seek"
)

// TestContactsAlike: what choices take for one address or number, a search for a
// person takes for one too, and what they keep apart it keeps apart. The two rooms
// know nothing of each other. (A search takes signs before an address for no part of it,
// as in to=anna@example.com.)
func TestContactsAlike(t *testing.T) {
	key, err := choice.NewKey(secret.FromString("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		country string
		kind    choice.Kind
		term    seek.Kind
		texts   []string
	}{
		{"IT", choice.MailKind, seek.Email, []string{
			"anna@example.com", "Anna@Example.COM", `"anna"@example.com`, "Anna Rossi <anna@example.com>", `"Rossi, Anna" <ANNA@example.com>`, "anna@ｅxample.com", "anna@example。com",
			"anna+shop@example.com", "Anna+Shop@example.com", "an.na@example.com", "anna@example.org", "anna@mail.example.com", "joanna@example.com", "аnna@example.com", "änna@example.com", "a\u0308nna@example.com",
			"anna@xn--mnchen-3ya.example", "anna@münchen.example", "anna@MÜNCHEN.example", "anna@mu\u0308nchen.example", "anna@XN--MNCHEN-3YA.example", "anna@munchen.example",
			"anna@fußball.example", "anna@FUẞBALL.example", "anna@fussball.example", "niccolò@example.com", "NICCOLÒ@example.com", "niccolo\u0300@example.com", "niccolo@example.com",
			"οδος@example.com", "ΟΔΟΣ@example.com", `"Anna Maria"@example.com`, `"anna\ maria"@EXAMPLE.com`, "anna.maria@example.com", "İ@example.com", "i@example.com",
			"o'neill@example.com", "O'Neill@example.com", "anna_maria@example.com", "anna-maria@example.com", "anna&luca@example.com",
		}},
		{"IT", choice.PhoneKind, seek.Phone, []string{
			"333 1234567", "+39 333 123 4567", "0039 333-1234567", "tel:+39-333-1234567", "(+39) 333.1234567", "３３３１２３４５６７", "333\u00a0123\u20114567", "+39 333/1234567", "39 333 1234567",
			"333 1234568", "+44 333 123 4567", "0541 123456", "0541/123456", "+39 0541 123456", "(0541) 123456", "06 99912345", "+39 06 999 123 45", "06.999.12345", "020 7946 0958", "+44 20 7946 0958", "+44 (0)20 7946 0958",
			"0044 20 7946 0958", "+1 212 555 0100", "001 212-555-0100", "+1 (212) 555-0100",
		}},
		{"GB", choice.PhoneKind, seek.Phone, []string{
			"+442079460958", "020 7946 0958", "+44 (0)20 7946 0958", "(020) 7946 0958", "0044 20 7946 0958", "+39 06 99912345", "07400 123456", "+44 7400 123 456", "7400 123456", "020 7946 0959", "+39 333 1234567", "44 7400 123456",
		}},
		{"US", choice.PhoneKind, seek.Phone, []string{"(212) 555-0100", "212.555.0100", "+1 212 555 0100", "1-212-555-0100", "011 44 20 7946 0958", "+44 20 7946 0958", "212 555 0101"}},
	} {
		ids := map[string]string{}
		for _, text := range c.texts {
			if n, err := choice.Normal(c.kind, text, c.country); err == nil {
				id, err := key.ID(n)
				if err != nil {
					t.Fatal(err)
				}
				ids[text] = string(id[:])
			} else {
				t.Logf("%q: %v", text, err)
			}
		}
		alike := 0
		for _, a := range c.texts {
			s, err := seek.New([]seek.Term{{Kind: c.term, Text: a}}, c.country)
			if (err == nil) != (ids[a] != "") {
				t.Errorf("%s %q: choices take it: %v, a search: %v", c.country, a, ids[a] != "", err)
			}
			if err != nil {
				continue
			}
			for _, b := range c.texts {
				if ids[a] == "" || ids[b] == "" {
					continue
				}
				f := s.Finder(nil)
				f.Cell(f.Column([]byte("x"), false), []byte(b), 1)
				f.EndRecord()
				found, same := f.Result().Sure > 0, ids[a] == ids[b]
				if found != same {
					t.Errorf("%s: %q and %q: one contact to choices: %v, to a search: %v", c.country, a, b, same, found)
				}
				if same {
					alike++
				}
			}
		}
		if alike <= len(c.texts) {
			t.Errorf("%s %s: only %d pairs alike", c.country, c.kind, alike)
		}
	}
}
