package detect

import (
	"bytes"
	"unicode/utf8"
)

// The lengths of a password that is taken for one, in bytes.
const (
	minPassword = 4
	maxPassword = 64
	maxPhrase   = 128 // in quotes, with blanks
)

// passWord says what kind of word announces a password.
type passWord uint8

const (
	noPass    passWord = iota
	surePass           // password, Kennwort
	vaguePass          // pass, clave: only what looks like a password
	pinPass            // digits
)

// passWords are the words that announce a password, folded.
var passWords = map[string]passWord{
	"password": surePass, "passwords": surePass, "passwd": surePass, "pwd": surePass, "pswd": surePass, "psw": surePass, "passwort": surePass, "kennwort": surePass,
	"contrasena": surePass, "passphrase": surePass, "passcode": surePass, "psk": surePass, "userpassword": surePass, "dbpassword": surePass, "dbpasswd": surePass,
	"smtppass": surePass, "smtppassword": surePass, "dbpass": surePass, "userpass": surePass, "ftppass": surePass, "ftppassword": surePass, "requirepass": surePass, "keypass": surePass, "storepass": surePass,
	"passe": surePass, "ordine": surePass, // mot de passe, parola d'ordine: with the words before
	"pass": vaguePass, "clave": vaguePass, "pw": vaguePass, "mdp": vaguePass, "chiave": vaguePass,
	"pin": pinPass, "puk": pinPass,
}

// passAround are the words that may stand behind the one that announces a
// password: Password del Wi-Fi, PIN cassaforte.
var passAround = parseVocabulary(nil, `wifi wi fi wlan wireless rete router modem di del della dell dei il la per for of the fur der des de du
	email mail posta pec pc computer server admin administrator amministratore root user utente account accesso login web sito site ftp sftp smtp imap db database mysql
	cassaforte safe tresor allarme alarm bancomat carta card sim telefono cellulare cassa pos gestionale banca bank home banking windows office amazon ebay paypal facebook instagram google
	nuova new vecchia old attuale current temporanea temporary iniziale initial default predefinita provvisoria confirm conferma again personale ufficio negozio shop`)

// passNot are words that make the label one about passwords, not of one.
var passNot = parseVocabulary(nil, `reset forgot forgotten dimenticata dimenticato lost recupera recuperare cambia cambiare change changed modifica min max minimum maximum length lunghezza len size policy
	hash hashed encoding encryption encryptor encoder type tipo file path url uri link field campo label placeholder prompt expires expired expiry expiration scade scadenza strength hint suggerimento
	require required requires senza without attempts tentativi errata sbagliata wrong invalid incorrect last failed policy regex pattern validator rule rules name id input form page token via`)

// passwordLabel says whether words, those of a label, announce a password.
func passwordLabel(words []string) passWord {
	at := -1
	for i := len(words) - 1; i >= 0 && at < 0; i-- {
		if passWords[words[i]] != noPass && wholePhrase(words[:i+1]) {
			at = i
			break
		}
		if !passAround[words[i]] && !isDigit(words[i][0]) {
			return noPass
		}
	}
	if at < 0 {
		return noPass
	}
	for _, w := range words[max(0, at-3):] {
		if passNot[w] {
			return noPass
		}
	}
	kind := passWords[words[at]]
	if words[at] == "chiave" && at+1 == len(words) {
		return noPass
	}
	return kind
}

// wholePhrase says whether the last word is one by itself or has before it
// what makes it one.
func wholePhrase(words []string) bool {
	n := len(words)
	switch words[n-1] {
	case "passe":
		return n > 2 && words[n-2] == "de" && words[n-3] == "mot"
	case "ordine":
		return n > 2 && words[n-2] == "d" && words[n-3] == "parola"
	}
	return true
}

// passwordBehind reports the password behind the sign at i, if one is there.
func (c *Collector) passwordBehind(i int, word passWord) {
	b := c.buf
	from, quote := valueBehind(b, i)
	if from == none {
		return
	}
	v, alone := passwordToken(b, from, quote)
	if word == pinPass {
		v = pinToken(b, v)
	}
	if quote == 0 && b[i] == '\t' && !alone {
		return
	}
	if c.secretStarts(v.from) || hiddenKey(b[v.from:v.to]) {
		return
	}
	confidence, ok := passwordLooks(b[v.from:v.to], word, v.quoted, alone)
	if ok && inProgram(b, i, v, word, alone) {
		return
	}
	if !ok || !v.quoted && b[i] == '=' && nextDigit(b, v.from, v.to) < 0 && inCode(b, v.to) {
		return
	}
	c.emitWord(Password, v.from, v.to, confidence)
}

// emitWord reports b[from:to] as it stands.
func (c *Collector) emitWord(kind Kind, from, to int, confidence Confidence) {
	last := c.last
	c.norm = append(c.norm[:0], c.buf[from:to]...)
	c.emit(kind, from, to, confidence)
	c.last = last
}

// passwordToken returns the value that begins at from: up to the closing quote,
// or to the next blank without the punctuation of a sentence. alone says that
// nothing but punctuation follows on the line.
func passwordToken(b []byte, from int, quote byte) (value, bool) {
	if quote != 0 {
		end := min(len(b), from+maxPhrase)
		for k := from; k < end && b[k] != '\n'; k++ {
			if b[k] == quote {
				return value{from, k, true}, true
			}
		}
	}
	to, end := from, min(len(b), from+maxPassword+1)
	for to < end && b[to] > ' ' && b[to] != '<' && (b[to] != 0xC2 || to+1 >= len(b) || b[to+1] != 0xA0) {
		to++
	}
	rest := to
	for to > from && trailing[b[to-1]] {
		to--
	}
	if to-2 > from && (b[to-1] == 0xBB || b[to-1] == 0xAB) && b[to-2] == 0xC2 { // » and «
		to -= 2
	}
	for rest < len(b) && rest < to+maxGap && (b[rest] == ' ' || b[rest] == '\r') {
		rest++
	}
	return value{from, to, false}, rest >= len(b) || b[rest] == '\n' || b[rest] == '<' && rest+1 < len(b) && (b[rest+1] == '/' || b[rest+1] == 'b')
}

// pinToken cuts a value to the digits with which it begins.
func pinToken(b []byte, v value) value {
	if n := digitRun(b, v.from, 9); !wordAt(b, v.from+n) {
		v.to = v.from + n
	}
	return v
}

// trailing are the bytes that end a sentence or an expression rather than a
// password.
var trailing = trailingBytes()

func trailingBytes() (t [256]bool) {
	for _, x := range []byte(".,;:)]}>\"'`|?") {
		t[x] = true
	}
	return t
}

// inCode says whether what stands behind an unquoted value at i is code.
func inCode(b []byte, i int) bool {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i < len(b) && (b[i] == ';' || b[i] == '(' || b[i] == '{' || b[i] == '+')
}

// classes counts what a value is made of.
type classes struct{ lower, upper, digits, signs, others int }

func classify(v []byte) (k classes) {
	for _, x := range v {
		switch {
		case x >= 'a' && x <= 'z', x >= utf8.RuneSelf:
			k.lower++
		case x >= 'A' && x <= 'Z':
			k.upper++
		case isDigit(x):
			k.digits++
		case x == '_' || x == '-' || x == '.' || x == '/' || x == ':':
			k.others++
		default:
			k.signs++
		}
	}
	return k
}

// passwordLooks says whether a value can be a password, and how surely. alone
// says that the line ends behind it.
func passwordLooks(v []byte, word passWord, quoted, alone bool) (Confidence, bool) {
	k := classify(v)
	letters := k.lower + k.upper
	if word == pinPass {
		if k.digits >= 4 && k.digits <= 8 && len(v) == k.digits {
			return Medium, true
		}
		return Low, false
	}
	switch {
	case len(v) < minPassword || len(v) > maxPhrase || letters+k.digits == 0 || signsOnly(v, k) || placeholderLike(v, k, quoted):
		return Low, false
	case hashLike(v):
		return Low, true
	case quoted && bytes.IndexByte(v, ' ') >= 0 && (k.digits == 0 || bytes.Count(v, []byte(" ")) > 3):
		return Low, false
	case letters == 0:
		return Medium, word == surePass && k.digits >= minPassword && k.signs+k.others == 0 || k.signs > 0 && len(v) >= 6
	case k.digits > 0 && letters > 0, k.signs > 0 && (k.upper > 0 || len(v) >= 6) && !endsSign(v, k):
		return High, true
	case word == vaguePass || !alone && !quoted || k.others > 0 && !quoted:
		return Low, false
	case k.lower > 0 && k.upper > 1:
		return Medium, true
	}
	return Low, true
}

// signsOnly says whether a value has nothing but signs, such as dots for what is hidden.
func signsOnly(v []byte, k classes) bool {
	if k.digits+k.upper > 0 {
		return false
	}
	letters, _ := countLetters(v)
	return letters == 0
}

// endsSign says whether the only sign in a word is a last '!': required!
func endsSign(v []byte, k classes) bool { return k.signs == 1 && v[len(v)-1] == '!' }

// placeholderLike says whether a value stands for one: ****, ${PASSWORD},
// <password>, your password here, a word of the language or of a program.
func placeholderLike(v []byte, k classes, quoted bool) bool {
	switch v[0] {
	case '<', '[', '{', '(', '=', '?', ':':
		return true
	case '$', '%', '&', '#', '@':
		if len(v) > 1 && (v[1] == '{' || v[1] == '(' || !quoted && (isLetter(v[1]) || v[1] == '_') && k.digits == 0 || v[0] == '%' && v[len(v)-1] == '%') {
			return true
		}
		if v[0] == '%' && len(v) <= 3 || v[0] == '$' && !quoted && (isLetter(v[1]) || v[1] == '_') && bytes.IndexByte(v, '[') > 0 {
			return true
		}
	}
	for _, piece := range [...]string{"://", "${", "{{", "$(", "%s", "%(", "->", "::", "__", "xxxx", "XXXX", "****", "....", "0000000"} {
		if bytes.Contains(v, []byte(piece)) {
			return true
		}
	}
	if !quoted {
		if bytes.ContainsAny(v, "(`") || hexNumber(v) || bytes.IndexByte(v, '[') > 0 && v[len(v)-1] != '!' {
			return true
		}
		if k.signs == 0 && dotted(v) || bytes.HasPrefix(v, []byte("www.")) {
			return true
		}
	}
	var room [maxPhrase]byte
	word := room[:0]
	for _, x := range v[:min(len(v), maxPhrase)] {
		if isLetter(x) {
			word = append(word, lower(x))
		}
	}
	if notPasswords[string(word)] && k.digits == 0 {
		return true
	}
	if same := repeats(v); same {
		return true
	}
	if k.digits > 0 {
		return dateOrRange(k)
	}
	for _, w := range [...]string{"passw", "contrase", "kennwort", "passphrase", "motdepasse"} {
		if bytes.Contains(word, []byte(w)) {
			return true
		}
	}
	return bytes.HasPrefix(word, []byte("your")) || bytes.HasPrefix(word, []byte("insert")) || bytes.HasPrefix(word, []byte("inseri")) || bytes.HasPrefix(word, []byte("enter"))
}

// dotted says whether a value is a row of names with dots: user.password.
func dotted(v []byte) bool {
	dot := bytes.IndexByte(v, '.')
	if dot <= 0 || dot == len(v)-1 || isDigit(v[0]) {
		return false
	}
	for _, x := range v {
		if !isLetter(x) && x != '.' && x != '_' {
			return false
		}
	}
	return true
}

// repeats says whether a value is one character over and over.
func repeats(v []byte) bool {
	for _, x := range v {
		if lower(x) != lower(v[0]) {
			return false
		}
	}
	return true
}

// dateOrRange says whether a value of digits and signs is a date, a time or a
// number with a unit rather than a password.
func dateOrRange(k classes) bool {
	return k.lower+k.upper+k.signs == 0 && k.others > 0
}

// notPasswords are words that stand where a password would, in forms, programs
// and sentences, without what isn't a letter.
var notPasswords = parseVocabulary(nil, `null none nil undefined true false yes no ok na nd string str text varchar char int integer number boolean bool any object bytes byte hidden
	required optional obbligatoria obbligatorio obbligatori richiesta richiesto necessaria mancante missing empty vuota vuoto blank default forgotten dimenticata dimenticato lost errata sbagliata corretta correct wrong invalid valida
	valid incorrect changed cambiata modificata reset scaduta expired expires accepted accettata rejected denied enabled disabled abilitata disabilitata attiva active inactive redacted masked omitted omessa nascosta protected protetta
	hover focus visited checked before after first last files systemd compat ldap sss nis password passwd pwd pass psw passwort kennwort contrasena parola self this user username email login
	example esempio placeholder todo tbd xxx abc foo bar baz see vedi sotto sopra below above same uguale idem stessa importante sicura sicuro segreta personale temporanea nuova new old vecchia attuale current
	encrypted cifrata criptata crypted hashed plain plaintext env vault file stdin prompt ask auto generated generate random input field form widget type value label confirm conferma erforderlich vergessen requis oublie requerida olvidada falsch`)

// hashLike says whether a value is the hash of a password in a usual form:
// bcrypt, argon2, crypt(3), LDAP schemes, or 32, 40, 64, 96 or 128 hex digits.
func hashLike(v []byte) bool {
	for _, p := range [...]string{"$2a$", "$2b$", "$2y$", "$argon2", "$1$", "$5$", "$6$", "$y$", "$P$", "$H$", "$apr1$", "$pbkdf2", "pbkdf2", "scrypt:", "{SSHA", "{SHA", "{MD5", "{bcrypt}", "{noop}", "*"} {
		if bytes.HasPrefix(v, []byte(p)) && len(v) >= 20 {
			return true
		}
	}
	switch len(v) {
	case 32, 40, 64, 96, 128:
		return allHex(v)
	}
	return false
}

func allHex(v []byte) bool {
	for _, x := range v {
		if !isHex(x) {
			return false
		}
	}
	return true
}

func isHex(x byte) bool { return isDigit(x) || (x|0x20)-'a' <= 'f'-'a' }

// hiddenKey says whether a value is a key in PEM: that is a secret.
func hiddenKey(v []byte) bool { return bytes.HasPrefix(v, []byte("-----BEGIN")) }

// passwordCell normalises the value of a column of passwords into norm and says
// whether it is one.
func (c *Collector) passwordCell(v []byte) bool {
	if _, ok := passwordLooks(v, surePass, true, true); !ok {
		return false
	}
	c.norm = append(c.norm[:0], v...)
	return true
}
