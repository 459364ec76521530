#!/usr/bin/env bash
# same.sh RELEASE VERSION: makes the release again from a copy of this tree in another folder, with an empty cache of
# Go's, and wants every file to have the same bytes as in RELEASE. CUSTODE_ONLY as in release.sh.
set -euo pipefail
release=$(realpath "$1") version=$2
cd "$(dirname "$0")/../.."
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/somewhere else"
git ls-files -z | xargs -0 cp --parents -t "$work/somewhere else"
GOCACHE="$work/cache" "$work/somewhere else/internal/release/release.sh" "$work/again" "$version" >/dev/null
wrong=0
for f in "$work/again"/*; do
	name=${f##*/}
	[ "$name" = SHA256SUMS ] && continue
	if cmp -s "$f" "$release/$name"; then echo "same: $name"; else
		echo "NOT THE SAME: $name"
		wrong=1
	fi
done
exit $wrong
