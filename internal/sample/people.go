package sample

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Person is a made-up customer, as a list may have one. What the shop does not
// know is empty; there is always a fiscal code, an e-mail address or a mobile.
type Person struct {
	First, Last string
	Fiscal      string
	Mail        string
	Phone       string // +39 399 123 4567, of a prefix that no operator has
	Street      string
	Born        time.Time // a day, UTC
	IBAN        string
}

// MaxPeople is how many people there are names for.
const MaxPeople = 2000

// People makes n people, at most [MaxPeople], no two of whom share a name, a
// fiscal code, an address, a number or an account. One seed makes one list:
// the first people of a longer one are those of a shorter.
func People(seed uint64, n int) []Person {
	c := newCrowd(rand.New(rand.NewPCG(seed, 0x9e0b1e))) //nolint:gosec // invented data wants a seed, not secrecy
	taken := set{}
	all := make([]Person, 0, min(n, MaxPeople))
	for len(all) < cap(all) {
		who := c.invite(1, false)[0]
		p := Person{
			First: who.first, Last: who.last, Fiscal: who.fiscal, Mail: who.mail,
			Phone: grouped(who.tel, " ", 3, 3, 3, 4), Street: who.street, Born: who.born, IBAN: c.iban(),
		}
		if !newTo(taken, p) {
			continue
		}
		p.forget(c)
		all = append(all, p)
	}
	return all
}

// newTo says that nobody in taken has anything of p, and puts p in.
func newTo(taken set, p Person) bool {
	own := []string{p.Fiscal, p.Mail, p.Phone, p.IBAN}
	for _, v := range own {
		if _, old := taken[v]; old {
			return false
		}
	}
	for _, v := range own {
		taken[v] = struct{}{}
	}
	return true
}

// forget empties what the shop never asked: of 100 people, 15 gave no fiscal
// code, 8 no e-mail, 12 no mobile and 60 no account. Who would be left without
// any of the first three keeps the mobile.
func (p *Person) forget(c *crowd) {
	if c.rng.IntN(100) < 15 {
		p.Fiscal = ""
	}
	if c.rng.IntN(100) < 8 {
		p.Mail = ""
	}
	if c.rng.IntN(100) < 12 && (p.Fiscal != "" || p.Mail != "") {
		p.Phone = ""
	}
	if c.rng.IntN(100) < 60 {
		p.IBAN = ""
	}
}

// Namesake is the n-th of those who share p's name and street: born n years
// later, with a code, an address, a number and an account of their own, as far
// as p has them. Lists for benchmarks, for which there are not enough names,
// are made of them. The 0th is p.
func (p Person) Namesake(n int) Person {
	if n == 0 {
		return p
	}
	p.Born = p.Born.AddDate(n, 0, 0)
	if p.Fiscal != "" {
		code := p.Fiscal[:6] + p.Born.Format("06") + p.Fiscal[8:15]
		p.Fiscal = code + string(oddEven(code))
	}
	if local, domain, ok := strings.Cut(p.Mail, "@"); ok {
		p.Mail = local + "." + strconv.Itoa(n) + "@" + domain
	}
	if p.Phone != "" {
		number, err := strconv.Atoi(strings.ReplaceAll(p.Phone[8:], " ", ""))
		if err != nil {
			panic("sample: " + err.Error())
		}
		p.Phone = p.Phone[:8] + grouped(fmt.Sprintf("%07d", (number+n*1_234_567)%10_000_000), " ", 3, 4)
	}
	if p.IBAN != "" {
		p.IBAN = ibanOf(p.IBAN[5:10], p.IBAN[10:15], fmt.Sprintf("%04d", n)+p.IBAN[19:])
	}
	return p
}
