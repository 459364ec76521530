package rtf

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const head = `{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Calibri;}{\f1\fswiss\fcharset238 Arial CE;}` +
	`{\f2\fswiss\fcharset204{\*\fname Arial;}Arial Cyr;}{\f3\fnil\fcharset128 MS Mincho;}{\f4\fnil\fcharset77 Geneva;}{\f5\fnil\fcharset2 Symbol;}{\f6\fnil\fcharset130 Johab;}}`

// bodies are letters of which all text is in the body.
var bodies = []struct{ name, src, want string }{
	{"plain", `Mario Rossi\par`, "Mario Rossi\n"},
	{"no end of line", `Mario`, "Mario\n"},
	{"lines of the file are none", "Ma\r\nrio\npar\\par\n", "Mariopar\n"},
	{"empty lines stay", `a\par\par b\par`, "a\n\nb\n"},
	{"format in a word", `mario{\b @}example.com\par`, "mario@example.com\n"},
	{"format in a word, kerning", `{\expnd1 mario}{\kerning1\b @\b0 exa}{\i mple}.com`, "mario@example.com\n"},
	{"soft hyphen in a word", `mario\-.ros\-si@exam\u173?ple.com`, "mario.rossi@example.com\n"},
	{"bookmark in a word", `mario{\*\bkmkstart x}@{\*\bkmkend x}example.com`, "mario@example.com\n"},
	{"hyphen and blank", `333\_123\~4567\u160?8\u8209-9`, "333-123 4567 8-9\n"},
	{"dashes and quotes", `\lquote a\rquote\ldblquote b\rdblquote\emdash\endash\bullet`, "‘a’“b”—–•\n"},
	{"escaped", `\{a\}\\b`, "{a}\\b\n"},
	{"escaped end of line", "a\\\nb\\\r\nc", "a\nb\nc\n"},
	{"tabs", "a\\tab b\tc\\\td", "a\tb\tc\td\n"},
	{"page", `a\page b\par\page c\se` + `ct d\column e`, "a\nb\nc\nd\ne\n"},
	{"code page", `citt\'e0 \'80 \'93x\'94`, "città € “x”\n"},
	{"font", `{\f1 \'b3\'f3d\'9f}\f2\'cc\'ee\'f1\f0\'cc`, "łódźМосÌ\n"},
	{"two bytes", `\f3\'93\'fa\'96{\f0 x}`, "日\ufffdx\n"},
	{"two bytes, one of them a letter", `\f3\'83A\'83\'5c\'83\\x\'b1`, "アソソxｱ\n"},
	{"mac", `\f4 citt\'88`, "città\n"},
	{"plain goes back", `\f2\'cc\plain\'cc`, "МÌ\n"},
	{"group goes back", `{\f2\'cc}\'cc`, "МÌ\n"},
	{"right to left", `\ltrch\f0\rtlch\af2\'cc\ltrch\'cc`, "МÌ\n"},
	{"raw bytes", "citt\xe0 \xe8.", "città è.\n"},
	{"raw UTF-8", "città è €\u00a01 \U0001f600\xe2\x82x", "città è € 1 😀â‚x\n"},
	{"unicode", `\u322?\uc0\u243\uc2\u100 xxx{\uc0\u378}\u1234\'61\'62c`, "łódxźӒc\n"},
	{"negative", `\u-257?`, "\ufeff\n"},
	{"pair", `\u-10179?\u-8704?.\uc0\u55357\u56832.\u128512`, "😀.😀.😀\n"},
	{"half a pair", `a\u55357?b\u56832?c\u55357?\u322?`, "a\ufffdb\ufffdc\ufffdł\n"},
	{"fallback of symbols", `\u8217\rquote s\u8211\endash\u8212\_\u233\{x`, "’s–—éx\n"},
	{"fallback ends at a brace", `{\uc5\u322 a}bcd{\u322}e`, "łbcdłe\n"},
	{"fallback ends at a line", `\u322\par a`, "ł\na\n"},
	{"fallback is data", "\\u322\\bin3 }}}a", "ła\n"},
	{"control characters by number", `a\u10?b\u9?c\u147?d\'9e\u0?\u1?e\'00`, "a\nb\tc“dže\n"},
	{"no digits", `a\'zzb\'4`, "azzb4\n"},
	{"hidden", `a{\v nascosto}b`, "anascostob\n"},
	{"data", "a\\bin5 }{\\{}b\\bin-3 c\\bin0 d", "abcd\n"},
	{"unknown destination", `a{\*\unknown b{\*\fldinst c}}d{\unknown e}`, "ade\n"},
	{"colours, styles, lists", `{\colortbl;\red0;}{\stylesheet{\s0 Normal;}}{\*\listtable{\listname x;}}a`, "a\n"},
	{"words too long", `\aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa12 b\par000000000000000000000000000001 c\f99999999999999 d`, "bcd\n"},
	{"minus is text", `\b-x\b-1y`, "-xy\n"},
	{"number of a paragraph", `{\listtext\f5\'b7\tab}a\par{\pntext 1.\tab}b`, "· a\n1. b\n"},
	{"both names", `{\upr{a}{\*\ud{a\u322?}}}`, "aał\n"},
}

func TestBody(t *testing.T) {
	for _, c := range bodies {
		rec, _ := read(t, head+c.src+"}")
		if diff := cmp.Diff("[body]\n"+c.want, rec.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestParts(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"footnote in a word", `mario{\super\chftn{\footnote\pard nota\par}}@example.com`, "[body]\nmario@example.com\n[footnote]\nnota\n"},
		{"comment", `a{\*\atnid AR}{\*\atnauthor Anna Rossi}\chatn{\*\annotation{\*\atnref 1}\pard nota}b`, "[body]\nab\n[comment]\nAR\nAnna Rossi\nnota\n"},
		{"head and foot", `{\header a\par}{\footerf b}c`, "[body]\nc\n[header]\na\n[footer]\nb\n"},
		{"deleted", `a{\deleted\revauthdel1 b\par c}d`, "[body]\na\nd\n[deleted]\nb\nc\n"},
		{"deleted and not", `a{\deleted b\deleted0 c}`, "[body]\nac\n[deleted]\nb\n"},
		{"properties", `{\info{\title t}{\author Anna\u232?}{\creatim\yr2026}{\*\company c}}{\*\userprops{\propname n}\proptype30{\staticval v}}a`, "[body]\na\n[properties]\nt\nAnnaè\nc\nn: v\n"},
		{"link", `a{\field{\*\fldinst{HYPERLINK "mailto:x@example.com"}}{\fldrslt{\b b}}}c`, "[body]\nabc\n[aside]\nHYPERLINK \"mailto:x@example.com\"\n"},
		{"text box", `a{\shp{\*\shpinst{\sp{\sn name}{\sv 12}}{\sp{\sn wzDescription}{\sv alt}}{\shptxt b\par}}{\shprslt b}}c`, "[body]\nac\n[aside]\nalt\nb\n"},
		{"row", `\trowd\cellx1\cellx2\pard\intbl a\par b\cell{\b c}\tab d\cell\row\pard e`, "[body]\n|a b\tc d\ne\n"},
		{"empty cells", `\trowd\intbl\cell a\cell\cell\row`, "[body]\n|\ta\t\n"},
		{"empty row", `\trowd\intbl\row a`, "[body]\n\na\n"},
		{"row in the middle of a line", `a \trowd\intbl b\cell\row`, "[body]\n|a b\n"},
		{"rows without formatting", `a\cell b\cell\row c\cell d\cell\row`, "[body]\n|a\tb\n|c\td\n"},
		{"table in a cell", `\pard\intbl a\cell\pard\intbl\itap2 b\nestcell c\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}\pard\intbl\itap1 d\cell\row`, "[body]\n|a\td\n[aside]\nb\tc\n"},
		{"row of a header", `{\header\trowd\intbl a\cell b\cell\row}`, "[header]\na\tb\n"},
		{"picture", `a{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 0102}}b`, "[body]\nab\n"},
		{"object", `{\object\objemb{\*\objclass X}{\*\objdata 6369 61\'ff 6f}{\result{\pict 01}}}a`, "[body]\na\n[object]\n|-1|ciao|<nil>\n"},
		{"object as data", "{\\object{\\*\\objdata\\bin4 cia}}}a", "[body]\na\n[object]\n|-1|cia}|<nil>\n"},
		{"after the end", `a}{\rtf1 b`, "[body]\nab\n"},
	} {
		rec, _ := read(t, head+c.src+"}")
		if diff := cmp.Diff(c.want, rec.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestInfo(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      Info
	}{
		{"picture", `a{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 0102}}b`, Info{Pictures: 1}},
		{"picture for older programs only", `a{\nonshppict{\pict 0102}}b`, Info{Pictures: 1}},
		{"picture of an object", `{\object{\*\objdata 6369}{\result{\pict 01}}}`, Info{}},
		{"picture of an object that is not there", `{\object{\result{\pict 01}}}`, Info{Pictures: 1}},
		{"bullet", `{\*\listpicture{\pict 01}}`, Info{}},
		{"code page that is not known", `a\f6 b\'88\'61`, Info{Unread: 1}},
		{"the same, not used", `a\f6 b`, Info{}},
	} {
		_, info := read(t, head+c.src+"}")
		if diff := cmp.Diff(c.want, info); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
