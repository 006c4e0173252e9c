#!/bin/sh
# Puts ONNX Runtime with the OpenVINO provider (the fast CPU path on x86-64) into Quorum's cache:
#   <cache>/quorum/openvino-1.24.1/libonnxruntime.so.1 and what it loads
# pip only downloads the wheel, which is a zip: nothing of Python is installed or run. Does nothing when the libraries are
# there and whole.
set -eu

version=1.24.1
sha256=3007c803634cc69c6d52af1dea7ce729d9bb62b9a11070fd2f959119199007a8
whole=de779daa214a4b5418e4f1822019fbb61aac85e92368d13a36dd8ca6675c4ec4 # of the libraries in a row
wheel=onnxruntime_openvino-$version-cp311-cp311-manylinux_2_28_x86_64.whl
. "$(dirname "$0")/cache.sh"

case "$(uname -s)/$(uname -m)" in
Linux/x86_64) ;;
*) fail "the OpenVINO provider is fetched for Linux on x86-64 only, not for $(uname -s) on $(uname -m); Quorum works without it, slower" ;;
esac

folder=$cache/openvino-$version
export LC_ALL=C # the order of *.so*
if [ -f "$folder/libonnxruntime.so.1" ]; then
	[ "$(sum_of "$folder"/*.so*)" = "$whole" ] && exit 0
	echo "a library in $folder is damaged: fetching all of them again"
fi
need python3 "its pip downloads the OpenVINO wheel (Debian: apt-get install python3-pip)"
python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing: it downloads the OpenVINO wheel (Debian: apt-get install python3-pip)"
need unzip "the wheel is a zip (Debian: apt-get install unzip)"
work=$(work_folder)
trap 'rm -rf "$work"' EXIT INT TERM

python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --no-cache-dir \
	--python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64 \
	--dest "$work" "onnxruntime-openvino==$version" >/dev/null ||
	fail "pip could not download onnxruntime-openvino==$version; check the network or pip's index setting"
verify "$work/$wheel" "$sha256"

# The names by which the libraries ask for each other; the wheel holds the big ones three times.
mkdir "$work/ready"
unzip -q -j "$work/$wheel" -d "$work/ready" \
	"onnxruntime/capi/libonnxruntime.so.$version" \
	onnxruntime/capi/libonnxruntime_providers_shared.so \
	onnxruntime/capi/libonnxruntime_providers_openvino.so \
	onnxruntime/capi/libopenvino.so.2541 \
	onnxruntime/capi/libopenvino_onnx_frontend.so.2541 \
	onnxruntime/capi/libopenvino_intel_cpu_plugin.so \
	onnxruntime/capi/libtbb.so.12 \
	onnxruntime/LICENSE onnxruntime/ThirdPartyNotices.txt
mv "$work/ready/libonnxruntime.so.$version" "$work/ready/libonnxruntime.so.1"
install_folder "$work/ready" "$folder"
echo "ONNX Runtime $version with OpenVINO is in $folder"
