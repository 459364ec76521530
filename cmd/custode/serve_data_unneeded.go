package main

import (
	"context"

	"custode/cmd/custode/internal/web"
	"custode/playbook/privacy/datamap"
)

// Unneeded implements [web.Holder].
func (o *office) Unneeded(ctx context.Context) (u web.Unneeded, err error) {
	sh := o.sh
	set, st, err := sh.enter(ctx)
	if err != nil {
		return u, err
	}
	defer st.Close() // only read
	m, err := sh.mapIn(ctx, st, set)
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
		v := web.UnneededFind{Say: inSentence(say), Do: unticked(inSentence(do))}
		v.Files, v.More = firstFew(sh, one.files, firstListed, func(f datamap.HeldFile) string { return inSentence(shown(f.Path, base)) })
		for i, c := range mapCommands(one) {
			if i == 0 || one.of == datamap.KeptTooLong {
				v.Command = append(v.Command, shellLine(sh.proposed(c)))
			}
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
