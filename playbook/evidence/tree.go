package evidence

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// tree takes a folder in as one tar of its files, sealed as it is read. What is no file, or
// cannot be read, is named in Unread. The evidence folder itself is left out.
func (f Folder) tree(ctx context.Context, root string) (Item, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return Item{}, err
	}
	item := Item{Name: filepath.Base(abs) + ".tar", Kind: "folder"}
	own, _ := os.Stat(f.Dir) // the evidence itself, if there is any yet
	err = f.seal(ctx, &item, func(w io.Writer) error {
		t := tar.NewWriter(w)
		err := filepath.WalkDir(abs, func(path string, d fs.DirEntry, err error) error {
			rel, _ := filepath.Rel(abs, path) // both are absolute
			if err != nil || !d.IsDir() && !d.Type().IsRegular() {
				item.unread(filepath.ToSlash(rel))
				if d != nil && d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if d.IsDir() {
				if info, err := d.Info(); err == nil && own != nil && os.SameFile(info, own) {
					return fs.SkipDir // what is being written here would be taken in
				}
				return ctx.Err()
			}
			return item.add(t, path, filepath.ToSlash(filepath.Join(filepath.Base(abs), rel)), filepath.ToSlash(rel))
		})
		if err == nil && item.Files == 0 {
			err = ErrEmpty
		}
		return errors.Join(err, t.Close())
	})
	if err != nil {
		return Item{}, err
	}
	return item, nil
}

// mostUnread is how many names of what could not be read are kept.
const mostUnread = 1000

func (i *Item) unread(rel string) {
	if len(i.Unread) < mostUnread {
		i.Unread = append(i.Unread, rel)
	}
}

// source tells an error of reading from one of writing.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// add puts one file into the tar. Its size was promised at the head: what has become
// shorter, or cannot be read from some place on, is filled with zeros, what has become
// longer is cut; each is marked.
func (i *Item) add(t *tar.Writer, path, name, rel string) error {
	in, err := openSource(path)
	if err != nil {
		i.unread(rel)
		return nil
	}
	defer in.Close() // it was opened for reading
	info, err := in.Stat()
	if err != nil || !info.Mode().IsRegular() {
		i.unread(rel)
		return nil
	}
	head := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Format: tar.FormatPAX}
	if err := t.WriteHeader(head); err != nil {
		return err
	}
	from := &source{r: in}
	n, err := io.CopyN(t, from, info.Size())
	if from.err != nil {
		i.unread(rel)
	}
	if from.err != nil || errors.Is(err, io.EOF) {
		i.Changed = i.Changed || from.err == nil
		_, err = io.CopyN(t, zeros{}, info.Size()-n)
	}
	if err != nil {
		return err
	}
	if after, err := in.Stat(); err != nil || after.Size() != info.Size() || !after.ModTime().Equal(info.ModTime()) {
		i.Changed = true
	}
	i.Files++
	return nil
}

// zeros is an endless source of them.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
