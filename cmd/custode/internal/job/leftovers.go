package job

import (
	"cmp"
	"context"

	"custode/encrypt/desk"
	"custode/playbook/daily"
)

// Leftovers are the readable copies of sealed files that a custode left in the user's
// private place when it was killed, or could not seal: those with something that is
// not sealed yet (desk.Left.Unsealed) are the person's only copy of it. Base is the
// private place.
func Leftovers(ctx context.Context, base, home string) ([]desk.Left, error) {
	return desk.Find(ctx, base, home)
}

// leftCopies names, for the daily check, the sealed files of which there are such
// copies with something in them that is not sealed.
func leftCopies(ctx context.Context, shop Shop) ([]daily.File, error) {
	if shop.Private == "" {
		return nil, nil
	}
	list, err := Leftovers(ctx, shop.Private, shop.Home)
	if err != nil {
		return nil, err
	}
	var out []daily.File
	for _, l := range list {
		if l.Unsealed() {
			out = append(out, daily.File{Path: cmp.Or(l.Note.Sealed, l.Dir)})
		}
	}
	return out, nil
}
