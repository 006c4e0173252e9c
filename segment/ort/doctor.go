package ort

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"
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
	h := &Health{CPU: cpuid.CPU.BrandName, CPUFeatures: cpuFeatures(), Threads: c.threads}
	h.MemoryTotal, h.MemoryFree = memorySize()
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
	c.Device = Auto
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

// memorySize reads the machine's memory and what of it is free, in bytes, a container's limit included; zero where it cannot be known.
func memorySize() (total, free uint64) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0, 0
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) < 2 {
			continue
		}
		kib, err := strconv.ParseUint(fields[1], 10, 64)
		if err != nil {
			continue
		}
		switch fields[0] {
		case "MemTotal:":
			total = kib << 10
		case "MemAvailable:":
			free = kib << 10
		}
	}
	if limit, used := readNumber("/sys/fs/cgroup/memory.max"), readNumber("/sys/fs/cgroup/memory.current"); limit > 0 && limit < total {
		total = limit
		free = min(free, limit-min(used, limit))
	}
	return total, free
}

func readNumber(path string) uint64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0 // "max"
	}
	return n
}
