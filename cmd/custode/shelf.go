package main

import (
	"sync"

	"custode/internal/source"
	"custode/playbook/clock"
	"custode/playbook/contacts"
	"custode/playbook/decide"
	"custode/playbook/fact"
	"custode/playbook/letter"
	"custode/playbook/plan"
	"custode/playbook/privacy/statement"
	"custode/training/bank"
	"custode/training/question"
)

// shelf holds what is built in as text and is read before it is used: plans, letters, clocks, questions. Each is read
// at the first wish for it and once; it is in both languages, and nobody changes it afterwards, so that many may read
// it at a time. The page keeps one for as long as it runs; a command has one of its own.
type shelf struct {
	facts     func() (*fact.Book, error)
	plans     func() (library, error)
	letters   func() (*letter.Library, error)
	clocks    func() (*clock.Book, error)
	rules     func() (*decide.Rules, error)
	contacts  func() (*contacts.Book, error)
	questions func() ([]*question.File, error)
	claims    func() (*statement.Book, error)
}

func newShelf() *shelf {
	s := &shelf{
		facts: sync.OnceValues(fact.Load), contacts: sync.OnceValues(contacts.Load), questions: sync.OnceValues(bank.Load),
		claims: sync.OnceValues(statement.Load),
	}
	s.plans = sync.OnceValues(s.library)
	s.letters = sync.OnceValues(func() (*letter.Library, error) { return withBook(s, letter.Load) })
	s.clocks = sync.OnceValues(func() (*clock.Book, error) { return withBook(s, clock.Load) })
	s.rules = sync.OnceValues(func() (*decide.Rules, error) { return withBook(s, decide.Load) })
	return s
}

// withBook reads what speaks of the facts of incidents.
func withBook[T any](s *shelf, load func(*fact.Book) (*T, error)) (*T, error) {
	book, err := s.facts()
	if err != nil {
		return nil, err
	}
	return load(book)
}

// library reads the plans that are built in, and what they refer to.
func (s *shelf) library() (l library, err error) {
	if l.book, err = s.facts(); err != nil {
		return l, err
	}
	if l.plans, err = plan.Load(l.book); err != nil {
		return l, err
	}
	l.sources, err = source.Load()
	return l, err
}

// builtIn is what is built in: what the page keeps, or what a command reads for itself.
func (sh *shell) builtIn() *shelf {
	if sh.shelf == nil {
		return newShelf()
	}
	return sh.shelf
}
