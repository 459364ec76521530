package pdf

// maxInterned is how many different names of an object are kept once only.
const maxInterned = 4096

// object reads one object; ok is false at the end of the source, at a word that
// is no value (left in tok) and where the limits of an object are passed.
func (l *lexer) object() (o object, ok bool) {
	l.values, l.count = l.values[:0], 0
	return l.value(l.next(), 0)
}

// value makes an object of the token t, which has been read.
func (l *lexer) value(t token, depth int) (object, bool) {
	l.count++
	if l.count > maxValues || depth > maxDepth {
		l.over = true
		return nil, false
	}
	switch t {
	case tokenInt:
		return l.num, true
	case tokenReal:
		return l.real, true
	case tokenName:
		return l.nameValue(), true
	case tokenText:
		return text(append([]byte(nil), l.tok...)), true
	case tokenArray:
		from := len(l.values)
		if !l.until(tokenArrayEnd, depth) {
			return nil, false
		}
		a := make(array, len(l.values)-from)
		copy(a, l.values[from:])
		l.values = l.values[:from]
		return a, true
	case tokenDict:
		from := len(l.values)
		if !l.until(tokenDictEnd, depth) {
			return nil, false
		}
		d := pairs(l.values[from:])
		l.values = l.values[:from]
		return d, true
	case tokenWord:
		switch string(l.tok) {
		case "true":
			return true, true
		case "false":
			return false, true
		case "null":
			return nil, true
		}
	}
	return nil, false
}

// until collects values up to the token that closes them. A word that is no
// value counts as null, one that ends an object ends everything.
func (l *lexer) until(closing token, depth int) bool {
	from := len(l.values)
	for {
		t := l.next()
		switch t {
		case closing, tokenEnd:
			return t == closing || len(l.values) > from
		case tokenArrayEnd, tokenDictEnd:
			continue
		case tokenWord:
			if string(l.tok) == "R" {
				l.reference(from)
				continue
			}
			if w := string(l.tok); w == "endobj" || w == "stream" || w == "endstream" {
				l.over = true
				return false
			}
		}
		v, ok := l.value(t, depth+1)
		if !ok {
			if l.over {
				return false
			}
			v = nil
		}
		l.values = append(l.values, v)
	}
}

// reference makes a reference of the last two values.
func (l *lexer) reference(from int) {
	n := len(l.values)
	if n-from < 2 {
		return
	}
	num, ok := l.values[n-2].(int64)
	if _, gen := l.values[n-1].(int64); !ok || !gen || num < 0 || num >= 1<<31 {
		return
	}
	l.values[n-2] = ref(num)
	l.values = l.values[:n-1]
}

// nameValue keeps common names once only.
func (l *lexer) nameValue() name {
	if n, ok := l.intern[string(l.tok)]; ok {
		return n
	}
	n := name(l.tok)
	if len(n) <= 32 && len(l.intern) < maxInterned {
		if l.intern == nil {
			l.intern = make(map[string]name)
		}
		l.intern[string(n)] = n
	}
	return n
}

// pairs makes a dictionary of names and values in turns. Of a name that comes
// twice the last value counts.
func pairs(values []object) dict {
	d := make(dict, 0, len(values)/2)
	for i := 0; i+1 < len(values); {
		key, ok := values[i].(name)
		if !ok {
			i++
			continue
		}
		d = append(d, pair{key, values[i+1]})
		i += 2
	}
	if len(d) > 64 {
		return unique(d)
	}
	for i := range d {
		for j := i + 1; j < len(d); j++ {
			if d[j].key == d[i].key {
				d[i].value = d[j].value
			}
		}
	}
	return d
}

// unique is what pairs does, for large dictionaries.
func unique(d dict) dict {
	last := make(map[name]object, len(d))
	for _, p := range d {
		last[p.key] = p.value
	}
	out := d[:0]
	for _, p := range d {
		if v, ok := last[p.key]; ok {
			out = append(out, pair{p.key, v})
			delete(last, p.key)
		}
	}
	return out
}
