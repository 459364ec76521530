package sample

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// words are the invented names, streets and goods, one a line.
//
//go:embed words/*.txt
var words embed.FS

// lines reads one list of words.
func lines(name string) []string {
	b, err := words.ReadFile("words/" + name + ".txt")
	if err != nil {
		panic("sample: " + err.Error())
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// person is somebody who does not exist.
type person struct {
	first, last string
	female      bool
	english     bool
	born        time.Time
	mail        string
	tel         string // E.164
	fiscal      string
	street      string
}

// full is the name as one writes it.
func (p *person) full() string { return p.first + " " + p.last }

// crowd makes people, no two with one name.
type crowd struct {
	rng     *rand.Rand
	used    set
	lists   map[string][]string
	invited []*person
	cards   int // how many were handed out
}

// newCrowd reads the words.
func newCrowd(rng *rand.Rand) *crowd {
	c := &crowd{rng: rng, used: set{}, lists: map[string][]string{}}
	for _, name := range []string{
		"first_f", "first_m", "first_en", "surnames", "surnames_en", "streets", "streets_en",
		"products", "notes", "notes_en", "suppliers",
	} {
		c.lists[name] = lines(name)
	}
	return c
}

// pick takes one word of a list.
func (c *crowd) pick(list string) string {
	all := c.lists[list]
	return all[c.rng.IntN(len(all))]
}

// digits makes n random digits.
func (c *crowd) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "0123456789"[c.rng.IntN(10)]
	}
	return string(b)
}

// invite makes n new people, English ones or Italian ones.
func (c *crowd) invite(n int, english bool) []*person {
	made := make([]*person, 0, n)
	for len(made) < n {
		p := &person{english: english, female: c.rng.IntN(2) == 0}
		switch {
		case english:
			p.first, p.last = c.pick("first_en"), c.pick("surnames_en")
		case p.female:
			p.first, p.last = c.pick("first_f"), c.pick("surnames")
		default:
			p.first, p.last = c.pick("first_m"), c.pick("surnames")
		}
		if _, taken := c.used[p.full()]; taken {
			continue
		}
		c.used[p.full()] = struct{}{}
		c.furnish(p)
		made = append(made, p)
	}
	c.invited = append(c.invited, made...)
	return made
}

// furnish gives a person all that a shop may know of somebody.
func (c *crowd) furnish(p *person) {
	p.born = time.Date(1944+c.rng.IntN(60), time.Month(1+c.rng.IntN(12)), 1+c.rng.IntN(28), 0, 0, 0, 0, time.UTC)
	p.mail = c.mailOf(p)
	switch {
	case !p.english:
		p.tel = "+39399" + c.digits(7)
		p.street = fmt.Sprintf("%s %d, 00000 Borgo Inventato", c.pick("streets"), 1+c.rng.IntN(180))
	case c.rng.IntN(2) == 0:
		p.tel = "+121255501" + c.digits(2)
		p.street = fmt.Sprintf("%d %s, Exampleton", 1+c.rng.IntN(400), c.pick("streets_en"))
	default:
		p.tel = "+442079460" + c.digits(3)
		p.street = fmt.Sprintf("%d %s, Mockingham", 1+c.rng.IntN(400), c.pick("streets_en"))
	}
	p.fiscal = fiscalCode(p)
}

// accented gives a person a name and a street that need more than ASCII.
func (c *crowd) accented(p *person) {
	p.first, p.last, p.female = "Nicolò", "Cittadellaprova", false
	c.furnish(p)
	p.street = fmt.Sprintf("Via Città di Prova %d, 00000 Borgo Inventato", 1+c.rng.IntN(180))
}

// mailOf invents an address under the domains that nobody may register.
func (c *crowd) mailOf(p *person) string {
	first, last := strings.ToLower(plainLetters(p.first)), strings.ToLower(plainLetters(p.last))
	domain := "example.com"
	if n := c.rng.IntN(10); n >= 7 {
		domain = []string{"example.org", "example.net", "posta.example"}[n-7]
	}
	switch c.rng.IntN(5) {
	case 0:
		return first[:1] + "." + last + fmt.Sprint(p.born.Year()%100) + "@" + domain
	case 1:
		return first + "_" + last + "@" + domain
	default:
		return first + "." + last + "@" + domain
	}
}

// email is what a cell says of a person, as are firstName and the others.
func (p *person) email() value { return value{kind: kindEmail, spelled: p.mail, norm: p.mail} }

func (p *person) firstName() value { return nameValue(p.first) }

func (p *person) lastName() value { return nameValue(p.last) }

func (p *person) fullName() value { return nameValue(p.full()) }

func nameValue(s string) value {
	return value{kind: kindName, spelled: s, norm: strings.ToLower(s)}
}

func (p *person) address() value {
	return value{kind: kindAddress, spelled: p.street, norm: strings.ToLower(p.street)}
}

func (p *person) birth(layout string) value {
	s := p.born.Format(layout)
	return value{kind: kindBirth, spelled: s, norm: s}
}

func (p *person) fiscalValue() value {
	return value{kind: kindFiscal, spelled: p.fiscal, norm: p.fiscal}
}

// phone is the number with its country, as one would write it anywhere.
func (c *crowd) phone(p *person) value {
	var s string
	switch {
	case c.rng.IntN(2) == 0:
		s = p.tel
	case strings.HasPrefix(p.tel, "+39"):
		s = grouped(p.tel, " ", 3, 3, 3, 4)
	case strings.HasPrefix(p.tel, "+1"):
		s = grouped(p.tel, " ", 2, 3, 3, 4)
	default:
		s = grouped(p.tel, " ", 3, 2, 4, 4)
	}
	return value{kind: kindPhone, spelled: s, norm: p.tel}
}

// phoneCell is the number as people type it where the column says what it is:
// Italians leave out their country.
func (c *crowd) phoneCell(p *person) value {
	v := c.phone(p)
	national, italian := strings.CutPrefix(p.tel, "+39")
	if !italian {
		return v
	}
	switch c.rng.IntN(6) {
	case 0:
		v.spelled = national
	case 1:
		v.spelled = grouped(national, " ", 3, 3, 4)
	case 2:
		v.spelled = national[:3] + "-" + national[3:]
	case 3:
		v.spelled = "0039 " + national[:3] + " " + national[3:]
	}
	return v
}

// national is an Italian number without its country, for behind "Tel.".
func (p *person) national() value {
	s := grouped(strings.TrimPrefix(p.tel, "+39"), " ", 3, 3, 4)
	return value{kind: kindPhone, spelled: s, norm: p.tel}
}

// iban makes an account at a bank that does not exist.
func (c *crowd) iban() string {
	bank := []string{"00000", "99999"}[c.rng.IntN(2)]
	return ibanOf(bank, "00000", "0000"+c.digits(8))
}

// ibanValue spells an IBAN in one piece, or in groups of four.
func ibanValue(iban string, groups, lower bool) value {
	s := iban
	if groups {
		s = grouped(s, " ", 4)
	}
	if lower {
		s = strings.ToLower(s)
	}
	return value{kind: kindIBAN, spelled: s, norm: iban}
}

// vat makes a VAT number that was given to nobody.
func (c *crowd) vat() value {
	ten := "9999" + c.digits(3) + fmt.Sprintf("%03d", 1+c.rng.IntN(95))
	s := ten + string(luhnDigit(ten))
	return value{kind: kindVAT, spelled: s, norm: s}
}

// The first six digits of the cards, each as published test numbers have them.
const (
	visa       = "400000"
	mastercard = "555555"
	amex       = "378282"
	discover   = "601111"
)

// nobodysAccount follows them: no list of test numbers has it, so that a
// scanner which knows those lists takes the cards for real ones, and no bank
// gives accounts so round.
const nobodysAccount = "990000"

// card makes the next number under the first six digits of a network.
func (c *crowd) card(network string) string {
	c.cards++
	n := 15
	if network == amex {
		n = 14
	}
	body := network + nobodysAccount[:n-6-3] + fmt.Sprintf("%03d", c.cards)
	return body + string(luhnDigit(body))
}

// cardValue spells a card number with sep between its groups.
func cardValue(number, sep string) value {
	s := grouped(number, sep, 4)
	if len(number) == 15 {
		s = grouped(number, sep, 4, 6, 5)
	}
	return value{kind: kindCard, spelled: s, norm: number}
}
