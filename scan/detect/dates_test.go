package detect

import "testing"

// TestNewest: headers that make their column one of dates, and look-alikes.
func TestNewest(t *testing.T) {
	for _, c := range []struct{ country, header, value, want string }{
		{"IT", "Data", "03/04/2021", "2021-04"},
		{"IT", "Data ordine", "31.12.19", "2019-12"},
		{"IT", "Ultimo acquisto", "2022-07-01", "2022-07"},
		{"GB", "created_at", "2023-11-30T08:15:00Z", "2023-11"},
		{"GB", "createdAt", "20200229", "2020-02"},
		{"US", "Order date", "3/14/2021", "2021-03"},
		{"US", "Order date", "03/04/2021", "2021-03"},
		{"IT", "Order date", "3/14/2021", "2021-03"},
		{"DE", "Bestelldatum", "1.2.2018", "2018-02"},
		{"ES", "Fecha pedido", "12 marzo 2017", "2017-03"},
		{"IT", "Data", "01/02/95", "1995-02"},
		{"IT", "Data", "12/2027", ""},
		{"IT", "Data", "01/01/1900", ""},
		{"IT", "Data", "01/01/2030", ""},
		{"IT", "Data", "99/99/2020", ""},
		{"IT", "Data", "", ""},
		{"IT", "Data di nascita", "01/02/2001", ""},
		{"GB", "Date of birth", "01/02/2001", ""},
		{"IT", "Data scadenza", "01/02/2021", ""},
		{"GB", "Expiry date", "01/02/2021", ""},
		{"IT", "Note", "01/02/2021", ""},
		{"IT", "Prezzo", "2021-02-01", ""},
	} {
		col := New(Options{Country: c.country}).Collector()
		n := col.Column([]byte(c.header), false)
		col.Cell(n, []byte("1991-01-01 ?"), 2) // an older one before
		col.Cell(n, []byte(c.value), 3)
		col.EndRecord()
		res := col.Result()
		got := res.Dates.Newest(2027, 11)
		if got == "1991-01" {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s: %s %q: got %q, want %q", c.country, c.header, c.value, got, c.want)
		}
		col.Reset()
		if res := col.Result(); res.Dates != (Months{}) {
			t.Error("the next file has the dates of the last")
		}
	}
}

func TestMonthsBounds(t *testing.T) {
	var m Months
	for _, v := range []string{"1990-01-01", "2053-12-31", "2054-01-01", "1989-12-31", "2026-11-30"} {
		m.note([]byte(v), "IT")
	}
	for _, c := range []struct {
		year, month int
		want        string
	}{{1989, 12, ""}, {1990, 1, "1990-01"}, {2026, 10, "1990-01"}, {2026, 11, "2026-11"}, {2053, 11, "2026-11"}, {2053, 12, "2053-12"}, {9999, 12, "2053-12"}} {
		if got := m.Newest(c.year, c.month); got != c.want {
			t.Errorf("up to %d-%d: %q, want %q", c.year, c.month, got, c.want)
		}
	}
}

// BenchmarkDates is what a column of dates costs a cell, and one that is only
// called so.
func BenchmarkDates(b *testing.B) {
	for _, v := range []string{"12/03/2019", "2019-03-12T10:00:00Z", "12 marzo 2017", "what is in here"} {
		b.Run(v, func(b *testing.B) {
			var m Months
			value := []byte(v)
			for b.Loop() {
				m.note(value, "IT")
			}
		})
	}
}
