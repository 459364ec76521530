#!/bin/sh
# screenshots.sh CUSTODE OUT: the printable page of a made-up shop in both
# languages, as PNG and PDF, by Chromium.
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
for lang in en it; do
	export CUSTODE_HOME="$tmp/home-$lang"
	"$custode" --lang "$lang" init --yes --shop "Bottega Esempio" --country IT --data "$tmp/bottega" >/dev/null || true
	"$custode" --lang "$lang" check --report "$tmp/$lang.html" >/dev/null || true
	for shot in "--screenshot=$out/check-$lang.png --window-size=900,1400" "--print-to-pdf=$out/check-$lang.pdf --no-pdf-header-footer"; do
		# shellcheck disable=SC2086 # two options
		"$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run \
			--user-data-dir="$tmp/chromium" --hide-scrollbars $shot "file://$tmp/$lang.html" >/dev/null 2>&1
	done
	if command -v pdfinfo >/dev/null; then # it promises one sheet of paper
		pdfinfo "$out/check-$lang.pdf" | grep -q '^Pages: *1$' || {
			echo "check-$lang.pdf has more than one page" >&2
			exit 1
		}
	fi
done
ls "$out"
