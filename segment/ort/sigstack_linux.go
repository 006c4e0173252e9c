package ort

/*
#include <signal.h>
*/
import "C"

import (
	"fmt"
	"runtime"
)

// keepSignalStack calls f, during which native code may replace this thread's alternate signal stack, and puts the old one back.
//
// OpenVINO's CPU plugin does that when it is loaded on a CPU with AMX, and unmaps its stack when the last session goes, from whatever
// thread that happens on. The Go runtime interrupts its threads with signals all the time: the next one would kill the process.
func keepSignalStack(f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before C.stack_t
	if _, err := C.sigaltstack(nil, &before); err != nil {
		return fmt.Errorf("the thread's signal stack cannot be read: %w", err)
	}
	result := f()
	if _, err := C.sigaltstack(&before, nil); err != nil {
		return fmt.Errorf("the thread's signal stack cannot be restored: %w", err)
	}
	return result
}
