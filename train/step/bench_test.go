package step

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"quorum/segment/lckd"
	"quorum/segment/ort"
	"quorum/train/optim"
)

// BenchmarkStep is a step of the compact network on one image with all four sequences, AdamW: the figure of docs/benchmarks.md. The device is
// that of QUORUM_BENCH_DEVICE in QUORUM_BENCH_PRECISION, by default the CPU. peak-MB is the largest memory of the process so far.
func BenchmarkStep(b *testing.B) {
	for _, side := range []int{32, 64} {
		b.Run(fmt.Sprint(side), func(b *testing.B) { benchmark(b, side) })
	}
}

func benchmark(b *testing.B, side int) {
	b.Helper()
	c := Config{Network: lckd.Compact, Size: [3]int{side, side, side}, Batch: 1, Optimizer: optim.AdamW{Decay: 1e-2}}
	o := ort.Options{Device: cmp.Or(os.Getenv("QUORUM_BENCH_DEVICE"), ort.CPU), Precision: os.Getenv("QUORUM_BENCH_PRECISION")}
	s := compile(b, device(b, o), c)
	state := start(b, c, lckd.Random(c.Network, 1))
	batch := synthetic(2, c, 1, 1, 1, 1)
	control := teach
	control.Rate, control.Apply = 2e-3, true
	state, _ = run(b, s, state, batch, control) // the first run plans memory
	for b.Loop() {
		state, _ = run(b, s, state, batch, control)
	}
	b.ReportMetric(peak(), "peak-MB")
}

// peak is the largest resident memory of the process in MB, where /proc tells it.
func peak() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kB, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			if err == nil {
				return kB / 1024
			}
		}
	}
	return 0
}
