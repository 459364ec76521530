package gate_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// markName is a file that lies beside the folders that attack works on, so that it never
// works on any other.
const markName = "made by the test of the gate"

// garble is what becomes of a text.
func garble(text []byte) []byte {
	k, err := aes.NewCipher([]byte("the gate's test: made-up files.."))
	if err != nil {
		panic(err) // the length is right
	}
	out := make([]byte, len(text))
	cipher.NewCTR(k, make([]byte, aes.BlockSize)).XORKeyStream(out, text)
	return out
}

// over opens a file for writing and changes it.
func over(name string, what func(f *os.File, text []byte) error) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
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
	return what(f, text)
}

func inPlace(name string) error {
	return over(name, func(f *os.File, text []byte) error {
		_, err := f.WriteAt(garble(text), 0)
		return err
	})
}

// pieces garbles some bytes of every so many.
func pieces(name string, from, some, every int) error {
	return over(name, func(f *os.File, text []byte) error {
		c := garble(text)
		for i := from; i < len(text); i += every {
			if _, err := f.WriteAt(c[i:min(i+some, len(c))], int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// styles are ways to take one file hostage, all of which open it.
var styles = map[string]func(name string) error{
	"in place": inPlace,
	"in place, renamed": func(name string) error {
		if err := inPlace(name); err != nil {
			return err
		}
		return os.Rename(name, name+".locked")
	},
	"renamed first": func(name string) error {
		if err := os.Rename(name, name+".locked"); err != nil {
			return err
		}
		return inPlace(name + ".locked")
	},
	"new file, old deleted": func(name string) error {
		text, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(name+".enc", garble(text), 0o600)
		}
		if err != nil {
			return err
		}
		return os.Remove(name)
	},
	"new file elsewhere, moved over": func(name string) error {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		away := filepath.Join(filepath.Dir(os.Getenv("SHOP")), "tmp"+strconv.Itoa(os.Getpid()))
		if err := os.WriteFile(away, garble(text), 0o600); err != nil {
			return err
		}
		return os.Rename(away, name)
	},
	"1 KB of 8": func(name string) error { return pieces(name, 1024, 1024, 8192) },
	"16 of 32 bytes": func(name string) error {
		return over(name, func(f *os.File, text []byte) error {
			c := garble(text)
			for i := 64; i < len(text); i += 32 {
				copy(text[i:min(i+16, len(text))], c[i:])
			}
			_, err := f.WriteAt(text, 0)
			return err
		})
	},
	"base64": func(name string) error {
		return over(name, func(f *os.File, text []byte) error {
			_, err := f.WriteAt([]byte(base64.StdEncoding.EncodeToString(garble(text))), 0)
			return err
		})
	},
	"mmap": func(name string) error {
		return over(name, func(f *os.File, text []byte) error {
			m, err := syscall.Mmap(int(f.Fd()), 0, len(text), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
			if err != nil {
				return err
			}
			copy(m, garble(text))
			return syscall.Munmap(m)
		})
	},
	"by hand in steps of 4 KB": func(name string) error { return pieces(name, 0, 4096, 4096) },
}

// loop is a style that uses programs of the system, a new one for each file.
const loop = `cd "$1" && find . -type f | sort -R --random-source="$0" | while read -r f; do openssl enc -aes-256-ctr -pbkdf2 -iter 1 -pass pass:test -in "$f" -out "$f.enc" 2>/dev/null && rm "$f"; done`

// attack lets a style loose on a folder, with so many processes; each takes up where the
// others are not, and ends when it is let in no more.
func attack(style, processes, folder string) error {
	if _, err := os.Lstat(filepath.Join(filepath.Dir(folder), markName)); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(processes)
	if err != nil {
		return err
	}
	var all []*os.Process
	for i := range n {
		args := []string{self, "do", "worker", style, folder, strconv.Itoa(i), processes}
		if style == "loop" {
			args = []string{"/bin/sh", "-c", loop, self, folder}
		}
		p, err := os.StartProcess(args[0], args, &os.ProcAttr{Files: []*os.File{nil, os.Stdout, os.Stderr}, Env: append(os.Environ(), "SHOP="+folder)})
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	for _, p := range all {
		if _, err := p.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func worker(style, folder string, part, parts int) error {
	list := files(folder)
	for i := part; i < len(list); i += parts {
		at := i * 977 % len(list) // not in the order of the folders; 977 is prime
		err := styles[style](list[at])
		switch {
		case errors.Is(err, fs.ErrPermission):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// shopFiles makes a shop's files: name and text.
func shopFiles(t *testing.T, n int) map[string][]byte {
	t.Helper()
	picture := func(i int) []byte {
		m := image.NewRGBA(image.Rect(0, 0, 90, 70))
		for y := range 70 {
			for x := range 90 {
				m.Set(x, y, color.RGBA{uint8(x*y + i), uint8(x ^ y*i), uint8(x + y), 255})
			}
		}
		var b bytes.Buffer
		must(t, jpeg.Encode(&b, m, nil))
		return b.Bytes()
	}
	letter := func(i int) []byte {
		var b, body bytes.Buffer
		for k := range 150 {
			fmt.Fprintf(&body, "<w:p>Gentile cliente %d, %x</w:p>", i*k, sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(k)}))
		}
		z := zip.NewWriter(&b)
		w, err := z.Create("word/document.xml")
		must(t, err)
		_, err = w.Write(body.Bytes())
		must(t, err)
		must(t, z.Close())
		return b.Bytes()
	}
	paper := func(i int) []byte {
		var s bytes.Buffer
		w := zlib.NewWriter(&s)
		for k := range 400 {
			fmt.Fprintf(w, "(Fattura %d riga %d) Tj\n", i, k*i)
		}
		must(t, w.Close())
		return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n", s.Len(), s.Bytes())
	}
	out := map[string][]byte{}
	for i := range n {
		dir := fmt.Sprintf("%03d", i%(n/6+1))
		switch i % 5 {
		case 0:
			out[fmt.Sprintf("%s/clienti %d.csv", dir, i)] = fmt.Appendf(nil, "Nome;Email;N\n%s", strings.Repeat(fmt.Sprintf("Anna Rossi;anna%d@example.com;%d\n", i, i*7), 100+i%200))
		case 1:
			out[fmt.Sprintf("%s/foto %d.jpg", dir, i)] = picture(i)
		case 2:
			out[fmt.Sprintf("%s/lettera %d.docx", dir, i)] = letter(i)
		case 3:
			out[fmt.Sprintf("%s/fattura %d.pdf", dir, i)] = paper(i)
		case 4:
			out[fmt.Sprintf("%s/note %d.txt", dir, i)] = []byte(strings.Repeat(fmt.Sprintf("Richiamare il signor Bianchi, ordine %d.\n", i), 60+i%300))
		}
	}
	return out
}

// intact counts the texts that are still there, under whatever name.
func intact(t *testing.T, shop string, made map[string][]byte) int {
	t.Helper()
	there := map[[32]byte]bool{}
	for _, f := range files(shop) {
		b, err := os.ReadFile(f)
		must(t, err)
		there[sha256.Sum256(b)] = true
	}
	n := 0
	for _, b := range made {
		if there[sha256.Sum256(b)] {
			n++
		}
	}
	return n
}
