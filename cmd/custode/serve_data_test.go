package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/store"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// provenRing makes keys whose recovery sheet was tried.
func provenRing(t *testing.T, home string) {
	t.Helper()
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now()})
	if err == nil {
		u.Wipe()
		err = r.Proven(time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestServeData: the page of the data says of each file what a scan says, and nothing of what is in it.
func TestServeData(t *testing.T) {
	shop, home, truth := readableShop(t)
	var doc struct {
		Files []struct {
			Path   string
			Risk   string
			Advice struct{ ID string }
			People int64
		}
	}
	if err := json.Unmarshal([]byte(custode(t, home, "scan", "--json").out), &doc); err != nil || len(doc.Files) != 25 {
		t.Fatal(err, len(doc.Files))
	}
	env := map[string]string{"HOME": t.TempDir()}
	o := newCounter(&shell{env: func(k string) string { return env[k] }, now: time.Now, home: home}).office("en").(*office) //nolint:errcheck,forcetypeassert // it is what office gives
	set, st, err := o.sh.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	inv, err := o.inventory(t.Context(), st, set)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, it := range inv.Items {
		known[it.Path] = string(it.Advice) + " " + string(it.Risk)
	}
	for _, f := range doc.Files {
		if got := known[f.Path]; got != f.Advice.ID+" "+f.Risk {
			t.Errorf("%s: %q, the scan says %s %s", f.Path, got, f.Advice.ID, f.Risk)
		}
	}
	v := servedPage(t, home)
	body := v.sees("/data", "25 files hold personal data", "Clienti/clienti.csv", "high risk", "9 card numbers", "Delete the card numbers", `href="/vault/keys"`)
	for _, value := range truth.Values {
		if strings.Contains(body, value) {
			t.Fatalf("the page shows %q", value)
		}
	}
	if body = v.sees("/data?kind=payment&risk=high&folder="+nameOf(filepath.Join(shop, "Clienti")), "Clienti/clienti.csv"); strings.Contains(body, "<strong>Archivio") || strings.Contains(body, "crm.json") {
		t.Error("other folders and kinds are listed")
	}
	if body = v.sees("/data?show=unseen", "not known"); strings.Contains(body, "clienti.csv") {
		t.Error("a file that was looked into is listed")
	}
	v.sees("/data?folder=0000", "0 files, ")
	v.sees("/data/unneeded", "Nothing says yet what these data are for", `href="/privacy/map"`)
	id := nameOf(filepath.Join(shop, "Clienti", "clienti.csv"))
	if code, body := v.post("/data/seal", "file="+id); code != http.StatusOK || !strings.Contains(body, "1 file (") || strings.Contains(body, `action="/data/seal/now"`) {
		t.Errorf("without keys: %d %s", code, body)
	}
	if code, _ := v.post("/data/seal/now", "file="+id); code != http.StatusConflict {
		t.Errorf("sealed without keys: %d", code)
	}
}

// TestServeSeal: what was agreed to is sealed, once, and nothing else.
func TestServeSeal(t *testing.T) {
	shop, home, _ := readableShop(t)
	provenRing(t, home)
	if err := os.Mkdir(filepath.Join(shop, "Thunderbird"), 0o700); err != nil {
		t.Fatal(err)
	}
	putText(t, filepath.Join(shop, "Thunderbird", "abook.csv"), "Nome,Email\nAnna,anna@example.com\n")
	custode(t, home, "scan")
	v := servedPage(t, home)
	list := filepath.Join(shop, "Clienti", "clienti.csv")
	one := url.Values{"file": {nameOf(list), "0123456789abcdef"}}
	code, body := v.post("/data/seal", one.Encode())
	if code != http.StatusOK || !strings.Contains(body, "Clienti/clienti.csv") || !strings.Contains(body, "1 file is not there any more, or is sealed already") {
		t.Fatalf("%d %s", code, body)
	}
	one.Set("seen", "0123456789abcdef")
	if code, _ := v.post("/data/seal/now", one.Encode()); code != http.StatusConflict || !there(list) {
		t.Fatalf("%d: sealed what nobody agreed to", code)
	}
	one.Set("seen", regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(body)[1])
	release, err := store.Lock(home, "seal", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if body = v.done("/data/seal/now", one); !strings.Contains(body, "Somebody is at it already") || !there(list) {
		t.Errorf("while another one seals: %s", body)
	}
	release()
	if body = v.done("/data/seal/now", one); !strings.Contains(body, "1 file was sealed") || !strings.Contains(body, "Clienti/clienti.csv") || there(list) || !there(list+".age") {
		t.Fatal(body)
	}
	if code, body := v.post("/data/seal/now", one.Encode()); code != http.StatusConflict || !strings.Contains(body, "have changed since") {
		t.Errorf("the second tab: %d %s", code, body)
	}
	v.sees("/data?show=sealed", "Clienti/clienti.csv.age", "9 card numbers", "about 120 people")
	v.sees("/data", "25 files hold personal data", "1 file is encrypted")
	all := url.Values{"all": {"listed"}}
	_, body = v.post("/data/seal", all.Encode())
	if !strings.Contains(body, "1 file: in folders of programs") {
		t.Error(body)
	}
	if n := strings.Count(custode(t, home, "journal", "show", "--json").out, `"files.sealed"`); n != 1 {
		t.Errorf("%d entries of the journal", n)
	}
}

// TestServeLook: to look again is a scan, and finds what is new.
func TestServeLook(t *testing.T) {
	shop, home, _ := readableShop(t)
	v := servedPage(t, home)
	putText(t, filepath.Join(shop, "new <b>.csv"), "Nome,Email\nAnna,anna@example.com\nLuca,luca@example.com\n")
	if body := v.done("/data/look", nil); !strings.Contains(body, "26 files hold personal data") {
		t.Error(body)
	}
	v.sees("/data?risk=low", "new &lt;b&gt;.csv")
}

// done sends a form that begins a work, and gives the page of that when it has ended.
func (v *visitor) done(path string, form url.Values) string {
	v.t.Helper()
	_, body := v.post(path, form.Encode())
	m := regexp.MustCompile(`data-work="(\d+)"`).FindStringSubmatch(body)
	for end := time.Now().Add(time.Minute); m != nil && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, body = v.get("/work/" + m[1]); !strings.Contains(body, "data-work") {
			break
		}
	}
	return body
}

func there(path string) bool { _, err := os.Lstat(path); return err == nil }
