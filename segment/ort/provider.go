package ort

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"

	onnxruntime "github.com/yalue/onnxruntime_go"
)

// Devices that can be asked for. Auto is the fastest one that was checked against the CPU.
const (
	Auto     = "auto"
	CPU      = "cpu"
	OpenVINO = "openvino"
	WebGPU   = "webgpu"
	CUDA     = "cuda"
	DirectML = "directml"
	CoreML   = "coreml"
)

// Precisions of the arithmetic. Inputs, outputs and weights are float32 throughout; AutoPrecision is BF16 where the CPU has instructions
// for it and a check differs in fewer than one voxel of 10,000, otherwise F32.
const (
	F32           = "f32"
	BF16          = "bf16"
	AutoPrecision = "auto"
)

// provider is one of ONNX Runtime's execution providers.
type provider struct {
	name     string
	openvino bool   // is in the OpenVINO library, otherwise in the stock one
	only     string // the one operating system (a GOOS) that it exists on; "" = all
	// offered says whether the library at path can have the provider at all; why not, otherwise.
	offered func(path string) (bool, string)
	// adapter names the graphics adapter that the provider takes; nil: it has none.
	adapter func() (string, adapterKind)
	// add puts the provider into the options of a session.
	add func(*onnxruntime.SessionOptions, settings) error
}

// settings are what sessions are made with.
type settings struct {
	provider  *provider
	precision string
	threads   int
}

// providers in the order in which `doctor` lists them; CPU, the yardstick, is first.
var providers = []*provider{
	{name: CPU, offered: always, add: func(*onnxruntime.SessionOptions, settings) error { return nil }},
	{name: OpenVINO, openvino: true, offered: beside("onnxruntime_providers_openvino"), add: addOpenVINO},
	{name: CUDA, offered: beside("onnxruntime_providers_cuda"), add: addCUDA},
	{name: DirectML, only: "windows", offered: always, adapter: anyAdapter, add: func(o *onnxruntime.SessionOptions, _ settings) error {
		return o.AppendExecutionProviderDirectML(0)
	}},
	{name: CoreML, only: "darwin", offered: always, add: func(o *onnxruntime.SessionOptions, _ settings) error {
		return o.AppendExecutionProviderCoreMLV2(map[string]string{"ModelFormat": "MLProgram"})
	}},
	{name: WebGPU, offered: always, adapter: webgpuAdapter, add: func(o *onnxruntime.SessionOptions, _ settings) error {
		return o.AppendExecutionProvider("WebGPU", nil)
	}},
}

// adapterKind says what a graphics adapter computes on.
type adapterKind int

const (
	unknownAdapter  adapterKind = iota // not known, or one of several: it may be a software one, which Auto never takes
	hardwareAdapter                    // a graphics device
	softwareAdapter                    // the CPU
)

// anyAdapter is for an interface that does not tell.
func anyAdapter() (string, adapterKind) { return "", unknownAdapter }

func providerNamed(name string) (*provider, error) {
	for _, p := range providers {
		if p.name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("there is no device %q: use auto, cpu, openvino, webgpu, cuda, directml or coreml", name)
}

func always(string) (bool, string) { return true, "" }

func beside(stem string) func(string) (bool, string) {
	return func(path string) (bool, string) {
		if isFile(filepath.Join(filepath.Dir(path), sharedName(stem))) {
			return true, ""
		}
		return false, fmt.Sprintf("%s is not beside %s", sharedName(stem), path)
	}
}

// existsOn says whether an operating system can have the provider at all.
func (p *provider) existsOn(goos string) bool { return p.only == "" || p.only == goos }

// DevicesOn are those that an operating system (a GOOS) can have, Auto first.
func DevicesOn(goos string) []string {
	list := []string{Auto}
	for _, p := range providers {
		if p.existsOn(goos) {
			list = append(list, p.name)
		}
	}
	return list
}

// addOpenVINO always states the precision: left alone, OpenVINO takes bfloat16 by itself on a CPU with AMX.
func addOpenVINO(o *onnxruntime.SessionOptions, s settings) error {
	config, err := json.Marshal(map[string]map[string]string{"CPU": {
		"INFERENCE_PRECISION_HINT": s.precision,
		"INFERENCE_NUM_THREADS":    strconv.Itoa(s.threads),
	}})
	if err != nil {
		return fmt.Errorf("openvino's settings: %w", err)
	}
	// Not cache_dir: this version writes what it compiled, but cannot read it, and compiles (0.2 s) every time.
	return o.AppendExecutionProviderOpenVINO(map[string]string{"device_type": "CPU", "load_config": string(config)})
}

func addCUDA(o *onnxruntime.SessionOptions, _ settings) error {
	options, err := onnxruntime.NewCUDAProviderOptions()
	if err != nil {
		return err
	}
	defer func() { _ = options.Destroy() }()
	// Without this a convolution may be computed in TF32, with ten bits of mantissa.
	if err := options.Update(map[string]string{"device_id": "0", "use_tf32": "0"}); err != nil {
		return err
	}
	return o.AppendExecutionProviderCUDA(options)
}

// sessionOptions makes the options of one session. The caller destroys them.
func sessionOptions(s settings) (*onnxruntime.SessionOptions, error) {
	o, err := onnxruntime.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	entries := map[string]string{
		// Threads that wait in a loop for the next run would take the core from everything that happens between runs.
		"session.force_spinning_stop": "1",
		"session.use_env_allocators":  "1", // see shareArena
	}
	if s.provider.name != CPU {
		// A node that the provider lacks is an error, not a silent and slow detour.
		entries["session.disable_cpu_ep_fallback"] = "1"
	}
	steps := []func() error{
		func() error { return o.SetIntraOpNumThreads(s.threads) },
		func() error { return o.SetLogSeverityLevel(onnxruntime.LoggingLevelFatal) },
		func() error { return s.provider.add(o, s) },
	}
	for k, v := range entries {
		steps = append(steps, func() error { return o.AddSessionConfigEntry(k, v) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			_ = o.Destroy()
			return nil, err
		}
	}
	return o, nil
}
