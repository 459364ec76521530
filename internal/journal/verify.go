package journal

// Trouble is what was done to a journal.
type Trouble string

// What can be told apart. A removed entry leaves a gap in the numbers or in
// the chain; an inserted one is bound into the chain by nobody.
const (
	Changed   Trouble = "changed"
	Removed   Trouble = "removed"
	Inserted  Trouble = "inserted"
	Cut       Trouble = "cut"       // the receipt names an entry beyond the end
	Rewritten Trouble = "rewritten" // sound in itself, but not what the receipt saw
)

// Finding names the first entry that is wrong.
type Finding struct {
	Seq     int64
	Trouble Trouble
}

// Verify walks the entries in order, as next hands them out (false at the end),
// and returns the head of the sound part and the first finding, or nil. With a
// receipt it also tells a tail that was cut off and a history made anew.
func Verify(next func() (Entry, bool, error), receipt *Head) (Head, *Finding, error) {
	var before, head Head
	cur, ok, err := next()
	for ok && err == nil {
		var after Entry
		var more bool
		if after, more, err = next(); err != nil {
			break
		}
		if f := judge(before, head, cur, after, more); f != nil {
			return head, f, nil
		}
		before, head = head, cur.Head()
		if receipt != nil && receipt.Seq == head.Seq && !sameStart(receipt.Hash, head.Hash) {
			return head, &Finding{Seq: head.Seq, Trouble: Rewritten}, nil
		}
		cur, ok = after, more
	}
	if err != nil {
		return head, nil, err
	}
	if receipt != nil && receipt.Seq > head.Seq {
		return head, &Finding{Seq: head.Seq + 1, Trouble: Cut}, nil
	}
	return head, nil, nil
}

// judge looks at one entry between the two sound heads before it and the entry
// after it, and says what was most simply done where it does not fit.
func judge(before, head Head, cur, after Entry, more bool) *Finding {
	sound, bound, inTurn := cur.Sum() == cur.Hash, cur.Prev == head.Hash, cur.Seq == head.Seq+1
	switch {
	case sound && bound && inTurn:
		return nil
	case sound && inTurn && head.Seq > 0:
		return &Finding{Seq: head.Seq, Trouble: Changed} // and summed anew: this one remembers another hash
	case sound:
		return &Finding{Seq: head.Seq + 1, Trouble: Removed} // untouched, but what it follows is gone
	case inTurn && cur.Prev == before.Hash && head.Seq > 0 && renumbered(cur, -1):
		return &Finding{Seq: head.Seq, Trouble: Inserted} // this one followed the entry before the last
	case inTurn && !bound && renumbered(cur, 1):
		return &Finding{Seq: cur.Seq, Trouble: Removed} // and the rest moved up
	case more && after.Prev == head.Hash:
		return &Finding{Seq: cur.Seq, Trouble: Inserted} // the one after it follows the sound head
	case !more && !bound:
		return &Finding{Seq: cur.Seq, Trouble: Inserted}
	case !inTurn && !bound:
		return &Finding{Seq: head.Seq + 1, Trouble: Removed}
	}
	return &Finding{Seq: cur.Seq, Trouble: Changed}
}

// renumbered reports whether the entry was sound under another number, up to a
// thousand away in the direction of step.
func renumbered(e Entry, step int64) bool {
	for range 1000 {
		if e.Seq += step; e.Seq < 1 {
			return false
		}
		if e.Sum() == e.Hash {
			return true
		}
	}
	return false
}
