package main

import (
	"context"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
)

// archiveFolder makes an archive of a folder with the key of an identity file:
// archive KEY_FILE FOLDER.
func archiveFolder(ts *testscript.TestScript, _ bool, args []string) {
	ids, err := age.ParseIdentities(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	var to age.Recipient
	switch id := ids[0].(type) {
	case *age.HybridIdentity:
		to = id.Recipient()
	case *age.X25519Identity:
		to = id.Recipient()
	}
	res, err := bundle.Run(context.Background(), ts.MkAbs(args[1]), bundle.Options{FS: disk.Real{}, To: []age.Recipient{to}})
	ts.Check(err)
	ts.Check(res.Err)
	if _, err := os.Stat(ts.MkAbs(args[1])); err == nil || !res.Gone {
		ts.Fatalf("%+v", res)
	}
}
