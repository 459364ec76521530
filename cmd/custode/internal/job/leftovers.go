package job

import (
	"context"

	"custode/encrypt/desk"
)

// Leftovers are the readable copies of sealed files that a custode left in the user's
// private place when it was killed, or could not seal: those with something that is
// not sealed yet (desk.Left.Unsealed) are the person's only copy of it. Base is the
// private place.
func Leftovers(ctx context.Context, base, home string) ([]desk.Left, error) {
	return desk.Find(ctx, base, home)
}
