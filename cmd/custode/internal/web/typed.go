package web

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// typed is a field of a form that could not be taken when it came. It is given back, so that
// nothing that was written is lost.
type typed struct{ Name, Value string }

// written lists the fields of the form of a request, passphrases, passwords, PINs and lines of the recovery sheet left out.
func (v *visit) written() (out []typed) {
	for name, values := range v.r.PostForm {
		if strings.Contains(name, "passphrase") || strings.Contains(name, "password") || strings.HasPrefix(name, "sheet") || strings.HasPrefix(name, "pin") {
			continue
		}
		for _, value := range values {
			out = append(out, typed{name, value})
		}
	}
	slices.SortFunc(out, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// byHand is what of the fields of a form, sent to the given address, a person wrote: the marks that it carries, what is
// chosen in it and its buttons say nothing to anybody. Keys and codes are not shown a second time.
func byHand(to string, some []typed) []typed {
	m := marks()
	return slices.DeleteFunc(slices.Clone(some), func(t typed) bool {
		return strings.TrimSpace(t.Value) == "" || t.Name == "key" || t.Name == "code" || m[t.Name] || m[t.Name+"="+t.Value] || m[to+" "+t.Name]
	})
}

var (
	control   = regexp.MustCompile(`<(form|input|textarea|select|button)\b[^>]*>`)
	attribute = regexp.MustCompile(`\b(type|name|value|action)="([^"]*)"`)
)

// marks are the names of fields that on no page a person writes in, "name=value" of those that are a mark on one
// page and written in on another, and "address name" where the forms of one address only carry it, as the templates
// have them.
var marks = sync.OnceValue(func() map[string]bool {
	m, hand := map[string]bool{}, map[string]bool{}
	files, _ := fs.Glob(pageFiles, "page/*.html")
	for _, file := range files {
		to := ""
		page, _ := fs.ReadFile(pageFiles, file)
		for _, c := range control.FindAllStringSubmatch(string(page), -1) {
			of := map[string]string{"type": "text"}
			for _, a := range attribute.FindAllStringSubmatch(c[0], -1) {
				of[a[1]] = a[2]
			}
			if c[1] == "form" {
				to = of["action"]
				continue
			}
			chosen := slices.Contains([]string{"hidden", "radio", "checkbox"}, of["type"])
			if c[1] == "textarea" || c[1] == "input" && !chosen {
				hand[of["name"]], hand[to+" "+of["name"]] = true, true
				continue
			}
			m[of["name"]], m[of["name"]+"="+of["value"]], m[to+" "+of["name"]] = true, true, true
		}
	}
	for name := range hand {
		delete(m, name)
	}
	return m
})
