package detect

import (
	"strings"
	"testing"
)

// made builds keys by their shape, so that none stands here in one piece.
func made(prefix string, n int, alphabet string) string {
	var s strings.Builder
	s.WriteString(prefix)
	x := uint32(len(prefix))*7919 + uint32(n)
	for range n {
		x = x*1664525 + 1013904223
		s.WriteByte(alphabet[int(x>>16)%len(alphabet)])
	}
	return s.String()
}

const (
	az09   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	hex16  = "0123456789abcdef"
	b32    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	safe64 = az09 + "-_"
)

func pem(kind string) string {
	return "-----BEGIN " + kind + "PRIVATE " + "KEY-----\n" + made("MIIE", 60, az09) + "\n-----END " + kind + "PRIVATE " + "KEY-----"
}

// github makes a token with its checksum.
func github(prefix string) string {
	body := made("", 30, az09)
	for _, a := range az09 {
		for _, b := range az09 { // the first of six digits are found by search, the others by the function under test
			token := prefix + body[:28] + string(a) + string(b)
			if sum := crc62(token[4:]); githubCheck([]byte(token + sum)) {
				return token + sum
			}
		}
	}
	return ""
}

func crc62(body string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	crc := ^uint32(0)
	for i := range len(body) {
		crc ^= uint32(body[i])
		for range 8 {
			crc = crc>>1 ^ 0xEDB88320&-(crc&1)
		}
	}
	crc = ^crc
	var out [6]byte
	for i := 5; i >= 0; i-- {
		out[i] = digits[crc%62]
		crc /= 62
	}
	return string(out[:])
}

var secretTable = table{
	kind: Secret,
	must: in(made("sk_"+"live_", 24, az09), made("rk_"+"live_", 99, az09), made("sk_"+"test_", 24, az09), made("whsec_", 32, az09), "key="+made("sk_"+"live_", 24, az09), made("shpat_", 32, hex16), made("shpss_", 32, hex16), made("ck_", 40, hex16), made("cs_", 40, hex16),
		made("AK"+"IA", 16, b32), "AKIAIOSFODNN7EXAMPLE", made("AI"+"za", 35, safe64), made("GOCSPX-", 28, safe64), made("SG"+".", 22, az09)+"."+made("", 43, az09), made("", 32, hex16)+"-us12", made("key-", 32, hex16), made("SK", 32, hex16), github("ghp_"), made("gho_", 36, az09),
		made("github_pat_", 22, az09)+"_"+made("", 59, az09), made("glpat-", 20, az09), "xoxb-123456789012-234567890123-"+made("", 24, az09), "https://hooks.slack.com/services/"+made("T0", 8, az09)+"/"+made("B0", 8, az09)+"/"+made("", 24, az09),
		"123456789:AA"+made("", 33, az09), made("sq0"+"atp-", 22, az09), made("sk-", 20, az09)+"T3Blbk"+"FJ"+made("", 20, az09), made("sk-proj-", 60, az09), made("sk-ant-"+"api03-", 93, az09)+"AA", made("AGE-SECRET-KEY-"+"1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
		"postgres://mario:Estate2024@db.example.org/x", "mysql://root:s3gret0@10.0.0.5:3306/x", "https://mario:Estate2024@intranet.example.org/", "ftp://mario:Estate2024@ftp.example.org", "mongodb+srv://u:Estate2024@cluster0.example.net",
		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSIsIm5hbWUiOiJ4In0."+made("", 43, az09), "access_token$production$"+made("", 16, "0123456789abcdefghijklmnop")+"$"+made("", 32, hex16), pem(""), pem("RSA "), pem("OPENSSH "), pem("EC "),
		"client_secret = "+made("", 40, az09), `"api_key": "`+made("", 32, hex16)+`"`, "API-KEY: "+made("", 32, az09), "secretKey: "+made("", 24, az09), "define('SECRET_KEY', '"+made("", 40, az09)+"')"),
	mustNot: join(in(
		"PrivateKey: testRSA2048PrivateKey,", "private_key = ed25519.Ed25519PrivateKey.from_bytes7890(secret)", "private_key: ed25519.Ed25519PrivateKey, f", "api_token: loadToken4711Abcdefgh(file)",
		"sk_live_", "sk_live_x", "sk_live_"+strings.Repeat("1", 30), "x"+made("sk_"+"live_", 24, az09), made("shpat_", 31, hex16), made("shpat_", 33, hex16), made("ck_", 39, hex16), made("AK"+"IA", 15, b32), made("AK"+"IA", 17, b32), made("AI"+"za", 34, az09), made("", 32, hex16), made("", 32, hex16)+"-user1",
		made("", 40, hex16), made("sk-", 20, az09), "sk-1", "550e8400-e29b-41d4-a716-446655440000", "https://user:pass@host", "https://user:password@example.com/", "postgres://user:${PASSWORD}@localhost/x", "https://example.com:8080/a@b", "http://[::1]:80/", "https://example.com/a:b@c", "git@github.com:a/b",
		"ssh://git@example.com/x", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----\n"+made("MIIB", 60, az09), "-----BEGIN CERTIFICATE-----\n"+made("MIID", 60, az09), "eyJhbGciOiJIUzI1NiJ9", "eyJ.eyJ.x1", "a.b.c1",
		"client_secret = ${CLIENT_SECRET}", "api_key: string", "api_key = config['api_key1']", "token: abc", "secret: true", "secret santa 2024", "key: value1", "https://hooks.slack.com/services/", "12345:AA"+made("", 33, az09), "ghp_"+strings.Repeat("x", 36), "xoxb-1", "SG.1.2", "age1"+made("", 58, "qpzry9x8gf2tvdw0s3jn54khce6mua7l"),
		"pk_live_"+made("", 24, az09), "sha256:"+made("", 64, hex16), "SKU12345678", "AC12", "commit "+made("", 40, hex16), "sk_"+made("", 24, az09), "integrity=sha512-"+made("", 86, az09)),
		under("API key", "", "x", "none"), under("Token", made("", 32, az09))),
}

func TestSecretConfidence(t *testing.T) {
	confidenceIn(t, Secret, map[string]Confidence{
		made("sk_"+"live_", 24, az09): High, made("sk_"+"test_", 24, az09): Low, "AKIAIOSFODNN7EXAMPLE": Low, made("AK"+"IA", 16, b32): High, github("ghp_"): High, made("gho_", 36, az09): Low,
		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSIsIm5hbWUiOiJ4In0." + made("", 43, az09): Medium, "client_secret = " + made("", 40, az09): Medium, "postgres://mario:Estate2024@db.example.org/x": High, pem("RSA "): High,
	})
	if s := mask(Secret, []byte(made("sk_"+"live_", 24, az09))); s != "Stripe ••••••••" {
		t.Errorf("sample %q", s)
	}
}

func TestAwsSecretNearItsKey(t *testing.T) {
	r := ofText(testRules(""), "aws_access_key_id = "+made("AK"+"IA", 16, b32)+"\naws_secret_access_key = "+made("", 40, az09)+"\n")
	if n := count(r, Secret); n != 2 {
		t.Errorf("found %d times, want 2: %+v", n, r.Findings)
	}
}
