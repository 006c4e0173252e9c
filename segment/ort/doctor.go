package ort

import (
	"context"
	"os"

	"github.com/klauspost/cpuid/v2"

	"quorum/segment/tile"
)

// Health is what `quorum doctor` shows.
type Health struct {
	CPU         string          `json:"cpu"`
	CPUFeatures []string        `json:"cpu_features"`
	Threads     int             `json:"threads"`      // that will be used
	MemoryTotal uint64          `json:"memory_total"` // bytes; 0: not known on this system
	MemoryFree  uint64          `json:"memory_free"`  // bytes that can be had without swapping
	Libraries   []LibraryHealth `json:"libraries"`
	Devices     []DeviceHealth  `json:"devices"`
	Auto        string          `json:"auto"` // the device that Auto takes, or why there is none
}

// LibraryHealth is one library that was looked for.
type LibraryHealth struct {
	Name    string `json:"name"`
	Path    string `json:"path,omitempty"`
	Version string `json:"version,omitempty"` // as the library itself says, from a check
	Problem string `json:"problem,omitempty"`
}

// DeviceHealth is one device in one precision.
type DeviceHealth struct {
	Device    string `json:"device"`
	Precision string `json:"precision"`
	Available bool   `json:"available"`
	Check     *Check `json:"check,omitempty"`
	Problem   string `json:"problem,omitempty"` // a sentence: why it is not available, or what its check found
}

// Doctor looks at everything and checks every device, whatever o.Device says. It loads no library into this process. The error is only
// for options that cannot be and for a cancelled ctx; all else is in Health.
func Doctor(ctx context.Context, o Options) (*Health, error) {
	c, err := newChooser(o)
	if err != nil {
		return nil, err
	}
	c.again = true // a failure may have passed: that is what one asks a doctor for
	h := &Health{CPU: cpuid.CPU.BrandName, CPUFeatures: cpuFeatures(), Threads: c.threads}
	root := os.DirFS("/")
	if total, known := tile.Total(root); known {
		h.MemoryTotal = uint64(total)
	}
	if free, known := tile.Available(root); known {
		h.MemoryFree = uint64(free)
	}
	for _, p := range providers {
		precisions := []string{F32}
		if p.name == OpenVINO && hasBF16() {
			precisions = append(precisions, BF16)
		}
		for _, precision := range precisions {
			h.Devices = append(h.Devices, c.examine(ctx, p, precision))
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h.Libraries = []LibraryHealth{c.libraryHealth("ONNX Runtime", false, h.Devices), c.libraryHealth("ONNX Runtime with OpenVINO", true, h.Devices)}
	c.Device, c.again = Auto, false
	if chosen, err := c.choose(ctx); err == nil {
		h.Auto = chosen.provider.name
	} else {
		h.Auto = err.Error()
	}
	return h, nil
}

func (c *chooser) examine(ctx context.Context, p *provider, precision string) DeviceHealth {
	d := DeviceHealth{Device: p.name, Precision: precision}
	lib, err := c.locate(p)
	if err != nil {
		d.Problem = err.Error()
		return d
	}
	d.Available = true
	if d.Check, err = c.check(ctx, p, lib, precision); err != nil {
		d.Problem = err.Error()
	}
	return d
}

func (c *chooser) libraryHealth(name string, openvino bool, devices []DeviceHealth) LibraryHealth {
	l := LibraryHealth{Name: name}
	lib, err := findLibrary(c.Library, c.cache, openvino)
	if err != nil {
		l.Problem = err.Error()
		return l
	}
	l.Path = lib.path
	for _, d := range devices {
		if d.Check != nil && d.Check.Library == lib.path && d.Check.Runtime != "" {
			l.Version = d.Check.Runtime
		}
	}
	return l
}
