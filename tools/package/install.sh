#!/bin/sh
# install.sh [PREFIX]: puts Quorum into PREFIX (default ~/.local) and into the menu of the desktop. Nothing is fetched. To take it away again,
# delete PREFIX/lib/quorum and the links and files that are named below.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:-$HOME/.local}
mkdir -p "$prefix/lib/quorum" "$prefix/bin" "$prefix/share/applications" "$prefix/share/icons/hicolor/512x512/apps"
cp -R "$here"/quorum "$here"/quorum-window "$here"/libonnxruntime* "$here"/*.md "$here"/LICENSE "$here"/licences "$prefix/lib/quorum/"
ln -sf ../lib/quorum/quorum "$prefix/bin/quorum"
ln -sf ../lib/quorum/quorum-window "$prefix/bin/quorum-window"
cp "$here/icon.png" "$prefix/share/icons/hicolor/512x512/apps/org.quorum.window.png"
sed "s|^Exec=|Exec=\"$prefix/lib/quorum/\"|; s|\"quorum-window|quorum-window\"|" "$here/quorum.desktop" >"$prefix/share/applications/org.quorum.window.desktop"
echo "Quorum is in $prefix: start it from the menu, or as $prefix/bin/quorum-window"
