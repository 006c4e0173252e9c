package ort

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"quorum/segment"
)

// Errors to compare with errors.Is.
var (
	// ErrMemory is in the chain of an error that came from a lack of memory: fewer voxels at once may work.
	ErrMemory = segment.ErrMemory
	// ErrNoAdapter says that a device has no graphics adapter to run on.
	ErrNoAdapter = errors.New("there is no graphics adapter with a driver that it can use")
	// ErrOtherLibrary says that a device needs another library than the one that this process has loaded: a new process can have it.
	ErrOtherLibrary = errors.New("another library is loaded")
	// ErrClosed is what a Program returns after Close.
	ErrClosed = errors.New("the program was closed")
)

var (
	memoryWords   = regexp.MustCompile(`(?i)bad_alloc|bad allocation|out of memory|failed to allocate|allocation failed|OUT_OF_DEVICE_MEMORY|\bOOM\b`)
	adapterWords  = regexp.MustCompile(`(?i)no supported adapters|failed to get a WebGPU adapter|no CUDA-capable device`)
	fallbackWords = regexp.MustCompile(`(?i)fallback to CPU|disable_cpu_ep_fallback`)
	codeLocation  = regexp.MustCompile(`(?s)^.*?\.(cc|h|cpp):\d+ .*?\(.*?\) `)
)

// explain turns an error of the native runtime into a sentence that begins with what was tried.
func explain(what, device string, err error) error {
	text := err.Error()
	says := strings.Join(strings.Fields(text), " ")
	if short := codeLocation.ReplaceAllString(says, ""); short != "" {
		says = short
	}
	switch {
	case memoryWords.MatchString(text):
		return fmt.Errorf("%s on %s: %w: use tiles (--tile), close other programs or use another device; ONNX Runtime says: %s", what, device, ErrMemory, says)
	case adapterWords.MatchString(text):
		return fmt.Errorf("%s on %s: %w", what, device, ErrNoAdapter)
	case fallbackWords.MatchString(text):
		return fmt.Errorf("%s on %s: the device lacks an operation that this network needs: use --device cpu", what, device)
	default:
		return fmt.Errorf("%s on %s failed, ONNX Runtime says: %s", what, device, says)
	}
}
