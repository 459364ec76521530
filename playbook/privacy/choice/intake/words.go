package intake

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// said is what a cell or a column says.
type said int

// From nothing to the strictest: of several cells about one thing the highest counts.
const (
	empty      said = iota
	yes             // only what is known to be one
	unasked         // known not to have been asked
	waiting         // for a confirmation
	unsure          // not understood
	bounced         // the address does not work
	no              //
	leaving         // was on the list, and left it
	complained      // said that it was spam
)

// exact are answers that are known as a whole, in their plain form.
var exact = map[said][]string{
	yes: {
		"yes", "y", "true", "1", "subscribed", "subscribe", "opted in", "opt in", "optin", "optedin", "accepted", "accepts", "agreed", "granted", "given", "consented",
		"confirmed", "si", "s", "vero", "iscritto", "iscritta", "accetto", "accetta", "accettato", "acconsento", "acconsente", "consenso", "consenso dato", "consenso prestato",
		"dato", "prestato", "concesso", "confermato", "confermata", "✓", "✔", "☑", //nolint:misspell // Italian
	},
	waiting: {"unconfirmed", "not confirmed", "pending", "awaiting confirmation", "non confermato", "non confermata", "in attesa", "da confermare"},
	unsure:  {"inactive", "inattivo", "inattiva"},
	unasked: {
		"n a", "na", "nd", "n d", "null", "none", "unknown", "not set", "never subscribed", "not subscribed", "never asked", "not asked",
		"sconosciuto", "non noto", "mai iscritto", "mai iscritta", "non iscritto", "non iscritta", "mai chiesto", "non chiesto",
	},
	bounced: {"bounced", "bounce", "hard bounce", "hard bounced", "soft bounce", "soft bounced", "cleaned", "undeliverable", "invalid", "non valido", "non recapitabile", "rimbalzato"},
}

// contained are words that decide wherever they stand in an answer.
var contained = map[said][]string{
	complained: {"spam", "abuse", "complained", "complaint", "objected", "objection", "opposizione", "opposto", "opposta"},
	leaving: {
		"unsubscribed", "unsubscribe", "unsubscribes", "unsub", "optout", "optedout", "withdrawn", "withdraw", "revoked", "removed", "deleted", "cancelled", "canceled", "left",
		"disiscritto", "disiscritta", "disiscrizione", "cancellato", "cancellata", "rimosso", "rimossa", "revocato", "revocata", "revoca", //nolint:misspell // Italian
	},
	no: {
		"no", "n", "not", "non", "never", "mai", "false", "falso", "0", "out", "stop", "refused", "declined", "denied", "rejected", "blocked", "blocklisted", "blacklisted", "blocklist", "blacklist",
		"suppressed", "don", "dont", "rifiutato", "rifiutata", "rifiuto", "rifiuta", "negato", "negata", "bloccato", "bloccata", "nessuno", "nessuna", "niente", "senza", "without",
	},
}

// plain is a text in small letters without accents, its words with one space between them.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("✓✔☑", r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(text))
	return strings.Join(strings.Fields(text), " ")
}

// answer reads a cell. more are words that are a yes in this column only.
func answer(cell string, more []string) said {
	text := plain(cell)
	switch {
	case text == "":
		if strings.TrimSpace(cell) == "" {
			return empty
		}
		return unsure // signs alone
	case slices.Contains(more, text):
		return yes
	}
	for _, what := range [...]said{yes, waiting, unsure, unasked, bounced} {
		if slices.Contains(exact[what], text) {
			return what
		}
	}
	return negative(text)
}

// negative looks for a word that is a no in a plain text; without one it is not understood.
func negative(text string) said {
	words := strings.Fields(text)
	for _, what := range [...]said{complained, leaving, no} {
		for _, w := range words {
			if slices.Contains(contained[what], w) {
				return what
			}
		}
	}
	return unsure
}
