package job

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/encrypt/catalogue"
	"custode/encrypt/proof"
	"custode/internal/rawpath"
	"custode/playbook"
	"custode/playbook/fact"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

// StakeStore knows what files hold.
type StakeStore interface {
	Files(ctx context.Context, root string, fn func(scan.File) error) error
	LostFiles(ctx context.Context, root string, fn func(scan.File) error) error
	SealedFiles(ctx context.Context, root string, fn func(catalogue.Entry) error) error
	AtStake(ctx context.Context, paths []string) (cases.Stake, error)
}

// kindOfFact says which kind of data on the forms a kind of the scanner's is.
func kindOfFact(k detect.Kind) string {
	switch k {
	case "email", "phone", "name", "address":
		return "contact"
	case "date_of_birth":
		return "birth"
	case "card", "card_verification":
		return "payment_card"
	case "iban", "bank_account":
		return "bank"
	case "passport", "it_identity_card":
		return "identity_document"
	case "health", "uk_nhs":
		return "health"
	case "password", "secret":
		return "passwords"
	case "it_fiscal_code", "it_vat", "us_ssn", "uk_nino", "es_nif", "es_nie", "fr_nir", "de_tax_id", "pl_pesel":
		return "tax_id"
	case detect.IPAddress, detect.Own:
	}
	return "other"
}

// stakeFacts turns what files hold into facts. What was not found is not said to be
// absent; "encrypted" is only said where something is known of every file: a name in .age
// alone tells nothing, extortionists use it too. There are at least as many records as people.
func stakeFacts(st cases.Stake, files int) playbook.Answers {
	out := playbook.Answers{"records_count": strconv.FormatInt(max(int64(files), st.People), 10)}
	if st.People > 0 {
		out["people_count"] = strconv.FormatInt(st.People, 10)
	}
	var kinds []string
	for _, k := range st.Kinds {
		kinds = append(kinds, kindOfFact(k))
	}
	if len(kinds) > 0 {
		out["data_kinds"] = strings.Join(kinds, ",")
	}
	for key, some := range map[string][]string{
		"payment_data": {"payment_card", "bank"}, "identity_data": {"identity_document", "tax_id"},
		"passwords_data": {"passwords"}, "sensitive_data": {"health"},
	} {
		if slices.ContainsFunc(some, func(s string) bool { return slices.Contains(kinds, s) }) {
			out[key] = "yes"
		}
	}
	switch {
	case files > 0 && st.Sealed == files && st.Known == files:
		out[encrypted] = "yes"
	case st.Known > st.Sealed:
		out[encrypted] = "no"
	}
	return out
}

// ScanFacts are the facts about a file or folder, as the last scan knew it, even when it
// is gone since: then as the last scan knew it that found it, with what is in the
// catalogue. Files is how many of its files are known; 0: nothing is known of it.
func ScanFacts(ctx context.Context, st StakeStore, path string) (facts playbook.Answers, files int, err error) {
	list, unread, err := knownFiles(ctx, st, path)
	if err != nil || len(list) == 0 {
		return nil, 0, err
	}
	stake, err := st.AtStake(ctx, list)
	if err != nil {
		return nil, 0, err
	}
	facts = stakeFacts(stake, len(list))
	if unread && facts[encrypted] == "yes" {
		delete(facts, encrypted)
	}
	facts["systems"] = strings.ToValidUTF8(path, "\uFFFD")
	return facts, len(list), nil
}

// knownFiles are the files at and below a path of which it is known that they hold
// personal data, or that are sealed. unread says that there is something of which nobody
// knows what it holds.
func knownFiles(ctx context.Context, st StakeStore, path string) (list []string, unread bool, err error) {
	paths := map[string]bool{}
	there := false // a scan found something of it when it looked last, or it lies there now
	take := func(f scan.File) error {
		there = there || !f.Gone
		if len(f.Findings) > 0 {
			paths[f.Path] = true
		} else if f.State != scan.Examined || f.Reason == scan.Partly {
			unread = unread || f.State != scan.Sealed
		}
		return nil
	}
	err = st.Files(ctx, path, take)
	looked := 0
	if err == nil {
		err = st.SealedFiles(ctx, path, func(e catalogue.Entry) error {
			paths[e.Path] = true
			if looked++; !there && looked <= mostLooked {
				_, err := rawpath.Lstat(e.Path)
				there = err == nil
			}
			return nil
		})
	}
	if err == nil && !there {
		err = st.LostFiles(ctx, path, take)
	}
	return slices.Sorted(maps.Keys(paths)), unread, err
}

// Widen adds to what was at stake in an alert that does not name all its files what all
// files hold that are known in its folder: rather too many people than too few.
func Widen(ctx context.Context, st StakeStore, c *cases.Case) error {
	if c.Folder == "" || c.Counts.Files <= len(c.Paths) {
		return nil
	}
	list, _, err := knownFiles(ctx, st, c.Folder)
	if err != nil {
		return err
	}
	all, err := st.AtStake(ctx, list)
	if err != nil {
		return err
	}
	c.Stake.People = max(c.Stake.People, all.People)
	for _, k := range all.Kinds {
		if !slices.Contains(c.Stake.Kinds, k) {
			c.Stake.Kinds = append(slices.Clip(c.Stake.Kinds), k)
		}
	}
	return nil
}

// mostLooked is how many sealed files are looked for before a folder is held to be gone.
const mostLooked = 100

// AlertFacts are the facts that an alert of the watch tells: what the scan knew of its
// files when it came, what the watch saw, and what the journal says of then. said is the
// alert in a sentence, tally what then says in one, "" where it says nothing.
func AlertFacts(c cases.Case, then Then, said, tally string) []Filled {
	var out []Filled
	bait := c.Rule == rules.Decoy && c.Stake.Known == 0 // decoys alone hold nobody's data, and it does not matter whether they were sealed
	if c.Counts.Files > 0 && !bait {
		facts := stakeFacts(c.Stake, c.Counts.Files)
		delete(facts, encrypted) // of that moment, only the journal tells
		out = append(out, Filled{Facts: facts, Origin: fact.Scan})
	}
	saw := playbook.Answers{
		"occurred_from": c.Opened.Format(time.RFC3339), "detected_at": c.Opened.Format(time.RFC3339), "what_happened": said,
	}
	if !c.Last.IsZero() {
		saw["occurred_to"] = c.Last.Format(time.RFC3339)
	}
	if c.Rule == cases.Reported { // when it was told is not when it happened
		delete(saw, "occurred_from")
		delete(saw, "occurred_to")
	}
	if c.Folder != "" {
		saw["systems"] = strings.ToValidUTF8(c.Folder, "\uFFFD")
	}
	out = append(out, Filled{Facts: saw, Origin: fact.Alert})
	proven := playbook.Answers{}
	switch {
	case then.All():
		proven[encrypted] = "yes"
	case then.Data > 0:
		proven[encrypted] = "no"
	}
	if tally != "" && !bait {
		proven["encrypted_files"] = tally
	}
	return append(out, Filled{Facts: proven, Origin: fact.Journal})
}

// AlertThen asks the journal about the files of an alert, from its first event to its
// last: of all together, and of each.
func AlertThen(ctx context.Context, st ThenStore, c cases.Case) (Then, map[string]proof.State, error) {
	last := c.Last
	if last.Before(c.Opened) {
		last = c.Opened
	}
	then, each, err := proveEach(ctx, st, c.Paths, &crowd{from: &proof.Moment{At: c.Opened}, to: &proof.Moment{At: last}})
	then.Unlisted = max(c.Counts.Files-len(c.Paths), 0)
	return then, each, err
}

// encrypted is the fact that the data could be read by nobody.
const encrypted = "data_encrypted"
