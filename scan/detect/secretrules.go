package detect

import "hash/crc32"

// secretRule is a key of a service, as its publisher describes it.
type secretRule struct {
	service  string
	prefix   string
	alphabet alphabet
	min, max int // characters behind the prefix
	low      bool
	check    func(token []byte) bool
}

// alphabet is a set of characters that a key is made of.
type alphabet uint8

const (
	alnum    alphabet = iota // letters and digits
	hexLower                 // 0-9 a-f
	base32up                 // A-Z 2-7
	urlSafe                  // letters, digits, - and _
	underbar                 // letters, digits and _
	bech32up                 // the letters and digits of BIP 173, in capitals
	dollar                   // small letters, digits and $
	jwtLike                  // urlSafe and .
)

func (a alphabet) has(x byte) bool {
	switch a {
	case alnum:
		return isAlnum(x)
	case hexLower:
		return isDigit(x) || x-'a' <= 'f'-'a'
	case base32up:
		return x-'A' <= 'Z'-'A' || x-'2' <= '7'-'2'
	case urlSafe:
		return isAlnum(x) || x == '-' || x == '_'
	case underbar:
		return isAlnum(x) || x == '_'
	case bech32up:
		return isDigit(x) && x != '1' || x-'A' <= 'Z'-'A' && x != 'B' && x != 'I' && x != 'O'
	case dollar:
		return isDigit(x) || x-'a' <= 'z'-'a' || x == '$'
	case jwtLike:
		return isAlnum(x) || x == '-' || x == '_' || x == '.'
	}
	return false
}

// secretRules are by service; of two prefixes of which one begins like the
// other the longer stands first. Sources: the services' own documentation of
// their keys, and for lengths that they leave open the keys as they are made.
var secretRules = [...]secretRule{
	{service: "Stripe", prefix: "sk_live_", alphabet: alnum, min: 16, max: 247},
	{service: "Stripe", prefix: "rk_live_", alphabet: alnum, min: 16, max: 247},
	{service: "Stripe", prefix: "sk_test_", alphabet: alnum, min: 16, max: 247, low: true},
	{service: "Stripe", prefix: "rk_test_", alphabet: alnum, min: 16, max: 247, low: true},
	{service: "Stripe", prefix: "whsec_", alphabet: alnum, min: 32, max: 64},
	{service: "PayPal", prefix: "access_token$production$", alphabet: dollar, min: 49, max: 49},
	{service: "PayPal", prefix: "access_token$sandbox$", alphabet: dollar, min: 49, max: 49, low: true},
	{service: "Shopify", prefix: "shpat_", alphabet: hexLower, min: 32, max: 32},
	{service: "Shopify", prefix: "shpss_", alphabet: hexLower, min: 32, max: 32},
	{service: "Shopify", prefix: "shpca_", alphabet: hexLower, min: 32, max: 32},
	{service: "Shopify", prefix: "shppa_", alphabet: hexLower, min: 32, max: 32},
	{service: "WooCommerce", prefix: "ck_", alphabet: hexLower, min: 40, max: 40},
	{service: "WooCommerce", prefix: "cs_", alphabet: hexLower, min: 40, max: 40},
	{service: "AWS", prefix: "AKIA", alphabet: base32up, min: 16, max: 16},
	{service: "AWS", prefix: "ASIA", alphabet: base32up, min: 16, max: 16},
	{service: "Google", prefix: "AIza", alphabet: urlSafe, min: 35, max: 35},
	{service: "Google", prefix: "GOCSPX-", alphabet: urlSafe, min: 28, max: 28},
	{service: "SendGrid", prefix: "SG.", alphabet: jwtLike, min: 66, max: 66, check: func(t []byte) bool { return t[25] == '.' }},
	{service: "Mailgun", prefix: "key-", alphabet: hexLower, min: 32, max: 32},
	{service: "Twilio", prefix: "SK", alphabet: hexLower, min: 32, max: 32},
	{service: "Twilio", prefix: "AC", alphabet: hexLower, min: 32, max: 32, low: true}, // the account, not its key
	{service: "GitHub", prefix: "github_pat_", alphabet: underbar, min: 82, max: 82},
	{service: "GitHub", prefix: "ghp_", alphabet: alnum, min: 36, max: 36, check: githubCheck},
	{service: "GitHub", prefix: "gho_", alphabet: alnum, min: 36, max: 36, check: githubCheck},
	{service: "GitHub", prefix: "ghu_", alphabet: alnum, min: 36, max: 36, check: githubCheck},
	{service: "GitHub", prefix: "ghs_", alphabet: alnum, min: 36, max: 36, check: githubCheck},
	{service: "GitHub", prefix: "ghr_", alphabet: alnum, min: 36, max: 76},
	{service: "GitLab", prefix: "glpat-", alphabet: urlSafe, min: 20, max: 64},
	{service: "Slack", prefix: "xoxb-", alphabet: urlSafe, min: 24, max: 150},
	{service: "Slack", prefix: "xoxp-", alphabet: urlSafe, min: 24, max: 150},
	{service: "Slack", prefix: "xoxa-", alphabet: urlSafe, min: 24, max: 150},
	{service: "Slack", prefix: "xoxr-", alphabet: urlSafe, min: 24, max: 150},
	{service: "Slack", prefix: "xoxs-", alphabet: urlSafe, min: 24, max: 150},
	{service: "Square", prefix: "sq0atp-", alphabet: urlSafe, min: 22, max: 22},
	{service: "Square", prefix: "sq0csp-", alphabet: urlSafe, min: 43, max: 43},
	{service: "Anthropic", prefix: "sk-ant-", alphabet: urlSafe, min: 80, max: 120},
	{service: "OpenAI", prefix: "sk-proj-", alphabet: urlSafe, min: 40, max: 180},
	{service: "OpenAI", prefix: "sk-svcacct-", alphabet: urlSafe, min: 40, max: 180},
	{service: "OpenAI", prefix: "sk-admin-", alphabet: urlSafe, min: 40, max: 180},
	{service: "OpenAI", prefix: "sk-", alphabet: alnum, min: 48, max: 48},
	{service: "age", prefix: "AGE-SECRET-KEY-1", alphabet: bech32up, min: 58, max: 58},
	{service: "JWT", prefix: "eyJ", alphabet: jwtLike, min: 30, max: 4096, check: jwtShape},
}

// ruleStarts has, by the first byte, the bits of the second bytes with which
// prefixes go on.
var ruleStarts = startsOfRules()

func startsOfRules() (starts [128][2]uint64) {
	for _, r := range secretRules {
		starts[r.prefix[0]][r.prefix[1]>>6] |= 1 << (r.prefix[1] & 63)
	}
	return starts
}

// mayStart says whether a key may begin with the bytes a and b.
func mayStart(a, b byte) bool {
	return a < 128 && b < 128 && ruleStarts[a][b>>6]>>(b&63)&1 == 1
}

// githubCheck is the checksum of GitHub's tokens: the last six characters are
// the CRC-32 of the thirty before, in base 62, with zeros in front (GitHub's
// blog, "Behind GitHub's new authentication token formats", 2021).
func githubCheck(token []byte) bool {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	body := token[4:]
	sum := crc32.ChecksumIEEE(body[:30])
	for i := 35; i >= 30; i-- {
		if body[i] != digits[sum%62] {
			return false
		}
		sum /= 62
	}
	return true
}

// jwtShape says whether a token has the three parts of RFC 7519, the first two
// of which are JSON objects.
func jwtShape(token []byte) bool {
	var dots [3]int
	n := 0
	for i, x := range token {
		if x == '.' {
			if n == len(dots) {
				return false
			}
			dots[n] = i
			n++
		}
	}
	return n == 2 && dots[0] >= 12 && dots[1]-dots[0] > 8 && string(token[dots[0]+1:dots[0]+4]) == "eyJ" && len(token)-dots[1] > 16
}
