package statement

// BookOf makes a book of other claims.
func BookOf(claims []Claim) *Book { return &Book{claims} }
