package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// TestTakeEvidenceOnThePage: what comes in is sealed, once however often the form is sent; what breaks
// off leaves nothing; nothing of either lies readable in the home or among the temporary files.
func TestTakeEvidenceOnThePage(t *testing.T) {
	o, id := incidentOffice(t)
	a := web.Act{ID: id, By: "Anna", Seen: mustIncident(t, o, id, "").Seen, Text: "the ransom note"}
	if err := o.CanTake(); !isFault(err, "fault.keys.none") {
		t.Errorf("without keys: %v", err)
	}
	if _, _, err := ring.Create(filepath.Join(o.sh.home, "keys"), ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString("six words that nobody knows"), WorkFactor: 10, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	const marker = "anna.bianchi@example.com"
	photo := func() io.Reader { return strings.NewReader(strings.Repeat(marker, 50_000)) }
	if err := o.TakeEvidence(t.Context(), a, "photo\x1b.jpg", photo()); err != nil {
		t.Fatal(err)
	}
	err := o.TakeEvidence(t.Context(), a, "photo.jpg", photo())
	if over, ok := errors.AsType[*web.OvertakenError](err); !ok || len(over.Stands) != 1 || !strings.Contains(over.Stands[0], "Anna") {
		t.Fatalf("sent twice: %v", err)
	}
	cut := io.MultiReader(photo(), iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := o.TakeEvidence(t.Context(), a, "cut.jpg", cut); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken off: %v", err)
	}
	v, err := o.Evidence(t.Context(), id)
	if err != nil || len(v.Items) != 1 || v.Items[0].Name != "photo.jpg" || v.Items[0].Text != "the ransom note" || v.Items[0].Gone != "" || !strings.HasPrefix(v.Items[0].Taken, "Collected by Anna") {
		t.Fatalf("%+v %v", v.Items, err)
	}
	lying, err := os.ReadDir(filepath.Join(o.sh.home, "evidence"))
	if err != nil || len(lying) != 1 {
		t.Errorf("%v %v", lying, err)
	}
	written := map[string]string{}
	collect(t, written, o.sh.home, temp)
	for path, text := range written {
		if strings.Contains(text, marker) {
			t.Errorf("readable in %s", path)
		}
	}
	if err := o.TakeEvidence(t.Context(), a, "\x01\x1b", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if named, err := o.Evidence(t.Context(), id); err != nil || named.Items[1].Name != "a file" {
		t.Errorf("a name that nobody sees: %+v %v", named.Items, err)
	}

	hand := web.Act{ID: id, By: "Anna", Seen: v.Seen, Step: v.Items[0].ID, Text: "Police"}
	for range 2 {
		if err := o.HandEvidence(t.Context(), hand); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := o.EvidencePiece(t.Context(), id, v.Items[0].ID); err != nil || len(p.Handled) != 2 {
		t.Errorf("%+v %v", p, err)
	}
	if hand.Text = " "; !errors.As(o.HandEvidence(t.Context(), hand), new(*web.MistypedError)) {
		t.Error("handed to nobody")
	}
}

// TestEvidenceRoom: what there is room for fits once it is sealed, and leaves the journal room to write.
func TestEvidenceRoom(t *testing.T) {
	for free, want := range map[int64]int64{
		0: 0, leftFree: 0, leftFree + 65551: 0, leftFree + 65552: 65536, leftFree + 10*65552 + 7: 655360, 1 << 62: web.RoomUnknown,
	} {
		if got := evidenceRoom(free); got != want {
			t.Errorf("of %d bytes %d are for evidence, not %d", free, got, want)
		}
	}
	if room := officeOf(t, t.TempDir()).EvidenceRoom(); room < 0 || room >= web.RoomUnknown {
		t.Errorf("here there is room for %d", room)
	}
}
