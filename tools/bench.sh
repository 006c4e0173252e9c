#!/bin/sh
# The figures of docs/benchmarks.md. Give it an otherwise idle machine. BENCH=regexp chooses.
set -eu
cd "$(dirname "$0")/.."
grep -m1 'model name' /proc/cpuinfo 2>/dev/null || true
echo "cores: $(nproc 2>/dev/null || sysctl -n hw.ncpu)"
go test -run '^$' -bench "${BENCH:-.}" -benchtime "${BENCHTIME:-5x}" -timeout 60m ./viewer/... ./segment/... ./cmd/... | grep -v -e '^ok' -e 'no test files'
