package pdf

import (
	"container/list"
	"io"
)

// document is a file that is being read.
type document struct {
	window
	h     Handler
	spend func(int64) error
	info  Info

	damaged bool  // the structure is broken for good
	lost    int   // objects, and parts of them, that could not be read so far
	work    int64 // bytes that may still be parsed and decoded

	places  places
	trailer dict
	packed  []int // object streams that a rebuild has found, before they are looked into
	catalog int   // what looked like the catalog to it
	rebuilt bool
	loading int // how deep objects are looked up within each other
	lex     *lexer
	sect    section

	cache     map[int]*list.Element // of *kept
	recent    *list.List
	cacheCost int

	objStreams []objStream
	pool       inflaters
	crypt      *crypt

	fonts    map[int]*list.Element // of *keptFont
	fontsLru *list.List
	fontCost int

	layout layout
	run    *run
	seen   numbers // fields and files that have been handed over
	met    numbers // pages and nodes of the tree
	held   int     // bytes of the nodes on the way to the page
	page   int
	lexers []*lexer // of contents, to be used again
	out    []byte
}

func newDocument(src io.ReaderAt, size int64, spend func(int64) error, done func() error) *document {
	d := &document{
		window: window{src: src, size: size, done: done},
		spend:  spend,
		lex:    newLexer(4 << 10),
		cache:  make(map[int]*list.Element), recent: list.New(),
		fonts: make(map[int]*list.Element), fontsLru: list.New(),
	}
	d.work = minWork + workPerByte*size
	d.sect.w = &d.window
	return d
}

// charge takes n bytes of work off what may be spent, and says whether there was
// so much left.
func (d *document) charge(n int64) bool {
	if d.work < n {
		d.work = 0
		return false
	}
	d.work -= n
	return true
}
