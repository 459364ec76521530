#!/bin/sh
# make.sh: makes the files beside it anew, from the people of seed 1. Needs Go,
# python3, LibreOffice (Debian: libreoffice-calc libreoffice-writer) and Chromium.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$here/.."
CUSTODE_CONTAINERS="$tmp/in" go test -count=1 -run '^TestWriteTo$' .
python3 "$here/pages.py" "$tmp/in/virgola.csv" "$tmp"
# office FILE TO [OPTION]: converts one file.
office() {
	soffice "-env:UserInstallation=file://$tmp/profile" --headless ${3:+"$3"} --convert-to "$2" --outdir "$tmp/out" "$1" >>"$tmp/log" 2>&1
}
# The spreadsheets: every column is text (2), the seventh a date (4, day first).
csv="--infilter=CSV:44,34,76,1,1/2/2/2/3/2/4/2/5/2/6/2/7/4/8/2"
cp "$tmp/in/virgola.csv" "$tmp/soffice-calc.csv"
for to in xlsx ods xls 'html:HTML (StarCalc)'; do
	office "$tmp/soffice-calc.csv" "$to" "$csv"
done
# The texts: one table, landscape, small print.
cp "$tmp/page.fodt" "$tmp/soffice-writer.fodt"
for to in odt docx doc rtf pdf 'html:HTML (StarWriter)'; do
	office "$tmp/soffice-writer.fodt" "$to"
done
# Without tags, which would make it ten times as big.
chromium --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/chromium" --no-pdf-header-footer --disable-pdf-tagging \
	"--print-to-pdf=$tmp/out/chromium-print.pdf" "file://$tmp/page.html" >/dev/null 2>&1
zip -qd "$tmp/out/soffice-calc.ods" Thumbnails/thumbnail.png && zip -qd "$tmp/out/soffice-writer.odt" Thumbnails/thumbnail.png
rm -f "$here"/soffice-* "$here"/chromium-* "$here"/excelize-* "$here"/fpdf-* "$here"/sqlite3-*
cp "$tmp"/in-modules/* "$here"
cp "$tmp"/out/* "$here"
for f in "$here"/*.html "$here"/*.rtf "$here"/*.doc "$here"/*.xls "$here"/*.sqlite; do
	gzip -9n "$f"
done
ls -l "$here"
