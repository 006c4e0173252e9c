package ort

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"quorum/segment/graph"
)

// envChild marks a process that was started to check a device.
const envChild = "QUORUM_CHECK_CHILD"

// rounds is how often a device and the CPU are timed, unless enough time has passed.
const (
	rounds = 5
	enough = 2 * time.Second
)

// RunCheckChild must be called first thing in main (and in TestMain of tests that open a Runtime). In a process that was started to
// check a device it does that and ends the process; otherwise it returns at once, and devices can be checked.
func RunCheckChild() {
	if os.Getenv(envChild) == "" {
		canCheck.Store(true)
		return
	}
	var r checkRequest
	if err := gob.NewDecoder(os.Stdin).Decode(&r); err != nil {
		fmt.Fprintln(os.Stderr, "the check's request cannot be read:", err)
		os.Exit(1)
	}
	// Libraries may write to standard output; the answer is the only thing that may stand there.
	answer := os.Stdout
	os.Stdout = os.Stderr
	if err := json.NewEncoder(answer).Encode(r.run(context.Background())); err != nil {
		fmt.Fprintln(os.Stderr, "the check's answer cannot be written:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run computes the probe on the CPU and on the device.
func (r *checkRequest) run(ctx context.Context) Check {
	result := Check{Device: r.Device, Precision: r.Precision, Library: r.Library}
	if err := r.compare(ctx, &result); err != nil {
		result.Problem, result.Absent = err.Error(), errors.Is(err, ErrNoAdapter)
		return result
	}
	switch {
	case math.IsNaN(result.RelativeError):
		result.RelativeError = 0 // JSON has no NaN
		result.Problem = r.Device + " computes values that are not finite where the CPU computes finite ones"
	case r.Precision == F32 && result.RelativeError > maxError:
		result.Problem = fmt.Sprintf("%s computes something else than the CPU (relative error %.2g, at most %g is allowed)",
			r.Device, result.RelativeError, maxError)
	default:
		result.OK = true
	}
	return result
}

func (r *checkRequest) compare(ctx context.Context, result *Check) error {
	if r.Device == WebGPU {
		result.Adapter, result.Software = webgpuAdapter()
	}
	if err := load(library{path: r.Library}); err != nil {
		return err
	}
	result.Runtime = runtimeName()
	cpu, err := r.start(CPU, F32)
	if err != nil {
		return err
	}
	device, err := r.start(r.Device, r.Precision)
	if err != nil {
		return err
	}
	reference, _, err := r.timed(ctx, cpu)
	if err != nil {
		return err
	}
	got, _, err := r.timed(ctx, device)
	if err != nil {
		return err
	}
	result.RelativeError = relativeError(got.Data, reference.Data)
	result.SignShare = signShare(got, reference)

	// In turns, and the best of them: other work on the machine disturbs both alike, and only ever makes them slower.
	cpuBest, best := math.Inf(1), math.Inf(1)
	begin := time.Now()
	for i := 0; i < rounds && (i == 0 || time.Since(begin) < enough); i++ {
		_, ms, err := r.timed(ctx, cpu)
		if err != nil {
			return err
		}
		cpuBest = min(cpuBest, ms)
		if _, ms, err = r.timed(ctx, device); err != nil {
			return err
		}
		best = min(best, ms)
	}
	result.CPUMilliseconds, result.Milliseconds = cpuBest, best
	return errors.Join(cpu.Close(), device.Close())
}

// start compiles the probe for one device.
func (r *checkRequest) start(device, precision string) (*program, error) {
	p, err := providerNamed(device)
	if err != nil {
		return nil, err
	}
	return newProgram(r.Model, r.Ins, r.Out, settings{provider: p, precision: precision, threads: r.Threads})
}

// timed runs the probe once and gives the output that is compared, and the milliseconds it took.
func (r *checkRequest) timed(ctx context.Context, p *program) (graph.Tensor, float64, error) {
	begin := time.Now()
	out, err := p.Run(ctx, r.Inputs)
	return out[r.Output], float64(time.Since(begin).Microseconds()) / 1000, err
}

// relativeError is max|a−b| / max|b|; NaN if either has a value that is not finite.
func relativeError(a, b []float32) float64 {
	var worst, scale float64
	for i, v := range b {
		d := math.Abs(float64(a[i]) - float64(v))
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return math.NaN()
		}
		worst = max(worst, d)
		scale = max(scale, math.Abs(float64(v)))
	}
	return worst / max(scale, math.SmallestNonzeroFloat64)
}

// signShare is the share of voxels of [N,C,…] in which any channel has another sign.
func signShare(a, b graph.Tensor) float64 {
	channels := 1
	if len(b.Shape) > 1 {
		channels = b.Shape[1]
	}
	voxels := len(b.Data) / (b.Shape[0] * channels)
	changed := 0
	for n := range b.Shape[0] {
		for v := range voxels {
			for c := range channels {
				i := (n*channels+c)*voxels + v
				if (a.Data[i] > 0) != (b.Data[i] > 0) {
					changed++
					break
				}
			}
		}
	}
	return float64(changed) / float64(b.Shape[0]*voxels)
}
