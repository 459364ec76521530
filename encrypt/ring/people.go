package ring

import (
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
)

// The kinds of a Person.
const (
	ByPassphrase = "passphrase"
	BySSH        = string(identity.SSH)
	ByAge        = string(identity.Age)
	ByPlugin     = string(identity.Plugin)
)

// Person can open the shop's files.
type Person struct {
	Name      string
	Kind      string // ByPassphrase, BySSH, ByAge or ByPlugin
	Recipient string
	// Fingerprint names the recipient.
	Fingerprint string
	AddedAt     time.Time
	KeyFile     string // with a passphrase: the path of their own identity
	VaultFile   string // the path of the vault identity, sealed to them
}

// People lists who can open the files, the owner first.
func (r *Ring) People() []Person {
	out := make([]Person, len(r.doc.People))
	for i, p := range r.doc.People {
		out[i] = Person{Name: p.Name, Kind: p.Kind, Recipient: p.Recipient, Fingerprint: keys.Fingerprint(line(p.Recipient)), AddedAt: p.AddedAt, VaultFile: r.path(p.Vault)}
		if p.Key != nil {
			out[i].KeyFile = r.path(*p.Key)
		}
	}
	return out
}

// Person finds somebody by name, whatever the capitals: ErrNoPerson.
func (r *Ring) Person(name string) (Person, error) {
	i := r.doc.person(name)
	if i < 0 {
		return Person{}, ErrNoPerson
	}
	return r.People()[i], nil
}

// Free tells whether a name can be given to somebody: ErrName, ErrTaken.
func (r *Ring) Free(name string) error {
	name, err := goodName(name)
	if err == nil && (r.doc.person(name) >= 0 || r.doc.extra(name) >= 0) {
		err = ErrTaken
	}
	return err
}

type line string

func (l line) String() string { return string(l) }

// RecoveryFile is the path of the vault identity, sealed to the recovery key.
func (r *Ring) RecoveryFile() string { return r.path(r.doc.Recovery.File) }

func (r *Ring) path(f fileDoc) string { return filepath.Join(r.dir, filepath.FromSlash(f.Name)) }

// person finds somebody by name, whatever the capitals: -1 if there is none.
func (d doc) person(name string) int {
	for i, p := range d.People {
		if strings.EqualFold(p.Name, strings.TrimSpace(name)) {
			return i
		}
	}
	return -1
}

// goodName trims a name and refuses what is none.
func goodName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 40 || !utf8.ValidString(name) {
		return "", ErrName
	}
	for _, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c) && !strings.ContainsRune(" .-_'@’", c) {
			return "", ErrName
		}
	}
	return name, nil
}
