package replay

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// works are what programs do that a test can't start: office programs, mail and sync
// programs.
var works = map[string]func(t *claimed) error{
	"office": officeSaves, "aside": aside, "rewrite": rewrite, "mail": mail, "thumbnails": thumbnails,
	"sync": syncing, "downloads": downloads, "store": store, "read": readAll,
}

// some are the first n files of a kind.
func (t *claimed) some(kind string, n int) ([]string, error) {
	all, err := order(t.root, "walk")
	var out []string
	for _, name := range all {
		if strings.HasSuffix(name, kind) && !isDecoy(name) && len(out) < n {
			out = append(out, name)
		}
	}
	return out, err
}

// letter is another version of a document, made as the shop's are.
func letter(seed string) []byte {
	m := newMaker(uint64(len(seed)) + uint64(seed[len(seed)/2])*7)
	return m.content("docx")
}

// slowly writes in pieces, as a program does that makes a document while it saves it.
func (t *claimed) slowly(name string, flag int, text []byte) error {
	f, err := t.root.OpenFile(name, flag|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	for len(text) > 0 {
		n := min(len(text), 6000)
		if _, err := f.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
		time.Sleep(3 * time.Millisecond)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

const fresh = os.O_CREATE | os.O_EXCL

// officeSaves saves fifty letters: a lock, a new file, which takes the place of the old one.
func officeSaves(t *claimed) error {
	names, err := t.some(".docx", 50)
	for i, n := range names {
		lock, tmp := path.Join(path.Dir(n), ".~lock."+path.Base(n)+"#"), path.Join(path.Dir(n), fmt.Sprintf("lu%d.tmp", 4711+i))
		if err = t.root.WriteFile(lock, []byte(",maria,shop,25.11.2026;"), 0o600); err != nil {
			return err
		}
		if _, err = t.root.ReadFile(n); err != nil {
			return err
		}
		if err = t.slowly(tmp, fresh, letter(n)); err != nil {
			return err
		}
		if err = t.root.Rename(tmp, n); err != nil {
			return err
		}
		if err = t.root.Remove(lock); err != nil {
			return err
		}
	}
	return err
}

// aside saves forty: the old one is moved aside, and deleted when the new one is there.
func aside(t *claimed) error {
	names, err := t.some(".docx", 40)
	for i, n := range names {
		dir := path.Dir(n)
		tmp, old := path.Join(dir, fmt.Sprintf("~WRD%04d.tmp", i)), path.Join(dir, fmt.Sprintf("~WRL%04d.tmp", i))
		if err = t.slowly(tmp, fresh, letter(n)); err != nil {
			return err
		}
		if err = t.root.Rename(n, old); err != nil {
			return err
		}
		if err = t.root.Rename(tmp, n); err != nil {
			return err
		}
		if err = t.root.Remove(old); err != nil {
			return err
		}
	}
	return err
}

// rewrite saves forty letters into themselves.
func rewrite(t *claimed) error {
	names, err := t.some(".docx", 40)
	for _, n := range names {
		if err = t.slowly(n, os.O_TRUNC, letter(n)); err != nil {
			return err
		}
	}
	return err
}

// mail comes, is read and filed: one file for each, and one for all.
func mail(t *claimed) error {
	for _, d := range []string{"posta/Maildir/tmp", "posta/Maildir/new", "posta/Maildir/cur"} {
		if err := t.root.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	box, err := t.root.OpenFile("posta/mbox", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer box.Close()
	m := newMaker(5)
	for i := range 200 {
		id := fmt.Sprintf("1764.M%d.shop", i)
		text := append(fmt.Appendf(nil, "From: anna@example.com\nSubject: ordine %d\n\n", i), m.prose(2000)...)
		if err := t.root.WriteFile("posta/Maildir/tmp/"+id, text, 0o600); err != nil {
			return err
		}
		if err := t.root.Rename("posta/Maildir/tmp/"+id, "posta/Maildir/new/"+id); err != nil {
			return err
		}
		if err := t.root.Rename("posta/Maildir/new/"+id, "posta/Maildir/cur/"+id+":2,S"); err != nil {
			return err
		}
		if _, err := box.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// thumbnails of the photos, beside them.
func thumbnails(t *claimed) error {
	names, err := t.some(".jpg", 300)
	for _, n := range names {
		text, err := t.root.ReadFile(n)
		if err != nil {
			return err
		}
		img, err := jpeg.Decode(bytes.NewReader(text))
		if err != nil {
			return err
		}
		small := image.NewGray(image.Rect(0, 0, 32, 32))
		for i := range 32 * 32 {
			small.Set(i%32, i/32, img.At(i%32*2, i/32*2))
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, small, nil); err != nil {
			return err
		}
		dir := path.Join(path.Dir(n), ".thumbs")
		if err := t.root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := t.root.WriteFile(path.Join(dir, path.Base(n)), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return err
}

// syncing fetches newer versions: each beside the old one, whose place it takes.
func syncing(t *claimed) error {
	names, err := t.some(".docx", 150)
	for _, n := range names {
		tmp := path.Join(path.Dir(n), "."+path.Base(n)+".~1a2b")
		if err = t.root.WriteFile(tmp, letter(n), 0o600); err != nil {
			return err
		}
		if err = t.root.Rename(tmp, n); err != nil {
			return err
		}
	}
	return err
}

// downloads come in under another name; one in ten is broken off.
func downloads(t *claimed) error {
	if err := t.root.Mkdir("scaricati", 0o700); err != nil {
		return err
	}
	for i := range 60 {
		name := fmt.Sprintf("scaricati/offerta %d.docx", i)
		if err := t.slowly(name+".part", fresh, letter(name)); err != nil {
			return err
		}
		err := t.root.Rename(name+".part", name)
		if i%10 == 9 {
			err = t.root.Remove(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// store is what backup programs keep: packs of sealed bytes, under the names of their
// digests; and now and then the old ones go.
func store(t *claimed) error {
	for i := range 60 {
		text := (&victim{claimed: t, key: demoKey()}).cipherOf(bytes.Repeat([]byte{byte(i)}, 30_000))
		name := fmt.Sprintf("store/data/%x", sha256.Sum256(text))
		if err := t.root.WriteFile(name+".tmp", text, 0o600); err != nil {
			return err
		}
		if err := t.root.Rename(name+".tmp", name); err != nil {
			return err
		}
	}
	list, err := fs.ReadDir(t.root.FS(), "store/data")
	if err != nil {
		return err
	}
	for _, d := range list {
		if strings.HasPrefix(d.Name(), "old") {
			if err := t.root.Remove("store/data/" + d.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// readAll reads every file, and counts.
func readAll(t *claimed) error {
	names, err := order(t.root, "7")
	for _, n := range names {
		if _, err := t.root.ReadFile(n); err != nil {
			return err
		}
		t.count.cells[cellRead]++
		if t.count.cells[cellFirst] == 0 {
			t.count.cells[cellFirst] = sinceStart()
		}
	}
	return err
}
