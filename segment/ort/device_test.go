package ort

import (
	"context"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/sharedtest"
)

func TestWebGPUAgreesWithCPU(t *testing.T) {
	if sharedtest.OwnProcess(t, sharedtest.SwiftShader(t)) {
		return
	}
	cache := t.TempDir()
	linkLibraries(t, cache)
	// Opening runs the check in a child process; sessions on this device refuse nodes on the CPU.
	r := start(t, Options{Device: WebGPU, CacheDir: cache, Probe: &tinyProbe})
	if b := r.Backend(); b.Provider != WebGPU || b.Precision != F32 || !strings.HasPrefix(b.Runtime, "ONNX Runtime ") {
		t.Errorf("backend %+v", b)
	}
	if n := r.Notices(); len(n) != 1 || !strings.Contains(n[0], "SwiftShader") {
		t.Errorf("notices %q do not name the software adapter", n)
	}
	if b := r.Backend(); !b.Software || !strings.Contains(b.String(), "SwiftShader") {
		t.Errorf("backend %q does not tell of the software adapter", b)
	}
	agree(t, r, 1e-3)

	auto := start(t, Options{CacheDir: cache, Probe: &tinyProbe, Library: libraryOf(t, CPU)})
	if p := auto.Backend().Provider; p != CPU {
		t.Errorf("auto took %s, with a software adapter only", p)
	}
}

func TestOpenVINOAgreesWithCPU(t *testing.T) {
	if sharedtest.OwnProcess(t) {
		return
	}
	cache := t.TempDir()
	linkLibraries(t, cache)
	for _, precision := range []string{F32, BF16} {
		if precision == BF16 && !hasBF16() {
			continue
		}
		r := start(t, Options{Device: OpenVINO, Precision: precision, CacheDir: cache, Probe: &tinyProbe})
		if b := r.Backend(); b.Provider != OpenVINO || b.Precision != precision {
			t.Errorf("backend %+v", b)
		}
		agree(t, r, map[string]float64{F32: 1e-3, BF16: 0.1}[precision])
	}
}

// TestOpenVINOCancelsInsideRun: this provider fuses a whole graph into one node, which nothing can end from inside.
func TestOpenVINOCancelsInsideRun(t *testing.T) {
	if sharedtest.OwnProcess(t) {
		return
	}
	cache := t.TempDir()
	linkLibraries(t, cache)
	r := start(t, Options{Device: OpenVINO, CacheDir: cache, Probe: &tinyProbe})
	p, _ := cancelInside(t, r)
	if err := p.Close(); err != nil { // beside the run that still goes on
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestOpenVINOLeavesSignalStacksAlone: see keepSignalStack. Without it this process dies of a segmentation fault.
func TestOpenVINOLeavesSignalStacksAlone(t *testing.T) {
	if sharedtest.OwnProcess(t) {
		return
	}
	cache := t.TempDir()
	linkLibraries(t, cache)
	r := start(t, Options{Device: OpenVINO, CacheDir: cache, Probe: &tinyProbe})
	g, w := chain(t, 2, 16)
	in := map[string]graph.Tensor{"x": random(4, g.Inputs[0].Shape...)}
	for range 4 {
		p := compile(t, r, g, w)
		run(t, p, in)
		// The last session goes, on whatever thread; then the runtime interrupts threads that never call a function.
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		var busy sync.WaitGroup
		for i := range 4 {
			busy.Go(func() { random(uint64(i), 1_000_000) })
		}
		for range 10 {
			runtime.GC()
		}
		busy.Wait()
	}
}

// agree compares encoder and decoder on r with the CPU provider of the same library.
func agree(t *testing.T, r *Runtime, tolerance float64) {
	t.Helper()
	n := tiny(t, [3]int{32, 16, 48})
	cpu := start(t, Options{Device: CPU, Library: loaded.path})
	encode, decode := computing(t, r, n.encoder, n.weights), computing(t, r, n.decoder, n.weights)
	cpuEncode, cpuDecode := computing(t, cpu, n.encoder, n.weights), computing(t, cpu, n.decoder, n.weights)
	one := map[string]graph.Tensor{"image": random(8, n.encoder.Inputs[0].Shape...)}
	want := cpuEncode(one)
	for name, f := range encode(one) {
		near(t, "encoder, "+name, f, want[name], tolerance)
	}
	for _, presence := range [][]float32{{1, 1, 1, 1}, {0, 1, 0, 1}} {
		p := graph.Tensor{Shape: []int{1, lckd.Sequences}, Data: presence}
		near(t, "encoder and decoder", n.split(encode, decode, p), n.split(cpuEncode, cpuDecode, p), tolerance)
	}
}

// tinyProbe is small enough for a software adapter.
var tinyProbe = Probe{Name: "tiny", Make: func(context.Context) (Trial, error) {
	size := [3]int{32, 16, 48}
	images := balls(size)
	images[1] = nil
	return Split(lckd.Tiny, lckd.Random(lckd.Tiny, 1), size, images)
}}

// libraryOf is the installed library for a device.
func libraryOf(t *testing.T, device string) string {
	t.Helper()
	cache, err := DefaultCache()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := findLibrary("", cache, device == OpenVINO)
	if err != nil {
		sharedtest.Lacking(t, "needs the native library: %v", err)
	}
	return lib.path
}

// linkLibraries makes the installed libraries visible in another cache, so that a test has remembered checks of its own.
func linkLibraries(t *testing.T, cache string) {
	t.Helper()
	installed, err := DefaultCache()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"onnxruntime-" + stockVersion, "openvino-" + openvinoVersion} {
		if err := os.Symlink(installed+"/"+folder, cache+"/"+folder); err != nil {
			t.Fatal(err)
		}
	}
}
