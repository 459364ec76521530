package main

import "testing"

func TestWholeNumber(t *testing.T) {
	for in, want := range map[string]string{
		"12": "12", "1200": "1200", "1.200": "1200", "1,200": "1200", "1 200": "1200", "1'200": "1200", "1.234.567": "1234567",
		"1.5": "1.5", "1,25": "1,25", "1200.500": "1200.500", "3-4": "3-4", "": "",
	} {
		if got := wholeNumber(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
