package seek

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// role is what a column or a label says of a part of a name.
type role uint8

const (
	given  role = 1 << iota // the first name
	family                  // the last name
)

// roles are the headers of parts of names in English, Italian, French, German and
// Spanish. Name and Nom are either: beside a surname the one, beside a first name
// the other.
var roles = func() map[string]role {
	m := map[string]role{}
	for r, list := range map[role]string{
		given: `nome, first name, firstname, first, given name, given names, givenname, given, forename, forenames, prenom, prenoms, vorname, vornamen,
			nombre, nombres, fname, nome di battesimo, name first, christian name`,
		family: `cognome, cognomi, last name, lastname, last, surname, surnames, family name, familyname, family, nachname, familienname, zuname, nom de famille,
			apellido, apellidos, primer apellido, lname, sname, name last`,
		given | family: `name, nom`,
	} {
		for p := range strings.SplitSeq(list, ",") {
			m[strings.Join(strings.Fields(p), " ")] = r
		}
	}
	return m
}()

// around are words that make no difference around the others.
var around = wordSet("del della dell di the of du de la von der s")

// roleOf reads a header: what it says, and the words besides, which say whose
// name it is (billing, padre). Case, accents and the style of identifiers
// (firstName, FIRST_NAME) make no difference.
func roleOf(header []byte) (role, string) {
	if len(header) > 60 {
		return 0, ""
	}
	words := headerWords(string(header))
	if len(words) == 0 || len(words) > 6 {
		return 0, ""
	}
	for n := len(words); n > 0; n-- {
		if r := roles[strings.Join(words[len(words)-n:], " ")]; r != 0 {
			return r, besides(words[:len(words)-n])
		}
		if r := roles[strings.Join(words[:n], " ")]; r != 0 {
			return r, besides(words[n:])
		}
	}
	return 0, ""
}

func besides(words []string) string {
	var out []string
	for _, w := range words {
		if !around[w] {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// headerWords splits a header into folded words: at signs, and between a small
// letter and a capital.
func headerWords(name string) []string {
	var words []string
	var word []byte
	small := false
	flush := func() {
		if len(word) > 0 {
			words = append(words, string(word))
		}
		word = nil
	}
	for _, r := range name {
		if !wordRune(r) {
			flush()
			continue
		}
		if small && unicode.IsUpper(r) {
			flush()
		}
		small = unicode.IsLower(r)
		word = foldRune(word, r)
	}
	flush()
	return words
}

// labelBefore is what a label before the word at i says, as in Cognome: Rossi.
func labelBefore(b []byte, i int) role {
	for n := 0; n < 8 && i > 0 && (b[i-1] == ' ' || b[i-1] == '\t' || b[i-1] == '"' || b[i-1] == '\''); n++ {
		i--
	}
	if i == 0 || b[i-1] != ':' && b[i-1] != '=' {
		return 0
	}
	i--
	start := i
	for start > 0 && i-start < 40 {
		c := b[start-1]
		if c < utf8.RuneSelf && !isAlnum(c) && c != ' ' && c != '_' && c != '-' && c != '.' && c != '"' && c != '\'' {
			break
		}
		start--
	}
	r, _ := roleOf(b[start:i])
	return r
}
