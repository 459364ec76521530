package choice_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"custode/internal/secret"
	"custode/playbook/privacy/choice"
)

// TestNormalMust: each group is one contact.
func TestNormalMust(t *testing.T) {
	for _, c := range []struct {
		kind          choice.Kind
		country, want string
		ways          []string
	}{
		{choice.MailKind, "IT", "anna@example.com", []string{
			"anna@example.com", " Anna@Example.COM\t", "ANNA@EXAMPLE.COM.", `"anna"@example.com`, `"an\na"@example.com`,
			"Anna Rossi <anna@example.com>", `"Rossi, Anna" <ANNA@example.com>`, "<anna@example.com>",
			"anna@example.com <anna@example.com>", `'Anna@example.com' <anna@example.com>`, "anna@ｅxample.com", "anna@example。com",
		}},
		{choice.MailKind, "", "anna+shop@example.com", []string{"Anna+Shop@example.com"}},
		{choice.MailKind, "", "an.na@example.com", []string{"An.Na@example.com"}},
		{choice.MailKind, "", "anna@xn--mnchen-3ya.example", []string{
			"anna@münchen.example", "anna@MÜNCHEN.example", "anna@mu\u0308nchen.example", "anna@XN--MNCHEN-3YA.example",
		}},
		{choice.MailKind, "", "anna@xn--fuball-cta.example", []string{"anna@fußball.example", "anna@FUẞBALL.example"}},
		{choice.MailKind, "", "niccolò@example.com", []string{"niccolò@example.com", "NICCOLÒ@example.com", "niccolo\u0300@example.com"}},
		{choice.MailKind, "", "οδοσ@example.com", []string{"οδος@example.com", "ΟΔΟΣ@example.com"}},
		{choice.MailKind, "", `"anna maria"@example.com`, []string{`"Anna Maria"@example.com`, `"anna\ maria"@EXAMPLE.com`}},
		{choice.PhoneKind, "IT", "+393331234567", []string{
			"333 1234567", "+39 333 123 4567", "0039 333-1234567", "tel:+39-333-1234567", "(+39) 333.1234567", "３３３１２３４５６７", "333\u00a0123\u20114567",
			"+39 333/1234567", "39 333 1234567",
		}},
		{choice.PhoneKind, "it", "+390541123456", []string{"0541 123456", "0541/123456", "+39 0541 123456"}},
		{choice.PhoneKind, "GB", "+442079460958", []string{"020 7946 0958", "+44 (0)20 7946 0958", "(020) 7946 0958"}},
	} {
		for _, way := range c.ways {
			got, err := choice.Normal(c.kind, way, c.country)
			if err != nil || got.Text() != c.want || got.Kind() != c.kind {
				t.Errorf("%q: %q, %v; want %q", way, got.Text(), err, c.want)
			}
		}
	}
}

// TestNormalApart: others than anna@example.com, however close.
func TestNormalApart(t *testing.T) {
	for _, other := range []string{
		"anna+1@example.com", "an.na@example.com", "anna@example.org", "anna@mail.example.com", "аnna@example.com",
		"änna@example.com", "ａnna@example.com", "anna@exаmple.com", "anna@xn--example.com",
	} {
		if c, err := choice.Normal(choice.MailKind, other, ""); err == nil && c.Text() == "anna@example.com" {
			t.Errorf("%q is taken for another", other)
		}
	}
	a, _ := choice.Normal(choice.MailKind, "İ@example.com", "")
	b, _ := choice.Normal(choice.MailKind, "i@example.com", "")
	if a.Text() == b.Text() {
		t.Error("İ is taken for i")
	}
}

// TestNormalMustNot: none of these is a contact.
func TestNormalMustNot(t *testing.T) {
	for _, c := range []struct {
		kind choice.Kind
		text string
		want error
	}{
		{choice.MailKind, "", choice.ErrEmpty},
		{choice.MailKind, " \u00a0", choice.ErrEmpty},
		{choice.MailKind, "anna", choice.ErrLocal},
		{choice.MailKind, "@example.com", choice.ErrLocal},
		{choice.MailKind, "anna@", choice.ErrDomain},
		{choice.MailKind, "anna@localhost", choice.ErrDomain},
		{choice.MailKind, "anna@[192.0.2.1]", choice.ErrDomain},
		{choice.MailKind, "anna@192.0.2.1", choice.ErrDomain},
		{choice.MailKind, "anna@-example.com", choice.ErrDomain},
		{choice.MailKind, "anna@example..com", choice.ErrDomain},
		{choice.MailKind, "anna@exam ple.com", choice.ErrDomain},
		{choice.MailKind, "anna@☃.example", choice.ErrDomain},
		{choice.MailKind, "anna@" + strings.Repeat("a", 64) + ".com", choice.ErrDomain},
		{choice.MailKind, strings.Repeat("a", 65) + "@example.com", choice.ErrLocal},
		{choice.MailKind, ".anna@example.com", choice.ErrLocal},
		{choice.MailKind, "an..na@example.com", choice.ErrLocal},
		{choice.MailKind, "anna maria@example.com", choice.ErrLocal},
		{choice.MailKind, "anna(home)@example.com", choice.ErrLocal},
		{choice.MailKind, `"a@example.com, b"@example.com`, choice.ErrLocal},
		{choice.MailKind, `"anna\"@example.com`, choice.ErrLocal},
		{choice.MailKind, "a@example.com;b@example.com", choice.ErrLocal},
		{choice.MailKind, "b@example.com <a@example.com>", choice.ErrName},
		{choice.MailKind, "Anna <<a@example.com>", choice.ErrName},
		{choice.MailKind, "Anna a@example.com>", choice.ErrName},
		{choice.MailKind, "an\u200bna@example.com", choice.ErrInvisible},
		{choice.MailKind, "an\u00adna@example.com", choice.ErrInvisible},
		{choice.MailKind, "\u202eanna@example.com", choice.ErrInvisible},
		{choice.MailKind, "An\u2066na <anna@example.com>", choice.ErrInvisible},
		{choice.MailKind, "anna@exam\u034fple.com", choice.ErrInvisible},
		{choice.MailKind, "an\x00na@example.com", choice.ErrInvisible},
		{choice.MailKind, "anna@example.com\xff", choice.ErrInvisible},
		{choice.MailKind, strings.Repeat("x", 2000), choice.ErrTooLong},
		{choice.PhoneKind, "333 1234567 ext 2", choice.ErrPhone},
		{choice.PhoneKind, "333 1234567x2", choice.ErrPhone},
		{choice.PhoneKind, "tel:+39-333-1234567;ext=2", choice.ErrPhone},
		{choice.PhoneKind, "333 1234567#2", choice.ErrPhone},
		{choice.PhoneKind, "333 1234567 / 0541 123456", choice.ErrPhone},
		{choice.PhoneKind, "Anna 333 1234567", choice.ErrPhone},
		{choice.PhoneKind, "12", choice.ErrPhone},
		{choice.PhoneKind, "333+1234567", choice.ErrPhone},
		{choice.PhoneKind, "\u202a+39 333 1234567\u202c", choice.ErrInvisible},
		{"fax", "0541 123456", choice.ErrKind},
	} {
		got, err := choice.Normal(c.kind, c.text, "IT")
		if !errors.Is(err, c.want) {
			t.Errorf("%q: %v, want %v", c.text, err, c.want)
		}
		if got != (choice.Contact{}) {
			t.Errorf("%q leaves a contact", c.text)
		}
	}
	if _, err := choice.Normal(choice.PhoneKind, "333 1234567", "XX"); !errors.Is(err, choice.ErrCountry) {
		t.Errorf("a country that there is not: %v", err)
	}
}

// TestToASCII: the examples of RFC 3492, 7.1, in small letters.
func TestToASCII(t *testing.T) {
	for _, c := range [][2]string{
		{"plain", "plain"},
		{"ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"},
		{"他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"},
		{"他們爲什麽不說中文", "xn--ihqwctvzc91f659drss3x8bo0yb"},
		{"pročprostěnemluvíčesky", "xn--proprostnemluvesky-uyb24dma41a"},
		{"почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"},
		{"porquénopuedensimplementehablarenespañol", "xn--porqunopuedensimplementehablarenespaol-fmd56a"},
		{"3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"},
		{"bücher", "xn--bcher-kva"},
	} {
		label, want := c[0], c[1]
		if got := choice.ToASCII(label); got != want {
			t.Errorf("%s: %s, want %s", label, got, want)
		}
	}
}

func key(tb testing.TB) choice.Key {
	tb.Helper()
	k, err := choice.NewKey(secret.New(bytes.Repeat([]byte{7}, choice.KeyBytes)))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func id(tb testing.TB, kind choice.Kind, text string) choice.ID {
	tb.Helper()
	c, err := choice.Normal(kind, text, "IT")
	if err != nil {
		tb.Fatalf("%q: %v", text, err)
	}
	out, err := key(tb).ID(c)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestKey(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := choice.NewKey(secret.New(make([]byte, n))); !errors.Is(err, choice.ErrKey) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	c, err := choice.Normal(choice.MailKind, "anna@example.com", "")
	if err != nil {
		t.Fatal(err)
	}
	b := secret.New(bytes.Repeat([]byte{8}, choice.KeyBytes))
	k, err := choice.NewKey(b)
	if err != nil {
		t.Fatal(err)
	}
	one, err := k.ID(c)
	if err != nil || one == (choice.ID{}) {
		t.Fatal(one, err)
	}
	if one == id(t, choice.MailKind, "anna@example.com") {
		t.Error("two keys make one ID")
	}
	if _, err := k.ID(choice.Contact{}); !errors.Is(err, choice.ErrContact) {
		t.Errorf("no contact: %v", err)
	}
	b.Wipe()
	if _, err := k.ID(c); !errors.Is(err, choice.ErrKey) {
		t.Errorf("a wiped key: %v", err)
	}
}

// TestNothingShown: no contact and no key in anything that is printed.
func TestNothingShown(t *testing.T) {
	c, err := choice.Normal(choice.MailKind, "anna@example.com", "")
	if err != nil {
		t.Fatal(err)
	}
	box := struct{ inner any }{c}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		if out := fmt.Sprintf(verb+verb+verb+verb, c, &c, box, key(t)); strings.Contains(out, "anna") || strings.Contains(out, "616e6e61") || strings.Contains(out, "97 110") {
			t.Errorf("%s shows %s", verb, out)
		}
	}
	if out, err := json.Marshal(struct{ C any }{c}); err != nil || strings.Contains(string(out), "anna") {
		t.Errorf("JSON shows %s, %v", out, err)
	}
	for _, text := range []string{"anna@exa mple.com", "an na@example.com", "3331234567 anna"} {
		for _, kind := range []choice.Kind{choice.MailKind, choice.PhoneKind, "anna"} {
			if _, err := choice.Normal(kind, text, "IT"); err == nil || strings.Contains(err.Error(), "anna") || strings.Contains(err.Error(), "333") {
				t.Errorf("the error: %v", err)
			}
		}
	}
}

// FuzzNormal: no panic, and a normal form is its own normal form, so that
// what was entered in one spelling is found in another.
func FuzzNormal(f *testing.F) {
	for _, s := range []string{
		"anna@example.com", `"a b"@example.com`, "Anna <a@example.com>", "a@münchen.example", "+39 333 1234567", "0541/123456", "ΟΔΟΣ@example.com",
		"İ@İ.example", "a@ﬁ.example", `"\\"@example.com`, "ẞ@ẞ.example", "+44 (0)20 7946 0958", "a@xn--.example", "tel:333",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, isMail bool) {
		kind := choice.PhoneKind
		if isMail {
			kind = choice.MailKind
		}
		c, err := choice.Normal(kind, s, "IT")
		if err != nil {
			return
		}
		again, err := choice.Normal(kind, c.Text(), "IT")
		if err != nil || again.Text() != c.Text() {
			t.Fatalf("%q: %q, then %q, %v", s, c.Text(), again.Text(), err)
		}
		if isMail && strings.Contains(c.Text(), "A") {
			t.Fatalf("%q: %q", s, c.Text())
		}
	})
}
