package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/encrypt/ring"
	"custode/internal/i18n"
	"custode/internal/secret"
)

// counter is what the pages of one server share: the keys while they are unlocked, and the last
// check.
type counter struct {
	sh    *shell
	shelf *shelf

	beginning sync.Mutex // held while an incident or an exercise is begun
	checking  sync.Mutex // held while a check is held, or the settings that it goes by are changed: that takes long
	check     job.Check  // the last one; zero: none. With checking

	mu        sync.Mutex          // of what follows. Held for moments only: to lock the page waits for nothing
	keys      *ring.Unlocked      // nil: locked
	proposed  map[string]proposal // a passphrase that keys may be made with, by language
	typed     sheetTyping         // lines of the recovery sheet, to prove it
	back      recoveries          // of who forgot the passphrase
	restore   *restoring          // the backup that a home is to be made of; nil: none
	sought    map[int64]*sought   // what the last search for each request found, while the keys are unlocked
	list      *filteredList       // that was filtered last, while the keys are unlocked
	mailTyped *web.MailForm       // the mail that was tried last and did not work
	mapAt     string              // the question of the map that was shown last
	locked    int                 // how often was locked
	noting    sync.Mutex          // what happened to a request is written down by one at a time
	choosing  sync.Mutex          // what a customer chose is entered by one at a time
	chosen    chosen              // what was entered. With choosing
	settling  sync.Mutex          // what becomes of an alert is said by one at a time
	asked     map[[32]byte]int64  // requests of the last pages, by what was typed, so that a form sent twice is one
	reported  map[[32]byte]int64  // reports of the last pages, by their hash, so that a form sent twice is one

	pins  sync.Mutex // a PIN is tried
	files pageFiles
	begun begunWorks // with files, and not ended yet

	backing sync.Mutex // a backup is being written
	backed  backed     // with backing

	verifying atomic.Bool // all sealed files are being verified
	rekeying  atomic.Bool // all sealed files are being sealed anew
	practised atomic.Bool // something happened in an exercise since the last check: the journal that tells of it is another

	stock stock       // what lies in the data folders
	kept  job.KeptMap // the map of it

	own  ownWatch // a watch within this program
	door staffDoor
}

func newCounter(sh *shell) *counter { return &counter{sh: sh, shelf: sh.builtIn()} }

// office serves the pages in one language.
type office struct {
	*counter

	sh    *shell // speaks that language
	drill bool   // its incidents are the exercises
}

// office gives what serves the pages of a language.
func (c *counter) office(lang string) web.Office {
	sh := *c.sh
	sh.shelf, sh.kept = c.shelf, &c.kept
	sh.inTerm, sh.outTerm, sh.errTerm = false, false, false // nobody sits there: nothing is asked, nothing is said
	if w, err := i18n.Load(lang); err == nil {
		sh.words, sh.langFixed = w, true
	}
	return &office{counter: c, sh: &sh}
}

// speakAs goes on in the language of the settings.
func (sh *shell) speakAs(lang string) (err error) {
	if known(lang) {
		sh.words, err = i18n.Load(lang)
	}
	return err
}

// Ready implements [web.Locker].
func (o *office) Ready() bool { _, err := o.sh.settings(); return !isFault(err, "fault.home.fresh") }

// CanLock implements [web.Locker].
func (o *office) CanLock() bool { r, err := o.sh.ringIfAny(); return err != nil || r != nil }

// Unlock implements [web.Locker].
func (o *office) Unlock(ctx context.Context, passphrase secret.Bytes) error {
	r, err := o.sh.ring()
	if err != nil {
		return err
	}
	u, err := r.Unlock(passphrase, "")
	if errors.Is(err, ring.ErrWrongPassphrase) {
		return web.ErrWrong
	}
	if err != nil {
		return keysFault(err)
	}
	if ctx.Err() != nil { // who asked has gone
		u.Wipe()
		return ctx.Err()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hold(&u)
	return nil
}

// hold takes the keys; nil: it lets go of them. The caller holds mu.
func (c *counter) hold(u *ring.Unlocked) {
	if c.keys != nil {
		c.keys.Wipe()
	}
	c.keys = u
}

// Lock implements [web.Locker].
func (o *office) Lock() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget()
	o.back.tidy(o.sh.now())
	if o.restore != nil {
		o.restore.forget()
		o.restore = nil
	}
	o.sought, o.list = nil, nil
	o.locked++
	o.hold(nil)
}

// unticked is a sentence without the marks around commands.
func unticked(s string) string { return strings.ReplaceAll(s, "`", "") }
