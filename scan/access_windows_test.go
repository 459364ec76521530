package scan

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

// TestListed: who can read, by access lists as Windows writes them down. Read is 0x1200a9,
// all is FA; BA the administrators, SY the system, BU the users, AU who has logged in, WD
// everyone, S-1-5-21-1-2-3-1001 the owner.
func TestListed(t *testing.T) {
	const owner = "S-1-5-21-1-2-3-1001"
	for list, want := range map[string]Access{
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;;FA;;;SY)(A;;FA;;;BA)":            OwnerOnly,
		"O:BAD:(A;;FA;;;SY)(A;;FA;;;BA)":                                              OwnerOnly,
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;;0x1200a9;;;BU)":                  Everyone, // as in a folder below C:\
		"O:" + owner + "D:(A;ID;FA;;;" + owner + ")(A;ID;0x1301bf;;;AU)":              Everyone,
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;;FR;;;WD)":                        Everyone,
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;;GR;;;WD)":                        Everyone,
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;;0x1200a9;;;S-1-5-21-1-2-3-1002)": GroupToo,
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;;0x100080;;;WD)":                  OwnerOnly, // may see that it is there, not what is in it
		"O:" + owner + "D:(A;;FA;;;" + owner + ")(A;OICIIO;FA;;;WD)":                  OwnerOnly, // goes for what is made in it, not for itself
		"O:" + owner + "D:(D;;FA;;;S-1-5-21-1-2-3-1002)(A;;FA;;;" + owner + ")":       OwnerOnly,
		"O:" + owner + "D:(D;;FA;;;WD)(A;;FR;;;WD)(A;;FA;;;" + owner + ")":            Everyone, // what denies is passed over: it errs on the wide side
		"O:" + owner + "D:": OwnerOnly, // an empty list: nobody
		"O:" + owner:        Everyone,  // none at all
	} {
		sd, err := windows.SecurityDescriptorFromString(list)
		if err != nil {
			t.Logf("left out, not read here: %s: %v", list, err)
			continue
		}
		if got := listed(sd); got != want {
			t.Errorf("%s: %v, want %v", list, got, want)
		}
	}
}

// TestNullList: a list that is there and null lets everybody in.
func TestNullList(t *testing.T) {
	sd, err := windows.NewSecurityDescriptor()
	if err != nil {
		t.Fatal(err)
	}
	if err := sd.SetDACL(nil, true, false); err != nil {
		t.Fatal(err)
	}
	if got := listed(sd); got != Everyone {
		t.Errorf("%v", got)
	}
}

// TestReadersUnknown: of a file that is not there nobody says that others can't read it.
func TestReadersUnknown(t *testing.T) {
	var r Readers
	dir := t.TempDir()
	if got := r.Of(filepath.Join(dir, "not there")); got != AccessUnknown {
		t.Errorf("not there: %v", got)
	}
	long := filepath.Join(dir, "una cartella dal nome molto lungo àèìòù", "una cartella dal nome molto lungo àèìòù", "una cartella dal nome molto lungo àèìòù", "una cartella dal nome molto lungo àèìòù", "una cartella dal nome molto lungo àèìòù", "una cartella dal nome molto lungo àèìòù")
	if err := os.MkdirAll(long, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := r.Of(long); got == AccessUnknown {
		t.Errorf("a path of %d characters: not known", len([]rune(long)))
	}
}
