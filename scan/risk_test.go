package scan_test

import (
	"testing"
	"time"

	"custode/scan"
	"custode/scan/detect"
)

func found(c detect.Confidence, kinds ...detect.Kind) (out []detect.Finding) {
	for _, k := range kinds {
		out = append(out, detect.Finding{Kind: k, Count: 1, Distinct: 1, Confidence: c})
	}
	return out
}

func own(person bool) []detect.Finding {
	return []detect.Finding{{Kind: detect.Own, Pattern: "Tessera", Person: person, Count: 1, Distinct: 1, Confidence: detect.Medium}}
}

// TestBase: what is in a file makes its risk.
func TestBase(t *testing.T) {
	for _, c := range []struct {
		findings []detect.Finding
		people   int64
		risk     scan.Risk
		reason   scan.RiskReason
	}{
		{nil, 0, scan.None, scan.NothingFound},
		{found(detect.High, detect.CardCode, detect.Card), 1, scan.High, scan.HasCardCodes},
		{found(detect.High, detect.Card), 1, scan.High, scan.HasCards},
		{found(detect.Low, detect.Card), 1, scan.Low, scan.Perhaps},
		{found(detect.High, detect.Password), 0, scan.High, scan.HasPasswords},
		{found(detect.Low, detect.Password), 0, scan.Low, scan.Perhaps},
		{found(detect.High, detect.Health), 3, scan.Medium, scan.HasHealth},
		{found(detect.High, detect.Health), 0, scan.Low, scan.Perhaps},
		{found(detect.High, detect.FiscalCode), 9, scan.Medium, scan.HasIdentity},
		{found(detect.High, detect.FiscalCode), 10, scan.High, scan.HasIdentity},
		{found(detect.High, detect.BirthDate, detect.Name), 10, scan.High, scan.HasIdentity},
		{found(detect.High, detect.BirthDate), 10, scan.Medium, scan.SomeContacts},
		{found(detect.High, detect.IBAN), 3, scan.Medium, scan.HasAccounts},
		{found(detect.High, detect.Email), 1000, scan.High, scan.ManyContacts},
		{found(detect.High, detect.Email), 999, scan.Medium, scan.SomeContacts},
		{found(detect.High, detect.Phone), 10, scan.Medium, scan.SomeContacts},
		{found(detect.High, detect.Email), 9, scan.Low, scan.FewContacts},
		{found(detect.High, detect.VAT), 0, scan.Low, scan.Companies},
		{found(detect.Medium, detect.IPAddress), 0, scan.Low, scan.Perhaps},
		{own(true), 9, scan.Low, scan.OwnPeople},
		{own(true), 10, scan.Medium, scan.OwnPeople},
		{own(true), 1000, scan.High, scan.OwnPeople},
		{own(false), 0, scan.Low, scan.Perhaps},
		{append(own(true), found(detect.High, detect.Email)...), 9, scan.Low, scan.FewContacts},
	} {
		j := scan.Judge(scan.Facts{Findings: c.findings, People: c.people})
		if j.Risk != c.risk || j.Base != c.risk || j.Reason != c.reason || j.Halves != 0 || j.Old {
			t.Errorf("%v of %d people: %+v, want %s %s", c.findings, c.people, j, c.risk, c.reason)
		}
	}
}

// TestCircumstances: where it lies, who can read it and how old it is raise the
// risk by a step: two of them, or one grave one.
func TestCircumstances(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	contacts, few := found(detect.High, detect.Email), int64(3)
	old, young := now.AddDate(0, -24, -1), now.AddDate(0, -24, 1)
	for _, c := range []struct {
		name     string
		findings []detect.Finding
		people   int64
		place    scan.Exposure
		access   scan.Access
		newest   time.Time
		want     scan.Risk
		halves   int
	}{
		{"nowhere", contacts, few, scan.NotExposed, scan.OwnerOnly, young, scan.Low, 0},
		{"nothing known", contacts, few, "", scan.AccessUnknown, time.Time{}, scan.Low, 0},
		{"a group", contacts, few, "", scan.GroupToo, young, scan.Low, 0},
		{"Downloads", contacts, few, scan.InDownloads, scan.OwnerOnly, young, scan.Low, 1},
		{"old", contacts, few, scan.NotExposed, scan.OwnerOnly, old, scan.Low, 1},
		{"open", contacts, few, scan.NotExposed, scan.Everyone, young, scan.Low, 1},
		{"Downloads, old", contacts, few, scan.InDownloads, scan.OwnerOnly, old, scan.Medium, 2},
		{"Downloads, open", contacts, few, scan.InDownloads, scan.Everyone, young, scan.Medium, 2},
		{"open, old", contacts, few, scan.NotExposed, scan.Everyone, old, scan.Medium, 2},
		{"all of it: one step", contacts, few, scan.OnWeb, scan.Everyone, old, scan.Medium, 4},
		{"a stick", contacts, few, scan.OnRemovable, scan.OwnerOnly, young, scan.Medium, 2},
		{"the web", contacts, 20, scan.OnWeb, scan.OwnerOnly, young, scan.High, 2},
		{"high stays high", found(detect.High, detect.Card), 1, scan.OnWeb, scan.Everyone, old, scan.High, 4},
		{"firms", found(detect.High, detect.VAT), 0, scan.OnWeb, scan.Everyone, old, scan.Low, 4},
		{"perhaps", found(detect.Low, detect.Card), 1, scan.OnWeb, scan.Everyone, old, scan.Low, 4},
		{"nothing", nil, 0, scan.OnWeb, scan.Everyone, old, scan.None, 4},
	} {
		j := scan.Judge(scan.Facts{Findings: c.findings, People: c.people, Exposure: c.place, Access: c.access, Newest: c.newest, Now: now})
		if j.Risk != c.want || j.Halves != c.halves {
			t.Errorf("%s: %+v, want %s, %d half steps", c.name, j, c.want, c.halves)
		}
	}
}

// TestWorseCircumstancesNeverLowerTheRisk tries all of them on all kinds.
func TestWorseCircumstancesNeverLowerTheRisk(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for kind := range allKinds() {
		for _, people := range []int64{0, 1, 10, 1000} {
			plain := scan.Judge(scan.Facts{Findings: found(detect.High, kind), People: people})
			for _, place := range []scan.Exposure{scan.OnWeb, scan.InTrash, scan.OnRemovable, scan.OnNetwork, scan.InSynced, scan.InDownloads, scan.OnDesktop, scan.InTemp} {
				for _, access := range []scan.Access{scan.OwnerOnly, scan.GroupToo, scan.Everyone, scan.AccessUnknown} {
					j := scan.Judge(scan.Facts{Findings: found(detect.High, kind), People: people, Exposure: place, Access: access, Newest: now.AddDate(-9, 0, 0), Now: now})
					if up := j.Risk.Rank() - plain.Risk.Rank(); up < 0 || up > 1 || j.Base != plain.Risk {
						t.Errorf("%s of %d people, %s, %s: %+v instead of %s", kind, people, place, access, j, plain.Risk)
					}
				}
			}
		}
	}
}

func allKinds() map[detect.Kind]bool {
	out := map[detect.Kind]bool{}
	for _, k := range []detect.Kind{
		detect.Email, detect.Phone, detect.Card, detect.IBAN, detect.FiscalCode, detect.VAT, detect.Name, detect.Address, detect.BirthDate,
		detect.Password, detect.Secret, detect.IPAddress, detect.Health, detect.BankAccount, detect.CardCode, detect.IdentityCard, detect.SSN,
		detect.NINO, detect.NHS, detect.NIF, detect.NIE, detect.NIR, detect.TaxID, detect.PESEL, detect.Passport,
	} {
		out[k] = true
	}
	return out
}
