package seal_test

import (
	"bytes"
	"io"
	"testing"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// fast leaves the digests out: age makes none either.
var fast = seal.Options{Workers: 2, NoPlain: true, NoCipher: true}

// BenchmarkBeside puts what we do beside what age does, on the same 64 MiB in
// memory, and on 30 KB, where the header is what costs.
func BenchmarkBeside(b *testing.B) {
	k := hybrid(b)
	ids, to := []age.Identity{k.id}, []age.Recipient{k.to}
	for name, n := range map[string]int{"64MiB": 64 << 20, "30KB": 30_000} {
		plain := content(n)
		sealed, s := sealBytes(b, plain, seal.Options{}, k.to)
		r, size := bytes.NewReader(sealed), int64(len(sealed))
		sealWith := func(o seal.Options) func() error {
			return func() error {
				_, err := seal.Seal(b.Context(), io.Discard, bytes.NewReader(plain), to, o)
				return err
			}
		}
		verifyWith := func(o seal.Options) func() error {
			return func() error {
				_, err := seal.Verify(b.Context(), r, size, ids, o)
				return err
			}
		}
		for _, c := range []struct {
			name string
			run  func() error
		}{
			{"seal/age", func() error {
				w, err := age.Encrypt(io.Discard, k.to)
				if err == nil {
					_, err = io.Copy(w, bytes.NewReader(plain))
				}
				if err != nil {
					return err
				}
				return w.Close()
			}},
			{"seal/ours", sealWith(fast)},
			{"seal/ours,sha256-of-file", sealWith(seal.Options{Workers: 2, NoPlain: true})},
			{"seal/ours,both-sha256", sealWith(seal.Options{Workers: 2})},
			{"open/age", func() error {
				d, err := age.Decrypt(bytes.NewReader(sealed), k.id)
				if err == nil {
					_, err = io.Copy(io.Discard, d)
				}
				return err
			}},
			{"open/ours,check", func() error { return s.Check(b.Context(), r, size, seal.Options{Workers: 2}) }},
			{"open/ours,verify", verifyWith(fast)},
			{"open/ours,verify-both-sha256", verifyWith(seal.Options{Workers: 2})},
		} {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				b.SetBytes(int64(n))
				b.ReportAllocs()
				for b.Loop() {
					if err := c.run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
