package seal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// stock builds a program of the age module, in the version that we use.
func stock(t *testing.T, name string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), name+".exe")
	if out, err := exec.Command("go", "build", "-o", bin, "filippo.io/age/cmd/"+name).CombinedOutput(); err != nil {
		if required() {
			t.Fatalf("%v: %s", err, out)
		}
		t.Skipf("SKIPPED: stock %s cannot be built here: %v: %s", name, err, out)
	}
	return bin
}

func required() bool {
	return slices.Contains(strings.Split(os.Getenv("CUSTODE_REQUIRE"), ","), "age")
}

// TestStock: 200 sizes, one to three recipients, hybrid and classic. The age
// library opens every one with every key, the program age with one of them;
// age-inspect says the size of every eighth, and whether it is post-quantum.
// Starting 400 programs takes its time: without CUSTODE_REQUIRE=age or
// CUSTODE_TORTURE it is every eighth for the program too.
func TestStock(t *testing.T) {
	bin, inspect := stock(t, "age"), stock(t, "age-inspect")
	dir := t.TempDir()
	kinds := map[string][]pair{"hybrid": {hybrid(t), hybrid(t), hybrid(t)}, "classic": {classic(t), classic(t), classic(t)}}
	for kind, keys := range kinds {
		for i, k := range keys {
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprint(kind, i)), []byte(fmt.Sprintln(k.id)), 0o600))
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		n := []int{rng.IntN(300), rng.IntN(70_000), rng.IntN(300_000)}[i%3]
		if i < len(sizes) {
			n = sizes[i]
		}
		plain := content(n)
		for kind, keys := range kinds {
			to := make([]age.Recipient, 1+i%3)
			for j := range to {
				to[j] = keys[j].to
			}
			sealed, _ := sealBytes(t, plain, seal.Options{Workers: 1 + i%3}, to...)
			for j := range to {
				if !bytes.Equal(agePlain(t, sealed, keys[j].id), plain) {
					t.Fatalf("%d bytes to %d %s keys: key %d reads something else", n, len(to), kind, j)
				}
			}
			if i%8 > 0 && !required() && !torture() {
				continue
			}
			file := filepath.Join(dir, "file.age")
			must(t, os.WriteFile(file, sealed, 0o600))
			out, err := exec.Command(bin, "-d", "-i", filepath.Join(dir, fmt.Sprint(kind, i%len(to))), file).Output()
			if err != nil || !bytes.Equal(out, plain) {
				t.Fatalf("%d bytes to %d %s keys: age -d: %v", n, len(to), kind, err)
			}
			if i%8 > 0 {
				continue
			}
			out, err = exec.Command(inspect, "--json", file).Output()
			var says struct {
				Postquantum string   `json:"postquantum"`
				Stanzas     []string `json:"stanza_types"`
				Sizes       struct {
					Payload int `json:"max_payload"`
				} `json:"sizes"`
			}
			if err == nil {
				err = json.Unmarshal(out, &says)
			}
			if err != nil || says.Sizes.Payload != n || len(says.Stanzas) != len(to) || says.Postquantum == "yes" != (kind == "hybrid") {
				t.Fatalf("%d bytes to %d %s keys: age-inspect says %s, %v", n, len(to), kind, out, err)
			}
		}
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
