package decoy

import (
	"fmt"
	"strings"
	"time"
)

// customer is a made-up person with an order.
type customer struct {
	no                                      int
	first, last, street, town, phone, email string
	card, note                              string // empty for most
	day                                     time.Time
	cents                                   int
}

// Numbers that shops are given to try their card readers with: every bank refuses them.
var testCards = []string{
	"4111 1111 1111 1111", "4012 8888 8888 1881", "4242 4242 4242 4242", "5555 5555 5555 4444", "5105 1051 0510 5100",
	"2223 0031 2200 3222", "4000 0566 5566 5556", "5200 8282 8282 8210",
}

// Hosts that are reserved for examples (RFC 2606): no mail ever arrives.
var hosts = []string{"example.com", "example.com", "example.org", "example.net"}

// crowd makes customers, as many as are asked for.
type crowd struct {
	d      *dice
	w      words
	lang   string
	latest time.Time // no order is later
	from   int       // the first number
	list   []customer
}

func newCrowd(d *dice, w words, lang string, latest time.Time) *crowd {
	return &crowd{d: d, w: w, lang: lang, latest: latest, from: d.between(100, 4000)}
}

// first gives the first n customers.
func (c *crowd) first(n int) []customer {
	for len(c.list) < n {
		c.list = append(c.list, c.next())
	}
	return c.list[:n]
}

func (c *crowd) next() customer {
	d := c.d
	p := customer{no: c.from + len(c.list), first: d.of(c.w["first"]), last: d.of(c.w["last"]), town: d.of(c.w["town"])}
	house := d.between(1, 98)
	if p.street = d.of(c.w["street"]); c.lang == "it" {
		p.street = fmt.Sprintf("%s %d", p.street, house)
	} else {
		p.street = fmt.Sprintf("%d %s", house, p.street)
	}
	p.phone = c.phone()
	p.email = c.mail(p.first, p.last)
	if d.n(7) == 0 {
		p.card = d.of(testCards)
	}
	if d.n(3) == 0 {
		p.note = d.of(c.w["note"])
	}
	p.day = c.latest.AddDate(0, 0, -d.n(700))
	p.cents = d.between(350, 48000)
	return p
}

// phone gives a number that nobody has: in Italy of a prefix that no operator has, in
// English one of those that Ofcom keeps for films.
func (c *crowd) phone() string {
	if c.lang == "it" {
		return "+39 399 " + c.d.digits(3) + " " + c.d.digits(4)
	}
	return "07700 900" + c.d.digits(3)
}

func (c *crowd) mail(first, last string) string {
	first, last = strings.ToLower(first), strings.ToLower(strings.NewReplacer(" ", "", "'", "").Replace(last))
	host := c.d.of(hosts)
	switch c.d.n(4) {
	case 0:
		return first[:1] + "." + last + "@" + host
	case 1:
		return first + fmt.Sprint(c.d.between(50, 99)) + "@" + host
	case 2:
		return last + "." + first + "@" + host
	}
	return first + "." + last + "@" + host
}

// cells are a customer's row under the heads.
func (c *crowd) cells(p customer) []string {
	return []string{fmt.Sprint(p.no), p.first, p.last, p.street, p.town, p.phone, p.email, p.card, c.date(p.day), c.money(p.cents)}
}

func (c *crowd) date(t time.Time) string { return t.Format("02/01/2006") }

func (c *crowd) money(cents int) string {
	point := "."
	if c.lang == "it" {
		point = ","
	}
	return fmt.Sprintf("%d%s%02d", cents/100, point, cents%100)
}
