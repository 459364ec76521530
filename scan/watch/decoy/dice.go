package decoy

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

// dice throws what a reader of random bytes began: SHA-256 of its first bytes and a
// counter. The same beginning gives the same throws.
type dice struct {
	seed  [32]byte
	count uint64
	left  []byte
}

func newDice(random io.Reader) (*dice, error) {
	d := &dice{}
	if _, err := io.ReadFull(random, d.seed[:]); err != nil {
		return nil, fmt.Errorf("decoy: no random bytes: %w", err)
	}
	return d, nil
}

// n gives a number from 0 to under-1.
func (d *dice) n(under int) int {
	if len(d.left) < 4 {
		d.count++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(d.seed[:], d.count))
		d.left = sum[:]
	}
	v := binary.BigEndian.Uint32(d.left)
	d.left = d.left[4:]
	return int(v) % max(under, 1)
}

// between gives a number from low to high.
func (d *dice) between(low, high int) int { return low + d.n(high-low+1) }

func (d *dice) of(list []string) string { return list[d.n(len(list))] }

// digits gives n digits.
func (d *dice) digits(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = "0123456789"[d.n(10)]
	}
	return string(out)
}

// shuffled gives a list in another order.
func (d *dice) shuffled(list []string) []string {
	out := append([]string(nil), list...)
	for i := len(out) - 1; i > 0; i-- {
		k := d.n(i + 1)
		out[i], out[k] = out[k], out[i]
	}
	return out
}
