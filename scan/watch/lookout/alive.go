package lookout

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// alive is the sign of life: it is written every few seconds, so that the next run knows
// since when nobody looked, and what it is due to do.
type alive struct {
	Run    string
	At     time.Time
	Ended  bool // it was stopped in order
	Sample time.Time
	Full   time.Time
	Turn   int
}

// aliveEvery is how often the sign of life is given. It is not synced to the disk: after
// a power cut it may be older, which makes the gap longer, never shorter.
const aliveEvery = 5 * time.Second

func alivePath(dir string) string { return filepath.Join(dir, "alive.json") }

// lastAlive reads the sign of life of the run before; a broken one is as none.
func lastAlive(dir string) (a alive, there bool) {
	raw, err := os.ReadFile(alivePath(dir))
	if err != nil || json.Unmarshal(raw, &a) != nil || a.At.IsZero() {
		return alive{}, false
	}
	return a, true
}

// give writes it over the old one: a full disk has room for that.
func (a alive) give(dir string) error {
	raw, err := json.Marshal(a)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(alivePath(dir), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	line := make([]byte, 512) // always as long, so that none is cut
	for i := copy(line, raw); i < len(line); i++ {
		line[i] = ' '
	}
	_, err = f.WriteAt(line, 0)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
