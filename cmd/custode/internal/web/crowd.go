package web

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// How much of the door for the staff, which the whole network reaches, there is for all, and for one address.
const (
	mostCallers   = 256 // connections
	callersEach   = 32
	requestsEach  = 16 // of mostAtOnce
	answersWithin = 2 * time.Minute
)

// crowd counts who is there at once, so that one address cannot fill a place for all.
type crowd struct {
	most, each int

	mu  sync.Mutex
	all int
	of  map[string]int
}

// enters reports whether there is room for one more from an address, who leaves by leaves.
func (c *crowd) enters(from string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= c.most || c.of[from] >= c.each {
		return false
	}
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.all++
	c.of[from]++
	return true
}

func (c *crowd) leaves(from string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.of[from]--; c.of[from] == 0 {
		delete(c.of, from)
	}
}

// ofAddress is the address of "192.168.1.20:50312", without its port.
func ofAddress(at string) string {
	host, _, err := net.SplitHostPort(at)
	if err != nil {
		return at
	}
	return host
}

// gate is the listener of the door for the staff: it shuts out who fills it, and who did not come through the network of
// the shop.
type gate struct {
	net.Listener

	room *crowd
}

// Accept implements [net.Listener].
func (g gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if from := ofAddress(c.RemoteAddr().String()); near(c.LocalAddr()) && g.room.enters(from) {
			return caller{c, sync.OnceFunc(func() { g.room.leaves(from) })}, nil
		}
		_ = c.Close() // nothing was said
	}
}

// ofShop reports whether an address is one of the network of a shop.
func ofShop(ip netip.Addr) bool { return ip.IsPrivate() && ip.Is4() }

// near reports whether an address of this computer is one that only the network of the shop, or this computer, reaches.
func near(at net.Addr) bool {
	p, err := netip.ParseAddrPort(at.String())
	ip := p.Addr().Unmap()
	return err == nil && (ofShop(ip) || ip.IsLoopback())
}

// caller is a connection that is counted.
type caller struct {
	net.Conn

	leave func()
}

// Close implements [net.Conn].
func (c caller) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
