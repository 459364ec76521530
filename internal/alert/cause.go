package alert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"os"
	"syscall"
)

// Cause says why a message did not arrive, as far as a person can mend it. It is the
// last part of a key of the words.
type Cause string

// The causes.
const (
	BadAddress  Cause = "address"      // an address is none
	NotTLS      Cause = "no-tls"       // the other side does not encrypt
	Login       Cause = "login"        // user or password is wrong
	UnknownHost Cause = "unknown-host" // nobody has that name
	Refused     Cause = "refused"      // nobody answers at that port
	TimedOut    Cause = "timeout"      // no answer in time
	Certificate Cause = "certificate"  // who answers can not prove that it is who it says
	Network     Cause = "network"      // the connection could not be made, or broke off
	Later       Cause = "later"        // the server wants it to be tried again
	Rejected    Cause = "rejected"     // the server does not take the message, or an address
	Key         Cause = "key"          // the service does not know the key, or the room
	Limit       Cause = "limit"        // the service had too many messages
	Broken      Cause = "server"       // the service is broken
	NoSecret    Cause = "secret"       // the password or the address is not where it is said to be
	BadURL      Cause = "url"          // the address that was found there is none
	NoDesktop   Cause = "desktop"      // there is no desktop to show it on
	Unknown     Cause = "unknown"      // none of these
)

// SendError is a message that a service did not take. It holds nothing of the service's
// address, which is a secret, and nothing of what the service answered.
type SendError struct {
	Channel string
	Cause   Cause
	Code    int // what the service answered, as a number; 0: nothing
}

// Error names the channel and the cause.
func (f *SendError) Error() string { return "alert: " + f.Channel + ": " + string(f.Cause) }

// Why says why a message did not arrive, and the number that the other side answered (0: none).
func Why(err error) (Cause, int) {
	var own *SendError
	var said *textproto.Error
	switch {
	case errors.As(err, &own):
		return own.Cause, own.Code
	case errors.As(err, &said):
		switch {
		case said.Code < 500:
			return Later, said.Code
		case errors.Is(err, ErrLogin):
			return Login, said.Code
		}
		return Rejected, said.Code
	case errors.Is(err, ErrLogin):
		return Login, 0
	case errors.Is(err, ErrAddress):
		return BadAddress, 0
	case errors.Is(err, ErrNoTLS):
		return NotTLS, 0
	}
	return onTheWay(err), 0
}

// Trouble is the cause as it is stored with a message: "" for none.
func Trouble(err error) string {
	if err == nil {
		return ""
	}
	cause, _ := Why(err)
	return string(cause)
}

// errRefusedOnWindows is WSAECONNREFUSED; no other system has that number.
const errRefusedOnWindows = syscall.Errno(10061)

// onTheWay tells what went wrong before the other side could answer.
func onTheWay(err error) Cause {
	var (
		name    *net.DNSError
		network *net.OpError
		plain   tls.RecordHeaderError
		proof   *tls.CertificateVerificationError
		host    x509.HostnameError
		by      x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &proof), errors.As(err, &host), errors.As(err, &by), errors.As(err, &invalid):
		return Certificate
	case errors.As(err, &plain):
		return NotTLS
	case errors.As(err, &name) && name.IsNotFound:
		return UnknownHost
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, errRefusedOnWindows):
		return Refused
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return TimedOut
	case errors.As(err, &network), errors.As(err, &name), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Network
	}
	return Unknown
}
