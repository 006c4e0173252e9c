#!/bin/sh
# package.sh: bin/quorum-<version>-<system>-<processor>.tar.gz from bin/quorum, bin/quorum-window and the ONNX Runtime library in the cache. Who
# unpacks it needs no compiler, no network and no administrator: start quorum-window where it lies, or run install.sh.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. tools/fetch/cache.sh
name=quorum-$1-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
mkdir "$work/$name"
cp bin/quorum bin/quorum-window "$cache"/onnxruntime-*/libonnxruntime* README.md THIRD_PARTY.md LICENSE "$here/install.sh" "$here/quorum.desktop" "$work/$name/"
cp assets/icon.png "$work/$name/icon.png"

# Everything that is linked in asks for its notice to go along; npm's package of ONNX Runtime has none, so its licence lies here.
mkdir "$work/$name/licences"
cp "$here/onnxruntime.LICENSE" "$work/$name/licences/onnxruntime"
cp "$(go env GOROOT)/LICENSE" "$work/$name/licences/go"
modules=$(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' . ./cmd/quorum)
echo "$modules" | sort -u | while read -r module folder; do
	[ -n "$module" ] || continue
	for file in "$folder"/LICEN[CS]E* "$folder"/COPYING* "$folder"/NOTICE*; do
		[ -f "$file" ] && cp "$file" "$work/$name/licences/$(echo "$module" | tr / _).$(basename "$file")"
	done
	ls "$work/$name/licences/$(echo "$module" | tr / _)".* >/dev/null || { echo "package.sh: $module has no licence file" >&2; exit 1; }
done
strip "$work/$name/quorum" "$work/$name/quorum-window" 2>/dev/null || true
tar -C "$work" -czf "bin/$name.tar.gz" "$name"
ls -l "bin/$name.tar.gz"
