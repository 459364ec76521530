package pdf

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// annotated is a page that shows "page", with annotations.
func annotated(annots ...string) *maker {
	m := simple(say("page"))
	list := ""
	for i, a := range annots {
		m.objs[100+i] = a
		list += fmt.Sprintf("%d 0 R ", 100+i)
	}
	m.objs[10] = strings.Replace(m.objs[10], "/Parent", "/Annots["+list+"]/Parent", 1)
	return m
}

func TestNotes(t *testing.T) {
	look := "<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F 5 0 R>>>>/Length 40>>stream\nBT /F 10 Tf 2 5 Td (look) Tj ET\nendstream"
	for name, c := range map[string]struct {
		annot, want string
	}{
		"note":          {"<</Subtype/Text/T(Mario)/Contents(call\r\n 333)>>", "page\nMario\ncall\n 333\n"},
		"UTF-16":        {"<</Subtype/Text/Contents<FEFF004E00F2>>>", "page\nNò\n"},
		"UTF-8":         {"<</Subtype/Text/Contents<EFBBBF4EC3B2>>>", "page\nNò\n"},
		"field":         {"<</Subtype/Widget/FT/Tx/V(Verdi)/AP<</N 50 0 R>>>>", "page\nVerdi\n"},
		"parent":        {"<</Subtype/Widget/Parent 51 0 R>>", "page\nof the parent\n"},
		"two widgets":   {"<</Subtype/Widget/Parent 51 0 R>> endobj 101 0 obj <</Subtype/Widget/Parent 51 0 R>>", "page\nof the parent\n"},
		"choice":        {"<</Subtype/Widget/FT/Ch/V[(a)(b)]>>", "page\na\nb\n"},
		"long text":     {"<</Subtype/Widget/FT/Tx/V 52 0 R>>", "page\nin a stream\n"},
		"look":          {"<</Subtype/FreeText/Rect[50 500 150 520]/AP<</N 50 0 R>>>>", "page\nlook\n"},
		"look by state": {"<</Subtype/Widget/AS/On/Rect[50 500 150 520]/AP<</N<</On 50 0 R/Off 1 0 R>>>>>>", "page\nlook\n"},
		"mail link":     {"<</Subtype/Link/A<</S/URI/URI(MAILTO:a@example.com)>>>>", "page\nMAILTO:a@example.com\n"},
		"web link":      {"<</Subtype/Link/A<</S/URI/URI(https://example.com)>>>>", "page\n"},
		"parent loop":   {"<</Subtype/Widget/Parent 100 0 R>>", "page\n"},
	} {
		t.Run(name, func(t *testing.T) {
			m := annotated(c.annot)
			m.objs[50] = look
			m.objs[51] = "<</FT/Tx/V(of the parent)>>"
			m.stream(52, "", []byte("in a stream"))
			if text, info := must(t, m.table()); text != c.want || info != (Info{Pages: 1}) {
				t.Errorf("%q %+v, want %q", text, info, c.want)
			}
		})
	}
}

func TestOutside(t *testing.T) {
	m := simple(say("page"))
	m.objs[1] = `<</Pages 2 0 R/Outlines 20 0 R/AcroForm 30 0 R/Names<</EmbeddedFiles 40 0 R>>/AF[45 0 R 47 0 R]>>`
	m.objs[3] = "<</Title(A title)/Author(Mario)/Subject<FEFF00E8>/Keywords(k)/Producer(nobody)>>"
	m.trailer = "/Info 3 0 R"
	m.objs[20] = "<</First 21 0 R>>"
	m.objs[21] = "<</Title(one)/Next 22 0 R/First 23 0 R>>"
	m.objs[22] = "<</Title(two)/Next 21 0 R>>"
	m.objs[23] = "<</Title(one.one)/Next 23 0 R>>"
	m.objs[30] = "<</Fields[31 0 R]/XFA[(template) 33 0 R (datasets) 34 0 R]>>"
	m.objs[31] = "<</T(a)/Kids[31 0 R 32 0 R]>>"
	m.objs[32] = "<</T(b)/V(unseen)>>"
	m.stream(33, "", []byte("<t>no</t>"))
	m.stream(34, "", []byte("<d:data>\n<name>Rossi &amp; co</name></d:data>"))
	m.objs[40] = "<</Kids[41 0 R 40 0 R]>>"
	m.objs[41] = "<</Names[(x) 45 0 R (y) 46 0 R]>>"
	m.objs[45] = "<</Type/Filespec/F(old.csv)/UF<FEFF00E8002E006300730076>/EF<</F 48 0 R>>>>"
	m.objs[46] = "<</F(broken.csv)/EF<</F 49 0 R>>>>"
	m.objs[47] = "<</F(photo.jpg)/EF<</F 50 0 R>>>>"
	m.stream(48, "/Filter/FlateDecode", deflate([]byte("a,b\n1,2\n")))
	m.stream(49, "/Filter/FlateDecode", []byte("\x78\x9cnothing of the kind"))
	m.stream(50, "/Filter/DCTDecode", []byte("\xff\xd8"))
	for name, b := range map[string][]byte{"table": m.table(), "packed": m.packed()} {
		g, info, err := read(t, b)
		if err != nil {
			t.Fatal(err)
		}
		want := "page\n[0]\nA title\nMario\nè\nk\none\none.one\ntwo\nunseen\nRossi & co\n"
		if g.text.String() != want || info != (Info{Pages: 1, Unread: 1}) { // the names are in themselves
			t.Errorf("%s: %q %+v", name, g.text.String(), info)
		}
		files := map[string]string{"è.csv": "a,b\n1,2\n", "broken.csv": " pdf: damaged", "photo.jpg": "\xff\xd8"}
		if diff := cmp.Diff(files, g.files); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestInfo shows how pages are counted.
func TestInfo(t *testing.T) {
	image := "/XObject<</I 6 0 R>>"
	for name, c := range map[string]struct {
		content string
		want    Info
	}{
		"text":               {say("a"), Info{Pages: 1}},
		"empty":              {"", Info{Pages: 1}},
		"image":              {"q 600 0 0 800 0 0 cm /I Do Q", Info{Pages: 1, NoText: 1}},
		"small image":        {"q 60 0 0 80 0 0 cm /I Do Q", Info{Pages: 1, NoText: 1}},
		"inline image":       {"BI /W 1 /H 1 ID \x00 EI", Info{Pages: 1, NoText: 1}},
		"outlines":           {"0 0 m 10 10 l 10 0 l f", Info{Pages: 1, NoText: 1}},
		"stamped scan":       {"q 600 0 0 800 0 0 cm /I Do Q " + say("Page 1 of 9"), Info{Pages: 1, NoText: 1}},
		"scan with its text": {"q 600 0 0 800 0 0 cm /I Do Q " + say(strings.Repeat("text of the scan ", 5)), Info{Pages: 1}},
		"logo and text":      {"q 60 0 0 80 0 0 cm /I Do Q " + say("a"), Info{Pages: 1}},
		"unknown font":       {"BT /Nobody 10 Tf (abc) Tj ET", Info{Pages: 1, Unread: 1}},
		"no font":            {"BT (abc) Tj ET", Info{Pages: 1, Unread: 1}},
		"one in ten":         {say("abcdefghi") + " BT /Nobody 10 Tf (a) Tj ET", Info{Pages: 1}},
		"two in ten":         {say("abcdefgh") + " BT /Nobody 10 Tf (ab) Tj ET", Info{Pages: 1, Unread: 1}},
		"missing form":       {say("a") + " /Gone Do", Info{Pages: 1, Unread: 1}},
		"endless image":      {say("a") + " BI /W 1 ID \x00\x00", Info{Pages: 1, Unread: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := simple(c.content)
			m.objs[2] = strings.Replace(m.objs[2], helvetica, helvetica+strings.Replace(image, ">>", "/Gone 77 0 R>>", 1), 1)
			m.stream(6, "/Subtype/Image/Width 1/Height 1/Filter/DCTDecode", []byte("\xff\xd8"))
			if _, info := must(t, m.table()); info != c.want {
				t.Errorf("%+v, want %+v", info, c.want)
			}
		})
	}
	t.Run("missing content", func(t *testing.T) {
		m := simple(say("a"), say("b"))
		delete(m.objs, 11)
		if text, info := must(t, m.table()); text != "[2]\nb\n" || info != (Info{Pages: 2, Unread: 1}) {
			t.Errorf("%q %+v", text, info)
		}
	})
	t.Run("missing page", func(t *testing.T) {
		m := simple(say("a"), say("b"))
		delete(m.objs, 10)
		if text, info := must(t, m.table()); text != "[2]\nb\n" || info != (Info{Pages: 2, Unread: 1}) {
			t.Errorf("%q %+v", text, info)
		}
	})
	t.Run("contents in pieces", func(t *testing.T) {
		m := simple("BT /F 10 Tf 50 700 Td (a)", "", "(c) Tj ET")
		m.objs[10] = "<</Type/Page/Contents[11 0 R 13 0 R 15 0 R]>>"
		m.objs[12], m.objs[14] = "<</Type/Page>>", "<</Type/Page>>"
		m.stream(13, "", []byte("Tj (b) Tj"))
		if text, info := must(t, m.table()); text != "abc\n" || info != (Info{Pages: 3}) {
			t.Errorf("%q %+v", text, info)
		}
	})
}
