package source

import (
	"strings"
	"testing"
)

func TestCite(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string][2]string{
		"GDPR":                 {"GDPR", "GDPR"},
		"GDPR:33(1)":           {"GDPR Art. 33(1)", "GDPR art. 33(1)"},
		"EDPB-01-2021:case 10": {"EDPB 01/2021 case 10", "EDPB 01/2021 caso 10"},
		"IRM:17":               {"CERT SG IRM no. 17", "CERT SG IRM n. 17"},
		"STAT-LAV:4":           {"Law 300/1970 Art. 4", "L. 300/1970 art. 4"},
		"NOWHERE:1":            {"NOWHERE:1", "NOWHERE:1"},
	} {
		if got := l.Cite(ref); got.EN != want[0] || got.IT != want[1] {
			t.Errorf("%s: %q, %q", ref, got.EN, got.IT)
		}
	}
	for _, ref := range []string{"", ":", "GDPR:", "gdpr", "GDPR:33:1", "GDPR:\x1b[31m", "GDPR:" + strings.Repeat("3", 60)} {
		if _, ok := l.Find(ref); ok {
			t.Errorf("%q is found", ref)
		}
	}
}

// Whatever plans, clocks, rules and questions were promised is there, and says whether it was read.
func TestSources(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for id := range strings.FieldsSeq(`GDPR EDPB-9-2022 EDPB-01-2021 EDPB-TEMPLATE-2026 GARANTE-PROC GARANTE-157-2019 UK-GDPR ICO-72H FTC-DBR FTC-DISPOSE
		FTC-PHISH FTC-IMPOSTER CISA-RANSOM NCSC-RANSOM NCSC-SMALL IRM VISA-WTDIC PCI-DSS ENISA-SEV-2013 STAT-LAV NIS2 OMNIBUS-2025 CA-SB446 REG-1182-71 CACAO-2 IJE-BCC
		NCSC-SBG NCSC-PHISH NCSC-PASS NCSC-MFA NCSC-DEVICE NCSC-BACKUP FTC-BASICS FTC-PPI FTC-PHYSICAL FTC-RANSOM FTC-TECHSUPPORT FTC-REMOTE FTC-VENDOR
		FTC-SCAMS ENISA-SME CISA-SECURE GARANTE-PHISH GARANTE-SMISH GARANTE-VISH GARANTE-RANSOM GARANTE-PASS GARANTE-VIDEO GARANTE-RIGHTS EDPB-SME ICO-SME
		ICO-TIME EDPB-01-2022 BLN-IDENTITY IT-L260-1949 IT-L151-2025 UK-BANK DE-HOLIDAYS FR-TRAVAIL ES-RD-2001-1983 AT-FEIERTAGE IE-HOLIDAYS
		IT-CC HMRC-CH15300 IT-DLGS-231-2007 UK-MLR-2017`) {
		if _, ok := l.Find(id); !ok {
			t.Errorf("no %s", id)
		}
	}
}

func TestNotWhole(t *testing.T) {
	good := "- {id: A, title: {en: a, it: b}, short: {en: a, it: b}, url: \"https://example.com\", kind: law, checked: \"2026-11-23\", status: read}\n"
	if _, err := parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{"id: A", "id: a"}, {", it: b}, s", "}, s"}, {"https", "http"}, {"law", "lore"}, {"-23", "-32"}, {"read", "seen"}, {"kind", "kin"}} {
		if _, err := parse([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("%s for %s is taken", change[1], change[0])
		}
	}
	if _, err := parse([]byte(good + good)); err == nil {
		t.Error("one id twice is taken")
	}
}
