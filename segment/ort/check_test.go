package ort

import (
	"os"
	"strings"
	"testing"
	"time"

	"quorum/sharedtest"
)

// TestCheckThatCrashesIsNoVerdict: a child that was killed says nothing about the device for good.
func TestCheckThatCrashesIsNoVerdict(t *testing.T) {
	t.Setenv(envCrash, "1")
	c := fake(t, Options{Probe: &tinyProbe})
	p, lib := located(t, c, WebGPU)
	checked, err := c.check(t.Context(), p, lib, F32)
	if err == nil || !strings.Contains(err.Error(), "crashed") || checked.OK || !checked.Unsettled {
		t.Fatalf("check %+v, error %v", checked, err)
	}
	_, key, err := c.checkKey(p, lib, F32)
	if err != nil {
		t.Fatal(err)
	}
	old, known := c.memory.recall(key)
	if !known {
		t.Error("a batch of studies would wait for the same crash every time")
	}
	old.Time = old.Time.Add(-time.Hour)
	if err := c.memory.keep(key, old); err != nil {
		t.Fatal(err)
	}
	if _, known := c.memory.recall(key); known {
		t.Error("a crash still counts after an hour")
	}
}

// TestFailuresAreCheckedAgain: by doctor always; a device that is asked for by name, if its check did not come to an end.
func TestFailuresAreCheckedAgain(t *testing.T) {
	t.Setenv(envCrash, "1")
	for name, c := range map[string]struct {
		unsettled, doctor, again bool
		device                   string
	}{
		"wrong, auto":        {false, false, false, Auto},
		"wrong, named":       {false, false, false, WebGPU},
		"wrong, doctor":      {false, true, true, Auto},
		"no end, auto":       {true, false, false, Auto},
		"no end, named":      {true, false, true, WebGPU},
		"no end, doctor":     {true, true, true, Auto},
		"no end, named else": {true, false, false, OpenVINO},
	} {
		f := fake(t, Options{Device: c.device, Probe: &tinyProbe}, Check{Device: WebGPU, Precision: F32, Problem: "remembered", Unsettled: c.unsettled})
		f.again = c.doctor
		p, lib := located(t, f, WebGPU)
		_, err := f.check(t.Context(), p, lib, F32)
		if err == nil || (err.Error() != "remembered") != c.again {
			t.Errorf("%s: error %v, checked again should be %v", name, err, c.again)
		}
	}
}

// TestNoiseOfNativeCodeIsNoAnswer: the answer is found beside it.
func TestNoiseOfNativeCodeIsNoAnswer(t *testing.T) {
	t.Setenv(envNoise, "1")
	cache := t.TempDir()
	linkLibraries(t, cache)
	c, err := newChooser(Options{CacheDir: cache, Library: libraryOf(t, CPU), Probe: &tinyProbe})
	if err != nil {
		t.Fatal(err)
	}
	p, lib := located(t, c, CPU)
	if checked, err := c.check(t.Context(), p, lib, F32); err != nil || !checked.OK {
		t.Errorf("check %+v, error %v", checked, err)
	}
}

// TestAutoFallsBackWhenTheDeviceIsGone: its check passed once, in other circumstances that no key shows.
func TestAutoFallsBackWhenTheDeviceIsGone(t *testing.T) {
	if sharedtest.OwnProcess(t, "VK_DRIVER_FILES="+os.DevNull) {
		return
	}
	cache := t.TempDir()
	linkLibraries(t, cache)
	o := Options{CacheDir: cache, Library: libraryOf(t, CPU), Probe: &tinyProbe}
	remember := func() (*chooser, string) {
		t.Helper()
		c, err := newChooser(o)
		if err != nil {
			t.Fatal(err)
		}
		p, lib := located(t, c, WebGPU)
		path, key, err := c.checkKey(p, lib, F32)
		if err != nil {
			t.Fatal(err)
		}
		check := Check{
			Device: WebGPU, Precision: F32, OK: true, Milliseconds: 1, CPUMilliseconds: 100, Adapter: "a card", Library: path, Probe: c.probe.Name,
			Time: time.Now(),
		}
		if err := c.memory.keep(key, check); err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	c, key := remember()
	r := start(t, o)
	if b := r.Backend(); b.Provider != CPU || b.Adapter != "" {
		t.Errorf("auto computes on %s", b)
	}
	if n := r.Notices(); len(n) != 1 || !strings.Contains(n[0], "webgpu passed its check earlier") {
		t.Errorf("notices %q", n)
	}
	if _, known := c.memory.recall(key); known {
		t.Error("the check that no longer holds is still remembered")
	}
	// Asked for by name the device is refused, and forgotten too.
	remember()
	o.Device = WebGPU
	if _, err := Open(t.Context(), o); err == nil {
		t.Error("a device that does not start was opened by name")
	}
	if _, known := c.memory.recall(key); known {
		t.Error("the check that no longer holds is still remembered")
	}
}

func located(t *testing.T, c *chooser, device string) (*provider, library) {
	t.Helper()
	p, err := providerNamed(device)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := c.locate(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, lib
}
