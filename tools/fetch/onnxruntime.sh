#!/bin/sh
# Puts the ONNX Runtime library, and nothing else of its npm package, into Quorum's cache:
#   <cache>/quorum/onnxruntime-1.30.0/libonnxruntime.so.1   (macOS: libonnxruntime.1.dylib)
# npm only downloads the package: no install script runs. Does nothing when the library is there and whole.
set -eu

version=1.30.0
sha256=6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75
. "$(dirname "$0")/cache.sh"

case "$(uname -s)/$(uname -m)" in
Linux/x86_64) platform=linux/x64 library=libonnxruntime.so.1 whole=ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23 ;;
Linux/aarch64) platform=linux/arm64 library=libonnxruntime.so.1 whole=1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76 ;;
Darwin/arm64) platform=darwin/arm64 library=libonnxruntime.1.dylib whole=685d2be5dba1309c89d3a5324b7fd06a5c42f1a61bfea32d14c4cc28d072121d ;;
*) fail "no ONNX Runtime library is packaged for $(uname -s) on $(uname -m); install one and set QUORUM_ONNXRUNTIME to its file" ;;
esac

folder=$cache/onnxruntime-$version
if [ -f "$folder/$library" ]; then
	[ "$(sum_of "$folder/$library")" = "$whole" ] && exit 0
	echo "$folder/$library is damaged: fetching it again"
fi
need npm "it downloads ONNX Runtime (Debian: apt-get install npm)"
work=$(work_folder)
trap 'rm -rf "$work"' EXIT INT TERM

(cd "$work" && npm pack --silent "onnxruntime-node@$version" >/dev/null) ||
	fail "npm could not download onnxruntime-node@$version; check the network or npm's registry setting"
package=$work/onnxruntime-node-$version.tgz
verify "$package" "$sha256"
tar -xzf "$package" -C "$work" "package/bin/napi-v6/$platform/$library"
mkdir "$work/ready"
mv "$work/package/bin/napi-v6/$platform/$library" "$work/ready/"
install_folder "$work/ready" "$folder"
echo "ONNX Runtime $version is in $folder"
