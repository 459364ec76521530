package seal

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"sync"

	"filippo.io/age"

	"custode/internal/secret"
)

// Target is where a sealed file is written, and where it comes back from.
type Target struct {
	io.Writer

	// Back gives what has arrived of it, in order; Read waits for what has not, and
	// comes to the end after Flush.
	Back interface {
		io.Reader
		Interrupt() // Read waits no more
	}
	// Flush is called once all is written.
	Flush func() error
}

// CheckError says that what came back is not what was sealed, or did not come back.
type CheckError struct{ Err error }

func (e *CheckError) Error() string { return e.Err.Error() }

// Unwrap gives what CheckSum would say.
func (e *CheckError) Unwrap() error { return e.Err }

// Checked is Seal and then CheckSum, at the same time: what was written is opened
// again as soon as it has arrived, while more is sealed. After an error nothing is
// proven; it is a CheckError, or what Seal or Flush says.
func Checked(ctx context.Context, t Target, src io.Reader, to []age.Recipient, o Options) (Sealed, error) {
	s, err := newSealing(t, src, to, sealAsOptions{o, maphash.MakeSeed()})
	if err != nil {
		return Sealed{}, err
	}
	o.NoCipher = true // what comes back has the digest of what was sealed, or it is an error
	both, cancel := context.WithCancel(ctx)
	var got Sealed
	var checking error
	var back sync.WaitGroup
	// what Check needs of the file is known already; the key is a copy, since run wipes its own
	known := Sealed{Header: s.out.Header, seed: s.out.seed, key: secret.New(bytes.Clone(s.out.key.Reveal()))}
	defer func() {
		cancel()
		t.Back.Interrupt()
		back.Wait()
		known.Forget()
	}()
	back.Go(func() {
		checking = guard(func() (err error) { got, err = known.opened(both, nil, t.Back, o); return err })
		if checking != nil {
			cancel()
		}
	})
	sealed, err := s.run(both)
	if err == nil {
		err = t.Flush()
	}
	if err != nil {
		cancel()
		t.Back.Interrupt()
	}
	back.Wait()
	if fatal, ok := checking.(*panicError); ok { //nolint:errorlint // our own, never wrapped
		panic(fatal.String())
	}
	if err != nil && checking != nil && ctx.Err() == nil && errors.Is(err, context.Canceled) {
		err = &CheckError{checking} // was the first
	}
	if err == nil && checking != nil {
		err = &CheckError{checking}
	}
	if err == nil {
		held, differs := sealed.hold(got)
		if differs == nil {
			return held, nil
		}
		err = &CheckError{differs}
	}
	sealed.Forget()
	return Sealed{}, err
}
