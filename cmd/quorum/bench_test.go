//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// shared is the folder of the shared data: QUORUM_SHARED, or ../shared beside the repository.
func shared(b *testing.B) string {
	b.Helper()
	folder := os.Getenv("QUORUM_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(folder, "data", "brats")); err != nil {
		b.Skip("needs the shared data: set QUORUM_SHARED to the folder that holds data/brats")
	}
	return folder
}

// BenchmarkProcess is what a person waits for: from the start of the process to the files on disk, for one BraTS case, with the peak of
// memory. The first run, which compiles and checks devices, is not counted.
func BenchmarkProcess(b *testing.B) {
	study := filepath.Join(shared(b), "data", "brats", "BraTS2021_01660")
	program := filepath.Join(b.TempDir(), "quorum")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	for _, device := range []string{"cpu", "openvino"} {
		for _, command := range []string{"segment", "sweep"} {
			b.Run(command+"/"+device, func(b *testing.B) {
				args := []string{command, study, "--device", device, "--force", "-o", b.TempDir()}
				if out, err := exec.CommandContext(b.Context(), program, args...).CombinedOutput(); err != nil {
					b.Skipf("%s does not run here: %v\n%s", device, err, out)
				}
				peak := int64(0)
				for b.Loop() {
					cmd := exec.CommandContext(b.Context(), program, args...)
					if err := cmd.Run(); err != nil {
						b.Fatal(err)
					}
					if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
						peak = max(peak, usage.Maxrss)
					}
				}
				unit := 1e3 // Maxrss is in kB
				if runtime.GOOS == "darwin" {
					unit = 1e6
				}
				b.ReportMetric(float64(peak)/unit, "MB-peak")
			})
		}
	}
}
