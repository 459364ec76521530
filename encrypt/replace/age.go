package replace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"custode/encrypt/inplace"
	"custode/encrypt/seal"
)

// Age is the Sealer of the product: standard age files.
type Age struct {
	To      []age.Recipient
	With    []age.Identity // open what was sealed before; none: ErrNeedsKey
	Workers int            // cores for each file; 0: all of them
}

// contentUpTo is the size up to which a file's record has a digest of its content,
// by which it is known again wherever it turns up. For larger ones it would take as
// long as sealing them. None is needed to prove that nothing was lost.
const contentUpTo = 256 << 20

type ageProof struct {
	s seal.Sealed
	o seal.Options
}

// Seal seals to all the recipients.
func (a Age) Seal(ctx context.Context, dst io.Writer, src io.Reader) (Proof, error) {
	o := a.options(src)
	o.NoCipher = true // Check makes it, while it waits for the disk
	s, err := seal.Seal(ctx, dst, src, a.To, o)
	if err != nil {
		return nil, err
	}
	return ageProof{s, seal.Options{Workers: a.Workers}}, nil
}

// SealChecked seals and opens again at once.
func (a Age) SealChecked(ctx context.Context, t seal.Target, src io.Reader) (Proof, Digests, error) {
	s, err := seal.Checked(ctx, t, src, a.To, a.options(src))
	if check, ok := errors.AsType[*seal.CheckError](err); ok {
		err = fmt.Errorf("%w: %w", inplace.ErrUnproven, check.Err)
	}
	if err != nil {
		return nil, Digests{}, err
	}
	s.Forget()
	return ageProof{s: s}, digests(s), nil
}

// options make no digest of the content of what is known to be too large for one.
func (a Age) options(src io.Reader) seal.Options {
	sized, ok := src.(interface{ Size() int64 })
	return seal.Options{Workers: a.Workers, PlainUpTo: contentUpTo, NoPlain: ok && sized.Size() > contentUpTo}
}

// Verify opens with the identities. That none of them fits is an error like
// damage: the file is somebody else's.
func (a Age) Verify(ctx context.Context, r io.ReaderAt, size int64) (Digests, error) {
	if len(a.With) == 0 {
		return Digests{}, ErrNeedsKey
	}
	s, err := seal.Verify(ctx, r, size, a.With, seal.Options{Workers: a.Workers})
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
	return Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher, Header: s.Header}
}

// Check may be asked once: then the file's own key is forgotten.
func (p ageProof) Check(ctx context.Context, r io.ReaderAt, size int64) (Digests, error) {
	defer p.s.Forget()
	s, err := p.s.CheckSum(ctx, r, size, p.o)
	return digests(s), err
}

func (p ageProof) Same(ctx context.Context, src io.Reader) (bool, error) { return p.s.Same(ctx, src) }
