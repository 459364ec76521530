package detect

// Why is what a finding rests on: the best evidence that was met for it. The
// identifiers are a closed list and part of the command-line contract.
type Why string

// The evidence, the best first.
const (
	WhyHeader          Why = "header"           // the column's header or the field's name says what it is
	WhyChecksumContext Why = "checksum+context" // its check digits hold, and a word near it says what it is
	WhyChecksum        Why = "checksum"         // its check digits hold
	WhyContext         Why = "context"          // it has the shape, and a word near it says what it is
	WhyPlan            Why = "plan"             // a telephone number with its country's code, confirmed by the numbering plan
	WhyWritten         Why = "written"          // it stands in the groups in which such a number is printed
	WhyColumn          Why = "column"           // it stands in a column that is full of them
	WhyShape           Why = "shape"            // it has the shape, nothing more
	WhyOwn             Why = "own"              // the settings say to look for it
	WhyExample         Why = "example"          // a number that is published for tests
)

// whyOrder is every Why, the best first.
var whyOrder = [...]Why{WhyHeader, WhyChecksumContext, WhyChecksum, WhyContext, WhyPlan, WhyWritten, WhyColumn, WhyShape, WhyOwn, WhyExample}

// testimony says how sure a kind is for a reason.
type testimony struct {
	kind Kind
	why  Why
}

// confidences is the one place where it is said how sure a finding is. What
// has no row isn't found: eleven digits whose check digit holds, and nothing
// more, are no tax number.
//
//	kind               header  checksum+context  checksum  context  plan  written  column  shape
//	email              high    -                 -         -        -     -        -       high
//	phone              high    -                 -         high     high  medium   medium  low
//	card               high    high              medium    -        -     high     -       -      example: low
//	iban               high    -                 high      -        -     -        -       -
//	it_fiscal_code     high    -                 high      -        -     -        -       -
//	it_vat             high    high              high      -        -     -        -       -
//	it_identity_card   high    -                 -         high     -     -        medium  low
//	us_ssn             high    -                 -         high     -     medium   -       -
//	uk_nino            high    -                 -         high     -     medium   medium  low
//	uk_nhs             high    high              -         -        -     -        medium  -
//	es_nif, es_nie     high    high              medium    -        -     -        -       -
//	fr_nir             high    high              medium    high     -     high     -       -
//	de_tax_id          high    high              -         -        -     medium   medium  -
//	pl_pesel           high    high              -         -        -     -        medium  -
//	passport           high    -                 high      high     -     -        -       -
//	password, secret   high    -                 -         high     -     -        -       low      at best: see below
//	card_verification  high    -                 -         high     -     -        -       -
//	health             high    -                 -         -        -     -        -       -        at best
//	bank_account       medium  -                 -         -        -     -        -       -
//	ip_address         medium  -                 -         -        -     -        -       low
//
// A password or key is less sure where what stands there looks like a hash, an
// example or a key for tests; health is high where the same record is a person's.
//
// Names, addresses and dates of birth come from a header only and are high.
// A card or NIR whose only evidence is its check digits is low where as many
// numbers of the same shape fail the check (doubt.go). The checksum of a passport is that of its
// machine-readable zone, five digits of it.
var confidences = map[testimony]Confidence{
	{Email, WhyHeader}: High, {Email, WhyShape}: High,
	{Phone, WhyHeader}: High, {Phone, WhyContext}: High, {Phone, WhyPlan}: High, {Phone, WhyWritten}: Medium, {Phone, WhyColumn}: Medium, {Phone, WhyShape}: Low,
	{Card, WhyHeader}: High, {Card, WhyChecksumContext}: High, {Card, WhyWritten}: High, {Card, WhyChecksum}: Medium, {Card, WhyExample}: Low,
	{IBAN, WhyHeader}: High, {IBAN, WhyChecksum}: High,
	{FiscalCode, WhyHeader}: High, {FiscalCode, WhyChecksum}: High,
	{VAT, WhyHeader}: High, {VAT, WhyChecksumContext}: High, {VAT, WhyChecksum}: High,
	{Name, WhyHeader}: High, {Address, WhyHeader}: High, {BirthDate, WhyHeader}: High, {BirthDate, WhyContext}: High,
	{Password, WhyHeader}: High, {Password, WhyContext}: High, {Password, WhyShape}: Low,
	{Secret, WhyContext}: High, {Secret, WhyShape}: Low,
	{CardCode, WhyHeader}: High, {CardCode, WhyContext}: High,
	{Health, WhyHeader}: High, {BankAccount, WhyHeader}: Medium, {IPAddress, WhyHeader}: Medium, {IPAddress, WhyShape}: Low,
	{IdentityCard, WhyHeader}: High, {IdentityCard, WhyContext}: High, {IdentityCard, WhyColumn}: Medium, {IdentityCard, WhyShape}: Low, {IdentityCard, WhyChecksum}: High,
	{SSN, WhyHeader}: High, {SSN, WhyContext}: High, {SSN, WhyWritten}: Medium,
	{NINO, WhyHeader}: High, {NINO, WhyContext}: High, {NINO, WhyWritten}: Medium, {NINO, WhyColumn}: Medium, {NINO, WhyShape}: Low,
	{NHS, WhyHeader}: High, {NHS, WhyChecksumContext}: High, {NHS, WhyColumn}: Medium,
	{NIF, WhyHeader}: High, {NIF, WhyChecksumContext}: High, {NIF, WhyChecksum}: Medium,
	{NIE, WhyHeader}: High, {NIE, WhyChecksumContext}: High, {NIE, WhyChecksum}: Medium,
	{NIR, WhyHeader}: High, {NIR, WhyChecksumContext}: High, {NIR, WhyContext}: High, {NIR, WhyWritten}: High, {NIR, WhyChecksum}: Medium,
	{TaxID, WhyHeader}: High, {TaxID, WhyChecksumContext}: High, {TaxID, WhyWritten}: Medium, {TaxID, WhyColumn}: Medium,
	{PESEL, WhyHeader}: High, {PESEL, WhyChecksumContext}: High, {PESEL, WhyColumn}: Medium,
	{Passport, WhyHeader}: High, {Passport, WhyContext}: High, {Passport, WhyChecksum}: High,
	{Own, WhyOwn}: Medium,
}

// found counts norm as a kind, as sure as the reason makes it; it returns
// false, and counts nothing, where the reason isn't enough for the kind.
func (c *Collector) found(kind Kind, start, end int, why Why) bool {
	confidence, ok := confidences[testimony{kind, why}]
	if !ok {
		return false
	}
	c.why = why
	c.emit(kind, start, end, confidence)
	return true
}

// reason is why a match that came without one was found, by its kind, how sure
// it is and how it is written.
func (c *Collector) reason(kind Kind, start int, confidence Confidence) Why {
	switch {
	case kind == Phone && confidence == Medium:
		return WhyWritten
	case c.hint == kind:
		return WhyHeader
	case kind == IBAN || kind == FiscalCode:
		return WhyChecksum
	case kind == VAT:
		if isLetter(c.buf[start]) {
			return WhyChecksum
		}
		return WhyChecksumContext
	case kind == Phone && (c.buf[start] == '+' || c.buf[start] == '0' && start+1 < len(c.buf) && c.buf[start+1] == '0'):
		return WhyPlan
	case kind == Email || confidence == Low:
		return WhyShape
	}
	return WhyContext
}

// witness keeps the better of the reasons met.
func (t *tally) witness(why Why) {
	if t.why == why {
		return
	}
	for _, w := range whyOrder {
		if w == why || w == t.why {
			t.why = w
			return
		}
	}
	t.why = why
}

// told is the reason of a finding.
func (t *tally) told() Why {
	if t.why == "" {
		return WhyHeader
	}
	return t.why
}

// order puts examples behind what isn't one.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
