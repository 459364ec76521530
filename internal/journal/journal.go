// Package journal is the tamper-evident record of what custode did and saw:
// one entry an event, each bound to the one before it by SHA-256, so that an
// entry changed, removed or inserted later is found and named.
//
// A chain alone cannot show that its end was cut off, or that somebody who can
// write the whole file made it anew. A [Receipt] kept elsewhere (on paper, in a
// mail) shows both, up to the entry that it names.
package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// Hash is a SHA-256 sum.
type Hash [sha256.Size]byte

// Entry is one event. Body is a JSON object: numbers, identifiers and paths,
// never the content of a file.
type Entry struct {
	Seq  int64  // 1 for the first, then without gaps
	At   string // UTC, RFC 3339 with nanoseconds
	Kind string // what happened: "scan.finished"
	Body json.RawMessage
	Prev Hash // the Hash of the entry before it; zero for the first
	Hash Hash
}

// Head is the last entry's place in the chain: all that is needed to go on.
// The zero Head is that of an empty journal.
type Head struct {
	Seq  int64
	Hash Hash
}

// The domain of the hash: a different encoding needs a different one.
const domain = "custode.journal/1"

// Sum computes the entry's hash over the previous hash and a canonical
// encoding: the domain, the sequence number as eight bytes, then time, kind and
// body, each behind its length as eight bytes (big endian).
func (e Entry) Sum() Hash {
	var b bytes.Buffer
	num := func(n uint64) { b.Write(binary.BigEndian.AppendUint64(nil, n)) }
	b.Write(e.Prev[:])
	b.WriteString(domain)
	num(uint64(e.Seq)) //nolint:gosec // the bits count, not the sign
	for _, part := range [][]byte{[]byte(e.At), []byte(e.Kind), e.Body} {
		num(uint64(len(part)))
		b.Write(part)
	}
	return sha256.Sum256(b.Bytes())
}

// Next makes the entry that follows head. body is encoded as JSON; it must be
// a struct or a map.
func Next(head Head, at time.Time, kind string, body any) (Entry, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return Entry{}, fmt.Errorf("journal: body of %s: %w", kind, err)
	}
	e := Entry{
		Seq: head.Seq + 1, At: at.UTC().Format(time.RFC3339Nano), Kind: kind, Body: raw, Prev: head.Hash,
	}
	e.Hash = e.Sum()
	return e, nil
}

// Head gives the head of a journal that ends with this entry.
func (e Entry) Head() Head { return Head{Seq: e.Seq, Hash: e.Hash} }
