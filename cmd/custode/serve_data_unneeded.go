package main

import (
	"context"

	"custode/cmd/custode/internal/web"
	"custode/playbook/privacy/datamap"
)

// unneededFiles is how many files of one find the page shows; the others come up when these are dealt with.
const unneededFiles = 50

// Unneeded implements [web.Holder].
func (o *office) Unneeded(ctx context.Context) (u web.Unneeded, err error) {
	sh, w := o.sh, o.sh.words
	set, st, err := sh.enter(ctx)
	if err != nil {
		return u, err
	}
	defer st.Close() // only read
	_, m, err := sh.mapIn(ctx, st, set)
	if err != nil {
		return u, err
	}
	u.Said = len(m.Declaration.Uses) > 0
	base := commonFolder(set.Folders)
	for _, one := range sh.problems(m) {
		if one.of != datamap.NotNeeded && one.of != datamap.KeptTooLong {
			continue
		}
		say, do := sh.problemWords(one)
		v := web.UnneededFind{Say: inSentence(say), Do: sh.toDo(one, do), Birth: one.birth()}
		if one.of == datamap.KeptTooLong {
			v.Months = int64(one.age())
		}
		for i, f := range one.files {
			if i == unneededFiles {
				v.More = w.N("web.less.more", int64(len(one.files)-i))
				break
			}
			v.Files = append(v.Files, web.Choice{ID: nameOf(f.Path), Name: inSentence(shown(f.Path, base))})
		}
		u.Finds = append(u.Finds, v)
	}
	inv, err := o.inventory(ctx, st, set)
	if err != nil {
		return u, err
	}
	for i := range inv.Items {
		if hardlyNeeded(&inv.Items[i]) {
			u.Files++
		}
	}
	return u, nil
}
