package replace

import (
	"path/filepath"
	"strings"
)

// Program names the program that left a mark (Result.Mark) beside a file; "" where the
// mark does not tell.
func Program(name, mark string) string {
	switch low := strings.ToLower(mark); {
	case strings.HasPrefix(low, ".~lock."):
		return "LibreOffice"
	case strings.HasSuffix(low, ".laccdb"), strings.HasSuffix(low, ".ldb"):
		return "Microsoft Access"
	case strings.HasPrefix(low, "~$"):
		return office[strings.ToLower(filepath.Ext(name))]
	}
	return ""
}

// UsualProgram names the program that files of such a name belong to, and which keeps
// them open while it runs; "" for all others.
func UsualProgram(name string) string { return keeping[strings.ToLower(filepath.Ext(name))] }

var office = map[string]string{
	".doc": "Word", ".docx": "Word", ".docm": "Word", ".dot": "Word", ".dotx": "Word", ".rtf": "Word", ".odt": "Word",
	".xls": "Excel", ".xlsx": "Excel", ".xlsm": "Excel", ".xlsb": "Excel", ".xlt": "Excel", ".xltx": "Excel", ".csv": "Excel", ".ods": "Excel",
	".ppt": "PowerPoint", ".pptx": "PowerPoint", ".pptm": "PowerPoint", ".pps": "PowerPoint", ".ppsx": "PowerPoint", ".odp": "PowerPoint",
	".vsd": "Visio", ".vsdx": "Visio", ".pub": "Publisher",
}

var keeping = map[string]string{
	".pst": "Outlook", ".ost": "Outlook", ".mbox": "Thunderbird", ".qbw": "QuickBooks", ".gnucash": "GnuCash", ".kdbx": "KeePass",
	".accdb": "Microsoft Access", ".accde": "Microsoft Access", ".mdb": "Microsoft Access", ".mde": "Microsoft Access",
}
