package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// archiveOffice has one folder that can be put away, and one archive.
type archiveOffice struct {
	*vaultOffice

	plan ArchivePlan
	done []string
}

func (o *archiveOffice) ArchiveFrom() string { return "/s" }

func (o *archiveOffice) Folders(context.Context, string, string) Folders { return Folders{At: "/s"} }

func (o *archiveOffice) PlanArchive(_ context.Context, folder string) (ArchivePlan, error) {
	p := o.plan
	p.Path = folder
	return p, nil
}

func (o *archiveOffice) did(what ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = append(o.done, fmt.Sprint(what...))
}

func (o *archiveOffice) Archive(_ context.Context, folder, seen string, _ func(Progress)) (Outcome, error) {
	o.did("archive ", folder, " ", seen)
	return Outcome{Title: "Away"}, nil
}

func (o *archiveOffice) Inside(_ context.Context, path string, w VaultWish) (Inside, error) {
	o.did("inside ", w.Skip, " ", w.Holding)
	return Inside{Path: path, Name: "<old>.zip.age", All: 120, Opens: true, Files: []Member{{Name: "old/a.csv", Shown: "<a>.csv"}}}, nil
}

func (o *archiveOffice) LookUnpack(_ context.Context, path string) (Unpacking, error) {
	return Unpacking{Path: path, Name: "<old>.zip.age"}, nil
}

func (o *archiveOffice) Unpack(_ context.Context, path string, _ func(Progress)) (Outcome, error) {
	o.did("unpack ", path)
	return Outcome{Title: "A folder"}, nil
}

func newArchives(t *testing.T) (*site, *archiveOffice) {
	t.Helper()
	s, v := newVault(t)
	o := &archiveOffice{vaultOffice: v, plan: ArchivePlan{Name: "plan1", Folder: "<old>", Goes: "2 files go."}}
	s.o.Office = func(string) Office { return o }
	return s, o
}

// TestPutAway: a folder is put away only as it was agreed to, once there are keys; no address names it.
func TestPutAway(t *testing.T) {
	s, o := newArchives(t)
	want(t, s.get("/data/archive"), http.StatusOK, `action="/data/archive/folder"`)
	want(t, s.post("/data/archive/folder", url.Values{"pick.take": {"/s/old"}}), http.StatusOK, "&lt;old&gt;", "2 files go.", `name="seen" value="plan1"`, `name="folder" value="/s/old"`)
	form := url.Values{"folder": {"/s/old"}, "seen": {"plan0"}}
	want(t, s.post("/data/archive/now", form), http.StatusConflict, "has changed since you saw this page")
	form.Set("seen", "plan1")
	o.plan.Keys = "Keys first"
	if body := want(t, s.post("/data/archive/now", form), http.StatusConflict, "Keys first"); strings.Contains(body, `action="/data/archive/now"`) {
		t.Error("offered without keys")
	}
	o.plan.Keys, o.plan.Unlock = "", true
	want(t, s.post("/data/archive/now", form), http.StatusOK, `name="passphrase"`)
	o.plan.Unlock = false
	if to := s.post("/data/archive/now", form).Header.Get("Location"); !strings.HasPrefix(to, "/work/") {
		t.Errorf("led to %q", to)
	}
	s.all.Wait()
	if fmt.Sprint(o.done) != "[archive /s/old plan1]" {
		t.Errorf("%q", o.done)
	}
}

// TestInside: an archive is looked into, and made a folder again, with the passphrase alone, and the folder only once it
// was said what that means; its pages carry what was searched for.
func TestInside(t *testing.T) {
	s, o := newArchives(t)
	o.vault.Files = []SealedFile{{Path: "/s/old.zip.age", Name: "old.zip", There: true, Inside: true}}
	if body := want(t, s.get("/vault"), http.StatusOK, `action="/vault/inside"`, `action="/vault/unpack"`); strings.Contains(body, `action="/vault/unseal"`) {
		t.Error("an archive is made readable as a zip")
	}
	form := url.Values{"file": {"/s/old.zip.age"}}
	want(t, s.post("/vault/inside", form), http.StatusOK, `name="passphrase"`)
	want(t, s.post("/vault/unpack", form), http.StatusOK, "whoever gets at this computer", `name="sure"`)
	form.Set("sure", "1")
	want(t, s.post("/vault/unpack", form), http.StatusOK, `name="passphrase"`)
	if len(o.done) > 0 {
		t.Fatalf("done without the passphrase: %q", o.done)
	}
	form.Set("passphrase", madeUpPass)
	s.post("/vault/unpack", form)
	s.all.Wait()
	want(t, s.post("/vault/inside", url.Values{"file": {"/s/old.zip.age"}, "page": {"2"}, "q": {"a"}}), http.StatusOK, "&lt;old&gt;", `name="q" value="a"`, `name="page" value="3"`, `name="page" value="1"`)
	if fmt.Sprint(o.done) != "[unpack /s/old.zip.age inside 50 a]" {
		t.Errorf("%q", o.done)
	}
}
