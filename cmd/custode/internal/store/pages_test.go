package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/encrypt/catalogue"
)

// TestPages: what lies at and below a folder, page by page and in order, and nothing of
// its neighbours; each page is found along the primary key, without sorting.
func TestPages(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	top := filepath.FromSlash("/shop")
	var all []catalogue.Entry
	for i := range 1700 {
		all = append(all, catalogue.Entry{Path: filepath.Join(top, fmt.Sprintf("%03d", i%3), fmt.Sprintf("%05d.age", i)), SealedAt: time.Now(), MTime: time.Now(), Recipients: []string{"a"}})
	}
	for _, path := range []string{"/shop.age", "/shop/a.age", "/shop-2/b.age", "/shop/001.age", "/shopping/c.age", "/shop!/d.age", "/other/e.age"} {
		all = append(all, catalogue.Entry{Path: filepath.FromSlash(path), SealedAt: time.Now(), MTime: time.Now(), Recipients: []string{"a"}})
	}
	if err := s.SaveSealed(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	for root, want := range map[string]int{"": len(all), "/": len(all), "/shop": 1702, "/shop/001": 567, "/shop/a.age": 1, "/shop/001/00001.age": 1, "/sho": 0, "/shop-2": 1, "/none": 0} {
		if root != "" {
			root = filepath.FromSlash(root)
		}
		var got []string
		err := s.SealedFiles(t.Context(), root, func(e catalogue.Entry) error {
			got = append(got, e.Path)
			if len(got)%700 == 0 { // it may write meanwhile
				return s.MarkChecked(context.Background(), []string{e.Path}, time.Now())
			}
			return nil
		})
		if err != nil || len(got) != want || len(slices.Compact(slices.Sorted(slices.Values(got)))) != want {
			t.Errorf("%q: %d files, want %d, %v", root, len(got), want, err)
		}
	}
	for _, where := range []string{"1", "dir = 'a' AND name = 'b'", "dir < 'c' AND (dir = 'a' OR dir >= 'b')"} {
		rows, err := s.db.Query("EXPLAIN QUERY PLAN SELECT mtime FROM file WHERE " + where + " AND (dir, name) > ('a', '') ORDER BY dir, name LIMIT 500")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var a, b, c int
			var detail string
			if err := rows.Scan(&a, &b, &c, &detail); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(detail, "TEMP B-TREE") || strings.Contains(detail, "SCAN") && where != "1" {
				t.Errorf("%s: %s", where, detail)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
}
