#!/usr/bin/env python3
"""Makes the fixtures of this folder, in the forms that phones and Outlook write."""
import os, quopri
here = os.path.dirname(os.path.abspath(__file__))

def fold(line, width=75):
    raw = line.encode()
    out = [raw[:width]]
    raw = raw[width:]
    while raw:
        out.append(b" " + raw[:width - 1])
        raw = raw[width - 1:]
    return b"\r\n".join(out) + b"\r\n"

def save(name, lines):
    with open(os.path.join(here, name), "wb") as f:
        for l in lines:
            f.write(l if isinstance(l, bytes) else fold(l))

photo = "/9j/4AAQSkZJRgABAQAAAQABAAD" * 40
save("iphone30.vcf", ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//iPhone OS 17.0//EN",
    "N:Rossi;Mario;Luca;Dott.;", "FN:Dott. Mario Luca Rossi", "ORG:Bottega Città;Vendite;",
    "item1.EMAIL;type=INTERNET;type=pref:mario.rossi@example.com", "item1.X-ABLabel:_$!<HomePage>!$_",
    "TEL;type=CELL;type=VOICE;type=pref:+39 333 123 4567",
    "ADR;type=HOME;type=pref:;;Via dell'Università 5\\, int. 3;Forlì;FC;47121;Italia",
    "BDAY;value=date:1984-03-12",
    "NOTE:Riga uno\\nRiga due\\; con punto e virgola\\, e virgola e una riga molto lunga che va piegata perché oltre settantacinque",
    "PHOTO;ENCODING=b;TYPE=JPEG:" + photo, "END:VCARD",
    "BEGIN:VCARD", "VERSION:3.0", "N:Bianchi;Anna;;;", "FN:Anna Bianchi", "EMAIL:anna@example.org", "END:VCARD"])
qp = lambda s: quopri.encodestring(s.encode(), quotetabs=False).replace(b"\n", b"\r\n")
save("android21.vcf", [b"BEGIN:VCARD\r\nVERSION:2.1\r\n",
    b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=50=65=72=C3=B2;=4E=69=63=63=6F=6C=C3=B2;;;\r\n",
    b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + qp("Niccolò Però") + b"\r\n",
    b"TEL;CELL:+393331234567\r\n", b"TEL;WORK;PREF:0543 123456\r\n", b"EMAIL;HOME:niccolo@example.com\r\n",
    b"NOTE;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Citt=E0 di Forl=EC, una nota molto lunga che=\r\n va a capo =\r\nper due volte=0D=0A\r\n",
    b"BDAY:19840312\r\n", b"PHOTO;ENCODING=BASE64;JPEG:\r\n " + b"\r\n ".join(photo[i:i + 72].encode() for i in range(0, len(photo), 72)) + b"\r\n\r\n",
    b"END:VCARD\r\n"])
save("rfc6350.vcf", ["BEGIN:VCARD", "VERSION:4.0", "FN:Simon Perreault", "N:Perreault;Simon;;;ing. jr,M.Sc.", "BDAY:--0203",
    "GENDER:M", "LANG;PREF=1:fr", "ORG;TYPE=work:Example", "ADR;LABEL=\"2875 boul. Laurier\\nQuébec\";TYPE=work:;Suite D2-630;2875 Laurier;Quebec;QC;G1V 2M2;Canada",
    "TEL;VALUE=uri;TYPE=\"work,voice\";PREF=1:tel:+1-418-656-9254;ext=102", "EMAIL;TYPE=work:simon@example.com",
    "PHOTO:data:image/jpeg;base64," + photo, "URL;TYPE=home:http://example.com/simon", "RELATED;TYPE=friend:mailto:friend%40example.org", "END:VCARD"])
save("calendar.ics", ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "X-WR-CALNAME:Appuntamenti di Mario", "BEGIN:VEVENT", "UID:1@example.com",
    "DTSTART;TZID=Europe/Rome:20260101T100000", "SUMMARY:Visita di Anna Bianchi", "LOCATION:Via Roma 1\\, Forlì",
    "ORGANIZER;CN=\"Rossi: Mario\":mailto:mario@example.com", "ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Anna Bianchi;SENT-BY=\"mailto:segreteria@example.com\":MAILTO:anna@example.org",
    "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Ricorda", "END:VALARM", "DESCRIPTION:Portare il documento CA12345AA\\nGrazie", "END:VEVENT", "END:VCALENDAR"])
