package detect

import "bytes"

// inProgram says whether the value v behind the sign at i is that of a program
// or of its tests rather than a password: the rest of an expression behind a text
// that ends with the sign ("PWD="+dir), a constant (#define SET_PASS 1024), a
// variable (Password: password16, at the end of a line), the verdict of a test
// (PASS: gdb.base/break.exp).
func inProgram(b []byte, i int, v value, word passWord, alone bool) bool {
	start := i
	for start > 0 && (isAlnum(b[start-1]) || b[start-1] == '_') {
		start--
	}
	if start == i { // a quote, a blank or a bracket before the sign
		return i > 0 && b[i-1] == ')' && function(b, i-1)
	}
	switch b[i] {
	case '=':
		return start > 0 && v.from == i+2 && b[start-1] == b[i+1] && bytes.IndexByte([]byte("+.,;)& "), b[v.from]) >= 0
	case '\t':
		return bytes.Contains(b[max(0, i-maxWord):i], []byte("#define "))
	case ':':
		if word == vaguePass && string(b[start:i]) == "PASS" {
			return bytes.IndexByte(b[v.from:v.to], '/') >= 0 || !alone && bytes.IndexByte(b[v.from:v.to], '.') >= 0
		}
	}
	return !v.quoted && b[i] == ':' && identifier(b[v.from:v.to]) && v.to+1 < len(b) && (b[v.to] == ',' || b[v.to] == '}') && (b[v.to+1] == '\n' || b[v.to+1] == '}' || b[v.to+1] == ',')
}

// function says whether the bracket that closes at i holds the name of a function
// or a command: (get_user_pwd): in lists of changes, $(pwd)=.
func function(b []byte, i int) bool {
	from := i
	for from > 0 && (isAlnum(b[from-1]) || b[from-1] == '_') {
		from--
	}
	return from > 0 && b[from-1] == '(' && (bytes.IndexByte(b[from:i], '_') >= 0 || from > 1 && b[from-2] == '$')
}

// identifier says whether v is a name as programs have them.
func identifier(v []byte) bool {
	for _, x := range v {
		if !isAlnum(x) && x != '_' {
			return false
		}
	}
	return len(v) > 0 && isLetter(v[0])
}

// hexNumber says whether v is a number as programs write it: 0x0B96.
func hexNumber(v []byte) bool {
	return len(v) > 2 && v[0] == '0' && v[1]|0x20 == 'x' && allHex(v[2:])
}

// named says whether b[from:to] is a name or a call of a program that has a key,
// not the key: testPrivateKey, load_key(file).
func named(b []byte, from, to int) bool {
	v := b[from:to]
	return to < len(b) && b[to] == '(' || identifier(bytes.ReplaceAll(v, []byte("."), []byte("_"))) && (endsFold(v, "key") || endsFold(v, "secret") || endsFold(v, "token"))
}
