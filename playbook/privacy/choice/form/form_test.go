package form_test

import (
	"bytes"
	"errors"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"custode/internal/readable"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

var shop = form.Shop{Name: "Bottega Esempio", Mail: "info@bottega.example.com", Phone: "+39 0541 123456"}

// everything wishes for all that there is.
func everything(t *testing.T, lang string) form.Wish {
	t.Helper()
	ids, err := form.IDs()
	if err != nil {
		t.Fatal(err)
	}
	return form.Wish{Lang: lang, Shop: shop, IDs: ids, Channels: []choice.Channel{choice.Email, choice.SMS, choice.Phone, choice.Post}}
}

// TestPlain holds each wording to the bounds of plain language, with and without the ways out.
func TestPlain(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		for _, s := range []form.Shop{shop, {Name: "Da Maria"}} {
			w := everything(t, lang)
			w.Shop = s
			asks, err := w.Asks()
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range asks {
				c := readable.Count(a.Text)
				if score, bound := c.Flesch(), 70.0; lang == "en" && score < bound {
					t.Errorf("%s %s: Flesch %.1f", lang, a.ID, score)
				}
				if score, bound := c.Gulpease(), 80.0; lang == "it" && score < bound {
					t.Errorf("%s %s: Gulpease %.1f", lang, a.ID, score)
				}
				if c.Words > 70 || !strings.Contains(a.Text, s.Name) || strings.ContainsAny(a.Text, "{}") {
					t.Errorf("%s %s: %d words: %s", lang, a.ID, c.Words, a.Text)
				}
				out := map[string]string{"en": "say no later", "it": "dire no anche dopo"}[lang]
				if !strings.Contains(a.Text, out) || s.Mail != "" && !strings.Contains(a.Text, s.Mail) {
					t.Errorf("%s %s does not say how to say no later", lang, a.ID)
				}
			}
		}
	}
}

// TestForm: a box for yes and a box for no for each purpose and channel, none of them ticked;
// what is kept as shown is shown.
func TestForm(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		w := everything(t, lang)
		var b bytes.Buffer
		shown, err := form.Form(&b, w, form.Paper{First: 101, Count: 3})
		if err != nil {
			t.Fatal(err)
		}
		page := html.UnescapeString(b.String())
		yes := map[string]string{"en": "Yes", "it": "Sì"}[lang]
		if len(shown) != 14 || strings.Count(page, "<i></i>"+yes+"<") != 3*14 || strings.Count(page, "<i></i>No<") != 3*14 {
			t.Errorf("%s: %d wordings, %d boxes for yes", lang, len(shown), strings.Count(page, "<i></i>"+yes))
		}
		if i := strings.IndexAny(page, "☑☒✓✔✗"); i >= 0 || strings.Contains(page, "checked") || strings.Contains(page, "<script") {
			t.Errorf("%s: something is ticked or runs", lang)
		}
		for _, s := range shown {
			if !strings.Contains(page, s.Text) || s.Lang != lang {
				t.Errorf("%s: not shown: %q", lang, s.Text)
			}
		}
		for _, n := range []string{"101", "102", "103"} {
			if !strings.Contains(page, "<strong>"+n+"</strong>") {
				t.Errorf("%s: no sheet %s", lang, n)
			}
		}
		if !strings.Contains(page, "STOP") || strings.Contains(page, "{") && strings.Contains(page, "{out}") {
			t.Errorf("%s: how to say no later is missing", lang)
		}
	}
	var b bytes.Buffer
	if _, err := form.Form(&b, form.Wish{Lang: "en", Shop: form.Shop{Name: `<script>x</script>`}}, form.Paper{Letter: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script") || !strings.Contains(b.String(), "size: letter") {
		t.Error("a name gets into the page as it is")
	}
	if strings.Contains(b.String(), "By post") || !strings.Contains(b.String(), "By text message") {
		t.Error("other channels than e-mail and SMS")
	}
}

var label = regexp.MustCompile(`aria-label="([^"]*)"`)

// TestCards: a yes and a no of each, whose messages say in the book what the card says.
func TestCards(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		var b bytes.Buffer
		w := everything(t, lang)
		shown, err := form.Cards(&b, w, form.Paper{})
		if err != nil {
			t.Fatal(err)
		}
		book := form.NewBook(shown)
		labels := label.FindAllStringSubmatch(b.String(), -1)
		if len(labels) != 4*len(shown) || len(shown) != 14 {
			t.Fatalf("%s: %d codes for %d wordings", lang, len(labels), len(shown))
		}
		for i, l := range labels {
			message := html.UnescapeString(l[1])
			found, strange := book.Find(message)
			want := shown[i/4]
			if len(found) != 1 || strange != 0 {
				t.Fatalf("%s: %q is read as %v", lang, message, found)
			}
			m := found[0]
			if m.Yes != (i%2 == 0) || m.Purpose != want.Purpose || m.Channel != want.Channel || m.Wording != want.Digest() {
				t.Errorf("%s: %q is read as %+v", lang, message, m)
			}
			if yes := strings.HasPrefix(message, "SI ") || strings.HasPrefix(message, "YES "); yes != m.Yes {
				t.Errorf("%s: %q says one thing and its code another", lang, message)
			}
			if strings.Count(b.String(), ">"+message+"<") == 0 {
				t.Errorf("%s: nobody without a camera can type %q", lang, message)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		w    form.Wish
		p    form.Paper
		card bool
		want error
	}{
		"an unknown question":           {form.Wish{Shop: shop, IDs: []string{"spam"}}, form.Paper{}, false, form.ErrAsk},
		"a channel it does not have":    {form.Wish{Shop: shop, IDs: []string{"newsletter"}, Channels: []choice.Channel{choice.Phone}}, form.Paper{}, false, form.ErrChannel},
		"one of two channels":           {form.Wish{Shop: shop, IDs: []string{"newsletter"}, Channels: []choice.Channel{choice.Email, choice.Phone}}, form.Paper{}, false, form.ErrChannel},
		"no shop":                       {form.Wish{Shop: form.Shop{Name: " "}}, form.Paper{}, false, form.ErrName},
		"own words for two":             {form.Wish{Shop: shop, IDs: []string{"offers", "birthday"}, Own: "May we?"}, form.Paper{}, false, form.ErrOwn},
		"own words that are none":       {form.Wish{Shop: shop, Own: " \n"}, form.Paper{}, false, form.ErrOwn},
		"own words without end":         {form.Wish{Shop: shop, Own: strings.Repeat("May we? ", 100)}, form.Paper{}, false, form.ErrOwn},
		"several sheets, no number":     {form.Wish{Shop: shop}, form.Paper{Count: 2}, false, form.ErrNumber},
		"too many":                      {form.Wish{Shop: shop}, form.Paper{First: 1, Count: 501}, false, form.ErrNumber},
		"a card without an address":     {form.Wish{Shop: form.Shop{Name: "Da Maria"}, Channels: []choice.Channel{choice.Email}}, form.Paper{}, true, form.ErrMail},
		"a card without a number":       {form.Wish{Shop: form.Shop{Name: "Da Maria", Mail: "a@example.com"}, Channels: []choice.Channel{choice.SMS}}, form.Paper{}, true, form.ErrPhone},
		"a card with a word for number": {form.Wish{Shop: form.Shop{Name: "Da Maria", Phone: "later"}, Channels: []choice.Channel{choice.SMS}}, form.Paper{}, true, form.ErrPhone},
		"an address without end":        {form.Wish{Shop: form.Shop{Name: "Da Maria", Mail: strings.Repeat("a", 300) + "@example.com"}, Channels: []choice.Channel{choice.Email}}, form.Paper{}, true, form.ErrLong},
	} {
		draw := form.Form
		if c.card {
			draw = form.Cards
		}
		c.w.Lang = "en"
		var b bytes.Buffer
		if _, err := draw(&b, c.w, c.p); !errors.Is(err, c.want) || b.Len() > 0 {
			t.Errorf("%s: %v, and %d bytes", name, err, b.Len())
		}
	}
}

func TestOwn(t *testing.T) {
	w := form.Wish{Lang: "en", Shop: shop, IDs: []string{"offers"}, Own: "Would {shop} be welcome in your mailbox?\x00\u202e {out}.\n"}
	asks, err := w.Asks()
	if err != nil || asks[0].Text != "Would Bottega Esempio be welcome in your mailbox? Tell us in the shop or write to info@bottega.example.com or call +39 0541 123456." {
		t.Errorf("%q, %v", asks, err)
	}
}

const letters = "CDFGHJKMNPQRTVWXY234679"

// TestCode: what a person gets wrong in typing makes a code none, what does not matter doesn't.
func TestCode(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for range 300 {
		var digest [32]byte
		for i := range digest {
			digest[i] = byte(r.Uint32())
		}
		for _, yes := range []bool{true, false} {
			code := form.Code(digest, yes)
			if code != form.Code(digest, yes) || code == form.Code(digest, !yes) || len(code) != 9 || strings.Trim(code, letters+"-") != "" {
				t.Fatal(code)
			}
			plain := strings.ReplaceAll(code, "-", "")
			for _, typed := range []string{
				code, plain, strings.ToLower(code), plain[:4] + " " + plain[4:], "SI offerte email " + code + ".", "x " + plain[:4] + " – " + plain[4:] + ", thanks",
				strings.ReplaceAll(strings.ReplaceAll(code, "2", "z"), "V", "u"), "(" + code + ")",
			} {
				if got := form.Codes(typed); len(got) != 1 || got[0] != plain {
					t.Fatalf("%q is read as %q", typed, got)
				}
			}
			for i := range plain {
				for _, l := range letters {
					if wrong := plain[:i] + string(l) + plain[i+1:]; wrong != plain && len(form.Codes(wrong)) > 0 {
						t.Fatalf("%s passes for %s", wrong, plain)
					}
				}
				if i+1 < len(plain) && plain[i] != plain[i+1] {
					if wrong := plain[:i] + plain[i+1:i+2] + plain[i:i+1] + plain[i+2:]; len(form.Codes(wrong)) > 0 {
						t.Fatalf("%s passes for %s", wrong, plain)
					}
				}
			}
			for _, none := range []string{plain[:7], plain + "C", "x" + plain, plain[:3] + "-" + plain[3:], ""} {
				if slices.Contains(form.Codes(none), plain) {
					t.Errorf("%q is read as %q", none, plain)
				}
			}
		}
	}
	if got := form.Code([32]byte{1}, true); got != "6MNM-CD2H" { // papers that are out there must stay readable
		t.Errorf("the codes have changed: %s", got)
	}
}

// TestBook: a code of nothing that was given out says nothing.
func TestBook(t *testing.T) {
	w := choice.Wording{Purpose: "offers", Channel: choice.Email, Lang: "en", Text: "May we?"}
	other := w
	other.Text = "May we really?"
	book := form.NewBook([]choice.Wording{w})
	if found, strange := book.Find(form.Code(other.Digest(), true)); len(found) != 0 || strange != 1 {
		t.Errorf("%v, %d", found, strange)
	}
	if found, _ := book.Find("yes " + form.Code(w.Digest(), true) + " no " + form.Code(w.Digest(), false)); len(found) != 2 || !found[0].Yes || found[1].Yes {
		t.Errorf("%v", found)
	}
	twice := form.NewBook([]choice.Wording{w, w})
	if found, strange := twice.Find(form.Code(w.Digest(), true)); len(found) != 0 || strange != 1 {
		t.Errorf("a code that means two things says one: %v", found)
	}
}
