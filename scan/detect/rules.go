package detect

import (
	"crypto/sha256"
	"encoding/hex"

	"custode/scan/people"

	"github.com/nyaruka/phonenumbers"
)

// rulesVersion changes with every change of what is found, so that results kept
// from before are not taken for today's.
const rulesVersion = "12"

// Options are what the rules depend on besides themselves.
type Options struct {
	Key     [16]byte     // of the hashes by which people and values are counted; one per home
	Country string       // ISO 3166 two letters, the shop's: how national phone numbers look there
	Own     []OwnPattern // what else to look for; those that CheckOwn refuses are left out
}

// Rules are the detectors with their options. They don't change after New and
// may be shared by any number of Collectors at the same time.
type Rules struct {
	key     [16]byte
	country string
	plan    plan      // of the country; its code is empty when the country is unknown
	own     *ownRules // nil for none
	ownID   string
}

// New returns the rules for a shop. A country that is not two ASCII letters is
// taken as unknown: national phone numbers are then found by header or context only.
func New(o Options) *Rules {
	r := &Rules{key: o.Key, own: newOwnRules(o.Own), ownID: ownDigest(o.Own)}
	if len(o.Country) == 2 && isLetter(o.Country[0]) && isLetter(o.Country[1]) {
		r.country = string([]byte{upper(o.Country[0]), upper(o.Country[1])})
	}
	if p, ok := plans[r.country]; ok {
		r.plan = p
	} else {
		r.plan = otherPlan(phonenumbers.GetCountryCodeForRegion(r.country))
	}
	return r
}

// Digest names the rules and their options without the key: results found under
// another digest have to be found again.
func (r *Rules) Digest() string {
	sum := sha256.Sum256([]byte("custode.detect/" + rulesVersion + "/" + r.country + r.ownID))
	return hex.EncodeToString(sum[:8])
}

// hash is the keyed hash of a normalised value of a kind.
func (c *Collector) hash(kind Kind, value []byte) uint64 { return c.hasher.Hash(string(kind), value) }

// Collector returns a new collector for one file; see [Collector.Reset] for the next.
func (r *Rules) Collector() *Collector {
	c := &Collector{rules: r, hasher: people.NewHasher(r.key)}
	if r.own != nil {
		c.own = newOwnState(r.own, c.countOwn)
	}
	c.norm = make([]byte, 0, 512)
	c.Reset()
	return c
}

// KnownCountry reports whether a country, two capital letters (ISO 3166-1), has
// a telephone numbering plan that we know.
func KnownCountry(country string) bool { return phonenumbers.GetSupportedRegions()[country] }
