//go:build unix

package main

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"quorum/sharedtest"
)

// BenchmarkProcess is what a person waits for: from the start of the process to the files on disk, for one BraTS case, with the peak of
// memory. The first run, which compiles and checks devices, is not counted.
func BenchmarkProcess(b *testing.B) {
	study := sharedtest.Folder(b, "data", "brats", "BraTS2021_01660")
	program := filepath.Join(b.TempDir(), "quorum")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	for _, command := range []string{"segment", "sweep"} {
		for _, how := range []struct{ device, precision string }{{"cpu", "f32"}, {"openvino", "f32"}, {"openvino", "bf16"}} {
			b.Run(command+"/"+how.device+"/"+how.precision, func(b *testing.B) {
				benchmarkProcess(b, program, command, study, "--device", how.device, "--precision", how.precision, "--force", "-o", b.TempDir())
			})
		}
	}
}

// benchmarkProcess reports the median of the wall time, since machines are shared and noisy, and the largest resident set.
func benchmarkProcess(b *testing.B, program string, args ...string) {
	b.Helper()
	if out, err := exec.CommandContext(b.Context(), program, args...).CombinedOutput(); err != nil {
		b.Skipf("does not run here: %v\n%s", err, out)
	}
	var seconds []float64
	peak := int64(0)
	for b.Loop() {
		begin := time.Now()
		cmd := exec.CommandContext(b.Context(), program, args...)
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
		seconds = append(seconds, time.Since(begin).Seconds())
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, usage.Maxrss)
		}
	}
	unit := 1e3 // Maxrss is in kB
	if runtime.GOOS == "darwin" {
		unit = 1e6
	}
	slices.Sort(seconds)
	b.ReportMetric(seconds[len(seconds)/2], "s-median")
	b.ReportMetric(float64(peak)/unit, "MB-peak")
}
