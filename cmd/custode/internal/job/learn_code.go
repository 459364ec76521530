package job

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"custode/internal/secret"
	"custode/training/pin"
	"custode/training/staff"
)

// codeLives is for how long a first PIN can be chosen with a code.
const codeLives = 7 * 24 * time.Hour

// ErrCode says that no first PIN can be chosen with what was typed: it is not the code, or it is too old.
var ErrCode = errors.New("not the code for a first PIN")

// GiveCode makes eight digits with which somebody who has no PIN chooses one within a week. Those of before are good
// no more. It fails with staff.ErrTurn where a PIN was chosen.
func (t Training) GiveCode(ctx context.Context, id int64) (digits string, until time.Time, err error) {
	var lock pin.Lock
	for {
		n, err := rand.Int(t.Random, big.NewInt(1e8))
		if err != nil {
			return "", until, fmt.Errorf("a code: %w", err)
		}
		digits = fmt.Sprintf("%08d", n)
		lock, _, err = pin.New(secret.FromString(digits), t.Cost, t.Random) // its key closes nothing
		if err == nil {
			break
		}
		if !errors.Is(err, pin.ErrEasy) { // one that everybody would try
			return "", until, err
		}
	}
	raw, err := lock.Encode()
	if err != nil {
		return "", until, err
	}
	until = t.Now().Add(codeLives)
	return digits, until, t.Store.SetCode(ctx, id, raw, until)
}

// ChooseWithCode takes somebody's first PIN from who knows the code. How fast codes can be guessed is limited as it is
// for a PIN. It fails as Unlock and ChoosePIN do, with ErrNoPIN where no code was given, and with ErrCode.
func (t Training) ChooseWithCode(ctx context.Context, id int64, code, typed secret.Bytes) (pin.Key, error) {
	if err := pin.Good(typed); err != nil {
		return pin.Key{}, err
	}
	l, err := t.Store.Learner(ctx, id)
	switch {
	case err != nil:
		return pin.Key{}, err
	case len(l.Lock) > 0:
		return pin.Key{}, staff.ErrTurn
	case len(l.Code) == 0:
		return pin.Key{}, ErrNoPIN
	case !t.Now().Before(l.CodeUntil):
		return pin.Key{}, ErrCode
	}
	lock, err := pin.Decode(l.Code)
	if err != nil {
		return pin.Key{}, err
	}
	if err := t.try(ctx, id); err != nil {
		return pin.Key{}, err
	}
	if _, err := lock.Open(code); err != nil {
		return pin.Key{}, ErrCode
	}
	return t.ChoosePIN(ctx, id, typed)
}
