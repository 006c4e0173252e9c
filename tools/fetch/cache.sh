# Shared by the fetch scripts (read with "."): the cache folder of Go's os.UserCacheDir, checks, and the atomic last step.

case "$(uname -s)" in
Darwin) cache=$HOME/Library/Caches/quorum ;;
*) cache=${XDG_CACHE_HOME:-$HOME/.cache}/quorum ;;
esac

fail() {
	echo "$(basename "$0"): $1" >&2
	exit 1
}

# need PROGRAM WHY
need() {
	command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: $2"
}

# A folder beside the final one, so that the last rename stays on one file system.
work_folder() {
	mkdir -p "$cache"
	mktemp -d "$cache/fetch.XXXXXX"
}

# sum_of FILE…: the SHA-256 of the files in a row
sum_of() {
	if command -v sha256sum >/dev/null 2>&1; then
		cat "$@" | sha256sum | cut -d' ' -f1
	else
		cat "$@" | shasum -a 256 | cut -d' ' -f1
	fi
}

# verify FILE SHA256
verify() {
	sum=$(sum_of "$1")
	[ "$sum" = "$2" ] || fail "$(basename "$1") has SHA-256 $sum, expected $2: not used; try again, and do not trust the source if it stays so"
}

# install_folder READY FINAL: the folder appears whole or not at all. One left half-made by hand is replaced.
install_folder() {
	chmod -R u=rwX,go=rX "$1"
	rm -rf "$2"
	mv "$1" "$2"
}
