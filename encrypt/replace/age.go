package replace

import (
	"bytes"
	"context"
	"io"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// Age is the Sealer of the product: standard age files.
type Age struct {
	To      []age.Recipient
	With    []age.Identity // open what was sealed before; none: ErrNeedsKey
	Workers int            // cores for each file; 0: all of them
}

type ageProof struct {
	s seal.Sealed
	o seal.Options
}

func (a Age) options() seal.Options {
	return seal.Options{Workers: a.Workers}
}

// Seal seals to all the recipients.
func (a Age) Seal(ctx context.Context, dst io.Writer, src io.Reader) (Proof, error) {
	s, err := seal.Seal(ctx, dst, src, a.To, a.options())
	if err != nil {
		return nil, err
	}
	return ageProof{s, a.options()}, nil
}

// Verify opens with the identities. That none of them fits is an error like
// damage: the file is somebody else's.
func (a Age) Verify(ctx context.Context, r io.ReaderAt, size int64) (Digests, error) {
	if len(a.With) == 0 {
		return Digests{}, ErrNeedsKey
	}
	s, err := seal.Verify(ctx, r, size, a.With, a.options())
	if err != nil {
		return Digests{}, err
	}
	return digests(s), nil
}

// Sealed knows age files, armored ones too.
func (a Age) Sealed(head []byte) bool {
	return bytes.HasPrefix(head, []byte("age-encryption.org/")) || bytes.HasPrefix(head, []byte("-----BEGIN AGE ENCRYPTED FILE-----"))
}

func digests(s seal.Sealed) Digests {
	return Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher}
}

func (p ageProof) Digests() Digests { return digests(p.s) }

// Check may be asked once: then the file's own key is forgotten.
func (p ageProof) Check(ctx context.Context, r io.ReaderAt, size int64) error {
	defer p.s.Forget()
	return p.s.Check(ctx, r, size, p.o)
}
