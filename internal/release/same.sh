#!/usr/bin/env bash
# same.sh RELEASE VERSION: makes the release again from a copy of this tree in another folder, and wants every file to
# have the same bytes as in RELEASE. CUSTODE_ONLY as in release.sh.
# The cache of Go's is an empty one: all is compiled anew. With QUICK=1 it is a copy of the usual one out of which what
# is custode's own was taken: custode is compiled anew, and all is linked and packed anew; of Go's library and of the
# modules (SQLite's C too) is then not proven that they compile to the same.
set -euo pipefail
release=$(realpath "$1") version=$2
cd "$(dirname "$0")/../.."
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
cache=$(go env GOCACHE)
work=$(mktemp -d "$(dirname "$cache")/custode-same-XXXXXX") # beside the cache: files are linked, not copied
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/somewhere else" "$work/cache"
git ls-files -z | xargs -0 cp --parents -t "$work/somewhere else"

# forget GOOS CC FLAG ...: takes what is custode's own out of the copy of the cache.
forget() {
	local system=$1 cc=$2 gone
	shift 2
	gone=$(cd "$work/somewhere else" && GOCACHE="$work/cache" GOOS=$system CC=$cc GOARCH=amd64 CGO_ENABLED=1 GOFLAGS=-buildvcs=false \
		go list -export -deps -trimpath "$@" -f '{{if and .Module .Module.Main}}{{.Export}}{{end}}' ./cmd/custode)
	[ "$(wc -l <<<"$gone")" -gt 50 ] || { echo "same: only these packages are custode's own: $gone"; exit 1; }
	xargs -d '\n' rm -f <<<"$gone"
	echo "same: $(wc -l <<<"$gone") packages for $system are compiled anew"
}
if [ -n "${QUICK-}" ]; then
	cp -al "$cache/." "$work/cache"
	case " ${CUSTODE_ONLY:-linux-amd64} " in *" linux-amd64 "*) forget linux gcc -tags osusergo,netgo ;; esac
	case " ${CUSTODE_ONLY:-windows} " in *" windows "*) forget windows x86_64-w64-mingw32-gcc ;; esac
fi
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
