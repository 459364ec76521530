package web

import (
	"context"
	"net/http"
	"slices"
)

// Vaulter shows the keys and the sealed files, and verifies them.
type Vaulter interface {
	// Vault is the state of the keys, and one page of the sealed files.
	Vault(ctx context.Context, w VaultWish) (Vault, error)
	// Held reports whether the keys are at hand without a passphrase.
	Held(ctx context.Context) (bool, error)
	// Verify reads every sealed file and holds it to what was sealed; with the keys it opens each.
	Verify(ctx context.Context, withKeys bool, tell func(Progress)) (Outcome, error)
	// Forget takes a sealed file that was deleted off the list. A fault.CannotMake where it is there, or its folder is not.
	Forget(ctx context.Context, path string) error
}

// VaultWish is which of the sealed files are wanted.
type VaultWish struct {
	Holding    string // in the name or the folder; "": all
	Most, Skip int64
}

// Vault is what the page of sealed files shows.
type Vault struct {
	Keys   bool // were made
	Facts  []Fact
	Urgent *Urgent // what to do first; nil: nothing
	Held   bool    // the keys are at hand: nothing asks for a passphrase
	Copies string  // readable copies with changes were left over, in words; "": none
	Open   []OpenFile
	Total  string // how many files are sealed, in words; "": none
	Files  []SealedFile
	All    int64 // how many there are of those that are wanted
}

// Edits reports whether what is saved in an open file is kept.
func (v Vault) Edits() bool {
	return slices.ContainsFunc(v.Open, func(f OpenFile) bool { return !f.Looks })
}

// Fact is one line of what there is to know.
type Fact struct{ Term, Text string }

// Urgent is what is to be done about the keys before anything else.
type Urgent struct {
	Status, What, Do string
	Page             string // where it is done, of ours; "": in a terminal
}

// SealedFile is one line of the list.
type SealedFile struct {
	Path         string // by which it is meant
	Name, Folder string
	Sealed       string // when, in words
	Verified     string // when last, and how, in words
	Away         string // it is not there, or why it does not open here, in words; "": nothing to say
	Opens        bool   // it can be opened here
	Inside       bool   // it is an archive: one looks into it
	There        bool   // it can be made readable for good
	Deleted      bool   // it was, and can be taken off the list
}

func vaultRoutes() []route {
	return []route{
		{"GET", "/vault", present, showVault, false},
		{"POST", "/vault/find", present, findSealed, false},
		{"POST", "/vault/verify", present, verifyVault, false},
		{"POST", "/vault/forget", present, forgetSealed, false},
	}
}

type vaultView struct {
	Vault

	Holding string
	Pager   leaf
	Broken  []BrokenOff
}

func showVault(v *visit) error {
	wish := VaultWish{Holding: v.session.sealed, Most: leafHolds, Skip: v.skip()}
	shown, err := v.office.Vault(v.ctx(), wish)
	if err != nil {
		return err
	}
	return v.pageOfWork("vault", http.StatusOK, func(broken []BrokenOff) any {
		return vaultView{shown, wish.Holding, v.leafOf("/vault", shown.All, nil), broken}
	})
}

// findSealed narrows the list, for this browser, until it is narrowed anew.
func findSealed(v *visit) error {
	q := v.field("q")
	v.change(v.r, func(s *session) { s.sealed = q })
	return v.see("/vault#files")
}

func verifyVault(v *visit) error {
	begin := func(with bool) error {
		office := v.office
		return v.begin(v.words.T("web.vault.verifying"), "/vault", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.Verify(ctx, with, tell)
		})
	}
	if v.field("with") == "" {
		return begin(false)
	}
	return v.withKeys(func() error { return begin(true) })
}

func forgetSealed(v *visit) error {
	if err := v.office.Forget(v.ctx(), v.r.PostFormValue("file")); err != nil {
		return err
	}
	return v.see("/vault#files")
}
