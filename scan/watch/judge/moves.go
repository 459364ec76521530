package judge

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"custode/scan/watch"
	"custode/scan/watch/rules"
	"custode/scan/watch/structure"
)

// rename follows a file or a folder to its new name.
func (j *Judge) rename(out []rules.Fact, ev watch.Event) []rules.Fact {
	switch {
	case ev.Dir && ev.Path == "":
		return append(out, j.left(ev)...)
	case ev.Dir:
		j.renameFolder(ev.From, ev.Path)
		return out
	case ev.Path == "":
		return append(out, j.gone(ev, ev.From))
	case ev.From == "": // from outside
		j.made(ev)
		return j.seen(out, ev)
	}
	over := j.files[ev.Path]
	_, waits := j.waiting[ev.From]
	k := j.drop(ev.From)
	if over != nil && k != nil && k.by != 0 { // a new version takes the place of the old one
		return j.replaced(out, ev, over)
	}
	if k == nil {
		k = &known{}
	}
	if k.by == 0 {
		k.was = ev.From
	}
	if len(j.files) < mostFiles {
		j.put(ev.Path, k)
	}
	f := j.fact(ev, ev.Path, rules.Rename)
	f.From = ev.From
	f.NewEnding = ending(ev.Path) != ending(ev.From) && j.endings[ending(ev.Path)] == 0
	f.Own = j.own(ev, ev.From)
	k.own = k.own || f.Own && k.by != 0
	f.Decoy = f.Decoy || j.o.Decoy != nil && j.o.Decoy(ev.From)
	if k.dirty || waits { // it was renamed before it could be looked at
		out = j.seen(out, watch.Event{At: ev.At, Op: watch.Write, Path: ev.Path, Actor: ev.Actor})
	}
	return append(out, f)
}

// replaced judges a save by renaming: what lies there now against what lay there.
func (j *Judge) replaced(out []rules.Fact, ev watch.Event, over *known) []rules.Fact {
	j.put(ev.Path, over)
	return j.seen(out, ev)
}

func (j *Judge) renameFolder(from, to string) {
	if from == "" || to == "" {
		return
	}
	prefix := from + string(filepath.Separator)
	moved := map[string]*known{}
	for p, k := range j.files {
		if rest, ok := strings.CutPrefix(p, prefix); ok {
			moved[filepath.Join(to, rest)] = k
			j.drop(p)
		}
	}
	for p, k := range moved {
		j.put(p, k)
	}
	for p, was := range j.places {
		if rest, ok := strings.CutPrefix(p+string(filepath.Separator), prefix); ok {
			delete(j.places, p)
			j.places[filepath.Join(to, rest)] = was
		}
	}
}

// left tells of each file of a folder that was moved away.
func (j *Judge) left(ev watch.Event) []rules.Fact {
	prefix := ev.From + string(filepath.Separator)
	var out []rules.Fact
	for _, p := range slices.Sorted(maps.Keys(j.files)) {
		if strings.HasPrefix(p, prefix) {
			out = append(out, j.gone(watch.Event{At: ev.At, Op: watch.Delete, Path: p, Actor: ev.Actor}, p))
		}
	}
	for p := range j.places {
		if strings.HasPrefix(p+string(filepath.Separator), prefix) {
			delete(j.places, p)
		}
	}
	return out
}

// gone judges a deleted file: whether its content is still there in a form that opens,
// as when a list is packed, or only in one that does not.
func (j *Judge) gone(ev watch.Event, path string) rules.Fact {
	f := j.fact(ev, path, rules.Delete)
	_, waits := j.waiting[path]
	k := j.drop(path)
	if ev.Dir {
		delete(j.places, path)
	}
	f.Own = f.Decoy && j.own(ev, path)
	if ev.Dir || k == nil {
		return f
	}
	f.Noise = k.look.Kind == structure.Other || k.look.Kind == structure.Empty || noise(k.look, k.size)
	f.Opaque = k.look.Kind == structure.Other && noise(k.look, k.size)
	f.Wiped = k.by == 0 && (k.dirty || waits)
	sound, cipher := j.twins(path)
	if now := j.files[k.was]; k.was != "" && now != nil && now.by != 0 { // it was moved aside, and there is a new one
		sound, cipher = sound || !now.noise, cipher || now.noise
	}
	f.Twin = sound
	if cipher && !sound && k.by == 0 {
		f.Lost = structure.TypeGone
		if k.was != "" {
			f.Path = k.was // the same name may serve for all that is moved aside
		}
	}
	f.Own = f.Own || j.own(ev, path) && (cipher || sound)
	if f.Decoy {
		_, err := os.Lstat(filepath.Dir(path))
		f.WithAll = os.IsNotExist(err)
	}
	return f
}

// twins looks for new files that are named after one, beside it: list.csv.gz, list.zip;
// or after a folder that it is in, beside that.
func (j *Judge) twins(path string) (sound, cipher bool) {
	dir, name := filepath.Split(path)
	look := func(dir, name string, rest func(string) bool) {
		for n, k := range j.young[dir] {
			if after, ok := strings.CutPrefix(n, name); ok && rest(after) {
				sound, cipher = sound || !k.noise, cipher || k.noise
			}
		}
	}
	look(dir, strings.TrimSuffix(name, filepath.Ext(name)), func(after string) bool {
		return after != filepath.Ext(name) && (after == "" || after[0] == '.')
	})
	for at := filepath.Clean(dir); ; { // or after one of its folders: 2019.zip
		up, folder := filepath.Split(at)
		look(up, folder, func(after string) bool { return after != "" && after[0] == '.' })
		if up = filepath.Clean(up); up == at || j.Folder(up) == "" {
			break
		}
		at = up
	}
	return sound, cipher
}

// permission tells whether everyone can read it now who could not before.
func (j *Judge) permission(ev watch.Event) []rules.Fact {
	info, err := os.Lstat(ev.Path)
	if err != nil {
		return nil
	}
	f := j.fact(ev, ev.Path, rules.Permission)
	world := info.Mode().Perm()&0o004 != 0
	if k := j.files[ev.Path]; k != nil {
		f.Exposed = world && !k.world && !f.Young
		k.world = world
	}
	// Programs that unpack make a folder for themselves alone, and give it its
	// permissions when all is in it.
	if was, ok := j.places[ev.Path]; ok {
		f.Exposed = world && !was.world && was.by != maker(ev)
		j.places[ev.Path] = place{world, was.by}
	} else if ev.Dir {
		j.place(ev.Path, maker(ev))
	}
	f.Own = j.own(ev, ev.Path)
	return []rules.Fact{f}
}
