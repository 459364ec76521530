"""pages.py LIST.csv FOLDER: a flat ODT and a web page with the list, both for landscape A4 in small print."""
import csv, html, sys

rows = list(csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
folder = sys.argv[2]
widths = [2.2, 1.8, 3.4, 5.0, 2.9, 6.4, 2.0, 4.6]  # centimetres

with open(folder + "/page.html", "w", encoding="utf-8") as to:
    to.write("<!DOCTYPE html><html lang=it><meta charset=utf-8><title>Clienti</title><style>@page{size:A4 landscape;margin:8mm}"
             "body,table,th,h1{font:6pt DejaVu Sans Mono}td,th{padding:0 3pt;white-space:nowrap;text-align:left}</style><h1>Clienti</h1><table>")
    for i, row in enumerate(rows):
        to.write("<tr>" + "".join("<%s>%s" % ("th" if i == 0 else "td", html.escape(c)) for c in row) + "\n")
    to.write("</table></html>")

ns = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (a, b) for a, b in
              (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("fo", "xsl-fo-compatible")))
with open(folder + "/page.fodt", "w", encoding="utf-8") as to:
    to.write('<?xml version="1.0" encoding="UTF-8"?><office:document %s office:version="1.3" '
             'office:mimetype="application/vnd.oasis.opendocument.text"><office:styles>'
             '<style:style style:name="Standard" style:family="paragraph"><style:text-properties fo:font-size="6pt" '
             'fo:font-family="Liberation Sans"/></style:style></office:styles><office:automatic-styles>' % ns)
    for i, w in enumerate(widths):
        to.write('<style:style style:name="c%d" style:family="table-column"><style:table-column-properties style:column-width="%scm"/></style:style>' % (i, w))
    to.write('<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" '
             'style:print-orientation="landscape" fo:margin="0.6cm"/></style:page-layout></office:automatic-styles>'
             '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page"/></office:master-styles>'
             '<office:body><office:text><text:p text:style-name="Standard">Elenco dei clienti</text:p><table:table table:name="Clienti">')
    for i in range(len(widths)):
        to.write('<table:table-column table:style-name="c%d"/>' % i)
    for row in rows:
        to.write("<table:table-row>" + "".join('<table:table-cell office:value-type="string"><text:p text:style-name="Standard">%s</text:p></table:table-cell>'
                                               % html.escape(c) for c in row) + "</table:table-row>\n")
    to.write("</table:table></office:text></office:body></office:document>")
