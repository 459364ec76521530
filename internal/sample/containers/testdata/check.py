"""check.py FOLDER LIST.csv: prints for every file of the folder how many of the people of the list are whole in it.

It shares no code with what wrote the files: Python's own parsers, and pdftotext for PDF. A person is whole if all of the
fiscal code, e-mail, telephone and IBAN that the list has stand together with the surname in one row, record or mail, and in one
only. The old Office formats are searched as they are, without rows.
"""
import csv, email, email.policy, gzip, html.parser, io, json, mailbox, os, re, sqlite3, subprocess, sys, tarfile
import xml.etree.ElementTree as ET, zipfile

folder, truth = sys.argv[1], list(csv.reader(open(sys.argv[2], encoding="utf-8", newline="")))[1:]


def squash(s):
    return re.sub(r"\s+", "", s).lower()


class Rows(html.parser.HTMLParser):
    """The rows of all tables of a page."""
    def __init__(self):
        super().__init__()
        self.rows, self.in_cell = [], False

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data):
        if self.in_cell:
            self.rows[-1][-1] += data


def html_rows(text):
    p = Rows()
    p.feed(text)
    return [" ".join(r) for r in p.rows]


def table(data):
    text = data.decode("utf-16") if data[:2] == b"\xff\xfe" else None
    for name in ("utf-8-sig", "cp1252"):
        try:
            text = text or data.decode(name)
        except UnicodeDecodeError:
            pass
    dialect = csv.Sniffer().sniff(text.splitlines()[0], delimiters=",;\t")
    rows = [r for r in csv.reader(io.StringIO(text, newline=""), dialect)]
    assert {len(r) for r in rows} == {8}, "ragged"
    return [" ".join(r) for r in rows]


def walk_json(v):
    if isinstance(v, list):
        return [r for item in v for r in walk_json(item)]
    if isinstance(v, dict) and "cognome" not in v:
        return [r for item in v.values() for r in walk_json(item)]
    return [" ".join(str(x) for x in v.values())] if isinstance(v, dict) else []


def xml_rows(data, *tags):
    rows = []
    for e in ET.fromstring(data).iter():
        if e.tag.split("}")[-1] in tags:
            rows.append(" ".join(list(e.attrib.values()) + cells(e)))
    return rows


def cells(row):
    """The text of each child, glued inside a child."""
    return ["".join(c.itertext()) for c in row]


def xlsx(data):
    z, rows = zipfile.ZipFile(io.BytesIO(data)), []
    shared = ["".join(t.text or "" for t in si.iter() if t.tag.endswith("}t")) for si in ET.fromstring(z.read("xl/sharedStrings.xml"))]
    for name in z.namelist():
        if name.startswith("xl/worksheets/sheet"):
            for row in ET.fromstring(z.read(name)).iter():
                if row.tag.endswith("}row"):
                    got = []
                    for c in row:
                        v = "".join(c.itertext())
                        got.append(shared[int(v)] if c.get("t") == "s" else v)
                    rows.append(" ".join(got))
    return rows


def vcf(text):
    text = re.sub(r"\r\n[ \t]", "", text)
    assert all(len(l.encode()) < 300 for l in text.split("\r\n"))
    return text.split("BEGIN:VCARD")


def mail_rows(m):
    rows = []
    for part in m.walk():
        if part.get_content_type() == "text/html":
            rows += html_rows(part.get_content())
        elif part.get_filename():
            data = part.get_content()
            rows += table(data.encode("utf-8") if isinstance(data, str) else data)
    return rows


def sql(text):
    text = re.sub(r"ENGINE=.*?;", ";", text).replace("AUTO_INCREMENT", "")
    db = sqlite3.connect(":memory:")
    db.executescript(text)
    return [" ".join(str(c) for c in r) for r in db.execute("SELECT * FROM clienti")]


def sqlite(path):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    return [" ".join(str(c) for c in r) for t in tables for r in db.execute('SELECT * FROM "%s"' % t)]


def printable(data):
    """Old Office formats: their texts stand in one or two bytes a character, each cell somewhere. In workbooks a record may
    end within a text and be continued (0x3c, a length, the width of the characters)."""
    data += re.sub(rb"(?s)\x3c\x00..\x00", b"", data)
    return data.decode("latin-1") + " " + data.decode("utf-16-le", "replace") + " " + data[1:].decode("utf-16-le", "replace")


def rtf(data):
    text = re.sub(r"\\'([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]).decode("cp1252"), data.decode("latin-1"))
    text = re.sub(r"\\cell|\\row", "\n", text)
    return re.sub(r"\\[a-z]+-?\d* ?|[{}]|\r", "", text)


def read(path):
    data = open(path, "rb").read()
    name = os.path.basename(path)
    ext = name.rsplit(".", 1)[-1]
    if name.endswith(".tar.gz"):
        with tarfile.open(path) as t:
            return [r for m in t for r in table(t.extractfile(m).read())]
    if name.endswith(".json.gz"):
        return walk_json(json.loads(gzip.decompress(data)))
    if ext == "zip":
        rows = []
        for n in zipfile.ZipFile(path).namelist():
            inner = zipfile.ZipFile(path).read(n)
            if n.endswith(".zip"):
                z = zipfile.ZipFile(io.BytesIO(inner))
                rows += [r for m in z.namelist() if m.endswith(".csv") for r in table(z.read(m))]
            elif n.endswith(".csv"):
                rows += table(inner)
        return rows
    if ext == "mbox":
        box = [m for m in mailbox.mbox(path, factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default))]
        return [str(m["from"]) + "\n" + m.get_content() for m in box]
    if ext == "eml":
        return mail_rows(email.message_from_bytes(data, policy=email.policy.default))
    if ext in ("docx", "odt", "ods"):
        z = zipfile.ZipFile(io.BytesIO(data))
        return xml_rows(z.read("word/document.xml" if ext == "docx" else "content.xml"), "tr", "table-row")
    if ext == "pdf":
        return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout.splitlines()
    readers = {
        "csv": lambda: table(data), "tsv": lambda: table(data), "json": lambda: walk_json(json.loads(data)),
        "jsonl": lambda: [r for l in data.splitlines() for r in walk_json(json.loads(l))], "html": lambda: html_rows(data.decode("utf-8")),
        "xml": lambda: xml_rows(data, "cliente"), "vcf": lambda: vcf(data.decode("utf-8")), "sql": lambda: sql(data.decode("utf-8")),
        "xlsx": lambda: xlsx(data), "sqlite": lambda: sqlite(path),
        "rtf": lambda: rtf(data), "doc": lambda: printable(data), "xls": lambda: printable(data),
        "txt": lambda: data.decode("utf-8").split("Scheda n.") if b"Scheda n." in data else data.decode("utf-8").splitlines(),
    }
    return readers[ext]()


for name in sorted(os.listdir(folder)):
    rows = read(os.path.join(folder, name))
    own = [[squash(v) for v in (r[2], r[3], r[4], r[7]) if v] for r in truth]
    if isinstance(rows, str):  # no records: every identifier must be there
        text = squash(rows)
        whole = sum(all(v in text for v in vals) for vals in own)
    else:
        rows = [squash(r) for r in rows]
        whole = 0
        for r, vals in zip(truth, own):
            whole += sum(all(v in line for v in vals) and squash(r[0]) in line for line in rows) == 1
    print(name, whole)
