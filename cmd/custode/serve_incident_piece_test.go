package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// taken is a sink for what is given away.
type taken struct {
	bytes.Buffer

	name string
}

func (s *taken) begin(d web.Download) io.Writer { s.name = d.Name; return s }

// members reads a tar.
func members(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = string(body)
	}
}

// TestPieceOnThePage: a piece is opened with the keys alone, and who looked is written down before; all of it is exported
// sealed, readable, or for another key; nothing readable is left behind; what was changed is neither given nor exported.
func TestPieceOnThePage(t *testing.T) {
	o, id := incidentOffice(t)
	madeUpKeys(t, o.sh.home)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	const marker = "anna.bianchi@example.com"
	a := web.Act{ID: id, By: "Anna"}
	if err := o.TakeEvidence(t.Context(), a, "photo.jpg", strings.NewReader(marker)); err != nil {
		t.Fatal(err)
	}
	v, err := o.Evidence(t.Context(), id)
	if err != nil || len(v.Items) != 1 {
		t.Fatal(err)
	}
	a.By, a.Step = "Luca", v.Items[0].ID
	give := func() (s taken, err error) { err = o.GiveEvidence(t.Context(), a, s.begin); return s, err }
	export := func(what, key string) (s taken, err error) {
		err = o.ExportEvidence(t.Context(), web.Act{ID: id, By: "Luca", What: what, Text: key}, s.begin)
		return s, err
	}
	if s, err := give(); !isFault(err, "fault.serve.locked") || s.name != "" {
		t.Errorf("given without keys: %v", err)
	}
	if _, err := export("readable", ""); !isFault(err, "fault.serve.locked") {
		t.Errorf("exported readable without keys: %v", err)
	}
	if s, err := export("sealed", ""); err != nil || s.name != "incident-1-evidence.tar" || strings.Contains(s.String(), marker) || members(t, s.Bytes())["evidence/"+a.Step+".age"] == "" {
		t.Errorf("sealed: %v %q", err, s.name)
	}
	if err := o.Unlock(t.Context(), secret.FromString(madeUpPassphrase)); err != nil {
		t.Fatal(err)
	}
	if s, err := give(); err != nil || s.String() != marker || s.name != "photo.jpg" {
		t.Errorf("%q %q %v", s.name, s.String(), err)
	}
	if s, err := export("readable", ""); err != nil || members(t, s.Bytes())["evidence/"+a.Step] != marker {
		t.Errorf("readable: %v", err)
	}
	them, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	s, err := export("key", them.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	if r, err := age.Decrypt(strings.NewReader(members(t, s.Bytes())["evidence/"+a.Step+".age"]), them); err != nil {
		t.Errorf("not sealed for the other key: %v", err)
	} else if raw, err := io.ReadAll(r); err != nil || string(raw) != marker {
		t.Errorf("%q %v", raw, err)
	}
	if _, err := export("key", "age1nonsense"); !isFault(err, "fault.play.evidence.to") {
		t.Error(err)
	}
	p, err := o.EvidencePiece(t.Context(), id, a.Step)
	if err != nil || len(p.Handled) != 5 || !strings.HasPrefix(p.Handled[2], "Viewed by Luca") || len(p.Sums) != 2 {
		t.Errorf("%q %v", p.Handled, err)
	}
	written := map[string]string{}
	collect(t, written, o.sh.home, temp)
	for path, text := range written {
		if strings.Contains(text, marker) {
			t.Errorf("readable in %s", path)
		}
	}
	tampered(t, o, id, a)
}

// tampered changes a byte of the sealed file: nothing of it is given, and verifying says so.
func tampered(t *testing.T, o *office, id int64, a web.Act) {
	t.Helper()
	verify := func() web.Outcome {
		out, err := o.VerifyEvidence(t.Context(), id, func(web.Progress) {})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := verify(); out.Title != "Everything is as it was taken in" || len(out.Lines) != 1 {
		t.Errorf("%+v", out)
	}
	path := filepath.Join(o.sh.home, "evidence", a.Step+".age")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	putFile(t, path, raw)
	if out := verify(); !strings.HasPrefix(out.Title, "1 piece of evidence is not") || !strings.HasPrefix(out.Lines[0], "! photo.jpg") {
		t.Errorf("%+v", out)
	}
	var s taken
	if err := o.GiveEvidence(t.Context(), a, s.begin); !isFault(err, "fault.play.evidence.damaged") || s.name != "" {
		t.Errorf("given all the same: %v", err)
	}
	if err := o.ExportEvidence(t.Context(), web.Act{ID: id, What: "sealed"}, s.begin); !isFault(err, "fault.play.evidence.damaged") || s.name != "" {
		t.Errorf("exported all the same: %v", err)
	}
	if v, err := o.Evidence(t.Context(), id); err != nil || v.Items[0].Gone != "" {
		t.Errorf("of its length, a glance says that it is there: %+v %v", v, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if v, err := o.Evidence(t.Context(), id); err != nil || v.Items[0].Gone == "" {
		t.Errorf("gone, and not said: %+v %v", v, err)
	}
}
