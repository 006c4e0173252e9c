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
strip "$work/$name/quorum" "$work/$name/quorum-window" 2>/dev/null || true
tar -C "$work" -czf "bin/$name.tar.gz" "$name"
ls -l "bin/$name.tar.gz"
