package scan

import (
	"slices"

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

// Judge gives a file's risk from its findings of medium confidence or better
// and about how many people it is about. One person's identity is a medium
// risk, ten people's a high one; cards are high from the first.
func Judge(findings []detect.Finding, people int64) (Risk, RiskReason) {
	has := map[detect.Kind]bool{}
	for _, f := range findings {
		if f.Confidence != detect.Low {
			has[f.Kind] = true
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
	case contacts:
		return Low, FewContacts
	case has[detect.VAT]:
		return Low, Companies
	case len(findings) > 0:
		return Low, Perhaps
	}
	return None, NothingFound
}
