package web

import (
	"context"
	"net/http"
)

// Unpacker shows what is in an archive, opens one file of it, and makes a folder of it again. All but LookUnpack needs
// the keys; a fault.NoInput where custode knows no such archive.
type Unpacker interface {
	// Inside is one page of the files in an archive, or of those whose names hold something.
	Inside(ctx context.Context, path string, w VaultWish) (Inside, error)
	// OpenMember opens one file of it in its program, to look at.
	OpenMember(ctx context.Context, path, member string) error
	// LookUnpack says what Unpack would do.
	LookUnpack(ctx context.Context, path string) (Unpacking, error)
	// Unpack makes a folder of it. What stayed in the archive alone is in its outcome.
	Unpack(ctx context.Context, path string, tell func(Progress)) (Outcome, error)
}

// Inside is what is in an archive.
type Inside struct {
	Path, Name string // of the archive: by which it is meant, and as it is shown
	Files      []Member
	All        int64 // how many there are of those that are wanted
	Opens      bool  // they can be opened here
}

// Member is one file in an archive.
type Member struct {
	Name        string // by which it is meant
	Shown, Said string // its name, and how large and old it is
}

// Unpacking is what making a folder of an archive would do.
type Unpacking struct {
	Path, Name string // of the archive
	To, Size   string // the folder, and how much it is
	Wrong      string // why it cannot be done; ""
}

func insideRoutes() []route {
	return []route{
		{"POST", "/vault/inside", present, showInside, false},
		{"POST", "/vault/inside/open", present, openMember, false},
		{"POST", "/vault/unpack", present, unpackArchive, false},
	}
}

// insideView is the page of an archive.
type insideView struct {
	Inside

	Holding string
	Pager   turn
}

func showInside(v *visit) error {
	return v.withKeys(func() error {
		wish := VaultWish{Holding: v.field("q"), Most: leafHolds, Skip: v.skip()}
		in, err := v.office.Inside(v.ctx(), v.r.PostFormValue("file"), wish)
		if err != nil {
			return err
		}
		return v.page("inside", http.StatusOK, insideView{in, wish.Holding, turn{"page", v.leafNumber(), leaves(in.All)}})
	})
}

func openMember(v *visit) error {
	return v.withKeys(func() error {
		if err := v.office.OpenMember(v.ctx(), v.r.PostFormValue("file"), v.r.PostFormValue("member")); err != nil {
			return err
		}
		return v.see("/vault#open")
	})
}

// unpackArchive says first what it means, and does it when it is meant.
func unpackArchive(v *visit) error {
	path, office := v.r.PostFormValue("file"), v.office
	if v.field("sure") == "" {
		look, err := office.LookUnpack(v.ctx(), path)
		if err != nil {
			return err
		}
		return v.page("unpack", http.StatusOK, look)
	}
	return v.withKeys(func() error {
		return v.begin(v.words.T("web.unpack.doing"), "/vault", func(ctx context.Context, tell func(Progress)) (Outcome, error) {
			return office.Unpack(ctx, path, tell)
		})
	})
}
