#!/bin/sh
# Runs every fuzz target for the given time or number of inputs: go test takes one target at a time. A number (20000x) is for CI: with a time, Go
# 1.26 may end in "context deadline exceeded" though no input failed (go.dev/issue/75804).
set -eu
cd "$(dirname "$0")/.."
grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do
	dir=$(dirname "$file")
	sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
		echo "fuzz $dir $target"
		go test "$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$1" -fuzzminimizetime 10x >/tmp/fuzz.$$ 2>&1 </dev/null || { cat /tmp/fuzz.$$; rm -f /tmp/fuzz.$$; exit 1; }
		rm -f /tmp/fuzz.$$
	done
done
