package web

import "testing"

// TestNewer: versions are told apart by their numbers; what is no version is never newer, and nothing is newer than it.
func TestNewer(t *testing.T) {
	rising := []string{"v0.9.9", "1.0.0", "v1.0.0-2-gabc1234", "v1.0.0-10-g0123abc-dirty", "v1.0.1", "v1.2.0-dirty", "v1.10.0", "2.0.0"}
	for i, a := range rising {
		for j, b := range rising {
			if got := newer(a, b); got != (i > j) {
				t.Errorf("%s newer than %s: %v", a, b, got)
			}
		}
	}
	for _, none := range []string{"", "dev", "a3f52f7", "1.0", "v1.0.0-rc.1", "v1.0.0.0", "vv9.0.0"} {
		if newer(none, "1.0.0") || newer("9.0.0", none) {
			t.Errorf("%q is compared", none)
		}
	}
	if newer("v1.0.0", "1.0.0") || newer("1.0.0", "v1.0.0-dirty") {
		t.Error("newer than itself")
	}
}
