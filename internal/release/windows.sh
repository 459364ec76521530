#!/usr/bin/env bash
# windows.sh PROGRAM VERSION NUMBER: builds custode for Windows as PROGRAM, with its icon, the manifest (custode.manifest: long
# paths, UTF-8, no rights that its user does not have) and NUMBER (three numbers) as the version that Explorer shows.
# Beside it stays custode.ico. VERSION is what `custode version` says. Debian: gcc-mingw-w64-x86-64.
set -euo pipefail
program=$(realpath -m "$1") version=$2 number=$3
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
syso=$PWD/cmd/custode/rsrc_windows_amd64.syso # the linker takes it from there, and from nowhere else
trap 'rm -rf "$work" "$syso"' EXIT
winres() { go run github.com/tc-hib/go-winres@v0.3.3 "$@"; }
cp internal/release/{winres.json,custode.png,custode.manifest} "$work"
(cd "$work" && winres make --in winres.json --arch amd64 --out rsrc --product-version "$number.0" --file-version "$number.0")
mv "$work/rsrc_windows_amd64.syso" "$syso"
mkdir -p "$(dirname "$program")"
CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc GOOS=windows GOARCH=amd64 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$version" -o "$program" ./cmd/custode
(cd "$work" && winres extract --dir ico "$program" >/dev/null)
cp "$(find "$work/ico" -name '*.ico' | head -n 1)" "$(dirname "$program")/custode.ico"
