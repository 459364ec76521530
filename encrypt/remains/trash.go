package remains

import (
	"context"
	"encoding/binary"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf16"
)

// trashes looks into the trash of the user, and of the drives on which the files
// lie. What was thrown away with its whole folder is found too.
func (l *looker) trashes(ctx context.Context) {
	data := l.o.DataHome
	if data == "" && l.o.Home != "" {
		data = filepath.Join(l.o.Home, ".local", "share")
	}
	if data != "" {
		l.desktopTrash(ctx, filepath.Join(data, "Trash"), "")
	}
	if l.o.Home != "" {
		l.plainTrash(ctx, filepath.Join(l.o.Home, ".Trash"))
	}
	tops := map[string]bool{}
	for _, dir := range l.order {
		above(dir, func(top, _ string) {
			if tops[top] || ctx.Err() != nil {
				return
			}
			tops[top] = true
			uid := strconv.Itoa(l.o.UID)
			l.desktopTrash(ctx, filepath.Join(top, ".Trash-"+uid), top)
			if own, ok := l.below(top, filepath.Join(".Trash", uid)); ok {
				l.desktopTrash(ctx, own, top)
			}
			if own, ok := l.below(top, filepath.Join(".Trashes", uid)); ok {
				l.plainTrash(ctx, own)
			}
			for _, name := range []string{"$Recycle.Bin", "$RECYCLE.BIN"} {
				for _, user := range l.subfolders(ctx, filepath.Join(top, name)) {
					l.recycleBin(ctx, user, top)
				}
			}
		})
	}
}

// thrown looks for the files in what was thrown away: at is where it lies now,
// was where it lay. Both are a file or a folder of files.
func (l *looker) thrown(at, was string) {
	dir, name := filepath.Dir(was), filepath.Base(was)
	if l.folders[dir][name] {
		l.take(at, was, Trash)
	}
	if !l.folder(at) {
		return
	}
	for _, dir := range l.order {
		rel, err := filepath.Rel(was, dir)
		if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			continue
		}
		if in, ok := l.below(at, rel); ok {
			for name := range l.folders[dir] {
				l.take(filepath.Join(in, name), filepath.Join(dir, name), Trash)
			}
		}
	}
}

// most is as much as is read of a note about what was thrown away.
const most = 64 << 10

// small reads a note, if it is a regular file.
func small(path string) []byte {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() // only read
	raw, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil
	}
	return raw
}

// desktopTrash reads a trash of the freedesktop.org specification, 1.0: info/N.trashinfo
// says where files/N was; in the trash of a drive, from the drive's top.
func (l *looker) desktopTrash(ctx context.Context, trash, top string) {
	info := filepath.Join(trash, "info")
	if !l.folder(trash) {
		return
	}
	l.each(ctx, info, func(e fs.DirEntry) {
		name, ok := strings.CutSuffix(e.Name(), ".trashinfo")
		if !ok || name == "" {
			return
		}
		was, ok := infoPath(small(filepath.Join(info, e.Name())))
		if !ok {
			return
		}
		if !filepath.IsAbs(was) {
			if top == "" || !filepath.IsLocal(was) {
				return
			}
			was = filepath.Join(top, was)
		}
		if files := filepath.Join(trash, "files"); l.folder(files) {
			l.thrown(filepath.Join(files, name), filepath.Clean(was))
		}
	})
}

// infoPath reads the Path of a .trashinfo file.
func infoPath(raw []byte) (string, bool) {
	group := false
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "[") {
			group = line == "[Trash Info]"
			continue
		}
		if value, ok := strings.CutPrefix(line, "Path="); ok && group {
			path, err := url.PathUnescape(value)
			return path, err == nil && path != "" && !strings.ContainsRune(path, 0)
		}
	}
	return "", false
}

// plainTrash looks into one that does not say where things were (that of macOS): by
// the name alone, or the name with the time at which a second one came, X 10.30.12.csv.
func (l *looker) plainTrash(ctx context.Context, trash string) {
	l.each(ctx, trash, func(e fs.DirEntry) {
		name := e.Name()
		ext := filepath.Ext(name)
		before := name
		if i := strings.LastIndexByte(strings.TrimSuffix(name, ext), ' '); i > 0 && strings.Trim(name[i+1:len(name)-len(ext)], "0123456789.-") == "" {
			before = name[:i] + ext
		}
		for _, n := range []string{name, before} {
			for _, f := range l.lower[strings.ToLower(n)] {
				if filepath.Base(f) == n {
					l.take(filepath.Join(trash, name), f, Trash)
				}
			}
		}
	})
}

// recycleBin reads a user's folder in Windows' Recycle Bin: $IXXXXXX.csv says where
// $RXXXXXX.csv was. The letter of the drive does not matter: what lies in the bin of
// a drive was on that drive, and a drive can be mounted elsewhere.
func (l *looker) recycleBin(ctx context.Context, bin, top string) {
	l.each(ctx, bin, func(e fs.DirEntry) {
		rest, ok := strings.CutPrefix(e.Name(), "$I")
		if !ok || rest == "" {
			return
		}
		path, ok := recycled(small(filepath.Join(bin, e.Name())))
		if !ok {
			return
		}
		at := filepath.Join(bin, "$R"+rest)
		if was := filepath.Join(top, path); l.known(was) || l.folder(at) {
			l.thrown(at, was)
			return
		}
		for _, f := range l.lower[strings.ToLower(filepath.Base(path))] { // on Windows' drives capitals are the same
			if strings.EqualFold(f, filepath.Join(top, path)) {
				l.take(at, f, Trash)
			}
		}
	})
}

func (l *looker) known(path string) bool { return l.folders[filepath.Dir(path)][filepath.Base(path)] }

// recycled reads the note of the Recycle Bin, and gives where the file was, from the
// top of its drive. The note is: 8 bytes version (1: Vista, 2: Windows 10), 8 bytes
// size, 8 bytes time; then the path in UTF-16: 260 characters, or in version 2 their
// number in 4 bytes and so many.
func recycled(raw []byte) (string, bool) {
	const fixed, longest = 24, 32768
	if len(raw) < fixed+4 {
		return "", false
	}
	text := raw[fixed:]
	switch binary.LittleEndian.Uint64(raw) {
	case 1:
		text = text[:min(len(text), 520)]
	case 2:
		n := binary.LittleEndian.Uint32(text)
		text = text[4:]
		if n > longest || int(n)*2 > len(text) {
			return "", false
		}
		text = text[:n*2]
	default:
		return "", false
	}
	units := make([]uint16, 0, len(text)/2)
	for ; len(text) >= 2; text = text[2:] {
		u := binary.LittleEndian.Uint16(text)
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	_, path, ok := strings.Cut(string(utf16.Decode(units)), `:\`)
	path = strings.ReplaceAll(path, `\`, string(filepath.Separator))
	return path, ok && path != "" && filepath.IsLocal(path)
}
