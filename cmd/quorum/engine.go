package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/segment/ort"
)

// The values that flags take, for their check and for shell completion.
var (
	devices    = []string{ort.Auto, ort.CPU, ort.OpenVINO, ort.WebGPU, ort.CUDA, ort.DirectML, ort.CoreML}
	precisions = []string{ort.AutoPrecision, ort.F32, ort.BF16}
)

// engineFlags choose the model and what computes it.
type engineFlags struct {
	model, device, precision, library string
	threads                           int
}

func (f *engineFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.model, "model", "", "model file (.onnx); default: the built-in one")
	completeFile(cmd, "model", "onnx")
	f.addRuntime(cmd)
}

// addRuntime adds what chooses the runtime, without the model.
func (f *engineFlags) addRuntime(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.device, "device", ort.Auto, "what computes: "+strings.Join(devices, ", "))
	flags.StringVar(&f.precision, "precision", ort.F32, "number format: "+strings.Join(precisions, ", "))
	flags.StringVar(&f.library, "library", "", "ONNX Runtime library file; default: QUORUM_ONNXRUNTIME, beside the program, the cache")
	flags.IntVar(&f.threads, "threads", 0, "threads of the runtime; 0 = one a core")
	complete(cmd, "device", devices)
	complete(cmd, "precision", precisions)
}

func (f *engineFlags) check() error {
	if err := oneOf("device", f.device, devices); err != nil {
		return err
	}
	if f.threads < 0 {
		return usagef("--threads %d: give 0 or more", f.threads)
	}
	return oneOf("precision", f.precision, precisions)
}

// oneOf checks a flag that takes one of a few words.
func oneOf(flag, value string, list []string) error {
	if slices.Contains(list, value) {
		return nil
	}
	return usagef("--%s %s is not known; the choices are %s", flag, value, strings.Join(list, ", "))
}

// open reads the model and loads the runtime.
func (f *engineFlags) open(ctx context.Context) (*engine.Engine, error) {
	e, err := engine.Open(ctx, engine.Options{Model: f.model, Device: f.device, Precision: f.precision, Library: f.library, Threads: f.threads})
	if p, ok := errors.AsType[*engine.PanicError](err); ok {
		err = bug(p.Value)
	}
	return e, err
}

// opening is an engine that is being opened while studies are read.
type opening struct {
	done   chan struct{}
	told   sync.Once
	engine *engine.Engine
	err    error
}

// start opens the engine beside other work.
func (f *engineFlags) start(ctx context.Context) *opening {
	o := &opening{done: make(chan struct{})}
	go func() {
		defer close(o.done)
		o.engine, o.err = f.open(ctx)
	}()
	return o
}

// wait returns the engine, the same one every time. At the first time it says what there is to say about the device.
func (o *opening) wait(c *console) (*engine.Engine, error) {
	<-o.done
	if o.err == nil {
		o.told.Do(func() { tell(c, o.engine) })
	}
	return o.engine, o.err
}

// Close waits for the engine and lets it go.
func (o *opening) Close() error {
	<-o.done
	if o.err != nil {
		return nil //nolint:nilerr // nothing was opened
	}
	return o.engine.Close()
}

// computed says what really ran: "openvino f32 (ONNX Runtime 1.24.1)".
func computed(b segment.Backend) string { return b.String() }

// tell says what the choice of device passed over.
func tell(c *console, e *engine.Engine) {
	for _, text := range e.Runtime.Notices() {
		c.notice("notice: %s", text)
	}
}
