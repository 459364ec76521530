package choice

// Text shows tests what nobody else may see.
func (c Contact) Text() string { return string(c.text.Reveal()) }

// ToASCII is the label of a domain.
var ToASCII = toASCII
