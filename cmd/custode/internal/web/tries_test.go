package web

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"custode/internal/secret"
)

// slowUnlock takes its time over a passphrase, as keys do, and counts how many are tried at once.
type slowUnlock struct {
	*madeUp
	mu              sync.Mutex
	now, most, made int
}

func (s *slowUnlock) Unlock(context.Context, secret.Bytes) error {
	s.mu.Lock()
	s.now++
	s.made++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now--
	return ErrWrong
}

// TestGuessingAtOnce: who sends many passphrases at once guesses no faster than who sends one after another, and holds
// the memory of one try.
func TestGuessingAtOnce(t *testing.T) {
	s := newSite(t)
	slow := &slowUnlock{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return slow }
	var all sync.WaitGroup
	for range mostAtOnce / 2 {
		all.Go(func() {
			if r := s.post("/unlock", url.Values{"passphrase": {"guessed"}}); r.StatusCode != http.StatusForbidden && r.StatusCode != http.StatusTooManyRequests {
				t.Error(r.Status)
			}
		})
	}
	all.Wait()
	if slow.made != freeTries || slow.most != 1 {
		t.Errorf("%d tries, %d at once", slow.made, slow.most)
	}
}

// TestResetsNoPace: new passphrases that differ say nothing of the old one, and do not let a guesser begin anew.
func TestResetsNoPace(t *testing.T) {
	s := newSite(t)
	for range freeTries {
		s.tries.failure(s.now)
	}
	s.forward(mostWait)
	s.post("/vault/passphrase", url.Values{"passphrase-old": {"guessed"}, "passphrase-new": {"one of these"}, "passphrase-again": {"another"}})
	if s.tries.failed != freeTries {
		t.Errorf("%d failures are remembered", s.tries.failed)
	}
}
