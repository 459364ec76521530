package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// lock is how a test encrypts a document.
type lock struct {
	v, r, bits int
	cfm        string // of crypt filters
	metadata   bool
}

func hexOf(b []byte) string { return fmt.Sprintf("<%x>", b) }

// cbc encrypts with a vector and a padding, as strings and streams are.
func cbc(key, b []byte) []byte {
	iv := bytes.Repeat([]byte{7}, 16)
	pad := 16 - len(b)%16
	b = append(bytes.Clone(b), bytes.Repeat([]byte{byte(pad)}, pad)...)
	c, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(c, iv).CryptBlocks(b, b)
	return append(iv, b...)
}

func rc4Of(key, b []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(b))
	c.XORKeyStream(out, b)
	return out
}

// on puts the lock on a maker, for the given password.
func (l lock) on(m *maker, password string) {
	id := []byte("0123456789abcdef")
	var key []byte
	dict := fmt.Sprintf("/Filter/Standard/V %d/R %d/Length %d/P -44", l.v, l.r, l.bits)
	if l.v >= 4 {
		dict += "/StmF/S/StrF/S/CF<</S<</CFM/" + l.cfm + ">>>>"
	}
	if !l.metadata {
		dict += "/EncryptMetadata false"
	}
	if l.v == 5 {
		key = bytes.Repeat([]byte{0x5a, 3}, 16)
		hash := func(salt string) []byte {
			sum := sha256.Sum256([]byte(password + salt))
			if l.r == 6 && password == "" {
				return hash6(sum[:])
			}
			return sum[:]
		}
		c, _ := aes.NewCipher(hash("keysalt!"))
		sealed := make([]byte, 32)
		cipher.NewCBCEncrypter(c, make([]byte, 16)).CryptBlocks(sealed, key)
		user := append(hash("validsal"), "validsalkeysalt!"...)
		dict += "/U" + hexOf(user) + "/UE" + hexOf(sealed) + "/O" + hexOf(make([]byte, 48)) + "/OE" + hexOf(make([]byte, 32)) + "/Perms" + hexOf(make([]byte, 16))
	} else {
		key, dict = l.old(password, id, dict)
	}
	m.objs[800] = "<<" + dict + ">>"
	m.trailer = "/Encrypt 800 0 R/ID[" + hexOf(id) + hexOf(id) + "]"
	m.seal = func(num int, b []byte) []byte {
		if l.v == 5 {
			return cbc(key, b)
		}
		k := append(bytes.Clone(key), byte(num), byte(num>>8), byte(num>>16), 0, 0)
		if l.cfm == "AESV2" {
			k = append(k, "sAlT"...)
		}
		sum := md5.Sum(k)
		k = sum[:min(len(key)+5, 16)]
		if l.cfm == "AESV2" {
			return cbc(k, b)
		}
		return rc4Of(k, b)
	}
}

// old makes the key and the rest of the dictionary up to revision 4.
func (l lock) old(password string, id []byte, dict string) ([]byte, string) {
	owner := bytes.Repeat([]byte{9}, 32)
	pad := append([]byte(password), passwordPad...)[:32]
	b := append(bytes.Clone(pad), owner...)
	b = binary.LittleEndian.AppendUint32(b, 0xffffffd4) // -44
	b = append(b, id...)
	if l.r >= 4 && !l.metadata {
		b = append(b, 0xff, 0xff, 0xff, 0xff)
	}
	sum := md5.Sum(b)
	key := sum[:]
	n := l.bits / 8
	if l.r >= 3 {
		for range 50 {
			sum = md5.Sum(key[:n])
			key = bytes.Clone(sum[:])
		}
	}
	key = key[:n]
	user := rc4Of(key, []byte(passwordPad))
	if l.r >= 3 {
		sum = md5.Sum(append([]byte(passwordPad), id...))
		user = sum[:]
		for i := range 20 {
			k := bytes.Clone(key)
			for j := range k {
				k[j] ^= byte(i)
			}
			user = rc4Of(k, user)
		}
		user = append(user, make([]byte, 16)...)
	}
	return key, dict + "/U" + hexOf(user) + "/O" + hexOf(owner)
}

// When CUSTODE_PDF_OUT is a folder, the encrypted files are written there, for
// other programs to open.
func TestEncrypted(t *testing.T) {
	for name, l := range map[string]lock{
		"RC4-40":         {1, 2, 40, "", true},
		"RC4-128":        {2, 3, 128, "", true},
		"RC4-128-V4":     {4, 4, 128, "V2", true},
		"AES-128":        {4, 4, 128, "AESV2", true},
		"AES-128-nometa": {4, 4, 128, "AESV2", false},
		"AES-256-R5":     {5, 5, 256, "AESV3", true},
		"AES-256-R6":     {5, 6, 256, "AESV3", true},
	} {
		for _, password := range []string{"", "secret"} {
			t.Run(name+password, func(t *testing.T) {
				for _, packed := range []bool{false, true} {
					m := newMaker()
					l.on(m, password)
					m.objs[5] = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
					m.pages(helvetica, say("Mario Rossi, a content of more than one block of 16 bytes"))
					m.objs[6] = "<</Title " + hexOf(m.seal(6, []byte("The title"))) + ">>"
					m.trailer += "/Info 6 0 R"
					b := m.table()
					if packed {
						// Strings in object streams are not encrypted by themselves, and
						// the dictionary of the encryption must stand outside of them.
						m.objs[6] = "<</Title(The title)>>"
						m.objs[800] += " %stream\n"
						b = m.packed()
					}
					if out := os.Getenv("CUSTODE_PDF_OUT"); out != "" {
						_ = os.WriteFile(filepath.Join(out, fmt.Sprintf("%s%s-%t.pdf", name, password, packed)), b, 0o600)
					}
					text, info := must(t, b)
					if password != "" {
						if text != "" || info != (Info{Encrypted: true}) {
							t.Errorf("opened: %q %+v", text, info)
						}
						continue
					}
					want := "Mario Rossi, a content of more than one block of 16 bytes\n[0]\nThe title\n"
					if text != want || info != (Info{Pages: 1}) {
						t.Errorf("%q %+v", text, info)
					}
					// The same without its cross-references.
					i := bytes.LastIndex(b, []byte("startxref"))
					text, info = must(t, append(bytes.Clone(b[:i]), "startxref 1"...))
					if text != want || info != (Info{Pages: 1}) {
						t.Errorf("rebuilt: %q %+v", text, info)
					}
				}
			})
		}
	}
}

func TestOtherHandler(t *testing.T) {
	m := simple(say("Rossi"))
	m.trailer = "/Encrypt<</Filter/Other/V 1>>"
	if text, info := must(t, m.table()); text != "" || !info.Encrypted {
		t.Errorf("%q %+v", text, info)
	}
}
