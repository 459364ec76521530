package main

import (
	"database/sql"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// baitPaths gives a script the paths of the decoys: bait sets DECOY1, DECOY2 ... in the
// order of their names.
func baitPaths(ts *testscript.TestScript, _ bool, _ []string) {
	db, err := sql.Open("sqlite3", filepath.Join(ts.Getenv("CUSTODE_HOME"), "custode.db"))
	ts.Check(err)
	defer db.Close()
	rows, err := db.Query("SELECT path FROM decoy ORDER BY path")
	ts.Check(err)
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		var path string
		ts.Check(rows.Scan(&path))
		ts.Setenv("DECOY"+strconv.Itoa(n), path)
	}
	ts.Check(rows.Err())
}
