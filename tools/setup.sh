#!/bin/sh
# setup.sh segment|window|test|openvino: what building the command line, building both programs, testing and the OpenVINO download need
# from the system, then ONNX Runtime (openvino: the OpenVINO build of it). Quiet when everything is there.
set -eu
here=$(dirname "$0")
want=$1

missing=
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
library() { # library PKG-CONFIG-NAME PACKAGE
	pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}
need gcc "gcc libc6-dev"
need npm npm
need git git
case $want/$(uname -s) in
window/Linux | test/Linux)
	# What the toolkit is built from: X11 and OpenGL.
	need pkg-config pkg-config
	library gl libgl1-mesa-dev
	library x11 libx11-dev
	library xcursor libxcursor-dev
	library xrandr libxrandr-dev
	library xinerama libxinerama-dev
	library xi libxi-dev
	library xxf86vm libxxf86vm-dev
	;;
esac
if [ "$want" = test ] && [ "$(uname -s)" = Linux ]; then
	# A virtual screen, OpenGL on it, and a reader of PDF.
	need Xvfb xvfb
	need pdftotext poppler-utils
	[ -e "/usr/lib/$(uname -m)-linux-gnu/dri/swrast_dri.so" ] || missing="$missing libgl1-mesa-dri"
	# The software Vulkan device on which the GPU path is tested.
	ldconfig -p 2>/dev/null | grep -q libvulkan.so.1 || missing="$missing libvulkan1"
	[ -e /usr/lib/chromium/libvk_swiftshader.so ] || missing="$missing chromium-common"
fi

if [ "$want" = openvino ]; then
	# pip only downloads; nothing of Python runs in Quorum.
	python3 -m pip --version >/dev/null 2>&1 || missing="$missing python3-pip"
	need unzip unzip
fi

if [ -n "$missing" ]; then
	sudo=
	if [ "$(id -u)" != 0 ]; then
		if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo=sudo; else sudo=none; fi
	fi
	if ! command -v apt-get >/dev/null 2>&1 || [ "$sudo" = none ]; then
		echo "quorum: these packages are missing; please install them and try again:" >&2
		echo "    sudo apt-get install$missing" >&2
		exit 1
	fi
	echo "quorum: installing$missing"
	$sudo apt-get update -qq
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
if ! command -v go >/dev/null 2>&1; then
	echo "quorum: Go is missing; install Go 1.26 or newer (https://go.dev/dl) and try again" >&2
	exit 1
fi
if [ "$want" = openvino ]; then
	"$here/fetch/openvino.sh"
else
	"$here/fetch/onnxruntime.sh"
fi
