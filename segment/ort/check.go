package ort

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/cpuid/v2"
)

// maxError is the largest error of a device in float32: max|a−b| / max|b| against the CPU.
const maxError = 1e-3

// maxBF16Error is that in bfloat16, which has eight bits: what is larger is no rounding.
const maxBF16Error = 0.1

// patience is how long a check may take: a software adapter needs a minute for what the CPU does in a second.
const patience = 3 * time.Minute

// Check is what a device computed for a known input, beside the CPU. JSON of it is remembered in the cache folder.
type Check struct {
	Device          string    `json:"device"`
	Precision       string    `json:"precision"`
	OK              bool      `json:"ok"`
	Problem         string    `json:"problem,omitempty"`        // a sentence, if not OK
	RelativeError   float64   `json:"relative_error"`           // max|a−b| / max|b| against the CPU provider
	SignShare       float64   `json:"sign_share"`               // share of voxels with another sign in any channel
	Milliseconds    float64   `json:"ms"`                       // best of a few runs
	CPUMilliseconds float64   `json:"cpu_ms"`                   // the same on the CPU provider, in turns
	Runtime         string    `json:"runtime"`                  // "ONNX Runtime 1.30.0"
	Library         string    `json:"library"`                  // its file
	Adapter         string    `json:"adapter,omitempty"`        // graphics adapter and driver, where known
	Software        bool      `json:"software,omitempty"`       // the adapter computes on the CPU
	Unsure          bool      `json:"unsure_adapter,omitempty"` // which adapter computes is not known: it may be a software one
	Absent          bool      `json:"absent,omitempty"`         // there is no adapter: the device is simply not there
	Unsettled       bool      `json:"unsettled,omitempty"`      // the check did not come to an end (crash, time, memory): no verdict
	Probe           string    `json:"probe"`                    // its name
	Time            time.Time `json:"time"`

	recalled bool
}

// checkRequest is what a child process reads from its standard input.
type checkRequest struct {
	Library, Device, Precision string
	Threads                    int
	Trial                      trialRequest
	Small                      *trialRequest
}

// canCheck is set once RunCheckChild has been called: then a child of this program will answer.
var canCheck atomic.Bool

// check compares p with the CPU, in a child process so that a driver's crash ends only that, or recalls that it was done. The Check is
// nil when this program does not call RunCheckChild. A device that does not pass is an error.
func (c *chooser) check(ctx context.Context, p *provider, lib library, precision string) (*Check, error) {
	if !canCheck.Load() {
		return nil, nil //nolint:nilnil // not an error: without RunCheckChild nothing can be checked, and callers know
	}
	path, key, err := c.checkKey(p, lib, precision)
	if err != nil {
		return nil, err
	}
	result, known := c.memory.recall(key)
	if known && !result.OK && (c.again || result.Unsettled && c.Device == p.name) {
		known = false
	}
	if !known {
		trial, err := c.probe.Make(ctx)
		if err != nil {
			return nil, fmt.Errorf("the network for the check of %s: %w", p.name, err)
		}
		request := &checkRequest{Library: path, Device: p.name, Precision: precision, Threads: c.threads}
		if request.Trial, request.Small, err = trial.request(); err != nil {
			return nil, fmt.Errorf("the network for the check of %s: %w", p.name, err)
		}
		if result, err = runChild(ctx, request); err != nil {
			return nil, err
		}
		result.Probe, result.Time = c.probe.Name, time.Now().UTC().Truncate(time.Second)
		// A cache that cannot be written costs the time of another check, nothing else.
		_ = c.memory.keep(key, result)
	}
	if !result.OK {
		return &result, errors.New(result.Problem)
	}
	return &result, nil
}

// checkKey tells when a remembered check no longer counts: another library (or one that lies beside it), driver, CPU, number of threads
// or probe.
func (c *chooser) checkKey(p *provider, lib library, precision string) (path, key string, err error) {
	if path, err = filepath.Abs(lib.path); err != nil {
		return "", "", fmt.Errorf("library %s: %w", lib.path, err)
	}
	libraries, err := libraryState(path)
	if err != nil {
		return "", "", err
	}
	parts := []string{
		p.name, precision, fmt.Sprintf("%d threads", c.threads), path, libraries, "drivers " + driverState(), "settings " + deviceSettings(),
		cpuid.CPU.BrandName, c.probe.Name,
	}
	return path, strings.Join(parts, " | "), nil
}

// runChild starts this executable again for one check. What goes wrong there is the result, not an error.
func runChild(ctx context.Context, r *checkRequest) (Check, error) {
	result := Check{Device: r.Device, Precision: r.Precision, Library: r.Library}
	exe, err := os.Executable()
	if err != nil {
		return result, fmt.Errorf("this program cannot find itself to check %s: %w", r.Device, err)
	}
	var request, answer, complaint bytes.Buffer
	if err := gob.NewEncoder(&request).Encode(r); err != nil {
		return result, fmt.Errorf("the check of %s cannot be written: %w", r.Device, err)
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(limited, exe)
	cmd.Env = append(os.Environ(), envChild+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &request, &answer, &complaint
	cmd.WaitDelay = time.Second
	runErr := cmd.Run()
	if ctx.Err() != nil {
		return result, ctx.Err()
	}
	if runErr == nil && readAnswer(answer.Bytes(), &result) {
		return result, nil
	}
	result.Unsettled = true
	switch {
	case limited.Err() != nil:
		result.Problem = fmt.Sprintf("the check on %s did not end within %v", r.Device, patience)
	case runErr != nil:
		result.Problem = fmt.Sprintf("the check on %s crashed (%v)%s", r.Device, runErr, lastLine(complaint.String()))
	default:
		result.Problem = fmt.Sprintf("the check on %s gave no answer%s", r.Device, lastLine(complaint.String()))
	}
	return result, nil
}

// readAnswer finds the child's answer among what native code may have printed.
func readAnswer(output []byte, result *Check) bool {
	for _, line := range slices.Backward(bytes.Split(output, []byte("\n"))) {
		if text, ok := bytes.CutPrefix(line, []byte(answerMark)); ok {
			return json.Unmarshal(text, result) == nil
		}
	}
	return false
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return ": " + last
	}
	return ""
}
