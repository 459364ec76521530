package daily

import "time"

// Spared gives an item as an answer makes it.
func Spared(it Item, f Facts, now time.Time) Item { return it.spare(f, now) }
