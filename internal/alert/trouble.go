package alert

import (
	"context"
	"errors"
	"net"
)

// Trouble is the identifier of what stood in the way of a message: one that is stored,
// never changes, and holds nothing of a server's text or of an address.
func Trouble(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	var op *net.OpError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrNoTLS):
		return "no-tls"
	case errors.Is(err, ErrLogin):
		return "login"
	case errors.Is(err, ErrAddress):
		return "address"
	case errors.As(err, &dns):
		return "no-such-server"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &op):
		return "unreachable"
	}
	return "refused"
}
