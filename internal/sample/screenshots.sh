#!/bin/sh
# screenshots.sh CUSTODE OUT: the printable page of a made-up shop in both
# languages, and the recovery sheet of made-up keys, as PNG and PDF, by Chromium.
set -eu
custode=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "screenshots: Chromium is missing: skipped" >&2
	exit 0
}
tmp=$(mktemp -d)
trap 'chmod -R u+rwx "$tmp"; rm -rf "$tmp"' EXIT
go run ./internal/sample/mksample "$tmp/bottega"
# shoot PAGE NAME: PAGE as NAME.png and NAME.pdf, which is one sheet of paper.
shoot() {
	for shot in "--screenshot=$out/$2.png --window-size=900,1400" "--print-to-pdf=$out/$2.pdf --no-pdf-header-footer"; do
		# shellcheck disable=SC2086 # two options
		"$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run \
			--user-data-dir="$tmp/chromium" --hide-scrollbars $shot "file://$1" >/dev/null 2>&1
	done
	if command -v pdfinfo >/dev/null; then
		pdfinfo "$out/$2.pdf" | grep -q '^Pages: *1$' || {
			echo "$2.pdf has more than one page" >&2
			exit 1
		}
	fi
}
for lang in en it; do
	export CUSTODE_HOME="$tmp/home-$lang"
	"$custode" --lang "$lang" init --yes --shop "Bottega Esempio" --country IT --data "$tmp/bottega" >/dev/null || true
	"$custode" --lang "$lang" check --for owner --report "$tmp/$lang.html" >/dev/null || true
	shoot "$tmp/$lang.html" "check-$lang"
done
(umask 077 && echo "tramonto lungo sul mare 7319" >"$tmp/pass")
"$custode" keys init --passphrase-file "$tmp/pass" --yes >/dev/null
"$custode" keys sheet --html --passphrase-file "$tmp/pass" >"$tmp/sheet.html"
for size in A4 Letter; do
	sed "s/@page { /&size: $size; /" "$tmp/sheet.html" >"$tmp/sheet-$size.html"
	shoot "$tmp/sheet-$size.html" "sheet-$size"
	if command -v zbarimg >/dev/null; then # a camera reads the key from it
		zbarimg -q "$out/sheet-$size.png" | grep -q '^QR-Code:AGE-SECRET-KEY-' || {
			echo "sheet-$size.png: the QR code cannot be read" >&2
			exit 1
		}
	fi
done
ls "$out"
