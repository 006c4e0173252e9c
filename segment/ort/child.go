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

// rounds is how often a device and the CPU are timed, unless enough time has passed; then a few times, if there is patience for it.
const (
	rounds   = 5
	few      = 3
	enough   = 2 * time.Second
	tiresome = 5 * enough
)

// slow is how many times as long as the CPU an adapter that is not known may take for the small trial and still be hardware, which is
// slowed by its start; a software one takes far longer.
const slow = 4

// answerMark begins the line with the answer: native code may print to the same standard output.
const answerMark = "quorum check: "

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
	answer, err := json.Marshal(r.run(context.Background()))
	if err == nil {
		_, err = fmt.Printf("\n%s%s\n", answerMark, answer)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the check's answer cannot be written:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run computes the probe on the CPU and on the device.
func (r *checkRequest) run(ctx context.Context) Check {
	result := Check{Device: r.Device, Precision: r.Precision, Library: r.Library}
	if err := r.compare(ctx, &result); err != nil {
		result.Problem, result.Absent, result.Unsettled = err.Error(), errors.Is(err, ErrNoAdapter), errors.Is(err, ErrMemory)
		return result
	}
	switch {
	case math.IsNaN(result.RelativeError):
		result.RelativeError = 0 // JSON has no NaN
		result.Problem = r.Device + " computes values that are not finite where the CPU computes finite ones"
	case r.Precision == F32 && result.RelativeError > maxError:
		result.Problem = fmt.Sprintf("%s computes something else than the CPU (relative error %.2g, at most %g is allowed)",
			r.Device, result.RelativeError, maxError)
	case r.Precision == BF16 && result.RelativeError > maxBF16Error:
		result.Problem = fmt.Sprintf("%s in bf16 computes something else than the CPU (relative error %.2g, at most %g is allowed)",
			r.Device, result.RelativeError, maxBF16Error)
	default:
		result.OK = true
	}
	return result
}

func (r *checkRequest) compare(ctx context.Context, result *Check) error {
	p, err := providerNamed(r.Device)
	if err != nil {
		return err
	}
	if p.adapter != nil {
		var kind adapterKind
		result.Adapter, kind = p.adapter()
		result.Software, result.Unsure = kind == softwareAdapter, kind == unknownAdapter
	}
	if err := load(library{path: r.Library}); err != nil {
		return err
	}
	result.Runtime = runtimeName()
	if (result.Software || result.Unsure) && r.Small != nil {
		if err := r.measure(ctx, r.Small, result); err != nil || result.Software {
			return err
		}
		if result.Milliseconds > slow*result.CPUMilliseconds {
			result.Software = true
			return nil
		}
	}
	if err := r.measure(ctx, &r.Trial, result); err != nil {
		return err
	}
	// Where the provider chose between a device and the CPU, the time tells: no software adapter comes near the CPU provider.
	if result.Unsure && result.Adapter != "" {
		result.Unsure = result.Milliseconds > worthwhile*result.CPUMilliseconds
	}
	return nil
}

// measure runs a trial on the CPU and on the device.
func (r *checkRequest) measure(ctx context.Context, t *trialRequest, result *Check) error {
	cpu, err := r.start(t, CPU, F32)
	if err != nil {
		return err
	}
	device, err := r.start(t, r.Device, r.Precision)
	if err != nil {
		return errors.Join(err, cpu.Close())
	}
	defer func() { _ = errors.Join(cpu.Close(), device.Close()) }() // the process ends soon
	reference, _, err := cpu.timed(ctx)
	if err != nil {
		return err
	}
	got, _, err := device.timed(ctx)
	if err != nil {
		return err
	}
	result.RelativeError = relativeError(got.Data, reference.Data)
	result.SignShare = signShare(got, reference)

	// In turns, and the best of them: other work on the machine disturbs both alike, and only ever makes them slower.
	cpuBest, best := math.Inf(1), math.Inf(1)
	begin := time.Now()
	for i := range rounds {
		if past := time.Since(begin); i >= few && past > enough || i > 0 && past > tiresome {
			break
		}
		_, ms, err := cpu.timed(ctx)
		if err != nil {
			return err
		}
		cpuBest = min(cpuBest, ms)
		if _, ms, err = device.timed(ctx); err != nil {
			return err
		}
		best = min(best, ms)
	}
	result.CPUMilliseconds, result.Milliseconds = cpuBest, best
	return nil
}

// start compiles a trial for one device.
func (r *checkRequest) start(t *trialRequest, device, precision string) (*rehearsal, error) {
	p, err := providerNamed(device)
	if err != nil {
		return nil, err
	}
	return t.compile(settings{provider: p, precision: precision, threads: r.Threads})
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
