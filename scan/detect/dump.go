package detect

// evenRow says whether the groups are the beginning of a long row of groups of
// one size, as dumps have them.
func (n *numbers) evenRow() bool {
	if n.groups < 4 || n.size(0) < 3 {
		return false
	}
	return n.even(4)
}

// even says whether the first k groups are of one size.
func (n *numbers) even(k int) bool {
	for g := 1; g < k; g++ {
		if n.size(g) != n.size(0) {
			return false
		}
	}
	return true
}

// inDump says whether the groups, which begin at d, stand in a dump: in a row
// of words as long as they are, of hexadecimal digits.
func (c *Collector) inDump(d int) bool {
	n := &c.num
	size := n.size(0)
	if size != 2 && size != 4 || !n.even(n.groups) {
		return false
	}
	b, words, digits := c.buf, 0, false
	for i := d; words < 3 && i > size && b[i-1] == ' ' && allHex(b[i-1-size:i-1]) && !wordBefore(b, i-1-size); i -= size + 1 {
		digits = digits || nextDigit(b, i-1-size, i-1) >= 0
		words++
	}
	for i := n.ends[n.groups-1]; words < 4 && i+size < len(b) && b[i] == ' ' && allHex(b[i+1:i+1+size]) && !wordAt(b, i+1+size); i += size + 1 {
		digits = digits || nextDigit(b, i+1, i+1+size) >= 0
		words++
	}
	return digits && words > 1
}
