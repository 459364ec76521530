#!/usr/bin/env python3
"""Makes the fixtures of this folder with Python's email and mailbox packages:
NAME.eml or NAME.mbox, and NAME.json with what Python finds in it."""
import base64, email, email.policy, hashlib, json, mailbox, os, random, sys
from email.header import Header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email import charset as cs

here = os.path.dirname(os.path.abspath(__file__))
rnd = random.Random(7)
ITALIAN = "Gentile cliente,\nla città è Forlì, perché no? Già fatto: 100 € a Niccolò Però.\n"
LONG = "Il signor Mario Rossi, nato a Forlì il 1° aprile 1980, abita in via dell'Università 5, e il suo numero è +39 333 1234567. " * 3 + "\n"

def text(cset, body, cte=None):
    if cte:
        c = cs.Charset(cset)
        c.body_encoding = {"qp": cs.QP, "b64": cs.BASE64, "8bit": None}[cte]
        m = MIMEText("", "plain", "us-ascii")
        del m["Content-Type"], m["Content-Transfer-Encoding"], m["MIME-Version"]
        m["MIME-Version"] = "1.0"
        m["Content-Type"] = f'text/plain; charset="{cset}"'
        raw = body.encode(cset)
        import quopri
        if cte == "qp":
            m["Content-Transfer-Encoding"] = "quoted-printable"
            m.set_payload(quopri.encodestring(raw).decode("ascii"))
        elif cte == "b64":
            m["Content-Transfer-Encoding"] = "base64"
            m.set_payload(base64.encodebytes(raw).decode("ascii"))
        else:
            m["Content-Transfer-Encoding"] = "8bit"
            m.set_payload(raw.decode("ascii", "surrogateescape"))
        return m
    return MIMEText(body, "plain", cset)

def heads(m, subject, cset="utf-8"):
    m["Received"] = "from a.example.com by b.example.com; Thu, 1 Jan 2026 10:00:00 +0100"
    m["From"] = ("Niccolò Forlì" if isinstance(m, EmailMessage) else Header("Niccolò Forlì", cset).encode()) + " <niccolo@example.com>"
    m["To"] = "Mario Rossi <mario.rossi@example.com>, Anna Bianchi <anna@example.org>"
    m["Subject"] = subject if isinstance(m, EmailMessage) else Header(subject, cset)
    m["Message-ID"] = "<1@example.com>"
    return m

def save(name, raw):
    with open(os.path.join(here, name + ".eml"), "wb") as f:
        f.write(raw)
    golden(name, [raw])

def golden(name, messages):
    out = {"headers": [], "parts": []}
    for raw in messages:
        walk(email.message_from_bytes(raw, policy=email.policy.default), 0, False, out)
    with open(os.path.join(here, name + ".json"), "w") as f:
        json.dump(out, f, indent=1, ensure_ascii=False)

def filler(s, out, depth, alt):
    if s and s.strip():
        out["parts"].append({"type": "text/plain", "name": "", "depth": depth, "alt": alt, "text": s})

def decoded(part):
    raw = part.get_payload(decode=True) or b""
    if part.get_content_maintype() != "text":
        return {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw)}
    cset = part.get_content_charset() or "utf-8"
    return {"text": raw.decode(cset, "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")}

def walk(m, depth, alt, out):
    for k in ("From", "To", "Subject"):
        if m[k]:
            out["headers"].append(k + ": " + " ".join(str(m[k]).split()))
    t = m.get_content_type()
    if t == "message/rfc822":
        walk(m.get_payload(0), depth + 1, False, out)
    elif m.is_multipart():
        alt = alt or t == "multipart/alternative"
        filler(m.preamble, out, depth, alt)
        for p in m.get_payload():
            walk(p, depth, alt, out)
        filler(m.epilogue, out, depth, alt)
    else:
        d = {"type": t, "name": m.get_filename() or "", "depth": depth, "alt": alt}
        d.update(decoded(m))
        out["parts"].append(d)

# every charset, in every transfer encoding that it has
SAMPLES = {
    "utf-8": ITALIAN + "日本語 Привет\n", "iso-8859-1": "Però la città è Forlì\n", "iso-8859-15": ITALIAN,
    "windows-1252": ITALIAN, "windows-1251": "Привет, Иван Петров\n", "koi8-r": "Привет, Иван Петров\n",
    "iso-8859-2": "Zażółć gęślą jaźń\n", "iso-8859-7": "Γειά σου Κόσμε\n", "windows-1253": "Γειά σου Κόσμε\n",
    "gb18030": "你好，世界。王小明\n", "gb2312": "你好，世界。王小明\n", "big5": "你好，世界。王小明\n",
    "shift_jis": "こんにちは、田中さん\n", "iso-2022-jp": "こんにちは、田中さん\n", "euc-jp": "こんにちは、田中さん\n",
    "euc-kr": "안녕하세요 김철수\n", "utf-7": "Però 日本語 + e -\n", "windows-1254": "İstanbul'da Şükrü Ağa\n",
    "windows-1255": "שלום עולם\n", "windows-1256": "مرحبا\n", "iso-8859-5": "Привет\n", "cp850": "Però è città\n",
    "utf-16": ITALIAN, "utf-16le": ITALIAN, "utf-16be": ITALIAN,
}
box = MIMEMultipart("mixed", boundary="=charsets=")
heads(box, "Tutti i set di caratteri: è, ü, 日本語")
for c, body in SAMPLES.items():
    ctes = ["b64"] if c.startswith("utf-16") else ["qp", "b64", "8bit"]
    for cte in ctes:
        box.attach(text(c, body * 2, cte))
save("charsets", box.as_bytes())

# alternative, with attachments whose names are not ASCII
m = EmailMessage()
heads(m, "Fattura n. 12 – già pagata €")
m.set_content(LONG + ITALIAN)
m.add_alternative("<html><body><p>" + LONG + "</p></body></html>", subtype="html")
m.add_attachment(rnd.randbytes(3000), maintype="application", subtype="pdf", filename="fattura città €.pdf")
m.add_attachment("nome;email\nMario;mario@example.com\n", subtype="csv", filename="clienti.csv")
m.add_attachment(b"PK\x03\x04" + rnd.randbytes(500), maintype="application", subtype="zip",
                 filename="un nome molto lungo con città e perché che va oltre una riga intera " * 2 + ".zip")
save("attachments", m.as_bytes())
save("attachments-crlf", m.as_bytes(policy=email.policy.SMTP))

# forwarded, twice, and a digest
inner = EmailMessage()
heads(inner, "Originale: così")
inner.set_content(ITALIAN, cte="quoted-printable")
inner.add_attachment(rnd.randbytes(200), maintype="application", subtype="octet-stream", filename="a.bin")
outer = EmailMessage()
heads(outer, "Fwd: così")
outer.set_content("Vedi sotto\n")
outer.add_attachment(inner)
outermost = MIMEMultipart("mixed", boundary="=out=")
heads(outermost, "Fwd: Fwd: così")
outermost.preamble = "Questa è una premessa scritta da un programma.\n".replace("è", "e'")
outermost.epilogue = "\nE questa una coda.\n"
outermost.attach(MIMEMessage(outer))
digest = MIMEMultipart("digest", boundary="=digest=")
for i in range(3):
    d = MIMEText(f"Messaggio {i} di uno@example.com\n")
    heads(d, f"Numero {i}")
    w = MIMEMessage(d)
    if i:
        del w["Content-Type"]
    digest.attach(w)
outermost.attach(digest)
save("forwarded", outermost.as_bytes())

# names by RFC 2231 in pieces, and by RFC 2047 in quotes
raw = b"""From: a@example.com
Subject: =?iso-8859-1?Q?Citt=E0_di_?=
 =?iso-8859-1?B?Rm9ybOw=?= =?utf-8?q?_ok?=
MIME-Version: 1.0
Content-Type: multipart/mixed; (a comment; with "things") boundary="b o;u\\"nd"

--b o;u\\"nd
""".replace(b'\\"', b"'")
raw += b"""Content-Type: application/x-one
Content-Disposition: attachment;
 filename*0*=utf-8'it'Citt%C3%A0%20;
 filename*1="di ";
 filename*2*=Forl%C3%AC.pdf
Content-Transfer-Encoding: base64

QUJD
--b o;u'nd
Content-Type: application/x-two; name="=?utf-8?B?UGVyw7IucGRm?="
Content-Transfer-Encoding: BASE64

REVG
--b o;u'nd
Content-Type: application/x-three
Content-Disposition: attachment; filename*=iso-8859-1''na%EFve.txt; filename="naive.txt"

GHI
--b o;u'nd--
"""
save("names", raw)

mbox = os.path.join(here, "box.mbox")
if os.path.exists(mbox):
    os.remove(mbox)
b = mailbox.mbox(mbox)
sent = []
for i in range(4):
    d = EmailMessage()
    heads(d, f"Messaggio {i}: però")
    d.set_content(f"Numero {i}\nFrom here on it is text\n\nFrom mario@example.com Thu Jan  1 00:00:00 2026\nstill text\n" + ITALIAN, cte="8bit" if i % 2 else "quoted-printable")
    if i == 2:
        d.add_attachment(rnd.randbytes(100), maintype="image", subtype="png", filename="x.png")
    sent.append(d.as_bytes(policy=email.policy.default.clone(mangle_from_=False)))
    x = mailbox.mboxMessage(d)
    x.set_from("mario@example.com", (2026, 1, 1, 10, 0, i, 3, 1, 0))
    b.add(x)
b.flush()
b.close()
golden("box", sent)
