package catalogue_test

import (
	"crypto/sha256"
	"testing"

	"custode/encrypt/catalogue"
)

// TestKeyed: the digest depends on the content and on the home, and is not the
// plain digest that anybody can compute.
func TestKeyed(t *testing.T) {
	a, b := catalogue.NewKey([]byte("one home")), catalogue.NewKey([]byte("another home"))
	x, y := sha256.Sum256([]byte("x")), sha256.Sum256([]byte("y"))
	seen := map[[32]byte]bool{x: true, y: true}
	for _, d := range [][32]byte{a.Keyed(x), a.Keyed(y), b.Keyed(x), b.Keyed(y)} {
		if seen[d] {
			t.Errorf("%x comes twice", d)
		}
		seen[d] = true
	}
	if a.Keyed(x) != catalogue.NewKey([]byte("one home")).Keyed(x) {
		t.Error("not the same for the same home and content")
	}
	if a.Keyed([32]byte{}) != [32]byte{} {
		t.Error("no digest became one")
	}
}
