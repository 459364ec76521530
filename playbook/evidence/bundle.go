package evidence

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Manifest is what a bundle says of itself.
type Manifest struct {
	Schema  string          `json:"schema"`
	Made    time.Time       `json:"made_at"`
	Run     int64           `json:"run"`
	Plan    string          `json:"playbook"`
	Drill   bool            `json:"drill"`
	Open    bool            `json:"readable"`        // the items are in it as they were collected, not sealed
	Receipt string          `json:"journal_receipt"` // the head of the journal when it was made
	Items   []Item          `json:"items"`
	Events  json.RawMessage `json:"events"` // the record of the run
}

// Bundle says what goes into an export.
type Bundle struct {
	Manifest Manifest
	// Seal, when there is one, seals the items anew to these alone; Open opens them for
	// that. Without it they go in as they lie, sealed to the shop's keys; with
	// Manifest.Open they go in readable, for somebody who has no age.
	Seal []age.Recipient
	Open []age.Identity
}

//go:embed how-to-verify.txt
var howTo []byte

// Export writes a bundle as a tar: the items, each still sealed with age, the manifest,
// SHA256SUMS of everything that is in it, PLAINTEXT.SHA256SUMS of what is in the items, and
// how to verify all that with age and sha256sum alone. It writes nothing readable of an
// item anywhere but, with Manifest.Open, into out.
func (f Folder) Export(ctx context.Context, out io.Writer, b Bundle) error {
	t := tar.NewWriter(out)
	var sums, plain bytes.Buffer
	b.Manifest.Schema = "custode.evidence-bundle/1"
	for n := range b.Manifest.Items {
		item := &b.Manifest.Items[n]
		if err := f.member(ctx, t, item, b); err != nil {
			return fmt.Errorf("%s: %w", item.ID, err)
		}
		if b.Manifest.Open {
			fmt.Fprintf(&sums, "%s  evidence/%s\n", item.SHA256, item.ID)
		} else {
			fmt.Fprintf(&sums, "%s  evidence/%s\n", item.Sealed, item.File())
		}
		fmt.Fprintf(&plain, "%s  %s\n", item.SHA256, item.ID)
	}
	manifest, err := json.MarshalIndent(b.Manifest, "", " ")
	if err != nil {
		return err
	}
	for _, m := range []struct {
		name string
		raw  []byte
	}{{"manifest.json", append(manifest, '\n')}, {"PLAINTEXT.SHA256SUMS", plain.Bytes()}, {"HOW-TO-VERIFY.txt", howTo}} {
		sum := sha256.Sum256(m.raw)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), m.name)
		if err := put(t, m.name, int64(len(m.raw)), bytes.NewReader(m.raw), b.Manifest.Made); err != nil {
			return err
		}
	}
	if err := put(t, "SHA256SUMS", int64(sums.Len()), &sums, b.Manifest.Made); err != nil {
		return err
	}
	return t.Close()
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at.Truncate(time.Second)}
}

func put(t *tar.Writer, name string, size int64, r io.Reader, at time.Time) error {
	if err := t.WriteHeader(header(name, size, at)); err != nil {
		return err
	}
	_, err := io.CopyN(t, r, size)
	return err
}

// member puts one item in: readable, as it lies, or sealed anew.
func (f Folder) member(ctx context.Context, t *tar.Writer, item *Item, b Bundle) (err error) {
	if err := f.Check(*item); err != nil {
		return err
	}
	if b.Manifest.Open {
		if err := t.WriteHeader(header("evidence/"+item.ID, item.Size, b.Manifest.Made)); err != nil {
			return err
		}
		return f.View(ctx, t, *item, b.Open...)
	}
	path := filepath.Join(f.Dir, item.File())
	if b.Seal != nil {
		if path, err = f.anew(ctx, item, b); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.Remove(path)) }()
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close() // it was opened for reading
	return put(t, "evidence/"+item.File(), item.SealedLen, in, b.Manifest.Made)
}

// anew seals an item to others, into a temporary file, and notes its new sum and size.
func (f Folder) anew(ctx context.Context, item *Item, b Bundle) (path string, err error) {
	in, err := os.Open(filepath.Join(f.Dir, item.File()))
	if err != nil {
		return "", err
	}
	defer in.Close()                            // it was opened for reading
	out, err := os.CreateTemp(f.Dir, temporary) // 0600
	if err != nil {
		return "", err
	}
	hold(out)
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	sealed := &counted{ctx: ctx, w: out, sum: sha256.New()}
	w, err := age.Encrypt(sealed, b.Seal...)
	if err != nil {
		return "", err
	}
	if err := errors.Join(open(ctx, w, in, *item, b.Open), w.Close()); err != nil {
		return "", err
	}
	item.Sealed, item.SealedLen = sealed.hex(), sealed.n
	return out.Name(), nil
}
