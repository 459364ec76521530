"""Writes letters as flat ODF and has LibreOffice Writer save them as RTF, gzipped.

python3 make.py makes them anew. All people in them are made up.
"""
import gzip, os, shutil, subprocess, tempfile

OFFICE = ['office:document', 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"',
          'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"',
          'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
          'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
          'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
          'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
          'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
          'xmlns:xlink="http://www.w3.org/1999/xlink"', 'xmlns:dc="http://purl.org/dc/elements/1.1/"',
          'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"',
          'office:version="1.3"', 'office:mimetype="application/vnd.oasis.opendocument.text"']

STYLES = '''<office:automatic-styles>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold" fo:letter-spacing="0.05cm"/></style:style>
<style:page-layout style:name="P"><style:page-layout-properties/><style:header-style/><style:footer-style/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">%s</style:master-page></office:master-styles>'''

NAMES = ['Anna', 'Bruno', 'Chiara', 'Dario', 'Elena', 'Fabio', 'Giulia', 'Hugo', 'Irene', 'Jacopo']
SURNAMES = ['Bellaprova', 'Dellaprova', 'Ortofinto', "D'Esempio", 'Niccolò-Città', 'Žižková', 'Łódźka', 'Großmann']


def person(i):
    n, s = NAMES[i % 10], SURNAMES[i % 8]
    return [s, n, f'{n.lower()}{i}@example.com', f'+39 399 {i:03d} {9000 + i}', f'Via Finta {i}, 00000 Borgo']


def cells(values, p='<text:p>%s</text:p>'):
    return ''.join('<table:table-cell office:value-type="string">' + p % v + '</table:table-cell>' for v in values)


def table(rows, n):
    return (f'<table:table table:name="T{n}"><table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
            + ''.join('<table:table-row>' + cells(r) + '</table:table-row>' for r in rows) + '</table:table>')


LETTER = '''<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>
<dc:creator>Carla Cambia</dc:creator><dc:date>2026-01-01T10:00:00</dc:date></office:change-info>
<text:p>Deletino Cancellato</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:p>Gentile Mario Rossi,</text:p><text:p/>
<text:p>scriva a mario<text:span text:style-name="B">@</text:span>exam<text:span text:style-name="B">ple</text:span>.com<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Nota: nota@example.org</text:p></text:note-body></text:note> oppure<text:line-break/>al <text:a xlink:href="mailto:link@example.org">nostro ufficio</text:a>.</text:p>
<text:p>Caratteri: àèìòù ÀÈ ßüöä ŁÓDŹ čšž ñ ¿ € “virgolette” ‘così’ – — … 日本語 Москва Ελλάδα 😀 333\u00a0123\u20114567 co\u00adoperare {graffe} \\barra</text:p>
<text:p>Con<text:tab/>tab<text:change text:change-id="c1"/> e commento<office:annotation><dc:creator>Livio Lettore</dc:creator><dc:date>2026-01-01T10:00:00</dc:date><text:p>Commento: commento@example.org</text:p></office:annotation> qui.</text:p>
<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm"><draw:text-box><text:p>Casella: casella@example.org</text:p></draw:text-box></draw:frame>Intorno alla casella.</text:p>
<text:p>Fine.<text:note text:note-class="endnote"><text:note-citation>i</text:note-citation><text:note-body><text:p>Nota finale</text:p></text:note-body></text:note></text:p>'''
EDGES = ('<style:header><text:p>Intestazione: testa@example.org</text:p></style:header>'
         '<style:footer><text:p>Piede: piede@example.org</text:p></style:footer>')
META = '''<office:meta><dc:title>Lettera di prova</dc:title><dc:subject>Oggetto</dc:subject><meta:keyword>chiave</meta:keyword>
<meta:initial-creator>Aurelia Autrice</meta:initial-creator><dc:creator>Aurelia Autrice</dc:creator>
<meta:user-defined meta:name="Cliente">Proprietà Propria</meta:user-defined></office:meta>'''

PEOPLE = '<text:p>Elenco</text:p>' + table([['Cognome', 'Nome', 'E-mail', 'Telefono', 'Indirizzo']] + [person(i) for i in range(40)], 1) + '<text:p>Fine</text:p>'
NESTED = ('<text:p>Prima</text:p><table:table table:name="O"><table:table-column table:number-columns-repeated="2"/>'
          '<table:table-row>' + cells(['<text:p>fuori uno</text:p><text:p>secondo paragrafo</text:p>',
                                       '<text:p>prima</text:p>' + table([person(i)[:3] for i in range(3)], 2) + '<text:p>dopo</text:p>'], '%s')
          + '</table:table-row><table:table-row>' + cells(['fuori<text:line-break/>due', 'ultima']) + '</table:table-row></table:table><text:p>Dopo</text:p>')


def save(name, text, edges='', meta=''):
    with tempfile.TemporaryDirectory() as d:
        src = os.path.join(d, name + '.fodt')
        with open(src, 'w', encoding='utf-8') as f:
            f.write('<?xml version="1.0" encoding="UTF-8"?><' + ' '.join(OFFICE) + '>' + meta + STYLES % edges
                    + '<office:body><office:text>' + text + '</office:text></office:body></office:document>')
        subprocess.run(['soffice', '--headless', '-env:UserInstallation=file://' + d + '/profile',
                        '--convert-to', 'rtf', '--outdir', d, src], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(d, name + '.rtf'), 'rb') as f, open(name + '.rtf.gz', 'wb') as out:
            with gzip.GzipFile('', 'wb', 9, out, mtime=0) as z:
                shutil.copyfileobj(f, z)


save('letter', LETTER, EDGES, META)
save('people', PEOPLE)
save('nested', NESTED)
