package watch

import (
	"context"
	"errors"
)

// ladder lists the ways to watch a folder, the best first.
func ladder(folder string) []rung {
	return []rung{{notifyName, System}, {pollName, System}}
}

func makeSensor(ctx context.Context, backend string, o *out) (sensor, error) {
	switch backend {
	case notifyName:
		return newNotify(ctx, o)
	case pollName:
		return newPoll(ctx, o)
	}
	return nil, errors.New("watch: no backend " + backend + " on this system")
}
