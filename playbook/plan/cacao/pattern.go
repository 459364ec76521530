package cacao

import (
	"fmt"
	"strings"

	"custode/playbook/fact"
)

// pattern writes the condition under which a repeat goes on, which is that "until" does not
// hold yet, in the language of STIX patterns.
func pattern(book *fact.Book, until *fact.Cond) string {
	return "NOT (" + translate(book, until.String()) + ")"
}

// translate turns a condition of ours, which is known to be one, into a STIX pattern.
func translate(book *fact.Book, src string) string {
	for _, sign := range []string{"(", ")", "==", "!=", "<=", ">="} {
		src = strings.ReplaceAll(src, sign, " "+sign+" ")
	}
	words := strings.Fields(src)
	var out []string
	for i := 0; i < len(words); i++ {
		switch w := words[i]; w {
		case "and", "or", "not":
			out = append(out, strings.ToUpper(w))
		case "(", ")":
			out = append(out, w)
		default:
			if i+2 >= len(words) {
				return src
			}
			out = append(out, comparison(book, w, words[i+1], words[i+2]))
			i += 2
		}
	}
	return strings.NewReplacer("( ", "(", " )", ")").Replace(strings.Join(out, " "))
}

func comparison(book *fact.Book, key, op, want string) string {
	d, _ := book.Find(key)
	switch {
	case op == "has":
		return fmt.Sprintf("%s:value LIKE '%%%s%%'", variableOf(key), want)
	case d.Type != fact.Number:
		want = "'" + want + "'"
	}
	return fmt.Sprintf("%s:value %s %s", variableOf(key), strings.Replace(op, "==", "=", 1), want)
}

// plain finds the one yes/no fact and the answer that a condition compares, where it is no
// more than that: "__data_encrypted__:value = 'yes'".
func plain(book *fact.Book, condition string) (key, answer string, ok bool) {
	left, right, found := strings.Cut(condition, "=")
	not := strings.HasSuffix(left, "!")
	d, known := factOf(book, strings.TrimSuffix(left, "!"))
	want := strings.Trim(strings.TrimSpace(strings.TrimPrefix(right, "=")), `'"`)
	if !found || !known || d.Type != fact.YesNo {
		return "", "", false
	}
	switch strings.ToLower(want) {
	case "yes", "true":
		answer = "yes"
	case "no", "false":
		answer = "no"
	default:
		return "", "", false
	}
	if not {
		answer = map[string]string{"yes": "no", "no": "yes"}[answer]
	}
	return d.Key, answer, true
}
