package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/internal/sample"
)

// TestServeStart sets a shop up in the page, and finds what `custode init` finds.
func TestServeStart(t *testing.T) {
	shop, home := filepath.Join(t.TempDir(), "bottega"), filepath.Join(t.TempDir(), "home")
	if _, err := sample.Write(shop, sample.Options{Seed: 1, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	openUp(shop)
	v := servedPage(t, home)
	v.sees("/", "Which folders hold customers")
	form := url.Values{"language": {"it"}, "shop": {"Da Ada"}, "country": {"Italia"}, "folders": {filepath.Join(shop, "nowhere")}}
	if code, body := v.post("/start", form.Encode()); code != 422 || !strings.Contains(body, "nowhere") {
		t.Errorf("%d %s", code, body)
	}
	if _, err := os.Stat(filepath.Join(home, "custode.yaml")); err == nil {
		t.Error("set up with a folder that is not there")
	}
	form.Set("folders", shop)
	code, body := v.post("/start", form.Encode())
	for end := time.Now().Add(time.Minute); code == 200 && strings.Contains(body, "data-work") && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		code, body = v.get("/work/1")
	}
	if code != 200 || !strings.Contains(body, "custode ha guardato ovunque") {
		t.Fatalf("%d %s", code, body)
	}
	v.sees("/", "Da Ada", "25 file con dati personali")
	if code, _ := v.post("/start", form.Encode()); code != 200 { // it is set up: today's check
		t.Error(code)
	}
}
