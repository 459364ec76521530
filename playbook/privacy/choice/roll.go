package choice

import (
	"bytes"
	"errors"
	"sort"
)

// Roll is how everybody stands about one purpose and one channel: 33 bytes each, looked up
// in the time of a binary search. The zero value is empty: nobody was asked.
type Roll struct {
	ids     []byte // of 32 bytes each, in their order
	reasons []uint8
}

// ErrOrder says that IDs were not added in their order.
var ErrOrder = errors.New("the contacts are not in their order")

// reasons are what a Roll keeps as one byte; what is not in it is Unsure.
var rollReasons = [...]Reason{Unsure, Yes, NeverAsked, SaidNo, HasWithdrawn, HasObjected, HasExpired, NotYet, BasisNotValid}

// Add adds the standing of the next contact, in the order of their bytes.
func (r *Roll) Add(id ID, s Standing) error {
	if n := len(r.ids); n > 0 && bytes.Compare(r.ids[n-len(id):], id[:]) >= 0 {
		return ErrOrder
	}
	at := uint8(0)
	for i, known := range rollReasons {
		if known == s.Reason {
			at = uint8(i)
		}
	}
	r.ids, r.reasons = append(r.ids, id[:]...), append(r.reasons, at)
	return nil
}

// Len is how many contacts said anything.
func (r *Roll) Len() int { return len(r.reasons) }

// Allowed says how a contact stands: it is what [List] asks.
func (r *Roll) Allowed(id ID) (Reason, bool) {
	const size = len(id)
	i := sort.Search(len(r.reasons), func(i int) bool { return bytes.Compare(r.ids[i*size:(i+1)*size], id[:]) >= 0 })
	if i == len(r.reasons) || !bytes.Equal(r.ids[i*size:(i+1)*size], id[:]) {
		return NeverAsked, false
	}
	reason := rollReasons[r.reasons[i]]
	return reason, reason == Yes
}

// Count counts how many stand how.
func (r *Roll) Count() map[Reason]int {
	out := map[Reason]int{}
	for _, at := range r.reasons {
		out[rollReasons[at]]++
	}
	return out
}
