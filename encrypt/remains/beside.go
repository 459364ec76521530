package remains

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// besideAll looks for what programs leave in the folder of a file.
func (l *looker) besideAll(ctx context.Context) {
	for _, dir := range l.order {
		l.each(ctx, dir, func(e fs.DirEntry) {
			if !e.Type().IsRegular() || sealed(e.Name()) {
				return
			}
			path := filepath.Join(dir, e.Name())
			for _, o := range originals(e.Name()) {
				for _, name := range l.named(dir, o) {
					l.take(path, filepath.Join(dir, name), o.kind)
				}
			}
		})
	}
}

// named gives the files of a folder that an origin means.
func (l *looker) named(dir string, o origin) []string {
	if o.stem {
		return l.stems[dir][o.name]
	}
	if l.folders[dir][o.name] {
		return []string{o.name}
	}
	return nil
}

// origin is a file from whose name another name may be made.
type origin struct {
	name string
	stem bool // name is without its ending
	kind Kind
}

// What editors and office programs put behind a name, or behind its stem, and
// before it. Their locks (~$X, .~lock.X#, .#X) hold who has it open, no content.
var (
	endings = []string{
		"~", ".bak", ".old", ".orig", ".backup", ".save", ".tmp", ".bkp", // X~ of emacs, gedit, nano; X.bak of most
		".wbk", ".xlk", ".asd", ".autosave", ".un~", // Word, Excel, Word's AutoRecover, Qt Creator, vim
	}
	stemEndings = []string{".bak", ".old", ".wbk", ".xlk", ".xar", ".asd", ".bkp"}
	prefixes    = []string{
		"", ".", "~", ".~", "#", "Backup of ", "AutoRecovery save of ", "Copia di backup di ", "Salvataggio automatico di ", //nolint:misspell // Italian
		"Copie de sauvegarde de ", "Sicherungskopie von ", "Copia de seguridad de ",
	}
)

// originals gives the names from which programs may have made this one.
func originals(name string) []origin {
	var out []origin
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(name, p)
		if !ok || rest == "" {
			continue
		}
		if p == "#" {
			if inner, ok := strings.CutSuffix(rest, "#"); ok && inner != "" {
				out = append(out, origin{name: inner, kind: Editor})
			}
			continue
		}
		if (p == "~" || p == ".~") && !strings.HasPrefix(rest, "$") && !strings.HasPrefix(rest, "lock.") {
			out = append(out, origin{name: rest, kind: Editor})
		}
		if inner, ok := swap(rest); ok && p == "." {
			out = append(out, origin{name: inner, kind: Editor})
		}
		for _, end := range endings {
			if inner, ok := strings.CutSuffix(rest, end); ok && inner != "" {
				out = append(out, origin{name: inner, kind: Editor})
			}
		}
		for _, end := range stemEndings {
			if inner, ok := strings.CutSuffix(rest, end); ok && inner != "" {
				out = append(out, origin{name: inner, stem: true, kind: Editor})
			}
		}
	}
	if o, ok := conflict(name); ok {
		out = append(out, origin{name: o, kind: Version})
	}
	return out
}

// swap undoes what vim and Kate call the file in which they keep what is not
// saved: X.swp, X.swo, X.swn and so on, X.kate-swp.
func swap(rest string) (string, bool) {
	if inner, ok := strings.CutSuffix(rest, ".kate-swp"); ok {
		return inner, inner != ""
	}
	n := len(rest) - len(".swp")
	return rest[:max(n, 0)], n > 0 && strings.HasPrefix(rest[n:], ".sw") && rest[n+3] >= 'a' && rest[n+3] <= 'p'
}

// conflictWords are how services call the copy of who came second.
var conflictWords = []string{"conflicted copy", "conflict", "copia in conflitto", "copie en conflit", "in conflitto", "copia en conflicto", "konflikt"} //nolint:misspell // French

// conflict undoes the names of copies that services make when two computers
// change one file: X.sync-conflict-20261120-101010-ABCDEFG.csv (Syncthing),
// X (Anna's conflicted copy 2026-11-20).csv (Dropbox, Nextcloud, ownCloud).
func conflict(name string) (string, bool) {
	ext := filepath.Ext(name)
	s := strings.TrimSuffix(name, ext)
	if before, after, ok := strings.Cut(s, ".sync-conflict-"); ok && before != "" && after != "" {
		return before + ext, true
	}
	i := strings.LastIndex(s, " (")
	if i <= 0 || !strings.HasSuffix(s, ")") {
		return "", false
	}
	low := strings.ToLower(s[i:])
	return s[:i] + ext, slices.ContainsFunc(conflictWords, func(w string) bool { return strings.Contains(low, w) })
}
