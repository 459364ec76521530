// Package ring keeps a shop's keys on the disk: who can open the shop's files,
// and with what. It stores no secret that is not sealed.
//
//	ring.json                    public: the recipients and the list of people
//	people/NAME-XXXX.key.age     a person's own identity, sealed for their passphrase
//	people/NAME-XXXX.vault.age   the vault identity, sealed to that person
//	recovery-XXXX.vault.age      the vault identity, sealed to the recovery key on paper
//	                             and to the further recovery keys (Extra)
//	sheet-XXXX.age               the recovery identity, sealed to the vault: only until
//	                             the printed sheet was proven once (Proven)
//	former/FP-XXXX.age           earlier vault identities, sealed to the present one
//
// A person with an SSH key, an age key or a token has no .key.age. Nobody's
// passphrase is needed to let another in, to turn somebody out, or to change the
// vault: that is why each has an identity of their own in between. Stock age
// opens the shop's files in two steps:
//
//	age -d -i NAME-XXXX.key.age NAME-XXXX.vault.age > vault.txt
//	age -d -i vault.txt FILE.age
//
// Every change writes new files under new names, and ring.json last, in one
// step; then what nobody names any more is removed. So a crash leaves the old
// ring or the new one. Two changes at a time are refused where they are seen
// (ErrChanged), but callers hold a lock while they change a ring.
//
// Each entry of ring.json that something will be sealed to carries a tag that
// only the vault identity can make. Whoever can write to the folder but not open
// the vault cannot slip in a key of their own: Unlock refuses with ErrForged.
package ring

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"filippo.io/age/plugin"

	"custode/encrypt/keys"
)

// The errors. Those about a file come in a *FileError.
var (
	ErrNone            = errors.New("there are no keys yet")
	ErrDamaged         = errors.New("a file of the keys is damaged")
	ErrMissing         = errors.New("a file of the keys is missing")
	ErrNewer           = errors.New("the keys were made by a newer version")
	ErrForged          = errors.New("an entry of the list of keys was not made with these keys")
	ErrChanged         = errors.New("the keys were changed by another program meanwhile")
	ErrExists          = errors.New("there are keys already")
	ErrWrongPassphrase = errors.New("the passphrase is wrong")
	ErrNoMatch         = errors.New("no person of this ring has that key")
	ErrNoPerson        = errors.New("there is no such person")
	ErrNoPassphrase    = errors.New("that person has no passphrase, but a key")
	ErrName            = errors.New("a name has 1 to 40 letters, digits or blanks")
	ErrLast            = errors.New("the last way in is never removed")
	ErrTaken           = errors.New("that is there already")
	ErrKind            = errors.New("hybrid and classic keys do not go together")
	ErrToken           = errors.New("the token, or its program, failed")
	ErrOnPaper         = errors.New("the recovery key exists only on paper")
)

// FileError names the file that an error is about.
type FileError struct {
	Path string
	Err  error
}

func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

const (
	listName = "ring.json"
	schema   = "custode.ring/1"
)

// doc is ring.json.
type doc struct {
	Schema   string      `json:"schema"`
	Kind     string      `json:"kind"`
	MadeAt   time.Time   `json:"made_at"`
	Vault    string      `json:"vault"`
	VaultAt  time.Time   `json:"vault_at"`
	Recovery recoveryDoc `json:"recovery"`
	Extra    []extraDoc  `json:"extra"`
	People   []personDoc `json:"people"`
	Former   []formerDoc `json:"former_vaults"`
	Retired  []Retired   `json:"former_recoveries"`
	Departed bool        `json:"departed,omitempty"` // a way in was taken away since VaultAt
}

type recoveryDoc struct {
	recipientDoc
	File     fileDoc    `json:"file"`            // the vault, sealed to it and to the extra ones
	Sheet    *fileDoc   `json:"sheet,omitempty"` // until it was proven
	ProvenAt *time.Time `json:"proven_at,omitempty"`
	Exposed  bool       `json:"exposed,omitempty"` // somebody left who could have printed it
}

type recipientDoc struct {
	Recipient string    `json:"recipient"`
	AddedAt   time.Time `json:"added_at"`
	Tag       string    `json:"tag"`
}

type extraDoc struct {
	Name string `json:"name"`
	recipientDoc
}

type personDoc struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	recipientDoc
	Key      *fileDoc `json:"key,omitempty"`
	Vault    fileDoc  `json:"vault"`
	SawSheet bool     `json:"saw_sheet,omitempty"` // was here while the sheet could be printed
}

type formerDoc struct {
	Retired
	File fileDoc `json:"file"`
}

// fileDoc names a file of the ring. The digest tells a damaged file from a wrong
// passphrase.
type fileDoc struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Ring is what Load read. It is not for several goroutines.
type Ring struct {
	// UI is how a plugin asks when something is sealed to its key.
	UI *plugin.ClientUI

	dir    string
	raw    []byte // ring.json as it stands
	doc    doc
	kind   keys.Kind
	to     []age.Recipient
	prints []string
	disk   disk
}

// Load reads the ring of a folder. Errors: ErrNone, and in a *FileError
// ErrDamaged, ErrMissing, ErrNewer or the system's.
func Load(dir string) (*Ring, error) { return load(dir, realDisk{}) }

func load(dir string, d disk) (*Ring, error) {
	path := filepath.Join(dir, listName)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if strays(dir) && !beginning(dir) {
			return nil, &FileError{path, ErrMissing}
		}
		return nil, ErrNone
	}
	if err != nil {
		return nil, &FileError{path, err}
	}
	r := &Ring{dir: dir, raw: raw, disk: d}
	if err := r.take(raw); err != nil {
		return nil, &FileError{path, err}
	}
	return r, nil
}

// take reads the list and checks what can be checked without a key.
func (r *Ring) take(raw []byte) error {
	var d doc
	if err := json.Unmarshal(raw, &d); err != nil {
		return ErrDamaged
	}
	if d.Schema != schema {
		if strings.HasPrefix(d.Schema, "custode.ring/") {
			return ErrNewer
		}
		return ErrDamaged
	}
	kinds := map[string]keys.Kind{"hybrid": keys.Hybrid, "classic": keys.Classic}
	kind, ok := kinds[d.Kind]
	if !ok || len(d.People) == 0 {
		return ErrDamaged
	}
	var to []age.Recipient
	var prints []string
	for _, text := range d.recipients() {
		k, err := keys.ParseRecipient(text)
		if err != nil {
			return ErrDamaged
		}
		to, prints = append(to, k), append(prints, fingerprint(k))
	}
	for _, f := range d.files() {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) || f.Name == listName {
			return ErrDamaged
		}
	}
	r.doc, r.kind, r.to, r.prints = d, kind, to, prints
	return nil
}

// fingerprint names a recipient of age's own kinds.
func fingerprint(r age.Recipient) string {
	if s, ok := r.(fmt.Stringer); ok {
		return keys.Fingerprint(s)
	}
	return ""
}

// recipients lists what data files are sealed to.
func (d doc) recipients() []string {
	out := []string{d.Vault, d.Recovery.Recipient}
	for _, e := range d.Extra {
		out = append(out, e.Recipient)
	}
	return out
}

// files lists all the files that the list names.
func (d doc) files() []fileDoc {
	out := []fileDoc{d.Recovery.File}
	if d.Recovery.Sheet != nil {
		out = append(out, *d.Recovery.Sheet)
	}
	for _, p := range d.People {
		out = append(out, p.Vault)
		if p.Key != nil {
			out = append(out, *p.Key)
		}
	}
	for _, f := range d.Former {
		out = append(out, f.File)
	}
	return out
}

// hasRecovery reports whether who opens the vault can have the recovery key too:
// its sheet was not proven yet, or the ring was made from the sheet alone.
func (d doc) hasRecovery() bool {
	k, err := keys.ParseRecipient(d.Recovery.Recipient)
	return d.Recovery.Sheet != nil || err == nil && slices.ContainsFunc(d.Former, func(f formerDoc) bool { return f.Fingerprint == fingerprint(k) })
}

// clone copies the list, so that a change that fails leaves the ring as it was.
func (d doc) clone() doc {
	d.Extra = append([]extraDoc(nil), d.Extra...)
	d.People = append([]personDoc(nil), d.People...)
	d.Former = append([]formerDoc(nil), d.Former...)
	d.Retired = append([]Retired(nil), d.Retired...)
	return d
}

// tag marks an entry as one that was made with the vault identity: an HMAC with
// the identity's text, which is 256 bits of chance, as its key.
func tag(vault keys.Identity, role, name, recipient string) string {
	m := hmac.New(sha256.New, vault.Text().Reveal())
	fmt.Fprintf(m, "custode ring entry/1\n%s\n%q\n%s\n", role, name, recipient)
	return hex.EncodeToString(m.Sum(nil))
}

// entries calls fn with each entry that carries a tag.
func (d *doc) entries(fn func(role, name string, e *recipientDoc)) {
	fn("recovery", "", &d.Recovery.recipientDoc)
	for i := range d.Extra {
		fn("extra", d.Extra[i].Name, &d.Extra[i].recipientDoc)
	}
	for i := range d.People {
		fn("person", d.People[i].Name, &d.People[i].recipientDoc)
	}
}

// Kind is that of the vault and of the recovery key.
func (r *Ring) Kind() keys.Kind { return r.kind }

// Recipients is what data files are sealed to: the vault, the recovery key, and
// the extra recovery keys.
func (r *Ring) Recipients() []age.Recipient { return append([]age.Recipient(nil), r.to...) }

// Fingerprints names the Recipients, in their order.
func (r *Ring) Fingerprints() []string { return append([]string(nil), r.prints...) }

// VaultFingerprint names the vault key.
func (r *Ring) VaultFingerprint() string { return r.prints[0] }

// VaultAt is when the present vault key was made.
func (r *Ring) VaultAt() time.Time { return r.doc.VaultAt }

// Departed reports whether a way in was taken away since the vault key was made:
// whoever had it may have kept that key, so that it wants to be rotated.
func (r *Ring) Departed() bool { return r.doc.Departed }

// FormerVaults names the vault keys of before, the newest last.
func (r *Ring) FormerVaults() []Retired {
	var out []Retired
	for _, f := range r.doc.Former {
		if f.Fingerprint != r.prints[1] {
			out = append(out, f.Retired)
		}
	}
	return out
}

// FormerRecoveries names the recovery keys of before, the newest last. Whoever
// has such a sheet opens the files that were not sealed anew since.
func (r *Ring) FormerRecoveries() []Retired {
	return append([]Retired(nil), r.doc.Retired...)
}

// Retired is a key that nothing is sealed to any more.
type Retired struct {
	Fingerprint string    `json:"fingerprint"`
	At          time.Time `json:"retired_at"`
}

// RecoveryInfo is what is known of the recovery key without it.
type RecoveryInfo struct {
	Recipient   string
	Fingerprint string
	MadeAt      time.Time
	ProvenAt    time.Time // when the sheet was first proven; zero: never
	OnPaperOnly bool      // nothing in the ring has it any more
	Exposed     bool      // somebody left who was here while it could be printed: Rotate makes a new one
}

// Recovery tells about the recovery key.
func (r *Ring) Recovery() RecoveryInfo {
	c := r.doc.Recovery
	info := RecoveryInfo{
		Recipient: c.Recipient, Fingerprint: r.prints[1], MadeAt: c.AddedAt, Exposed: c.Exposed,
		OnPaperOnly: !r.doc.hasRecovery() && len(match(r.dir, "sheet-*.age")) == 0,
	}
	if c.ProvenAt != nil {
		info.ProvenAt = *c.ProvenAt
	}
	return info
}
