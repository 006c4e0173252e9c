#!/bin/sh
# The figures of docs/benchmarks.md. Give it an otherwise idle machine. BENCH=regexp chooses.
set -eu
cd "$(dirname "$0")/.."
grep -m1 'model name' /proc/cpuinfo 2>/dev/null || true
echo "cores: $(nproc 2>/dev/null || sysctl -n hw.ncpu)"
tags=x11,gles,no_animations
go test -tags $tags -run '^$' -bench "${BENCH:-.}" -benchtime "${BENCHTIME:-5x}" -timeout 60m ./viewer/... ./segment/... ./train/... ./cmd/... ./app/... |
	grep -v -e '^ok' -e 'no test files'
# Training with its data pipeline: a step's seconds, memory, share of the time in the runtime; on every device that computes rightly here.
if echo Train | grep -qE "${BENCH:-.}"; then
	for device in cpu openvino; do
		bin/quorum bench train --device $device --size 64 || true
	done
fi
# The window on a virtual screen.
go test -tags $tags,e2e -run '^$' -bench "${BENCH:-.}" -benchtime "${BENCHTIME:-3x}" -timeout 20m ./app/e2e | grep -v '^ok'
