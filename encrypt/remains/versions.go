package remains

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
)

// archive is where a service or a system keeps what files were before: in a
// folder of its own beside what it keeps, with the same folders inside.
type archive struct {
	dir  string // below the folder that is kept
	each string // "*": a folder for each moment in between; "*/snapshot": and one more
	kind Kind
	same bool // files keep their names; else any name made from it will do
}

// archives are those that are known. Some are not in any list of the folder (ZFS,
// NetApp): they are asked for by name.
var archives = []archive{
	{".stversions", "", Version, false},
	{filepath.Join(".sync", "Archive"), "", Version, false},
	{filepath.Join("_gsdata_", "_saved_"), "", Version, false},
	{filepath.Join("_gsdata_", "_history_"), "*", Version, false},
	{".snapshots", "*/snapshot", Snapshot, true}, // snapper
	{".snapshots", "*", Snapshot, true},          // btrbk, CephFS and others
	{".snap", "*", Snapshot, true},
	{filepath.Join(".zfs", "snapshot"), "*", Snapshot, true},
	{".snapshot", "*", Snapshot, true},
	{"#snapshot", "*", Snapshot, true},
	{"~snapshot", "*", Snapshot, true},
	{"@Recently-Snapshot", "*", Snapshot, true},
}

// versions looks for older versions of the files in all that keeps some, in the
// folders of the files and above.
func (l *looker) versions(ctx context.Context) {
	moments := map[string][]string{} // of an archive: what lies in it
	caches := map[string]bool{}
	for _, dir := range l.order {
		above(dir, func(top, rel string) {
			for _, a := range archives {
				base, ok := l.below(top, a.dir)
				if !ok || ctx.Err() != nil || l.full() {
					continue
				}
				bases := []string{base}
				if a.each != "" {
					if _, known := moments[base]; !known {
						moments[base] = l.subfolders(ctx, base)
					}
					bases = bases[:0]
					for _, m := range moments[base] {
						bases = append(bases, filepath.Join(m, strings.TrimPrefix(strings.TrimPrefix(a.each, "*"), "/")))
					}
				}
				for _, b := range bases {
					l.versionsIn(ctx, dir, filepath.Join(b, rel), b, a)
				}
			}
			if !caches[top] {
				caches[top] = true
				l.dropbox(ctx, top)
			}
			l.nextcloud(ctx, dir, top, rel)
		})
	}
}

// subfolders lists the folders in a folder.
func (l *looker) subfolders(ctx context.Context, dir string) (out []string) {
	l.each(ctx, dir, func(e fs.DirEntry) {
		if e.IsDir() {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	})
	return out
}

// versionsIn looks into the folder of an archive that stands for dir. A snapshot
// has the files by their own names, so that nothing need be listed.
func (l *looker) versionsIn(ctx context.Context, dir, in, base string, a archive) {
	rel, err := filepath.Rel(base, in)
	if err != nil {
		return
	}
	if _, ok := l.below(base, rel); !ok {
		return
	}
	if a.same {
		for name := range l.folders[dir] {
			l.take(filepath.Join(in, name), filepath.Join(dir, name), a.kind)
		}
		return
	}
	l.each(ctx, in, func(e fs.DirEntry) {
		if name, ok := versionOf(e.Name(), l.folders[dir]); ok {
			l.take(filepath.Join(in, e.Name()), filepath.Join(dir, name), a.kind)
		}
	})
}

// versionOf tells which of the names a kept version is of: the name itself,
// X~20261120-101010.csv (Syncthing), X.1.csv (Resilio), X.csv.v1700000000 (Nextcloud),
// X.csv.1 and the like.
func versionOf(name string, names map[string]bool) (string, bool) {
	if names[name] {
		return name, true
	}
	ext := filepath.Ext(name)
	for _, sep := range []string{"~", ".", "_"} {
		s := strings.TrimSuffix(name, ext)
		if i := strings.LastIndex(s, sep); i > 0 && stamp(s[i+1:]) && names[s[:i]+ext] {
			return s[:i] + ext, true
		}
		if i := strings.LastIndex(name, sep); i > 0 && stamp(strings.TrimLeft(name[i+1:], "vd")) && names[name[:i]] {
			return name[:i], true
		}
	}
	return "", false
}

// stamp reports whether s is a number or a time written in numbers.
func stamp(s string) bool {
	return s != "" && strings.Trim(s, "0123456789-") == "" && strings.ContainsAny(s, "0123456789")
}

// dropbox looks into its cache of what was deleted or replaced:
// .dropbox.cache/2026-11-20/clienti (deleted 5f0c).csv.
func (l *looker) dropbox(ctx context.Context, top string) {
	cache := filepath.Join(top, ".dropbox.cache")
	if !l.folder(cache) {
		return
	}
	for _, day := range append(l.subfolders(ctx, cache), cache) {
		l.each(ctx, day, func(e fs.DirEntry) {
			ext := filepath.Ext(e.Name())
			before, _, ok := strings.Cut(strings.TrimSuffix(e.Name(), ext), " (deleted ")
			if !ok {
				return
			}
			for _, f := range l.lower[strings.ToLower(before+ext)] {
				if filepath.Base(f) == before+ext && strings.HasPrefix(f, strings.TrimSuffix(top, string(filepath.Separator))+string(filepath.Separator)) {
					l.take(filepath.Join(day, e.Name()), f, Version)
				}
			}
		})
	}
}

// nextcloud looks into what its server keeps beside a user's files:
// anna/files/X.csv, anna/files_versions/X.csv.v1700000000,
// anna/files_trashbin/files/X.csv.d1700000000.
func (l *looker) nextcloud(ctx context.Context, dir, top, rel string) {
	if filepath.Base(top) != "files" {
		return
	}
	kept := archive{kind: Version}
	if base := filepath.Join(filepath.Dir(top), "files_versions"); l.folder(base) {
		l.versionsIn(ctx, dir, filepath.Join(base, rel), base, kept)
	}
	kept.kind = Trash
	if base, ok := l.below(filepath.Dir(top), filepath.Join("files_trashbin", "files")); ok {
		l.versionsIn(ctx, dir, base, base, kept)
	}
}
