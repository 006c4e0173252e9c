package ort

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"quorum/segment/graph"
)

// envChild marks a process that was started to check a device.
const envChild = "QUORUM_CHECK_CHILD"

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
	reference, ms, err := r.measure(ctx, CPU, F32)
	if err != nil {
		return err
	}
	result.CPUMilliseconds = ms
	got, ms, err := r.measure(ctx, r.Device, r.Precision)
	if err != nil {
		return err
	}
	result.Milliseconds = ms
	result.RelativeError = relativeError(got.Data, reference.Data)
	result.SignShare = signShare(got, reference)
	return nil
}

// measure runs the probe on one device and gives the output and the median time of a run in milliseconds, the first left out.
func (r *checkRequest) measure(ctx context.Context, device, precision string) (graph.Tensor, float64, error) {
	p, err := providerNamed(device)
	if err != nil {
		return graph.Tensor{}, 0, err
	}
	program, err := newProgram(r.Model, r.Ins, r.Out, settings{provider: p, precision: precision, threads: r.Threads})
	if err != nil {
		return graph.Tensor{}, 0, err
	}
	var out map[string]graph.Tensor
	var ms []float64
	for i := range 4 {
		start := time.Now()
		if out, err = program.Run(ctx, r.Inputs); err != nil {
			return graph.Tensor{}, 0, err
		}
		if i > 0 {
			ms = append(ms, float64(time.Since(start).Microseconds())/1000)
		}
	}
	slices.Sort(ms)
	return out[r.Output], ms[len(ms)/2], program.Close()
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
