package main

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
)

// mostScanned is how many folders an incident is offered: a person looks through them.
const mostScanned = 100

// Scanned implements [web.Responder]: the data folders of which something is known, and the folders in them.
func (o *office) Scanned(ctx context.Context) ([]web.ScannedFolder, error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close() // nothing was written
	inv, err := o.inventory(ctx, st, set)
	if err != nil {
		return nil, err
	}
	within := foldersWithin(inv.Items)
	var out []web.ScannedFolder
	for _, f := range inv.Folders {
		if f.Open+f.Sealed > 0 || f.Away { // one that is away may be what was lost
			out = append(out, web.ScannedFolder{Path: f.Path, Name: printable(f.Path)})
		}
		for _, name := range within[f.Path] {
			path := filepath.Join(f.Path, name)
			out = append(out, web.ScannedFolder{Path: path, Name: printable(filepath.Join(filepath.Base(f.Path), name))})
		}
	}
	out = slices.DeleteFunc(out, func(f web.ScannedFolder) bool {
		return !utf8.ValidString(f.Path) || strings.ContainsAny(f.Path, "\r\n")
	}) // a form cannot carry them
	return out[:min(len(out), mostScanned)], nil
}

// foldersWithin lists, by data folder, the folders right in it that hold files of which something is known, by name.
func foldersWithin(items []job.Item) map[string][]string {
	seen := map[[2]string]bool{}
	out := map[string][]string{}
	for _, it := range items {
		rel, err := filepath.Rel(it.Root, it.Path)
		if err != nil {
			continue
		}
		name, _, deeper := strings.Cut(filepath.ToSlash(rel), "/")
		if key := [2]string{it.Root, name}; deeper && name != ".." && !seen[key] {
			seen[key] = true
			out[it.Root] = append(out[it.Root], name)
		}
	}
	for root := range out {
		slices.SortFunc(out[root], func(a, b string) int {
			return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
		})
	}
	return out
}
