package statement

import (
	"slices"

	"custode/playbook/clock"
)

// Terms is what a country's law says of when somebody has to be told.
type Terms struct {
	Law   string // gdpr, uk, us
	Hours int64  // until the authority is told; 0: not in hours
	Days  int64  // until the people are told; 0: the law names no days
}

// TermsOf takes a country's times from the clocks of an incident: from rules of law that are in
// force, never from what is only advised or proposed.
func TermsOf(rules []clock.Rule, country string) Terms {
	profile := clock.ForCountry(country)[0]
	t := Terms{Law: map[string]string{"gdpr-it": "gdpr", "gdpr-eu": "gdpr", "uk": "uk", "us-generic": "us"}[profile]}
	for _, r := range rules {
		if !slices.Contains(r.Profiles, profile) || r.Off || r.Target || r.Status != "in-force" {
			continue
		}
		switch {
		case r.Met == "authority_notified_at" && r.Start == "aware_at" && r.Unit == clock.Hours:
			t.Hours = int64(r.Duration)
		case r.Met == "people_told_at" && r.Unit == clock.CalendarDays:
			t.Days = int64(r.Duration)
		}
	}
	return t
}
