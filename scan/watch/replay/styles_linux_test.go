package replay

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"custode/scan/watch"
)

// victim is a tree that is being encrypted.
type victim struct {
	*claimed
	key cipher.Block
}

// demoKey is the same always: what these styles did to a tree can be undone.
func demoKey() cipher.Block {
	k, err := aes.NewCipher([]byte("custode replay: made-up files..!"))
	if err != nil {
		panic(err) // the length is right
	}
	return k
}

// cipherOf is what becomes of a text.
func (v *victim) cipherOf(text []byte) []byte {
	out := make([]byte, len(text))
	cipher.NewCTR(v.key, make([]byte, aes.BlockSize)).XORKeyStream(out, text)
	return out
}

// lost counts a file of which something is gone from now on.
func (v *victim) lost(name string) {
	if isDecoy(name) {
		return
	}
	if atomic.AddInt64(&v.count.cells[cellLost], 1) == 1 {
		atomic.StoreInt64(&v.count.cells[cellFirst], sinceStart())
	}
}

// over writes what does to a file that stays where it is.
func (v *victim) over(name string, what func(f *os.File, text []byte) error) error {
	f, err := v.root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	text := make([]byte, info.Size())
	if _, err := f.ReadAt(text, 0); err != nil {
		return err
	}
	v.lost(name)
	return what(f, text)
}

// pieces encrypts some bytes of every so many, from an offset on.
func (v *victim) pieces(name string, from, some, every int) error {
	return v.over(name, func(f *os.File, text []byte) error {
		c := v.cipherOf(text)
		for i := from; i < len(text); i += every {
			if _, err := f.WriteAt(c[i:min(i+some, len(c))], int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func inPlace(v *victim, name string) error {
	return v.over(name, func(f *os.File, text []byte) error {
		_, err := f.WriteAt(v.cipherOf(text), 0)
		return err
	})
}

func overwriteRename(v *victim, name string) error {
	if err := inPlace(v, name); err != nil {
		return err
	}
	return v.root.Rename(name, name+".locked")
}

// styles are the ways to encrypt one file.
var styles = map[string]func(v *victim, name string) error{
	"in place":          inPlace,
	"overwrite, rename": overwriteRename,
	"eight at a time":   overwriteRename,
	"1 KB of 8, header": func(v *victim, name string) error { return v.pieces(name, 1024, 1024, 8192) },
	"new file, delete": func(v *victim, name string) error {
		text, err := v.root.ReadFile(name)
		if err != nil {
			return err
		}
		if err := v.root.WriteFile(name+".enc", v.cipherOf(text), 0o600); err != nil {
			return err
		}
		v.lost(name)
		return v.root.Remove(name)
	},
	"rename, encrypt": func(v *victim, name string) error {
		if err := v.root.Rename(name, name+".crypted"); err != nil {
			return err
		}
		return inPlace(v, name+".crypted")
	},
	"16 of 32 bytes": func(v *victim, name string) error {
		return v.over(name, func(f *os.File, text []byte) error {
			c := v.cipherOf(text)
			for i := 64; i < len(text); i += 32 {
				copy(text[i:min(i+16, len(text))], c[i:])
			}
			_, err := f.WriteAt(text, 0)
			return err
		})
	},
	"base64": func(v *victim, name string) error {
		return v.over(name, func(f *os.File, text []byte) error {
			_, err := f.WriteAt([]byte(base64.StdEncoding.EncodeToString(v.cipherOf(text))), 0)
			return err
		})
	},
	"mmap": func(v *victim, name string) error {
		return v.over(name, func(f *os.File, text []byte) error {
			m, err := syscall.Mmap(int(f.Fd()), 0, len(text), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
			if err != nil {
				return err
			}
			copy(m, v.cipherOf(text))
			return syscall.Munmap(m)
		})
	},
	"wipe, unlink": func(v *victim, name string) error {
		err := v.over(name, func(f *os.File, text []byte) error {
			for _, pass := range [][]byte{v.cipherOf(text), make([]byte, len(text))} {
				if _, err := f.WriteAt(pass, 0); err != nil {
					return err
				}
			}
			return f.Sync()
		})
		if err != nil {
			return err
		}
		return v.root.Remove(name)
	},
}

// others are done by programs of the system, which are handed the names.
var others = map[string][]string{
	"openssl, rm": {"sh", "-c", `while read -r f; do openssl enc -aes-256-ctr -pbkdf2 -iter 1 -pass pass:replay -in "$f" -out "$f.enc" && rm "$f"; done`},
	"zip -P -m":   {"zip", "-q", "-P", "replay", "-m", "archive.zip", "-@"},
}

// encrypt is the role: order is "walk" or the seed of a random one; then, of eight at a
// time, which one this is.
func encrypt(t *claimed, style string, args []string) error {
	names, err := order(t.root, args[0])
	if err != nil {
		return err
	}
	if program := others[style]; program != nil {
		cmd := exec.Command(program[0], program[1:]...)
		cmd.Dir, cmd.Stdin, cmd.Stderr = t.path, strings.NewReader(strings.Join(names, "\n")+"\n"), os.Stderr
		return cmd.Run()
	}
	part, parts := 0, 1
	switch {
	case style == "eight at a time" && len(args) == 1:
		return eight(args[0])
	case style == "eight at a time":
		parts = 8
		if part, err = strconv.Atoi(args[1]); err != nil {
			return err
		}
	}
	debug.SetGCPercent(-1) // one processor is left to the watch, as by a program that is written in C
	v := &victim{claimed: t, key: demoKey()}
	do := styles[style]
	if do == nil {
		return fmt.Errorf("no such style")
	}
	for i := part; i < len(names); i += parts {
		if err := do(v, names[i]); err != nil {
			return err
		}
	}
	return nil
}

func eight(order string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	var all []*exec.Cmd
	for i := range 8 {
		cmd := exec.Command(program, order, strconv.Itoa(i))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			return err
		}
		all = append(all, cmd)
	}
	for _, cmd := range all {
		if err := cmd.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// order lists the files of a tree; those with which the watch tries itself come and go.
func order(root *os.Root, how string) ([]string, error) {
	var names []string
	err := fs.WalkDir(root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.HasPrefix(d.Name(), watch.ProbePrefix) {
			names = append(names, filepath.FromSlash(p))
		}
		return err
	})
	if err != nil || how == "walk" {
		return names, err
	}
	seed, err := strconv.ParseUint(how, 10, 64)
	if err != nil {
		return nil, err
	}
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names, nil
}

// missing counts files of the shop that are gone.
func (tr *tree) missing() int64 {
	var n int64
	for _, f := range tr.files {
		if _, err := os.Lstat(filepath.Join(tr.shop, f)); err != nil {
			n++
		}
	}
	return n
}
