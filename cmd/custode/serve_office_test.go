package main

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/host/posture"
	"custode/internal/secret"
)

// TestLockWhileChecking: to lock the page waits for no check, however long it takes; the keys are gone at
// once, and the check comes to its end.
func TestLockWhileChecking(t *testing.T) {
	o, _, _ := vaultShop(t)
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	begun, goOn := make(chan struct{}), make(chan struct{})
	o.sh.posture = func(home string, env func(string) string) posture.Computer {
		close(begun)
		<-goOn
		return posture.Computer{System: "none", Home: home, Env: env}
	}
	var checks sync.WaitGroup
	checks.Go(func() {
		if v, err := o.Today(t.Context(), true); err != nil || v.Shop == "" {
			t.Errorf("%+v, %v", v, err)
		}
	})
	defer checks.Wait()
	endCheck := sync.OnceFunc(func() { close(goOn) })
	defer endCheck()
	<-begun
	locked := make(chan struct{})
	go func() { defer close(locked); o.Lock() }()
	select {
	case <-locked:
	case <-time.After(20 * time.Second):
		t.Fatal("the page is not locked while a check is held")
	}
	if held, err := o.Held(t.Context()); held || err != nil {
		t.Errorf("locked, and the keys are at hand: %t, %v", held, err)
	}
}

// TestLockedAtOnce: whoever locks and unlocks while others take the keys, each has whole keys of its own or
// none, also after the page was locked.
func TestLockedAtOnce(t *testing.T) {
	o, _, _ := vaultShop(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 10 {
				u, there, err := o.atHand(t.Context())
				if err != nil || there && u.Vault.Text().Len() == 0 {
					t.Errorf("%t %v", there, err)
				}
				u.Wipe()
			}
		})
	}
	for range 5 {
		if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
			t.Fatal(err)
		}
		o.Lock()
	}
	all.Wait()
	if held, err := o.Held(t.Context()); held || err != nil {
		t.Errorf("%t %v", held, err)
	}
}

// TestOpenOrReadable: a sealed file is open with the page or made readable, never both: also not while it is
// being closed, when what was saved last is still to be sealed.
func TestOpenOrReadable(t *testing.T) {
	o, shop, _ := vaultShop(t)
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(shop, "rossi.csv.age")
	first, err := o.files.claim(path)
	if err != nil {
		t.Fatal("open, and nobody opened it")
	}
	second, err := o.files.claim(path)
	if err != nil {
		t.Fatal(err)
	}
	first()
	if err := o.Open(t.Context(), path); !isFault(err, "fault.web.busy") {
		t.Errorf("opened while it is made readable: %v", err)
	}
	if second(); o.files.isClaimed(path) || len(o.files.claimed) != 0 {
		t.Errorf("left: %v", o.files.claimed)
	}
	third, err := o.files.claim(filepath.Dir(path)) // its folder is put away
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Open(t.Context(), path); !isFault(err, "fault.web.busy") {
		t.Errorf("opened while its folder is put away: %v", err)
	}
	if third(); o.files.isClaimed(path) {
		t.Error("nothing in a folder that was put away can be opened")
	}
	_, first = o.files.shut()
	_, second = o.files.shut() // a second tab
	first()
	if !o.files.isClaimed(path) {
		t.Error("could be opened while all is sealed for new keys")
	}
	if second(); o.files.isClaimed(path) {
		t.Error("nothing can be opened any more")
	}
	stopped := make(chan struct{})
	one := &pageFile{id: "a", path: path, ended: make(chan struct{}), stop: sync.OnceFunc(func() { close(stopped) })}
	o.files.all = map[string]*pageFile{"a": one}
	var done sync.WaitGroup
	for range 2 { // a double click: who comes too late hears that it is closed
		done.Go(func() {
			if out, err := o.Done(t.Context(), "a"); !isFault(err, "fault.serve.closed") && (err != nil || out.Title != "closed") {
				t.Errorf("%+v %v", out, err)
			}
		})
	}
	<-stopped
	if _, err := o.Unseal(t.Context(), path, false, func(web.Progress) {}); !isFault(err, "fault.opening.twice") || !exists(path) {
		t.Errorf("made readable while it is being closed: %v", err)
	}
	if _, err := o.files.claim(filepath.Dir(path)); !isFault(err, "fault.opening.twice") {
		t.Errorf("its folder is put away while it is open: %v", err)
	}
	one.out.Title = "closed"
	close(one.ended)
	if done.Wait(); len(o.files.all) != 0 {
		t.Error("it counts as open")
	}
	if _, err := o.Unseal(t.Context(), path, false, func(web.Progress) {}); err != nil || exists(path) {
		t.Errorf("closed: %v", err)
	}
}
