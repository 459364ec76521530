#!/usr/bin/env bash
# signed.sh: makes the packages for Windows with a certificate of its own making, and wants the .exe and the .msi to be
# signed with it. Debian: osslsigncode openssl unzip.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/shop.pem" -days 30 -subj '/CN=Made up Ltd' \
	-addext keyUsage=digitalSignature -addext extendedKeyUsage=codeSigning 2>/dev/null
CUSTODE_ONLY=windows CUSTODE_SIGN="-certs $work/shop.pem -key $work/key.pem" ./internal/release/release.sh "$work/out" 0.0.2 >/dev/null
unzip -q "$work"/out/*.zip -d "$work/zip"
for f in "$work"/zip/*/custode.exe "$work"/out/*.msi; do
	osslsigncode verify -CAfile "$work/shop.pem" -in "$f" >"$work/said" 2>&1 && grep -q 'Made up Ltd' "$work/said" || { cat "$work/said"; echo "not signed: ${f##*/}"; exit 1; }
	echo "signed, and verified: ${f##*/}"
done
