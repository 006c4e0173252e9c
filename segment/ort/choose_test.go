package ort

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLibraryIsLookedForInOrder(t *testing.T) {
	cache, elsewhere := t.TempDir(), t.TempDir()
	t.Setenv(EnvLibrary, "")
	_, err := findLibrary("", cache, false)
	var missing *LibraryError
	if !errors.As(err, &missing) || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("without any library: %v", err)
	}
	inCache := filepath.Join(cache, "onnxruntime-"+stockVersion, libraryName())
	if !strings.Contains(err.Error(), inCache) || !strings.Contains(err.Error(), "make setup") {
		t.Errorf("%q does not say where it looked and what to do", err)
	}
	touch(t, inCache)
	named := filepath.Join(elsewhere, "mine.so")
	touch(t, named)
	other := filepath.Join(elsewhere, "other.so")
	touch(t, other)

	expect := func(flag, want string) {
		t.Helper()
		lib, err := findLibrary(flag, cache, false)
		if err != nil || lib.path != want || lib.openvino {
			t.Errorf("found %+v (%v), want %s", lib, err, want)
		}
	}
	expect("", inCache)
	t.Setenv(EnvLibrary, named)
	expect("", named)
	expect(other, other)
	if _, err := findLibrary(filepath.Join(elsewhere, "absent.so"), cache, false); err == nil {
		t.Error("a library that was named and is not there was replaced by another")
	}
}

func TestOpenVINOLibraryNeedsItsProvider(t *testing.T) {
	cache := t.TempDir()
	t.Setenv(EnvLibrary, "")
	path := filepath.Join(cache, "openvino-"+openvinoVersion, libraryName())
	touch(t, path)
	if _, err := findLibrary("", cache, true); err == nil || !strings.Contains(err.Error(), "make openvino") {
		t.Errorf("half a library: %v", err)
	}
	touch(t, filepath.Join(filepath.Dir(path), sharedName("onnxruntime_providers_openvino")))
	lib, err := findLibrary("", cache, true)
	if err != nil || lib.path != path || !lib.openvino {
		t.Errorf("found %+v (%v), want %s", lib, err, path)
	}
}

func touch(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fake is a cache with libraries that only look so, and remembered checks for them. stock and openvino say which are there.
func fake(t *testing.T, o Options, checks ...Check) *chooser {
	t.Helper()
	t.Setenv(EnvLibrary, "")
	o.CacheDir = t.TempDir()
	touch(t, filepath.Join(o.CacheDir, "onnxruntime-"+stockVersion, libraryName()))
	openvino := filepath.Join(o.CacheDir, "openvino-"+openvinoVersion)
	touch(t, filepath.Join(openvino, libraryName()))
	touch(t, filepath.Join(openvino, sharedName("onnxruntime_providers_openvino")))
	c, err := newChooser(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range checks {
		p, err := providerNamed(check.Device)
		if err != nil {
			t.Fatal(err)
		}
		lib, err := c.locate(p)
		if err != nil {
			t.Fatal(err)
		}
		path, key, err := c.checkKey(p, lib, check.Precision)
		if err != nil {
			t.Fatal(err)
		}
		check.Library, check.Probe, check.Time = path, c.probe.Name, time.Now()
		if err := c.memory.keep(key, check); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestAutoTakesTheFastestThatPassed(t *testing.T) {
	good := func(device string, ms float64) Check {
		return Check{Device: device, Precision: F32, OK: true, Milliseconds: ms, CPUMilliseconds: 100}
	}
	unsure := func(ms float64) Check {
		c := good(WebGPU, ms)
		c.Unsure = true
		return c
	}
	failed := Check{Device: WebGPU, Precision: F32, Problem: "webgpu computes something else than the CPU"}
	software := good(WebGPU, 1)
	software.Software = true
	absent := failed
	absent.Absent = true
	for name, c := range map[string]struct {
		checks  []Check
		want    string
		notices int
	}{
		"both good, graphics faster": {[]Check{good(OpenVINO, 50), good(WebGPU, 10)}, WebGPU, 0},
		"both good, CPU path faster": {[]Check{good(OpenVINO, 10), good(WebGPU, 50)}, OpenVINO, 0},
		"hardly faster":              {[]Check{good(OpenVINO, 95), good(WebGPU, 99)}, CPU, 0},
		"software adapter":           {[]Check{good(OpenVINO, 99), software}, CPU, 0},
		"no adapter":                 {[]Check{good(OpenVINO, 99), absent}, CPU, 0},
		"adapter not known, fast":    {[]Check{good(OpenVINO, 50), unsure(10)}, OpenVINO, 1},
		"adapter not known, slow":    {[]Check{good(OpenVINO, 50), unsure(90)}, OpenVINO, 0},
		"wrong numbers":              {[]Check{good(OpenVINO, 50), failed}, OpenVINO, 1},
	} {
		t.Run(name, func(t *testing.T) {
			chosen, err := fake(t, Options{}, c.checks...).choose(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if chosen.provider.name != c.want || chosen.precision != F32 || len(chosen.notices) != c.notices {
				t.Errorf("chose %s in %s with notices %q, want %s and %d notices",
					chosen.provider.name, chosen.precision, chosen.notices, c.want, c.notices)
			}
		})
	}
}

func TestDeviceThatFailedIsRefusedByName(t *testing.T) {
	problem := "webgpu computes something else than the CPU"
	_, err := fake(t, Options{Device: WebGPU}, Check{Device: WebGPU, Precision: F32, Problem: problem}).choose(t.Context())
	if err == nil || err.Error() != problem {
		t.Errorf("error %v", err)
	}
}

func TestPrecision(t *testing.T) {
	f32 := Check{Device: OpenVINO, Precision: F32, OK: true, Milliseconds: 50, CPUMilliseconds: 100}
	bf16 := func(share float64) Check {
		return Check{Device: OpenVINO, Precision: BF16, OK: true, Milliseconds: 10, CPUMilliseconds: 100, SignShare: share}
	}
	if _, err := fake(t, Options{Device: CPU, Precision: BF16}).choose(t.Context()); err == nil {
		t.Error("bf16 on the CPU provider was accepted")
	}
	if _, err := newChooser(Options{Precision: "f16"}); err == nil {
		t.Error("precision f16 was accepted")
	}
	if !hasBF16() {
		if _, err := fake(t, Options{Device: OpenVINO, Precision: BF16}).choose(t.Context()); !errors.Is(err, errNoBF16) {
			t.Errorf("bf16 on a CPU without: %v", err)
		}
		return
	}
	for name, c := range map[string]struct {
		asked string
		check Check
		want  string
	}{
		"auto, few voxels change":   {AutoPrecision, bf16(0.99e-4), BF16},
		"auto, many voxels change":  {AutoPrecision, bf16(1e-4), F32},
		"named, many voxels change": {BF16, bf16(0.99e-2), BF16},
		"default":                   {"", bf16(0), F32},
	} {
		chosen, err := fake(t, Options{Device: OpenVINO, Precision: c.asked}, f32, c.check).choose(t.Context())
		if err != nil || chosen.precision != c.want {
			t.Errorf("%s: %s (%v), want %s", name, chosen.precision, err, c.want)
		}
	}
	if _, err := fake(t, Options{Device: OpenVINO, Precision: BF16}, f32, bf16(0.3)).choose(t.Context()); err == nil || !strings.Contains(err.Error(), "0.3") {
		t.Errorf("bf16 that changes three voxels of ten was taken by name: %v", err)
	}
}

func TestChecksAreRememberedUntilSomethingChanges(t *testing.T) {
	c := fake(t, Options{}, Check{Device: WebGPU, Precision: F32, OK: true})
	p, err := providerNamed(WebGPU)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := c.locate(p)
	if err != nil {
		t.Fatal(err)
	}
	key := func(c *chooser) string {
		t.Helper()
		_, k, err := c.checkKey(p, lib, F32)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key(c)
	if _, ok := c.memory.recall(before); !ok {
		t.Error("a check was forgotten")
	}
	keys := map[string]bool{before: true}
	another := *c
	another.threads++
	keys[key(&another)] = true
	another.probe = &Probe{Name: "another"}
	keys[key(&another)] = true
	driver := filepath.Join(t.TempDir(), "icd.json")
	touch(t, driver)
	t.Setenv("VK_DRIVER_FILES", driver)
	keys[key(c)] = true
	t.Setenv("CUDA_VISIBLE_DEVICES", "-1")
	keys[key(c)] = true
	touch(t, filepath.Join(filepath.Dir(lib.path), sharedName("libdawn")))
	keys[key(c)] = true
	if err := os.Chtimes(lib.path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	keys[key(c)] = true
	if len(keys) != 7 {
		t.Errorf("%d different keys, want 7: something may change without a new check", len(keys))
	}
	// Another check of the same replaces it; a damaged file is an empty one.
	if err := c.memory.keep("other", Check{Device: WebGPU, Precision: F32, Library: c.memory.read()[before].Library, Probe: c.probe.Name}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(1, len(c.memory.read())); d != "" {
		t.Error(d)
	}
	touch(t, c.memory.path)
	if len(c.memory.read()) != 0 {
		t.Error("a damaged file was read")
	}
}
