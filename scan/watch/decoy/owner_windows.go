package decoy

import (
	"io/fs"
	"os"
)

// Owner is whose a file is: on Windows the folder decides.
type Owner struct{}

func ownerOf(fs.FileInfo) Owner { return Owner{} }

func give(*os.File, Owner) error { return nil }
