package rtf

// act is what a control word does.
type act uint8

const (
	none    act = iota // formatting that is of no interest, or not known
	pass               // a destination of which the text is read where it stands
	dest               // a destination; arg is its place
	away               // a destination that is skipped
	picture            // the same, a picture
	twin               // the same, a picture for older programs
	objData
	objBegin
	objLook
	shapeValue
	paraNumber
	char // a character: arg
	tab
	line // the end of a line
	stop // the end of a page, section, column
	cell
	cellIn // of a table inside a cell
	row
	rowIn
	inRow
	paragraph // paragraph formatting ends
	level
	plainText // character formatting ends
	gone
	font
	fontOther
	fontDefault
	fontCharset
	fontPage
	docPage // code page of the document: its number
	docKind // code page of the document: arg
	toRight
	toLeft
	fallback
	letter
	rawData
)

// meaning is what a control word does, and to what.
type meaning struct {
	act act
	arg rune
}

// meanings are the control words that mean something here (1.9.1, "Contents of an
// RTF File"). It is never changed.
var meanings = map[string]meaning{
	"pard": {act: paragraph}, "par": {act: line}, "line": {act: line}, "lbr": {act: line}, "plain": {act: plainText},
	"f": {act: font}, "af": {act: fontOther}, "ltrch": {act: toRight}, "rtlch": {act: toLeft},
	"u": {act: letter}, "uc": {act: fallback}, "bin": {act: rawData}, "tab": {act: tab}, "deleted": {act: gone},
	"page": {act: stop}, "sect": {act: stop}, "column": {act: stop},
	"cell": {act: cell}, "row": {act: row}, "nestcell": {act: cellIn}, "nestrow": {act: rowIn},
	"intbl": {act: inRow}, "trowd": {act: inRow}, "itap": {act: level},

	"emdash": {char, '—'}, "endash": {char, '–'}, "bullet": {char, '•'},
	"lquote": {char, '‘'}, "rquote": {char, '’'}, "ldblquote": {char, '“'}, "rdblquote": {char, '”'},
	"emspace": {char, '\u2003'}, "enspace": {char, '\u2002'}, "qmspace": {char, '\u2005'}, "softline": {char, ' '},
	"zwj": {char, '\u200d'}, "zwnj": {char, '\u200c'},

	"fonttbl": {dest, rune(fonts)}, "fcharset": {act: fontCharset}, "cpg": {act: fontPage}, "deff": {act: fontDefault},
	"ansicpg": {act: docPage}, "ansi": {docKind, western}, "mac": {docKind, macRoman}, "pc": {docKind, 437}, "pca": {docKind, 850},

	"header": {dest, rune(header)}, "headerl": {dest, rune(header)}, "headerr": {dest, rune(header)}, "headerf": {dest, rune(header)},
	"footer": {dest, rune(footer)}, "footerl": {dest, rune(footer)}, "footerr": {dest, rune(footer)}, "footerf": {dest, rune(footer)},
	"footnote": {dest, rune(footnote)}, "ftncn": {dest, rune(footnote)}, "aftncn": {dest, rune(footnote)},
	"annotation": {dest, rune(comment)}, "atnauthor": {dest, rune(comment)}, "atnid": {dest, rune(comment)},

	"info": {dest, rune(list)}, "userprops": {dest, rune(list)}, "docvar": {dest, rune(list)},
	"revtbl": {dest, rune(list)}, "protusertbl": {dest, rune(list)}, "propname": {dest, rune(label)},
	"title": {dest, rune(properties)}, "subject": {dest, rune(properties)}, "author": {dest, rune(properties)},
	"manager": {dest, rune(properties)}, "company": {dest, rune(properties)}, "operator": {dest, rune(properties)},
	"category": {dest, rune(properties)}, "keywords": {dest, rune(properties)}, "comment": {dest, rune(properties)},
	"doccomm": {dest, rune(properties)}, "hlinkbase": {dest, rune(properties)}, "staticval": {dest, rune(properties)},

	"field": {act: pass}, "fldrslt": {act: pass}, "formfield": {act: pass}, "ud": {act: pass}, "upr": {act: pass}, "hl": {act: pass},
	"shp": {act: pass}, "shpinst": {act: pass}, "shpgrp": {act: pass}, "background": {act: pass}, "do": {act: pass},
	"shppict": {act: pass}, "nesttableprops": {act: pass}, "moMath": {act: pass}, "moMathPara": {act: pass},
	"fldinst": {dest, rune(aside)}, "ffdeftext": {dest, rune(aside)}, "ffl": {dest, rune(aside)},
	"ffhelptext": {dest, rune(aside)}, "ffstattext": {dest, rune(aside)}, "xe": {dest, rune(aside)}, "tc": {dest, rune(aside)},
	"hlsrc": {dest, rune(aside)}, "hlfr": {dest, rune(aside)}, "hlloc": {dest, rune(aside)}, "htmltag": {dest, rune(aside)},
	"shptxt": {dest, rune(box)}, "dptxbxtext": {dest, rune(box)}, "sn": {dest, rune(named)}, "sv": {act: shapeValue},
	"listtext": {act: paraNumber}, "pntext": {act: paraNumber},

	"object": {act: objBegin}, "objdata": {act: objData}, "result": {act: objLook},
	"pict": {act: picture}, "nonshppict": {act: twin},

	"colortbl": {act: away}, "stylesheet": {act: away}, "filetbl": {act: away}, "listtable": {act: away},
	"listoverridetable": {act: away}, "listpicture": {act: away}, "levelnumbers": {act: away}, "leveltext": {act: away},
	"shprslt": {act: away}, "nonesttables": {act: away}, "bkmkstart": {act: away}, "bkmkend": {act: away},
	"datafield": {act: away}, "generator": {act: away}, "template": {act: away}, "themedata": {act: away},
	"colorschememapping": {act: away}, "datastore": {act: away}, "latentstyles": {act: away}, "private": {act: away},
	"ftnsep": {act: away}, "ftnsepc": {act: away}, "aftnsep": {act: away}, "aftnsepc": {act: away},
	"panose": {act: away}, "falt": {act: away}, "rsidtbl": {act: away}, "xmlnstbl": {act: away},
	"ffname": {act: away}, "ffformat": {act: away}, "ffentrymcr": {act: away}, "ffexitmcr": {act: away},
	"objclass": {act: away}, "objname": {act: away}, "atnref": {act: away}, "atndate": {act: away}, "atntime": {act: away},
}
