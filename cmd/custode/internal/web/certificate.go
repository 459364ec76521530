package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"
)

const (
	certLives = 2 * 365 * 24 * time.Hour // browsers refuse longer ones
	certEarly = 30 * 24 * time.Hour      // it is made anew so long before its end
)

// NewCertificate makes a key and a certificate for these addresses, signed by itself, as PEM.
// It is a good one for two years. Browsers do not know it: a person compares its fingerprint once.
func NewCertificate(addresses []string, now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "custode"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certLives),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, a := range addresses {
		if ip := net.ParseIP(a); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...), nil
}

// errStale says that a certificate is to be made anew.
var errStale = errors.New("web: the certificate is for other addresses, or too old")

// ReadCertificate reads what NewCertificate made, and gives its fingerprint: SHA-256, in pairs of
// hexadecimal digits, as browsers show it. It fails on one that is about to end, or is not for all these addresses.
func ReadCertificate(raw []byte, addresses []string, now time.Time) (c tls.Certificate, fingerprint string, err error) {
	if c, err = tls.X509KeyPair(raw, raw); err != nil {
		return c, "", err
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		return c, "", err
	}
	has := func(a string) bool {
		return slices.ContainsFunc(leaf.IPAddresses, func(ip net.IP) bool { return ip.Equal(net.ParseIP(a)) })
	}
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter.Add(-certEarly)) || slices.ContainsFunc(addresses, func(a string) bool { return !has(a) }) {
		return c, "", errStale
	}
	sum := sha256.Sum256(c.Certificate[0])
	return c, strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":"), nil
}
