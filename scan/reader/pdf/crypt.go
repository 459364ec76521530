package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" //nolint:gosec // the standard security handler is made of it
	"crypto/rc4" //nolint:gosec // the standard security handler is made of it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"io"
)

// method is how strings or streams are encrypted.
type method uint8

const (
	methodNone method = iota
	methodRC4
	methodAES128
	methodAES256
)

// crypt is the key of an encrypted document that opens without a password.
type crypt struct {
	key              []byte
	strings, streams method
	metadata         bool // metadata is encrypted too
}

// passwordPad is what passwords are padded with, section 7.6.3.3.
const passwordPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// openCrypt finds the key of an encrypted document; the user's password must be
// the empty one, otherwise the document is Encrypted.
func (d *document) openCrypt() {
	o := d.trailer.get("Encrypt")
	if o == nil || d.fail != nil {
		return
	}
	e := d.dict(o)
	d.info.Encrypted = true
	if d.name(e.get("Filter")) != "Standard" {
		return
	}
	c := &crypt{metadata: d.resolve(e.get("EncryptMetadata")) != false}
	v, length := d.whole(e.get("V")), 5
	switch v {
	case 1:
		c.strings, c.streams = methodRC4, methodRC4
	case 2, 3:
		c.strings, c.streams = methodRC4, methodRC4
		if n := d.whole(e.get("Length")); n >= 40 && n <= 128 {
			length = n / 8
		}
	case 4, 5:
		length = 16
		c.strings, c.streams = d.method(e, "StrF"), d.method(e, "StmF")
	default:
		return
	}
	rev := d.whole(e.get("R"))
	if v == 5 {
		c.key = d.key256(e, rev)
	} else {
		c.key = d.key128(e, c, length)
	}
	if c.key == nil && (c.strings != methodNone || c.streams != methodNone) {
		return
	}
	d.info.Encrypted = false
	d.forget()
	d.crypt = c
}

// method is how the crypt filter that an entry names works.
func (d *document) method(e dict, entry name) method {
	n := d.name(e.get(entry))
	if n == "" || n == "Identity" {
		return methodNone
	}
	switch d.name(d.dict(d.dict(e.get("CF")).get(n)).get("CFM")) {
	case "V2":
		return methodRC4
	case "AESV2":
		return methodAES128
	case "AESV3":
		return methodAES256
	}
	return methodNone
}

// key128 makes the key by algorithm 2 of section 7.6.3.3 and proves it by
// algorithms 4 and 5; nil when the empty password is not the right one.
func (d *document) key128(e dict, c *crypt, length int) []byte {
	owner, user := d.text(e.get("O")), d.text(e.get("U"))
	rev := d.whole(e.get("R"))
	if len(owner) < 32 || len(user) < 16 {
		return nil
	}
	var id text
	if ids := d.array(d.trailer.get("ID")); len(ids) > 0 {
		id = d.text(ids[0])
	}
	h := md5.New() //nolint:gosec // see above
	h.Write([]byte(passwordPad))
	h.Write(owner[:32])
	_ = binary.Write(h, binary.LittleEndian, uint32(d.whole(e.get("P"))&0xffffffff))
	h.Write(id)
	if rev >= 4 && !c.metadata {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)
	if rev >= 3 {
		for range 50 {
			sum := md5.Sum(key[:length]) //nolint:gosec // see above
			copy(key, sum[:])
		}
	}
	key = key[:length]
	proof := []byte(passwordPad)
	if rev >= 3 {
		sum := md5.Sum(append([]byte(passwordPad), id...)) //nolint:gosec // see above
		proof = sum[:]
	}
	rounds := 1
	if rev >= 3 {
		rounds = 20
	}
	for i := range rounds {
		k := make([]byte, length)
		for j := range k {
			k[j] = key[j] ^ byte(i)
		}
		applyRC4(k, proof, proof)
	}
	if !bytes.HasPrefix(user, proof) {
		return nil
	}
	return key
}

func applyRC4(key, dst, src []byte) {
	c, err := rc4.NewCipher(key) //nolint:gosec // see above
	if err == nil {
		c.XORKeyStream(dst, src)
	}
}

// key256 finds the key by algorithm 2.A of ISO 32000-2, section 7.6.4.3.3; nil
// when the empty password is not the right one.
func (d *document) key256(e dict, rev int) []byte {
	user, sealed := d.text(e.get("U")), d.text(e.get("UE"))
	if len(user) < 48 || len(sealed) < 32 {
		return nil
	}
	hash := func(salt []byte) []byte {
		sum := sha256.Sum256(salt)
		if rev >= 6 {
			return hash6(sum[:])
		}
		return sum[:]
	}
	if !bytes.Equal(hash(user[32:40]), user[:32]) {
		return nil
	}
	b, err := aes.NewCipher(hash(user[40:48]))
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(b, make([]byte, aes.BlockSize)).CryptBlocks(key, sealed[:32])
	return key
}

// hash6 is algorithm 2.B of ISO 32000-2 for the empty password, from its first
// hash on.
func hash6(k []byte) []byte {
	for i := 0; ; i++ {
		e := bytes.Repeat(k, 64)
		b, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(b, k[16:32]).CryptBlocks(e, e)
		sum := 0
		for _, c := range e[:16] {
			sum += int(c)
		}
		switch sum % 3 {
		case 0:
			h := sha256.Sum256(e)
			k = h[:]
		case 1:
			h := sha512.Sum384(e)
			k = h[:]
		case 2:
			h := sha512.Sum512(e)
			k = h[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-31 {
			return k[:32]
		}
	}
}

// objectKey is the key of one object, algorithm 1 of section 7.6.2.
func (c *crypt) objectKey(m method, num, gen int) []byte {
	if m == methodAES256 {
		return c.key
	}
	b := append([]byte(nil), c.key...)
	b = append(b, byte(num), byte(num>>8), byte(num>>16), byte(gen), byte(gen>>8))
	if m == methodAES128 {
		b = append(b, "sAlT"...)
	}
	sum := md5.Sum(b) //nolint:gosec // see above
	return sum[:min(len(c.key)+5, 16)]
}

// decryptObject decrypts the strings of an object.
func (d *document) decryptObject(o object, num, gen int) object {
	if d.crypt == nil || d.crypt.strings == methodNone {
		return o
	}
	return d.crypt.walk(o, d.crypt.objectKey(d.crypt.strings, num, gen))
}

// walk decrypts the strings of a value, whose depth the parser has bounded.
func (c *crypt) walk(o object, key []byte) object {
	switch o := o.(type) {
	case text:
		return text(c.string(o, key))
	case array:
		for i := range o {
			o[i] = c.walk(o[i], key)
		}
	case dict:
		for i := range o {
			o[i].value = c.walk(o[i].value, key)
		}
	}
	return o
}

func (c *crypt) string(s, key []byte) []byte {
	if c.strings == methodRC4 {
		applyRC4(key, s, s)
		return s
	}
	b, err := aes.NewCipher(key)
	if err != nil || len(s) < 2*aes.BlockSize || len(s)%aes.BlockSize != 0 {
		return nil
	}
	iv, body := s[:aes.BlockSize], s[aes.BlockSize:]
	cipher.NewCBCDecrypter(b, iv).CryptBlocks(body, body)
	return unpad(body)
}

// unpad takes the padding off the last block.
func unpad(b []byte) []byte {
	if n := int(b[len(b)-1]); n >= 1 && n <= aes.BlockSize && n <= len(b) {
		return b[:len(b)-n]
	}
	return b
}

// inClear tells the streams that are not encrypted in an encrypted document.
func (d *document) inClear(s *stream, filters, parms array) bool {
	if d.crypt.streams == methodNone || s.is("Metadata") && !d.crypt.metadata {
		return true
	}
	if len(filters) == 0 || d.name(filters[0]) != "Crypt" {
		return false
	}
	n := name("Identity")
	if len(parms) > 0 {
		if p := d.name(d.dict(parms[0]).get("Name")); p != "" {
			n = p
		}
	}
	return n == "Identity"
}

// reader decrypts a stream.
func (c *crypt) reader(r io.Reader, s *stream) io.Reader {
	key := c.objectKey(c.streams, s.num, s.gen)
	if c.streams == methodRC4 {
		k, err := rc4.NewCipher(key) //nolint:gosec // see above
		if err != nil {
			return r
		}
		return &cipher.StreamReader{S: k, R: r}
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return r
	}
	return &cbcReader{in: r, block: b}
}

// cbcReader decrypts blocks chained to each other. It holds the last one back,
// because that has the padding.
type cbcReader struct {
	in    io.Reader
	block cipher.Block
	mode  cipher.BlockMode
	buf   [4 << 10]byte
	from  int // of buf[:to], what is decrypted and not yet handed over
	to    int
	have  int // of buf, what has been read
	end   bool
}

func (c *cbcReader) Read(p []byte) (int, error) {
	for c.from == c.to {
		if c.end {
			return 0, io.EOF
		}
		c.more()
	}
	n := copy(p, c.buf[c.from:c.to])
	c.from += n
	return n, nil
}

// more decrypts what is in reach but the last block.
func (c *cbcReader) more() {
	c.have = copy(c.buf[:], c.buf[c.to:c.have])
	c.from, c.to = 0, 0
	if c.mode == nil {
		var iv [aes.BlockSize]byte
		if _, err := io.ReadFull(c.in, iv[:]); err != nil {
			c.end = true
			return
		}
		c.mode = cipher.NewCBCDecrypter(c.block, iv[:])
	}
	n, err := io.ReadFull(c.in, c.buf[c.have:])
	c.have += n
	whole := c.have - c.have%aes.BlockSize
	if err != nil {
		c.end = true
		if whole == 0 {
			return
		}
		c.mode.CryptBlocks(c.buf[:whole], c.buf[:whole])
		c.to = len(unpad(c.buf[:whole]))
		return
	}
	c.to = whole - aes.BlockSize
	c.mode.CryptBlocks(c.buf[:c.to], c.buf[:c.to])
}
