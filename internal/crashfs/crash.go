package crashfs

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Survival says what a power cut spares of what is not synced.
type Survival struct {
	Keep  float64 // 0 nothing, 1 all, between: the chance of each block, size and change
	Split bool    // the halves of a rename are kept or lost apart, as without a journal
	Seed  uint64
}

// Crash gives the file system as it is found after a power cut at this moment. This
// one goes on as if nothing had been. The new one is healthy: no faults, no hook.
func (f *FS) Crash(s Survival) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &crash{
		s: s, rng: rand.New(rand.NewPCG(s.Seed, 0x637573746f6465)), //nolint:gosec // a seed, so that a failure can be seen again
		out:   &FS{o: f.o, ino: f.ino, clock: f.clock, counts: map[Op]int{}},
		nodes: map[*node]*node{},
	}
	c.out.root = c.node(f.root)
	c.out.root.links = 1
	return c.out
}

type crash struct {
	s     Survival
	rng   *rand.Rand
	out   *FS
	nodes map[*node]*node
}

func (c *crash) keep() bool {
	switch c.s.Keep {
	case 0:
		return false
	case 1:
		return true
	}
	return c.rng.Float64() < c.s.Keep
}

func (c *crash) node(n *node) *node {
	if done := c.nodes[n]; done != nil {
		return done
	}
	m := &node{
		ino: n.ino, immutable: n.immutable, meta: n.disk.meta, size: n.disk.size,
		blocks: maps.Clone(n.disk.blocks), dirty: map[int64]bool{}, gone: map[int64]bool{},
	}
	c.nodes[n] = m
	if n.dirtyMeta && c.keep() {
		m.meta = n.meta
	}
	if n.dirtySize && c.keep() {
		m.size = n.size
	}
	for _, b := range slices.Sorted(maps.Keys(n.dirty)) {
		if c.keep() {
			m.blocks[b] = n.blocks[b]
		}
	}
	for b := range m.blocks { // what lies behind the end is not part of the file
		if from := b * Block; from >= m.size {
			delete(m.blocks, b)
		} else if room := m.size - from; int64(len(m.blocks[b])) > room {
			m.blocks[b] = m.blocks[b][:room:room]
		}
	}
	c.out.used += int64(len(m.blocks)) * Block
	if n.meta.Mode.IsDir() {
		m.entries = c.entries(n)
	}
	m.disk = durable{meta: m.meta, size: m.size, blocks: m.blocks, entries: m.entries}
	m.blocks, m.entries = maps.Clone(m.blocks), maps.Clone(m.entries)
	return m
}

// entries gives the names that a folder has after the crash.
func (c *crash) entries(n *node) map[string]entry {
	left := maps.Clone(n.disk.entries)
	pairs := map[int64]bool{}
	for _, ch := range n.changes {
		kept, seen := pairs[ch.pair]
		if !seen || c.s.Split {
			kept = c.keep()
			pairs[ch.pair] = kept
		}
		switch {
		case !kept:
		case ch.entry.node == nil:
			delete(left, ch.key)
		default:
			left[ch.key] = ch.entry
		}
	}
	out := make(map[string]entry, len(left))
	for _, k := range slices.Sorted(maps.Keys(left)) {
		m := c.node(left[k].node)
		m.links++
		out[k] = entry{left[k].name, m}
	}
	return out
}
