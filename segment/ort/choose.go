package ort

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// worthwhile is how much faster than the CPU provider a device must be for Auto to take it.
const worthwhile = 0.9

// maxSignShare is the share of voxels whose sign may change in bfloat16 by AutoPrecision: fewer than 1 in 10,000. Asked for by name more
// may, but not more than maxNamedShare: then something is wrong with the arithmetic, not with its precision.
const (
	maxSignShare  = 1e-4
	maxNamedShare = 1e-2
)

// choice is what a Runtime is made of.
type choice struct {
	provider  *provider
	precision string
	library   library
	notices   []string

	adapter    string // graphics adapter, where known
	software   bool   // it computes on the CPU
	remembered bool   // from an earlier check: whether the device is still there is not known
}

// chooser has the options with their defaults filled in.
type chooser struct {
	Options
	cache   string
	threads int
	memory  *memory
	probe   *Probe
	again   bool // failures that are remembered are checked again
}

func newChooser(o Options) (*chooser, error) {
	if o.Device == "" {
		o.Device = Auto
	}
	if o.Precision == "" {
		o.Precision = F32
	}
	if !slices.Contains([]string{F32, BF16, AutoPrecision}, o.Precision) {
		return nil, fmt.Errorf("there is no precision %q: use f32, bf16 or auto", o.Precision)
	}
	if o.Threads < 0 {
		return nil, fmt.Errorf("%d threads cannot be: use 0 for all physical cores, or more", o.Threads)
	}
	c := &chooser{Options: o, cache: o.CacheDir, threads: o.Threads, probe: o.Probe}
	if c.threads == 0 {
		c.threads = physicalCores()
	}
	if c.cache == "" {
		var err error
		if c.cache, err = DefaultCache(); err != nil {
			return nil, err
		}
	}
	if c.probe == nil {
		c.probe = &builtinProbe
	}
	c.memory = newMemory(c.cache)
	return c, nil
}

// locate is the library that has p.
func (c *chooser) locate(p *provider) (library, error) {
	if path := loadedPath(); path != "" && p.name == CPU && c.Library == "" {
		return library{path: path}, nil // both libraries have the CPU provider, and this process is bound to this one
	}
	lib, err := findLibrary(c.Library, c.cache, p.openvino)
	if err != nil && p.name == CPU {
		// Both libraries have the CPU provider.
		if other, otherErr := findLibrary(c.Library, c.cache, true); otherErr == nil {
			lib, err = other, nil
		}
	}
	if err != nil {
		return library{}, err
	}
	ok, why := p.offered(lib.path)
	if !p.existsOn(runtime.GOOS) {
		ok, why = false, fmt.Sprintf("it exists on %s only, this is %s", p.only, runtime.GOOS)
	}
	if !ok {
		return library{}, &LibraryError{What: "device " + p.name + " is not available", Hint: why}
	}
	return lib, nil
}

func (c *chooser) choose(ctx context.Context) (choice, error) {
	if c.Device == Auto {
		return c.fastest(ctx)
	}
	p, err := providerNamed(c.Device)
	if err != nil {
		return choice{}, err
	}
	lib, err := c.locate(p)
	if err != nil {
		return choice{}, err
	}
	if p.name == CPU {
		return c.onCPU(lib, nil)
	}
	chosen, checked, err := c.judge(ctx, p, lib)
	if err != nil {
		return choice{}, err
	}
	if chosen.software {
		chosen.notices = append(chosen.notices, fmt.Sprintf("%s runs on the software adapter %s: right, but slow", p.name, checked.Adapter))
	}
	return chosen, nil
}

func (c *chooser) onCPU(lib library, notices []string) (choice, error) {
	if c.Precision == BF16 {
		why := strings.Join(append([]string{"precision bf16 needs the device openvino: run `make openvino`, or use --precision f32"}, notices...), "; ")
		return choice{}, errors.New(why)
	}
	p, err := providerNamed(CPU)
	return choice{provider: p, precision: F32, library: lib, notices: notices}, err
}

// instead is the CPU, after a device that Auto chose by a remembered check does not start. One process loads one library, so the library
// stays if it is loaded; both have the CPU provider.
func (c *chooser) instead(failed choice, why error) (choice, error) {
	p, err := providerNamed(CPU)
	if err != nil {
		return choice{}, err
	}
	lib := library{path: loadedPath()}
	if lib.path == "" {
		if lib, err = c.locate(p); err != nil {
			return choice{}, errors.Join(why, err)
		}
	}
	notice := fmt.Sprintf("%s passed its check earlier but cannot be used now, so the CPU computes; the next start checks it again (%v)",
		failed.provider.name, why)
	return c.onCPU(lib, append(failed.notices, notice))
}

// fastest takes the device with the best time against the CPU among those that pass their check and are no software adapter.
func (c *chooser) fastest(ctx context.Context) (choice, error) {
	var best choice
	bestRatio := worthwhile
	var notices []string
	for _, p := range providers {
		if p.name == CPU {
			continue
		}
		lib, err := c.locate(p)
		if err != nil {
			continue // a library that is not there is no news; `doctor` tells
		}
		chosen, checked, err := c.judge(ctx, p, lib)
		switch {
		case ctx.Err() != nil:
			return choice{}, ctx.Err()
		case checked != nil && (checked.Absent || checked.Software):
		case checked != nil && err == nil && checked.Unsure:
			if checked.Milliseconds < bestRatio*checked.CPUMilliseconds {
				notices = append(notices, fmt.Sprintf("%s computes rightly and fast here, but its adapter could not be named and may be a software one: "+
					"use --device %s to take it", p.name, p.name))
			}
		case err != nil:
			notices = append(notices, fmt.Sprintf("%s was passed over: %v", p.name, err))
		case checked == nil:
		case checked.Milliseconds < bestRatio*checked.CPUMilliseconds:
			best, bestRatio = chosen, checked.Milliseconds/checked.CPUMilliseconds
		}
	}
	if best.provider != nil {
		best.notices = slices.Concat(best.notices, notices)
		return best, nil
	}
	p, err := providerNamed(CPU)
	if err != nil {
		return choice{}, err
	}
	lib, err := c.locate(p)
	if err != nil {
		return choice{}, err
	}
	return c.onCPU(lib, notices)
}

// judge checks p, settles the precision, and says what would be run. The Check is nil when this program cannot check (see
// RunCheckChild); then a device that was asked for by name is trusted.
func (c *chooser) judge(ctx context.Context, p *provider, lib library) (choice, *Check, error) {
	chosen := choice{provider: p, precision: F32, library: lib}
	if c.Precision == BF16 && p.name != OpenVINO {
		return chosen, nil, fmt.Errorf("precision bf16 needs the device openvino, %s computes in float32", p.name)
	}
	if c.Precision != F32 && p.name == OpenVINO {
		checked, err := c.judgeBF16(ctx, p, lib)
		switch {
		case err == nil:
			chosen.precision = BF16
			return chosen.after(checked), checked, nil
		case c.Precision == BF16:
			return chosen, checked, err
		case !errors.Is(err, errNoBF16):
			chosen.notices = append(chosen.notices, "bf16 was passed over: "+err.Error())
		}
	}
	checked, err := c.check(ctx, p, lib, F32)
	return chosen.after(checked), checked, err
}

// after is the choice with what its check, if there was one, told about the adapter.
func (s choice) after(checked *Check) choice {
	if checked != nil {
		s.adapter, s.software, s.remembered = checked.Adapter, checked.Software, checked.recalled
	}
	return s
}

var errNoBF16 = errors.New("this CPU has no bfloat16 instructions (AMX or AVX-512 BF16): use --precision f32")

// judgeBF16 says whether p computes well enough in bfloat16. Asked for by name it may change more voxels than AutoPrecision allows.
func (c *chooser) judgeBF16(ctx context.Context, p *provider, lib library) (*Check, error) {
	if !hasBF16() {
		return nil, errNoBF16
	}
	checked, err := c.check(ctx, p, lib, BF16)
	switch {
	case err != nil:
		return checked, err
	case c.Precision == BF16:
		if checked != nil && checked.SignShare > maxNamedShare {
			return checked, fmt.Errorf("%s in bf16 changes %.2g of the voxels of a known case, and may change %g at most: use --precision f32",
				p.name, checked.SignShare, maxNamedShare)
		}
		return checked, nil
	case checked == nil:
		return nil, errors.New("it could not be checked here")
	case checked.SignShare >= maxSignShare:
		return checked, fmt.Errorf("it changes %.2g of the voxels, and must change fewer than %g", checked.SignShare, maxSignShare)
	}
	return checked, nil
}
