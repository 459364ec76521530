package main

import (
	"context"
	"strconv"
	"sync"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook/privacy/request"
	"custode/scan/seek"
)

// mostRecords is how many records of one file a page shows.
const mostRecords = 20

// sought is what a search for who asks found. It holds what stands there, so it is in memory only,
// and gone when the page is locked.
type sought struct {
	found   *job.Seeking
	records map[string][]seek.Record // by file, the first [mostRecords]
	all     map[string]int           // by file, how many there are
	copied  dataCopy
}

// soughtOf gives what the last search for a request found; nil: nothing of it is held.
func (c *counter) soughtOf(id int64) *sought {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sought[id]
}

func (c *counter) unsought(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sought, id)
}

// keepSought holds what a search found, unless the page was locked since it began.
func (c *counter) keepSought(id int64, s *sought, locked int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.locked != locked {
		return false
	}
	if c.sought == nil {
		c.sought = map[int64]*sought{}
	}
	c.sought[id] = s
	return true
}

// MayLookFor implements [web.Requester].
func (o *office) MayLookFor(also web.SearchTerms) error {
	set, err := o.sh.settings()
	if err != nil {
		return err
	}
	for _, t := range typedOnPage(also) {
		if len(searchable([]seek.Term{t}, set.Country)) == 0 {
			return o.sh.noTerm(t)
		}
	}
	return nil
}

// SearchRequest implements [web.Requester].
func (o *office) SearchRequest(ctx context.Context, id int64, also web.SearchTerms, tell func(web.Progress)) (out web.Outcome, err error) {
	o.mu.Lock()
	locked := o.locked
	o.mu.Unlock()
	err = o.sh.onRequest(ctx, id, func(d *requester, r job.RequestDue) error {
		if err := r.May(request.Searched); err != nil {
			return requestFault(err, id)
		}
		u, err := o.unlockedHere(ctx)
		if err != nil {
			return err
		}
		defer u.Wipe()
		s := &sought{records: map[string][]seek.Record{}, all: map[string]int{}, copied: dataCopy{path: "data.csv"}}
		s.found, err = d.seekBy(ctx, r, typedOnPage(also), job.SeekOptions{
			Identities: u.Identities(), Show: s.taker(d),
			Progress: func(files, bytes int64, _ bool) {
				tell(web.Progress{Done: bytes, Note: d.sh.words.N("request.looked", files)})
			},
		})
		if err != nil {
			return err
		}
		if !o.keepSought(id, s, locked) {
			return fault.New(fault.NoPerm, "fault.serve.locked")
		}
		if _, err := d.note(ctx, id, d.searched(s.found)); err != nil {
			return err
		}
		out = web.Outcome{Title: d.title(r), Lines: []string{d.sh.words.N("request.looked", s.found.Files), d.foundSaid(s.found)}, Next: "/privacy/requests/" + strconv.FormatInt(id, 10) + "/found"}
		return nil
	})
	return out, err
}

// taker gives what takes the records of a search, of several at a time.
func (s *sought) taker(d *requester) func(string, seek.Record) {
	var one sync.Mutex
	return func(path string, rec seek.Record) {
		one.Lock()
		defer one.Unlock()
		if s.all[path]++; s.all[path] <= mostRecords {
			s.records[path] = append(s.records[path], rec)
		}
		s.copied.add(d.folderOf(path), rec)
	}
}

// typedOnPage are the terms that were typed besides.
func typedOnPage(also web.SearchTerms) (terms []seek.Term) {
	for _, some := range []struct {
		kind  seek.Kind
		texts []string
	}{{seek.Name, also.Names}, {seek.Email, also.Emails}, {seek.Phone, also.Phones}, {seek.Code, also.Codes}} {
		for _, text := range some.texts {
			terms = append(terms, seek.Term{Kind: some.kind, Text: text})
		}
	}
	return terms
}

// foundSaid says in how many files somebody was found.
func (d *requester) foundSaid(found *job.Seeking) string {
	if len(found.Found) == 0 {
		return d.sh.words.T("request.found.nothing")
	}
	return d.sh.words.N("web.request.found", int64(len(found.Found)))
}

// FoundRequest implements [web.Requester].
func (o *office) FoundRequest(ctx context.Context, id int64) (out web.RequestFound, err error) {
	err = o.sh.onRequest(ctx, id, func(d *requester, r job.RequestDue) error {
		s, w := o.soughtOf(id), d.sh.words
		if s == nil {
			return web.ErrNotSearched
		}
		out = web.RequestFound{ID: id, Title: d.title(r), Looked: w.N("request.looked", s.found.Files) + " " + d.foundSaid(s.found), Kept: w.T("web.request.kept")}
		for _, f := range s.found.Found {
			one := web.FoundFile{Path: printable(f.Path), Said: d.placesSaid(f)}
			for _, rec := range s.records[f.Path] {
				one.Records = append(one.Records, d.foundRecord(f.Path, rec))
			}
			if more := s.all[f.Path] - len(one.Records); more > 0 {
				one.More = w.N("request.unseen.more", int64(more))
			}
			out.Files = append(out.Files, one)
		}
		if s.found.Perhaps > 0 {
			out.Perhaps = w.T("web.request.perhaps")
		}
		for _, u := range d.unseenBy(s.found) {
			out.Unseen = append(out.Unseen, web.Part{Say: u.say, List: u.files, More: u.more})
		}
		if n := len(s.copied.rows); n > 0 {
			out.Rows = w.N("web.request.rows", int64(n))
		}
		if s.copied.texts > 0 {
			out.Texts = w.N("web.request.texts", s.copied.texts)
		}
		return nil
	})
	return out, err
}

// foundRecord is a record as a page shows it.
func (d *requester) foundRecord(path string, rec seek.Record) web.FoundRecord {
	out := web.FoundRecord{Where: d.placeOf(path, rec) + " · " + d.sh.words.T("request.is."+string(rec.Place.Certainty)), Text: shownText(rec.Text)}
	for _, c := range rec.Cells {
		out.Fields = append(out.Fields, web.Fact{Term: printable(headOf(c)), Text: shownText(c.Value)})
	}
	return out
}

// CopyForRequest implements [web.Requester].
func (o *office) CopyForRequest(_ context.Context, id int64, form string) (web.Download, error) {
	s := o.soughtOf(id)
	if s == nil {
		return web.Download{}, web.ErrNotSearched
	}
	c := s.copied
	c.path = "request-" + strconv.FormatInt(id, 10) + "-data." + form
	raw, err := c.drawn()
	return download(c.path, raw), err
}
