package scan

import (
	"slices"
	"time"

	"custode/scan/detect"
)

// Risk says how bad it would be if the file were copied by a stranger.
type Risk string

// The levels, worst first.
const (
	High   Risk = "high"
	Medium Risk = "medium"
	Low    Risk = "low"
	None   Risk = "none"
)

// Rank orders risks: 3 for high down to 0 for none.
func (r Risk) Rank() int {
	switch r {
	case High:
		return 3
	case Medium:
		return 2
	case Low:
		return 1
	case None:
	}
	return 0
}

// RiskReason names the rule that gave the risk; faces turn it into a sentence.
type RiskReason string

// The reasons, in the order in which they are tried.
const (
	HasCardCodes RiskReason = "card-codes"    // security codes of cards: nobody may keep them (PCI DSS v4.0.1, 3.3.1)
	HasCards     RiskReason = "cards"         // card numbers: can be spent, unreadable where they must be kept (PCI DSS v4.0.1, 3.5.1)
	HasPasswords RiskReason = "passwords"     // they open other doors
	HasHealth    RiskReason = "health"        // a special category of data (GDPR 9(1))
	HasIdentity  RiskReason = "identity"      // numbers of documents, or birth dates with names: enough to pose as somebody
	HasAccounts  RiskReason = "accounts"      // bank accounts of people
	ManyContacts RiskReason = "many-contacts" // a list that can be sold or used for fraud by mail
	SomeContacts RiskReason = "some-contacts"
	FewContacts  RiskReason = "few-contacts"
	OwnPeople    RiskReason = "own"       // what the settings say identifies people
	Companies    RiskReason = "companies" // data of firms only
	Perhaps      RiskReason = "perhaps"   // nothing but findings of low confidence
	NothingFound RiskReason = "nothing"
)

// The bounds between few, some and many people. They follow the counts that
// the assessment of a breach asks for (ENISA 2013: the volume of a breach), set low because shops are small.
const (
	somePeople = 10
	manyPeople = 1000
)

// documents are the kinds that say officially who somebody is.
var documents = []detect.Kind{
	detect.FiscalCode, detect.IdentityCard, detect.Passport, detect.SSN, detect.NINO, detect.NHS, detect.NIF, detect.NIE,
	detect.NIR, detect.TaxID, detect.PESEL,
}

// Facts are what a file's risk is judged by. The zero values of the last four
// stand for what is not known, which changes nothing.
type Facts struct {
	Findings []detect.Finding
	People   int64
	Exposure Exposure
	Access   Access
	Newest   time.Time // of the records in it, or when it was last changed
	Now      time.Time
}

// Judgement is a file's risk and what made it.
type Judgement struct {
	Risk   Risk       // in all
	Base   Risk       // by what is in it alone
	Reason RiskReason // of Base
	Old    bool       // nothing in it is newer than two years
	Halves int        // half steps by which the circumstances weigh; two raise Base by a step, more do not
}

// The weights of the circumstances, in half steps. A drive that is easily lost
// and a folder that anybody can fetch from weigh as much as two others.
var (
	exposureHalves = map[Exposure]int{OnWeb: 2, OnRemovable: 2, InTrash: 1, OnNetwork: 1, InSynced: 1, InDownloads: 1, OnDesktop: 1, InTemp: 1}
	accessHalves   = map[Access]int{Everyone: 1}
)

const (
	oldHalves = 1
	step      = 2 // half steps that raise the risk
)

// oldAge is the age, in months, from which records are old: two years, after
// which customers who did not come again are no longer to be written to (Italian
// Garante, 24 February 2005, on loyalty programmes).
const oldAge = 24

// IsOld reports whether something is old by now.
func IsOld(newest, now time.Time) bool {
	return !newest.IsZero() && !now.IsZero() && newest.Before(now.AddDate(0, -oldAge, 0))
}

// Judge gives a file's risk: by the kinds found with medium confidence or better
// and by about how many people it is about, and then by where it lies, who can
// read it and how old it is. Circumstances raise the risk by one step at most, and
// never that of firms' data, or of what is only perhaps somebody's.
func Judge(f Facts) Judgement {
	j := Judgement{Old: IsOld(f.Newest, f.Now)}
	j.Base, j.Reason = base(f.Findings, f.People)
	j.Risk = j.Base
	j.Halves = exposureHalves[f.Exposure] + accessHalves[f.Access]
	if j.Old {
		j.Halves += oldHalves
	}
	if j.Halves >= step && j.Reason != Companies && j.Reason != Perhaps {
		switch j.Base {
		case Low:
			j.Risk = Medium
		case Medium:
			j.Risk = High
		case High, None:
		}
	}
	return j
}

// base gives the risk of what is in a file. One person's identity is a medium
// risk, ten people's a high one; cards are high from the first.
func base(findings []detect.Finding, people int64) (Risk, RiskReason) {
	has, own := map[detect.Kind]bool{}, false
	for _, f := range findings {
		if f.Confidence != detect.Low {
			has[f.Kind] = true
			own = own || f.Person
		}
	}
	severe := func() Risk {
		if people >= somePeople {
			return High
		}
		return Medium
	}
	contacts := has[detect.Email] || has[detect.Phone] || has[detect.Address] || has[detect.Name]
	switch {
	case has[detect.CardCode]:
		return High, HasCardCodes
	case has[detect.Card]:
		return High, HasCards
	case has[detect.Password], has[detect.Secret]:
		return High, HasPasswords
	case has[detect.Health] && people > 0:
		return severe(), HasHealth
	case slices.ContainsFunc(documents, func(k detect.Kind) bool { return has[k] }), has[detect.BirthDate] && has[detect.Name]:
		return severe(), HasIdentity
	case has[detect.IBAN], has[detect.BankAccount]:
		return severe(), HasAccounts
	case contacts && people >= manyPeople:
		return High, ManyContacts
	case contacts && people >= somePeople, has[detect.BirthDate]:
		return Medium, SomeContacts
	case own && people >= manyPeople:
		return High, OwnPeople
	case own && people >= somePeople:
		return Medium, OwnPeople
	case contacts:
		return Low, FewContacts
	case own:
		return Low, OwnPeople
	case has[detect.VAT]:
		return Low, Companies
	case len(findings) > 0:
		return Low, Perhaps
	}
	return None, NothingFound
}
