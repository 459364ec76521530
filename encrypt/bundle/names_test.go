package bundle

import "testing"

// TestNamesOfWindows: what is a device there, or would get another name, goes into no
// archive that is made there, and comes out of none.
func TestNamesOfWindows(t *testing.T) {
	for name, want := range map[string]bool{
		"CON": true, "con.txt": true, "aux.csv": true, "Nul.tar.gz": true, "COM1": true, "lpt9.log": true, "COM¹": true, "LPT³.txt": true, "prn .csv": true,
		"dot.": true, "blank ": true, "conin$": true,
		"console.txt": false, "COM": false, "COM10": false, "COMx": false, "auxiliary": false, "a.con": false, "clienti.csv": false, ".config": false, "com⁴": false,
	} {
		if got := reserved(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
		if odd("windows")(name) != want || odd("linux")(name) {
			t.Errorf("%q in an archive", name)
		}
		u := &unpacking{windows: true}
		if _, why := u.inFolder(Member{Name: name}); (why == UnsafeName) != want {
			t.Errorf("%q out of an archive: %q", name, why)
		}
	}
}
