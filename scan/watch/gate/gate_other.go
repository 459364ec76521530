//go:build !linux

package gate

import (
	"context"
	"errors"

	"custode/scan/watch"
)

// Gate is none on this system.
type Gate struct{}

// Start fails with errors.ErrUnsupported: this system asks nobody.
func Start(context.Context, Options) (*Gate, error) { return nil, errors.ErrUnsupported }

// Respond fails with errors.ErrUnsupported.
func Respond() error { return errors.ErrUnsupported }

// See does nothing.
func (*Gate) See(*watch.Event) {}

// Stats are empty.
func (*Gate) Stats() Stats { return Stats{} }

// Close does nothing.
func (*Gate) Close() {}
