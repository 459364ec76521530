package main

import (
	"context"

	"custode/cmd/custode/internal/web"
	"custode/playbook/privacy/datamap"
)

// Unneeded implements [web.Holder].
func (o *office) Unneeded(ctx context.Context) (u web.Unneeded, err error) {
	sh := o.sh
	m, set, err := sh.dataMap(ctx)
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
		for i, f := range one.files {
			if i == firstListed {
				v.More = sh.words.N("privacy.find.more", int64(len(one.files)-i))
				break
			}
			v.Files = append(v.Files, inSentence(shown(f.Path, base)))
		}
		for i, c := range mapCommands(one) {
			if i == 0 || one.of == datamap.KeptTooLong {
				v.Command = append(v.Command, shellLine(sh.proposed(c)))
			}
		}
		u.Finds = append(u.Finds, v)
	}
	u.Files, err = o.hardlyNeeded(ctx)
	return u, err
}

// hardlyNeeded counts the files that the list of files calls so.
func (o *office) hardlyNeeded(ctx context.Context) (n int64, err error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer st.Close() // every write was committed
	inv, err := o.inventory(ctx, st, set)
	if err != nil {
		return 0, err
	}
	for i := range inv.Items {
		if hardlyNeeded(&inv.Items[i]) {
			n++
		}
	}
	return n, nil
}
