#!/usr/bin/env bash
# release.sh OUT VERSION: makes every package of custode in OUT, from the tree that it stands in. The same tree, Go
# and tools give the same bytes, wherever it is built (see same.sh). VERSION is three numbers.
#   CUSTODE_ONLY="linux-amd64 windows"  only those systems (linux-amd64 linux-arm64 windows)
#   CUSTODE_SIGN="-pkcs12 shop.p12 -readpass FILE"  signs the .exe and the .msi: arguments of osslsigncode; a signature has
#   a time in it, so these two differ from build to build.
# Debian: dpkg-dev rpm wixl zip gcc-mingw-w64-x86-64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross; osslsigncode to sign.
set -euo pipefail
out=$(realpath -m "$1") version=$2
cd "$(dirname "$0")/../.."
here=$PWD/internal/release
only=${CUSTODE_ONLY:-linux-amd64 linux-arm64 windows}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "release: the version is three numbers, not $version" >&2; exit 64; }
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} TZ=UTC LC_ALL=C.UTF-8 CGO_ENABLED=1 GOFLAGS=-buildvcs=false
umask 022
rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wanted() { [[ " $only " == *" $1 "* ]]; }
build() { go build -trimpath -ldflags "-s -w -X main.version=$version $1" -tags "$2" -o "$3" ./cmd/custode; }
# A name's own UUID: the same for the same name.
uuid() { printf %s "$1" | sha256sum | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\U\1-\2-5\3-A\4-\5/'; }
dated() { find "$@" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# The programs. Those for Linux hold all they need and run on any distribution.
static='-linkmode external -extldflags "-static -Wl,--build-id=none"'
for arch in amd64 arm64; do
	wanted linux-$arch || continue
	cc=gcc
	[ "$arch" = "$(go env GOHOSTARCH)" ] || cc=aarch64-linux-gnu-gcc
	echo "release: linux-$arch"
	GOOS=linux GOARCH=$arch CC=$cc build "$static" osusergo,netgo "$work/custode-$arch" 2> >(grep -iv 'dlopen\|statically linked applications\|^# custode/cmd/custode$' >&2)
done
papers() { cp README.md CHANGELOG.md LICENSE "$1"; }

# The manual, from the words of the program that was built.
manuals() {
	local lang dir
	for lang in en it; do
		dir=$1/share/man/man1
		[ $lang = en ] || dir=$1/share/man/$lang/man1
		mkdir -p "$dir"
		"$work/custode-amd64" --lang $lang manpage | gzip -9n >"$dir/custode.1.gz"
	done
}

# tree ARCH DIR: what a Linux system gets below /usr.
tree() {
	local arch=$1 usr=$2
	install -Dm755 "$work/custode-$arch" "$usr/bin/custode"
	install -Dm644 "$here/custode.desktop" "$usr/share/applications/custode.desktop"
	install -Dm644 "$here/custode.svg" "$usr/share/icons/hicolor/scalable/apps/custode.svg"
	install -Dm644 "$here/custode.png" "$usr/share/icons/hicolor/256x256/apps/custode.png"
	install -Dm644 cmd/custode/completion/custode.bash "$usr/share/bash-completion/completions/custode"
	install -Dm644 cmd/custode/completion/custode.fish "$usr/share/fish/vendor_completions.d/custode.fish"
	install -Dm644 cmd/custode/completion/custode.zsh "$usr/share/zsh/$3/_custode"
	manuals "$usr"
}

deb() { # deb ARCH
	local arch=$1 root=$work/deb-$1
	tree "$arch" "$root/usr" vendor-completions
	mkdir -p "$root/DEBIAN" "$root/usr/share/doc/custode"
	papers "$root/usr/share/doc/custode"
	mv "$root/usr/share/doc/custode/LICENSE" "$root/usr/share/doc/custode/copyright"
	gzip -9n "$root/usr/share/doc/custode/CHANGELOG.md"
	cat >"$root/DEBIAN/control" <<-C
		Package: custode
		Version: $version
		Architecture: $arch
		Maintainer: custode <custode@localhost>
		Section: utils
		Priority: optional
		Recommends: xdg-utils
		Installed-Size: $(du -k --apparent-size -s "$root/usr" | cut -f1)
		Description: makes a small shop ready for a data breach
		 Finds what personal data lies where, seals it, watches who touches it, leads
		 through a breach step by step, trains the staff and holds a daily check.
		 Nothing leaves the computer. English and Italian.
	C
	install -m755 "$here/prerm" "$root/DEBIAN/prerm"
	(cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
	dated "$root"
	dpkg-deb --root-owner-group -Zxz --build "$root" "$out/custode_${version}_$arch.deb" >/dev/null
}

rpm() {
	local root=$work/rpm
	tree amd64 "$root/tree/usr" site-functions
	mkdir -p "$root/tree/usr/share/doc/custode"
	papers "$root/tree/usr/share/doc/custode"
	dated "$root/tree"
	{
		printf '%s\n' 'Name: custode' "Version: $version" 'Release: 1' 'Summary: Makes a small shop ready for a data breach' 'License: Apache-2.0' 'AutoReqProv: no' \
			'%description' 'Finds what personal data lies where, seals it, watches who touches it, leads' 'through a breach step by step, trains the staff and holds a daily check.' \
			'%install' "mkdir -p %{buildroot}" "cp -a '$root/tree/.' %{buildroot}/" '%preun'
		sed 1d "$here/prerm"
		echo '%files'
		(cd "$root/tree" && find usr -type f | sort | sed 's|^|/|')
		# and the folders that are not in every system: what nobody owns would stay behind
		(cd "$root/tree" && find usr/share/doc/custode usr/share/{bash-completion,fish,zsh,icons/hicolor} -type d | sort | sed 's|^|%dir /|')
	} >"$root/custode.spec"
	rpmbuild -bb --quiet --target x86_64-linux --define "_topdir $root" --define "_rpmdir $root/out" --define '_buildhost localhost' --define 'use_source_date_epoch_as_buildtime 1' \
		--define 'clamp_mtime_to_source_date_epoch 1' --define '_binary_payload w6.xzdio' --define '__os_install_post %{nil}' --define '_build_id_links none' --define 'debug_package %{nil}' \
		--define "_dbpath $root/db" "$root/custode.spec"
	cp "$root"/out/x86_64/custode-*.rpm "$out/custode-$version-1.x86_64.rpm"
}

tarball() { # tarball ARCH
	local name=custode-$version-linux-$1
	tree "$1" "$work/$name" site-functions
	papers "$work/$name"
	dated "$work/$name"
	tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -c "$name" | gzip -9n >"$out/$name.tar.gz"
}

sign() { # sign FILE: with the certificate of who makes the release, if there is one
	[ -n "${CUSTODE_SIGN-}" ] || return 0
	# shellcheck disable=SC2086
	osslsigncode sign $CUSTODE_SIGN -h sha256 -n custode -in "$1" -out "$1.signed" >/dev/null
	mv "$1.signed" "$1"
}

# same_msi FILE UUID: wixl takes the package's number and its two dates from the air.
same_msi() {
	NUMBER=$2 perl -0777 -pi -e '
		my $date = pack("Q<", ($ENV{SOURCE_DATE_EPOCH} + 11644473600) * 10_000_000);
		s/(\x1e\0\0\0\x27\0\0\0\{)[0-9A-F-]{36}(\}\0.\x40\0\0\0).{8}(\x40\0\0\0).{8}/$1$ENV{NUMBER}$2$date$3$date/s or die "no number in the .msi\n"' "$1"
}

windows() {
	local dir=$work/win name=custode-$version-windows-x64
	mkdir -p "$dir" "$work/$name"
	cp "$here/custode.wxs" "$dir"
	echo "release: windows"
	"$here/windows.sh" "$dir/custode.exe" "$version" "$version"
	sign "$dir/custode.exe"
	papers "$dir"
	mv "$dir/LICENSE" "$dir/LICENSE.txt"
	cp cmd/custode/completion/custode.ps1 "$dir"
	dated "$dir"
	(cd "$dir" && wixl -a x64 -D VERSION="$version" -D PRODUCT="$(uuid "custode product $version")" -o custode.msi custode.wxs)
	same_msi "$dir/custode.msi" "$(uuid "custode package $version $(sha256sum <"$dir/custode.exe")")"
	cp "$dir/custode.msi" "$out/$name.msi"
	sign "$out/$name.msi"
	cp "$dir"/{custode.exe,README.md,CHANGELOG.md,LICENSE.txt,custode.ps1} "$work/$name"
	dated "$work/$name"
	(cd "$work" && find "$name" | sort | zip -qX -9 "$out/$name.zip" -@)
}

bom() { # bom PROGRAM NAME: what it is made of; at the release's time, and without the sums of the tool as it was built here
	go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -json -noserial -version "$version" "$1" 2>/dev/null |
		sed "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)\"/; /\"tools\": \[/,/\"component\": {/{/\"hashes\": \[/,/\],/d}" >"$out/$2.cdx.json"
}

for arch in amd64 arm64; do
	wanted linux-$arch || continue
	deb $arch
	tarball $arch
	[ $arch = arm64 ] || rpm
	bom "$work/custode-$arch" "custode-$version-linux-$arch"
done
if wanted windows; then
	windows
	bom "$work/win/custode.exe" "custode-$version-windows-x64"
fi
(cd "$out" && sha256sum -- * | sort -k2 >"$work/sums" && mv "$work/sums" SHA256SUMS)
(cd "$out" && ls -l)
