package ort

import (
	"runtime"

	"github.com/klauspost/cpuid/v2"
)

// physicalCores is the number of cores that this process may use, hyperthreads not counted: two threads of one core share the unit
// that multiplies. GOMAXPROCS knows about container limits.
func physicalCores() int {
	n := runtime.NumCPU() / max(1, cpuid.CPU.ThreadsPerCore)
	return max(1, min(n, runtime.GOMAXPROCS(0)))
}

// hasBF16 says whether the CPU multiplies bfloat16 natively.
func hasBF16() bool {
	return cpuid.CPU.Has(cpuid.AMXBF16) || cpuid.CPU.Has(cpuid.AVX512BF16)
}

// cpuFeatures are those that decide how fast a convolution is.
func cpuFeatures() []string {
	var has []string
	for _, f := range []cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512BF16, cpuid.AMXBF16, cpuid.ASIMD} {
		if cpuid.CPU.Has(f) {
			has = append(has, f.String())
		}
	}
	return has
}
