package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
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

// TestLookOnPage: the first look and a later one are the same scan: both tell the same, count on the way, and
// say in the page's own words that another one is at it.
func TestLookOnPage(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	looks := map[string]func(context.Context, func(web.Progress)) (web.Outcome, error){"/": o.Look, "/data": o.LookAgain}
	var told []web.Outcome
	for next, look := range looks {
		var last web.Progress
		out, err := look(t.Context(), func(p web.Progress) { last = p })
		if err != nil || out.Next != next || out.Title == "" || len(out.Lines) != 3 {
			t.Fatalf("%s: %+v %v", next, out, err)
		}
		if last.Total == 0 || last.Done == 0 || !strings.Contains(last.Note, "Now in:") {
			t.Errorf("%s: on the way %+v", next, last)
		}
		told = append(told, out)
	}
	if !slices.Equal(told[0].Lines[1:], told[1].Lines[1:]) { // the first one tells how long it took
		t.Errorf("%q\n%q", told[0].Lines, told[1].Lines)
	}
	release, err := o.sh.lock("scan")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for next, look := range looks {
		if out, err := look(t.Context(), func(web.Progress) {}); !isFault(err, "fault.web.busy") || out.Title != "" {
			t.Errorf("%s: while another one scans: %+v %v", next, out, err)
		}
	}
}

// TestFolderTyped: a folder is taken by its whole path only, wherever custode was started; custode's own is none.
func TestFolderTyped(t *testing.T) {
	o, dir := officeOf(t, t.TempDir()), t.TempDir()
	for path, want := range map[string]string{
		".": "whole path", "Documents": "whole path", filepath.Join(dir, "none"): "no folder", put(t, filepath.Join(dir, "a.csv"), "x"): "no folder", o.sh.home: o.sh.words.T("fault.init.home")[4:], dir: "",
	} {
		abs, wrong := o.sh.folderTyped(path)
		if (abs == "") != (want != "") || !strings.Contains(wrong, want) {
			t.Errorf("%s: %q %q", path, abs, wrong)
		}
	}
	if wrong, err := o.SetUp(t.Context(), web.Setup{Language: "en", Country: "IT", Folders: []string{"."}}); err != nil || !strings.Contains(wrong["folders"], "whole path") || o.Ready() {
		t.Errorf("%v %v", wrong, err)
	}
}
